"""Identifiers in text: UUIDs, codes of one pattern, tokens that mean nothing; and whether a column of numbers is one.

A key that repeats (another table's) is an identifier where its values are many or stand for people; where they are few,
such as a store's, they carry meaning and are labels.
"""

from __future__ import annotations

import re
import string

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from twinset.core import types
from twinset.privacy import K
from twinset.sources.inference import hints, reasons
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints
from twinset.sources.inference.labels import is_scattered

_HEX = "[0-9a-fA-F]"
_UUID = rf"^\{{?{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}\}}?$"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_NETWORK = (  # what such addresses look like, and what stands in their place: addresses that are nobody's on the open net
    (rf"^(?:{_OCTET}\.){{3}}{_OCTET}(?:/\d{{1,2}})?$", r"\1\0\.\199\.\199\.\199"),
    (rf"^{_HEX}{{2}}(?:[:-]{_HEX}{{2}}){{5}}$", r"\0\2\:\0\0\:hh\:hh\:hh\:hh"),
    (rf"^{_HEX}{{0,4}}(?::{_HEX}{{0,4}}){{2,7}}(?:/\d{{1,3}})?$", r"\f\d\0\0\:\:hhhh\:hhhh"),
)
_TOKEN = r"^[^\s,;@]{1,64}$"
_WITH_DIGIT = r"\d"
_FEW = 12  # distinct values below which nothing is taken for an identifier by its look alone
_MOST_LABELS = 1000
_LONG = 10**15  # whole numbers from here on count nothing
_DIGITS, _CAPITALS, _SMALL = frozenset(string.digits), frozenset(string.ascii_uppercase), frozenset(string.ascii_lowercase)
_HEX_DIGITS = {"h": frozenset("0123456789abcdef"), "H": frozenset("0123456789ABCDEF")}
_LONGEST_MIXED = 8  # codes of letters and digits anyhow, beyond which a pattern says nothing
_USUAL = 0.9  # share of values that must have one length for a pattern


def identifier(cells: Cells, table: Hints) -> Guess | None:
    """Text that names rows: by what it looks like, or by the column's name where the values are codes."""
    if not cells.n_present:
        return None
    if (cells.n_distinct >= _FEW or cells.is_unique) and _all(cells, _UUID):
        return _guess(cells, types.Identifier("uuid"), "UUIDs")
    if (cells.n_distinct >= _FEW or cells.is_unique) and (network := _network(cells)):
        return _guess(cells, types.Identifier("pattern", network), "network addresses")
    is_token = _all(cells, _TOKEN)
    if not is_token:
        return None
    if hints.is_key(cells.name):
        return _guess(cells, _form(cells), "codes in a column named like a key") if names_rows(cells) else None
    if cells.n_distinct < _FEW or not (cells.n_distinct >= 0.95 * cells.n_present or is_scattered(cells)):
        return None
    has_digits = cells.share(pc.match_substring_regex(cells.values, _WITH_DIGIT)) > 0.5
    form = _form(cells)
    if form.form == "pattern" and (has_digits or _length(cells) <= 8):
        return _guess(cells, form, "codes of one pattern")
    return _guess(cells, form, "codes without a pattern") if has_digits else None


def names_rows(cells: Cells) -> bool:
    """Whether the values of a column that is named like a key name rows, and do not stand for a few kinds of things."""
    if cells.is_unique:
        return True
    if hints.is_of_people(cells.name):
        return cells.n_distinct > 2
    return cells.n_distinct > _MOST_LABELS or (cells.n_distinct > 2 * _FEW and cells.n_present < 2 * K * cells.n_distinct)


def _all(cells: Cells, pattern: str) -> bool:
    """Whether the first values and then all of them match."""
    if not all(re.match(pattern, text) for text in cells.head()):
        return False
    return bool(pc.all(pc.match_substring_regex(cells.values, pattern)).as_py())


def _network(cells: Cells) -> str:
    """The pattern of what stands for network addresses, if all values are such; of several sorts, the first value's."""
    if not _all(cells, "|".join(look for look, _ in _NETWORK)):
        return ""
    (first,) = cells.head(1)
    return next(pattern for look, pattern in _NETWORK if re.match(look, first))


def _length(cells: Cells) -> int:
    return int(pc.max(pc.utf8_length(cells.values)).as_py())


def _guess(cells: Cells, kind: types.Identifier, what: str) -> Guess:
    return Guess(kind, cells.values, f"{what}, {reasons.distinct(cells)}")


def _form(cells: Cells) -> types.Identifier:
    """The pattern of the values' commonest length; none if there is no such length, or fewer than K values to show it."""
    if not pc.all(pc.string_is_ascii(cells.values)).as_py() or cells.n_distinct < K:
        return types.Identifier("opaque")
    few = cells.sample()
    lengths = pc.binary_length(few)
    usual = pc.mode(lengths)[0].as_py()
    if usual["count"] < _USUAL * len(few):
        return types.Identifier("opaque")
    joined = "".join(few.filter(pc.equal(lengths, usual["mode"])).to_pylist()).encode()
    pattern = _pattern(np.frombuffer(joined, np.uint8).reshape(-1, usual["mode"]))
    return types.Identifier("pattern", pattern) if pattern else types.Identifier("opaque")


def _pattern(letters: npt.NDArray[np.uint8]) -> str:
    """One sign a place (see :class:`twinset.core.types.Identifier`); empty where the places are too mixed."""
    places = [frozenset(np.unique(column).tobytes().decode()) for column in letters.T]
    mixed = [place for place in places if len(place) > 1 and place & _DIGITS and place - _DIGITS]
    is_odd = any(len(place) > 1 and not place <= _DIGITS | _CAPITALS | _SMALL for place in places)
    hexadecimal = next(
        (sign for sign, digits in _HEX_DIGITS.items() if mixed and all(place <= digits for place in mixed)), ""
    )
    pattern = "".join(_sign(place, hexadecimal) for place in places)
    return "" if is_odd or (not pattern.strip("*") and len(pattern) > _LONGEST_MIXED) else pattern


def _sign(place: frozenset[str], hexadecimal: str) -> str:
    """The sign of one place, given the characters that stand there and the kind of hexadecimal digits around it."""
    if hexadecimal and place <= _HEX_DIGITS[hexadecimal]:
        return hexadecimal
    if place <= _DIGITS:
        return "9"
    if len(place) == 1:
        return f"\\{min(place)}"
    return "A" if place <= _CAPITALS else "a" if place <= _SMALL else "*"


def row_number(cells: Cells, table: Hints) -> bool:
    """Whether whole numbers are a key: all present, all different, and in sequence or in a column named so."""
    if not cells.is_unique or cells.n_present < cells.n_rows or cells.n_present < 3:
        return False
    if hints.is_key(cells.name) or abs(pc.min(cells.values).as_py()) >= _LONG:
        return True
    if hints.is_period(cells.name):
        return False
    ends = pc.min_max(cells.values).as_py()
    is_dense = ends["max"] - ends["min"] + 1 == cells.n_present
    in_order = cells.values[0].as_py() == ends["min"] and cells.values[-1].as_py() == ends["max"]
    is_first = cells.name == table.names[0]
    return is_dense and ((in_order and is_first and ends["min"] in (0, 1)) or cells.n_present >= 5 * _FEW)
