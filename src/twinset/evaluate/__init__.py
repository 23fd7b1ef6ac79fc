"""Evaluation: what a twin is worth beside real rows. :func:`twinset.evaluate.measure.evaluate` runs it all."""
