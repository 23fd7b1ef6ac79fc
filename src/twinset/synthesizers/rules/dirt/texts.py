"""Faults of text: typing errors, wrong encodings, changed case, stray white space, and ends that are cut off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.schema import Column
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.dirt.cells import Mask, is_text, texts_of, there, true
from twinset.synthesizers.rules.dirt.fault import Broken, Draws, Fault, choice

_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class _OfText(Fault):
    of: ClassVar[str] = "text"

    def fits(self, column: Column) -> bool:
        return is_text(column.storage)

    def broken(self, values: pa.Array, draws: Draws, column: Column) -> Broken:
        pairs = [self.one(value, one) for value, one in zip(values.to_pylist(), draws.tolist(), strict=True)]
        return Broken(texts_of([value for value, _ in pairs]), [detail for _, detail in pairs])

    def one(self, value: str, draws: list[float]) -> tuple[str, str]:
        """One value broken, and how."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Typos(_OfText):
    """One slip of the fingers: two letters swapped, one left out, one doubled, or a neighbouring key."""

    word: ClassVar[str] = "typos"

    def may(self, array: pa.Array, column: Column) -> Mask:
        return true(pc.greater_equal(pc.utf8_length(array), 2))

    def one(self, value: str, draws: list[float]) -> tuple[str, str]:
        first, place = choice(draws[0], len(_SLIPS)), choice(draws[1], len(value))
        for turn in range(len(_SLIPS)):
            slip, detail = _SLIPS[(first + turn) % len(_SLIPS)]
            if (slipped := slip(value, place, draws[2])) not in (value, ""):
                return slipped, detail
        return value + value[-1], "doubled letter"


def _swap(value: str, place: int, draw: float) -> str:
    place = min(place, len(value) - 2)
    return value[:place] + value[place + 1] + value[place] + value[place + 2 :]


def _drop(value: str, place: int, draw: float) -> str:
    return value[:place] + value[place + 1 :]


def _double(value: str, place: int, draw: float) -> str:
    return value[: place + 1] + value[place:]


def _neighbour(value: str, place: int, draw: float) -> str:
    near = _near().get(value[place].lower(), "")
    if not near:
        return value
    key = near[choice(draw, len(near))]
    return value[:place] + (key.upper() if value[place].isupper() else key) + value[place + 1 :]


_SLIPS: tuple[tuple[Callable[[str, int, float], str], str], ...] = (
    (_swap, "swapped letters"), (_drop, "dropped letter"), (_double, "doubled letter"), (_neighbour, "neighbouring key"),
)  # fmt: skip


@lru_cache(maxsize=1)
def _near() -> dict[str, str]:
    """The keys beside each key, on a board with the letters QWERTY."""
    at = {key: (row, place + row / 2) for row, keys in enumerate(_KEYS) for place, key in enumerate(keys)}
    return {
        key: "".join(
            other
            for other, (up, right) in at.items()
            if other != key and abs(up - row) <= 1 and abs(right - place) <= 1 and other.isdigit() == key.isdigit()
        )
        for key, (row, place) in at.items()
    }


@dataclass(frozen=True, slots=True)
class Encoding(_OfText):
    """Text that was written in one encoding and read in another; ASCII gets what programs of that sort leave around it."""

    word: ClassVar[str] = "encoding"

    def may(self, array: pa.Array, column: Column) -> Mask:
        return true(pc.greater_equal(pc.utf8_length(array), 1))

    def one(self, value: str, draws: list[float]) -> tuple[str, str]:
        if value.isascii():
            if " " in value and draws[0] < 0.7:
                return value.replace(" ", "Â\u00a0", 1), "no-break space read as Latin-1"
            return "ï»¿" + value, "byte order mark read as Latin-1"
        ways = (
            (value.encode("utf-8", "replace").decode("latin-1"), "UTF-8 read as Latin-1"),
            (value.encode("ascii", "replace").decode("ascii"), "lost in ASCII"),
            ("".join(one if one.isascii() else "\ufffd" for one in value), "Latin-1 read as UTF-8"),
        )
        first = choice(draws[0], len(ways))
        return next(way for way in (*ways[first:], *ways[:first]) if way[0] != value)


@dataclass(frozen=True, slots=True)
class Case(_OfText):
    """All capital letters, all small ones, or the one for the other."""

    word: ClassVar[str] = "case"

    def may(self, array: pa.Array, column: Column) -> Mask:
        return true(pc.or_(pc.not_equal(pc.utf8_upper(array), array), pc.not_equal(pc.utf8_lower(array), array)))

    def one(self, value: str, draws: list[float]) -> tuple[str, str]:
        ways = ((value.upper(), "capitals"), (value.lower(), "small letters"), (value.swapcase(), "swapped case"))
        first = choice(draws[0], len(ways))
        return next(way for way in (*ways[first:], *ways[:first], (value + " ", "white space")) if way[0] != value)


@dataclass(frozen=True, slots=True)
class Whitespace(_OfText):
    """A blank too many before, after or within, a tab, a no-break space, a line's end."""

    word: ClassVar[str] = "whitespace"

    def one(self, value: str, draws: list[float]) -> tuple[str, str]:
        ways = [
            (" " + value, "blank before"), (value + " ", "blank after"), (value + "\t", "tab after"),
            (value + "\u00a0", "no-break space after"), (value + "\n", "end of line after"),
        ]  # fmt: skip
        if " " in value:
            ways.append((value.replace(" ", "  ", 1), "blank doubled"))
        return ways[choice(draws[0], len(ways))]


@dataclass(frozen=True, slots=True)
class Truncated(_OfText):
    """Text that is cut off: at ``length`` letters where that is said, else anywhere."""

    word: ClassVar[str] = "truncated"
    length: int | None = None

    def __post_init__(self) -> None:
        Fault.__post_init__(self)
        if self.length is not None:
            options.whole(self.length, "length", 1, 2**31)

    def may(self, array: pa.Array, column: Column) -> Mask:
        return true(pc.greater(pc.utf8_length(array), 1 if self.length is None else self.length))

    def one(self, value: str, draws: list[float]) -> tuple[str, str]:
        length = 1 + choice(draws[0], len(value) - 1) if self.length is None else self.length
        return value[:length], f"cut off after {length} of {len(value)} letters"


@dataclass(frozen=True, slots=True)
class Placeholders(_OfText):
    """A word that stands for a missing value."""

    word: ClassVar[str] = "placeholders"

    def may(self, array: pa.Array, column: Column) -> Mask:
        return np.asarray(there(array) & ~true(pc.is_in(array, value_set=pa.array(_WORDS))))

    def one(self, value: str, draws: list[float]) -> tuple[str, str]:
        word = _WORDS[choice(draws[0], len(_WORDS))]
        return word, "empty text" if word == "" else "a word for missing"


_WORDS = ("", "N/A", "n/a", "NULL", "null", "-", "?", "unknown", "none", "TBD", "xxx", ".")
