"""The contract, and the values that every kind of data shares. It grows only by a page in docs/adr/."""
