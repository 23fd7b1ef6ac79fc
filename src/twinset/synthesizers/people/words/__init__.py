"""The words of a locale: short arrays read from installed packages, and kept in a cache as one small Arrow file each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pyarrow as pa

from twinset.synthesizers.people import weights
from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.words.store import load


@dataclass(frozen=True, slots=True)
class Words:
    """Books of words by name; a book ``x`` whose words are not equally likely has its shares in ``x:shares``."""

    books: dict[str, pa.Array]
    _tables: dict[str, Ints] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pa.Array:
        return self.books[name]

    def __contains__(self, name: str) -> bool:
        return name in self.books

    def pick(self, name: str, bits: Ints) -> Ints:
        """The word that 16 random bits stand for, by the shares of a book."""
        if name not in self._tables:
            self._tables[name] = weights.table(self.books[name + ":shares"].to_numpy())
        return self._tables[name].take(bits)

    def letters(self, name: str) -> Ints | None:
        """A book as a matrix, one row a word and one column a letter; None where words have several lengths."""
        key = name + ":letters"
        if key not in self._tables:
            words = [word.encode() for word in self.books[name].to_pylist()]
            width = len(words[0]) if len({len(word) for word in words}) == 1 else 0
            self._tables[key] = np.frombuffer(b"".join(words) if width else b"", np.uint8).reshape(-1, width or 1)
        return self._tables[key] if len(self._tables[key]) else None

    def derived(self, name: str, make: object) -> pa.Array:
        """A book that is put together from others once, and kept."""
        if name not in self.books:
            assert callable(make)
            self.books[name] = make()
        return self.books[name]


@cache
def words(locale: str) -> Words:
    """The words of one locale; MissingExtraError where they are not in the cache and a package is missing."""
    return Words(dict(load(locale)))
