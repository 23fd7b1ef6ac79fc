"""Texts: templates over other columns, and regular expressions read backwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.constraints.regex import Node, letters_of, read
from twinset.core import types
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError, SchemaError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.keys import LARGEST, Permutation, texts
from twinset.synthesizers.rules.kinds.codes import drawn, spelt
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope

_HOLE = re.compile(r"\{\{|\}\}|\{([^{}:]+)(?::([^{}]*))?\}|[{}]")
_FORMS: dict[str, Any] = {
    "": lambda text: text,
    "lower": pc.utf8_lower,
    "upper": pc.utf8_upper,
    "title": pc.utf8_title,
    "initial": lambda text: pc.utf8_slice_codeunits(text, 0, 1),
    "slug": lambda text: pc.replace_substring_regex(pc.utf8_lower(text), r"[^a-z0-9]+", "-"),
}


@dataclass(frozen=True, slots=True)
class Template(Options):
    """``of`` with the values of other columns in it: ``{first:lower}.{last:lower}@example.com``; ``{{`` is a brace.

    After a colon: lower, upper, title, initial (the first letter), slug (letters, digits and dashes). Missing where one of
    the columns is.
    """

    word: ClassVar[str] = "template"
    of: str

    def __post_init__(self) -> None:
        options.text(self.of, "of")
        for piece in self.pieces:
            if isinstance(piece, tuple):
                options.choice(piece[1], f"what follows {piece[0]}:", _FORMS)

    @property
    def pieces(self) -> list[str | tuple[str, str]]:
        """Texts, and paths with their forms."""
        found: list[str | tuple[str, str]] = []
        end = 0
        for hole in _HOLE.finditer(self.of):
            found.append(self.of[end : hole.start()])
            end = hole.end()
            if hole[0] in ("{", "}"):
                raise PlanError(f"a brace stands alone in {self.of!r:.80}; write {{{{ for a brace")
            found.append(hole[0][0] if hole[0] in ("{{", "}}") else (hole[1].strip(), (hole[2] or "").strip()))
        return [piece for piece in (*found, self.of[end:]) if piece]

    def reads(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(piece[0] for piece in self.pieces if isinstance(piece, tuple)))

    def column(self, name: str, scope: Scope) -> Column:
        for path in self.reads():
            if pa.types.is_nested(storage := scope.of(path).storage):
                raise PlanError(f"{path!r} is {storage}, of which a template takes a field, such as {path}.name")
        nullable = any(scope.of(path).nullable for path in self.reads())
        return Column(name, types.Text(), pa.string(), origin="declared", nullable=nullable)

    def make(self, rows: Rows) -> pa.Array:
        if not self.reads():
            return pa.repeat(pa.scalar("".join(map(str, self.pieces))), rows.n)
        parts = [
            pa.scalar(piece) if isinstance(piece, str) else _FORMS[piece[1]](as_text(rows.of(piece[0])))
            for piece in self.pieces
        ]
        return pc.binary_join_element_wise(*parts, "")


def as_text(array: pa.Array) -> pa.Array:
    """Values as texts."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array if pa.types.is_string(array.type) else array.cast(pa.string())


@dataclass(frozen=True, slots=True)
class Pattern(Options):
    """Texts that match the regular expression ``regex`` from their first to their last character."""

    word: ClassVar[str] = "pattern"
    regex: str

    def __post_init__(self) -> None:
        try:
            read(options.text(self.regex, "regex", longest=1_000))
        except SchemaError as error:
            raise PlanError(str(error)) from None

    @property
    def node(self) -> Node:
        return read(self.regex)

    def n_values(self) -> int | None:
        if not self.node.is_plain:
            raise PlanError(
                f"texts of {self.regex!r} can't be made unique, for there are two ways to one text; write it with one "
                "repeat of changing length, and alternatives that differ"
            )
        return self.node.size

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Text(), pa.string(), origin="declared")

    def at(self, rows: Index, common: Seed) -> pa.Array:
        ranks = Permutation(min(self.node.size, LARGEST), common).at(rows)
        letters = self._letters()
        return pa.array(self.node.texts(ranks), pa.string()) if letters is None else texts(spelt(ranks, letters))

    def make(self, rows: Rows) -> pa.Array:
        rng, size = rows.seed.generator(), self.node.size
        if (letters := self._letters()) is not None:
            return texts(drawn(rows.n, letters, rng))
        ranks: Any = rng.integers(0, min(size, LARGEST), rows.n, dtype=np.int64)
        if size > LARGEST:
            ranks = ranks.astype(object)
            for _ in range(-(-size.bit_length() // 62)):
                ranks = (ranks * LARGEST + rng.integers(0, LARGEST, rows.n)) % size
        return pa.array(self.node.texts(ranks), pa.string())

    def _letters(self) -> list[str] | None:
        """The letters at each place, where all texts are of one length and in ASCII."""
        letters = letters_of(self.node)
        return letters if letters is not None and all(map(str.isascii, letters)) else None
