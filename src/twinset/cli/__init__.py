"""The command line: a thin face over the pipeline, without logic of its own."""
