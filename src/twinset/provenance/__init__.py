"""Provenance: that data is synthetic, how it came to be, and whether it still is what was made."""
