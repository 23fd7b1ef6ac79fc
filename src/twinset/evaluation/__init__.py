"""Evaluation: what a twin is worth beside real rows. :func:`twinset.evaluation.measure.evaluate` runs it all."""
