"""Identifiers in text: UUIDs, codes of one pattern, tokens that mean nothing; and whether a column of numbers is one.

A key that repeats (another table's) is an identifier where its values are many or stand for people; where they are few,
such as a store's, they carry meaning and are labels.
"""

from __future__ import annotations

import re

import numpy as np
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
_ADDRESS = rf"^(?:{_OCTET}\.){{3}}{_OCTET}$|^{_HEX}{{1,4}}(?::{_HEX}{{0,4}}){{2,7}}$|^{_HEX}{{2}}(?:[:-]{_HEX}{{2}}){{5}}$"
_TOKEN = r"^[^\s,;@]{1,64}$"
_WITH_DIGIT = r"\d"
_FEW = 12  # distinct values below which nothing is taken for an identifier by its look alone
_MOST_LABELS = 1000
_LONG = 10**15  # whole numbers from here on count nothing
_USUAL = 0.9  # share of values that must have one length for a pattern


def identifier(cells: Cells, table: Hints) -> Guess | None:
    """Text that names rows: by what it looks like, or by the column's name where the values are codes."""
    if not cells.n_present:
        return None
    if (cells.n_distinct >= _FEW or cells.is_unique) and _all(cells, _UUID):
        return _guess(cells, types.Identifier("uuid"), "UUIDs")
    if (cells.n_distinct >= _FEW or cells.is_unique) and _all(cells, _ADDRESS):
        return _guess(cells, types.Identifier(), "network addresses")
    is_token = _all(cells, _TOKEN)
    if not is_token:
        return None
    if hints.is_key(cells.name):
        return _guess(cells, _form(cells), "codes in a column named like a key") if names_rows(cells) else None
    has_digits = cells.share(pc.match_substring_regex(cells.values, _WITH_DIGIT)) > 0.5
    if cells.n_distinct < _FEW or not (cells.n_distinct >= 0.95 * cells.n_present or is_scattered(cells)):
        return None
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


def _length(cells: Cells) -> int:
    return int(pc.max(pc.utf8_length(cells.values)).as_py())


def _guess(cells: Cells, kind: types.Identifier, what: str) -> Guess:
    return Guess(kind, cells.values, f"{what}, {reasons.distinct(cells)}")


def _form(cells: Cells) -> types.Identifier:
    """The pattern that the values of the commonest length share, place by place; none if there is no such length."""
    if not pc.all(pc.string_is_ascii(cells.values)).as_py() or cells.n_distinct < 2:
        return types.Identifier("opaque")
    few = cells.sample()
    lengths = pc.binary_length(few)
    usual = pc.mode(lengths)[0].as_py()
    if usual["count"] < _USUAL * len(few):
        return types.Identifier("opaque")
    joined = "".join(few.filter(pc.equal(lengths, usual["mode"])).to_pylist()).encode()
    pattern = _pattern(np.frombuffer(joined, np.uint8).reshape(-1, usual["mode"]))
    is_any = not pattern.strip("*") and len(pattern) > 8
    return types.Identifier("opaque") if is_any else types.Identifier("pattern", pattern)


def _pattern(letters: np.ndarray) -> str:
    """One sign a place, in the alphabet of :class:`twinset.core.types.Identifier`."""
    is_digit = (letters >= ord("0")) & (letters <= ord("9"))
    is_capital = (letters >= ord("A")) & (letters <= ord("Z"))
    is_small = (letters >= ord("a")) & (letters <= ord("z"))
    constant = (letters == letters[0]).all(axis=0)
    mixed = ~constant & (is_digit.any(axis=0) & (is_capital | is_small).any(axis=0))
    low_hex = (is_digit | ((letters >= ord("a")) & (letters <= ord("f")))).all(axis=0)
    high_hex = (is_digit | ((letters >= ord("A")) & (letters <= ord("F")))).all(axis=0)
    hexadecimal = "h" if mixed.any() and low_hex[mixed].all() else "H" if mixed.any() and high_hex[mixed].all() else ""
    signs = []
    for place in range(letters.shape[1]):
        if is_digit[:, place].all() and not hexadecimal:
            signs.append("9")
        elif hexadecimal and (low_hex if hexadecimal == "h" else high_hex)[place]:
            signs.append(hexadecimal)
        elif constant[place]:
            signs.append(f"\\{chr(letters[0, place])}")
        elif is_capital[:, place].all():
            signs.append("A")
        elif is_small[:, place].all():
            signs.append("a")
        elif (is_digit | is_capital | is_small)[:, place].all():
            signs.append("*")
        else:
            return ""
    return "".join(signs)


def row_number(cells: Cells) -> bool:
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
    return is_dense and ((in_order and ends["min"] in (0, 1)) or cells.n_present >= 5 * _FEW)
