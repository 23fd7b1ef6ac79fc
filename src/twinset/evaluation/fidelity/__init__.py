"""How alike the twin is to the real rows: columns, pairs, triples, relations, and whole rows."""
