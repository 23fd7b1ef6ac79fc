"""Whether the twin does the work of the real rows: models and estimates made on it, tested on unseen real rows."""
