"""One block of rows of one locale while it is made: each field is made once, and others build on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pyarrow as pa

from twinset.core.types import Type
from twinset.synthesizers.people import text
from twinset.synthesizers.people.draws import Draws, Ints
from twinset.synthesizers.people.facts.locales import Locale
from twinset.synthesizers.people.words import Words

Made = TypeVar("Made")
Make = Callable[["Sheet"], pa.Array]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one field is made, and what it is."""

    make: Make
    type: Type
    storage: pa.DataType = field(default_factory=pa.string)
    nullable: bool = False


Recipes = Mapping[str, Recipe]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows: ``draws`` are a row's own, ``home`` those of its household, which is the row itself where it lives alone."""

    recipes: Recipes
    locale: Locale
    words: Words
    draws: Draws
    home: Draws
    options: Mapping[str, Any]
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return len(self.draws)

    def __getitem__(self, name: str) -> pa.Array:
        """A field of the record, made when it is first asked for."""
        return self.once(name, self.recipes[name].make)

    def once(self, name: str, make: Callable[[Sheet], Made]) -> Made:
        """What several fields need: an index into a book, a matrix of digits."""
        if name not in self.made:
            self.made[name] = make(self)
        found: Made = self.made[name]
        return found

    def pick(self, book: str, draws: Draws | None = None) -> Ints:
        """An index into a weighted book for each row; the same for every field that asks for the same book."""
        return self.words.pick(book, (draws or self.draws).small(book))

    def any_of(self, book: str, draws: Draws | None = None) -> Ints:
        """An index into a book whose words are equally likely."""
        return (draws or self.draws).below(len(self.words[book]), book)

    def take(self, book: str, index: Ints) -> pa.Array:
        return text.take(self.words[book], index)

    def laid_out(self, form: str, parts: Mapping[str, tuple[str, Ints]]) -> pa.Array:
        """Words put into a form such as ``{number} {street}``: of each name in it, a book and every row's word there."""
        start, *pieces = re.split(r"\{(\w+)\}", form)
        assert not start  # forms begin with a word
        named = zip(pieces[::2], pieces[1::2], strict=True)
        return text.woven(*((self.words.before(parts[name][0], sign), parts[name][1]) for name, sign in named))

    def constant(self, word: str | None) -> pa.Array:
        """The same text in all rows, or none in any."""
        return pa.repeat(pa.scalar(word, pa.string()), self.n)
