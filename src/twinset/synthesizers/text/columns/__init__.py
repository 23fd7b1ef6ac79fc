"""The kinds of columns that models make, one a file; :mod:`.kinds` knows them by the word that a plan says."""
