"""The words of a locale: short arrays read from installed packages, and kept in a cache as one small Arrow file each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

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

    def before(self, name: str, sign: str) -> pa.Array:
        """A book with a sign after every word, as it stands before another one."""
        if not sign:
            return self.books[name]
        return self.derived(f"{name}>{sign}", lambda: pc.binary_join_element_wise(self.books[name], sign, ""))

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
