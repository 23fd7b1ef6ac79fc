"""Two evaluations side by side: what changed between them, which scores moved, and whether the one explains the other."""
