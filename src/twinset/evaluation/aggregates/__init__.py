"""Evaluation without the real rows: a twin beside published aggregates, and the file that holds them."""
