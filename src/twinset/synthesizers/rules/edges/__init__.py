"""Edge cases: values at the ends of what a column may hold, and beyond."""
