"""What texts have in common: their words and pieces as numbers, overlaps, near-duplicates, readings of texts from files.

Arithmetic on whole columns; what an overlap means, a fault or a likeness, is for those who ask.
"""
