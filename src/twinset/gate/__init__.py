"""The gate: rules over scores that answer whether a twin is alike, useful and free of leaks, and whether it is published.

It knows scores and nothing of how they were measured.
"""
