"""The words of a locale: short arrays read from installed packages, and kept in a cache as one small Arrow file each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.synthesizers.people import weights
from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.facts.locales import find
from twinset.synthesizers.people.words import counts, years
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

    @property
    def is_by_year(self) -> bool:
        """Whether first names follow the year of birth."""
        return "first:places" in self.books

    def first_names(self, days: Ints, is_male: Ints, bits: Ints) -> Ints:
        """The first names of those born on these days since 1970, of the women's and then the men's, by 32 random bits."""
        if "first:days" not in self._tables:
            self._tables["first:days"] = years.rows_of_days(self.books["first:years"].to_numpy())
        table = self._tables["first:days"].take(years.day(days)) * np.int32(2) + is_male
        place = table * np.int32(years.SLOTS) + (bits >> np.uint32(22)).view(np.int32)
        places = self.books["first:places"].to_numpy().take(place)
        is_below = (bits & np.uint32(0xFFFF)) < (places >> 32)
        return np.asarray(np.where(is_below, places, places >> 16) & 0xFFFF)

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


@lru_cache(maxsize=16)
def with_names(locale: str, names: counts.Frozen) -> Words:
    """The words of one locale with first names by year of birth as a plan says them."""
    from twinset.synthesizers.people.words.build import by_year

    return Words(dict(load(locale)) | by_year(find(locale), counts.parsed(names)))
