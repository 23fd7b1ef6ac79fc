"""Mathematics as written: read into trees, worked out at points, and proved or solved by sympy where that is installed."""
