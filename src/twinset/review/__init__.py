"""Rows before the eyes of people: accepted, edited or rejected, one by one; how far two of them agree; what comes of it.

Rows of any table will do. Where rows come from and where the chosen ones go is the pipeline's to know.
"""
