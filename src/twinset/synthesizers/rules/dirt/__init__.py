"""Deliberate dirt: faults put into finished rows, and a label for each."""
