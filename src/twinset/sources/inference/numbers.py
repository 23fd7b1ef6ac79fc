"""Numbers as text writes them: plain, with a decimal comma, in groups of thousands, with a currency or percent sign.

A leading zero ("007") makes a code and no number. Signs that are not part of the number are taken off all cells and counted;
brackets around one, as accountants write it, make it negative.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Hints

PLAIN = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$"
_COMMA = r"^[+-]?(?:\d+,?\d*|,\d+)$"
_GROUPED_POINT = r"^[+-]?[1-9]\d{0,2}(?:[, ’'\x{a0}\x{202f}]\d{3})+(?:\.\d+)?$"
_GROUPED_COMMA = r"^[+-]?[1-9]\d{0,2}(?:[. ’'\x{a0}\x{202f}]\d{3})+(?:,\d+)?$"
_POINT_OR_GROUPS = r"^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$"
_GROUP_SIGNS = r"[ ’'\x{a0}\x{202f}]"
_ENDLESS = r"(?i)^[+-]?inf(?:inity)?$"
_WHOLE = r"^[+-]?\d+$"
_CODED = r"^[+-]?0\d"
_SIGN = r"[$€£¥₹₽%]|USD|EUR|GBP|CHF|JPY|INR|CAD|AUD"
_SIGNED = re.compile(rf"^[+-]?\s?(?:({_SIGN})\s?[+-]?[\d.,]|[\d.,'’\s]*\d\s?({_SIGN})$)")
_LOOKS = re.compile(rf"^[+-]?\s?(?:{_SIGN})?\s?[+-]?[\d.,'’ \u00a0\u202f]*\d[\d.,]*(?:[eE][+-]?\d+)?\s?(?:{_SIGN})?$")

_BRACKETED = r"^\(\s?([^-+()]*\d[^-+()]*)\)$|^([$€£¥₹₽])\s?\(([^-+()]*\d[^-+()]*)\)$"
_NEGATIVE = r"-\2\1\3"

MOST_PLACES = 8  # numbers with more decimals have as many as they like
_WHOLE_FROM = 2.0**53  # doubles from here on have no decimals
_RARE = 0.01  # share of cells up to which a column of numbers or dates may hold something else, counted and made missing
_FEW = 1000  # numbers that are looked at before all are
_MIN_DISTINCT = 20  # distinct numbers below which odd cells make labels of the whole column


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number for each distinct value (int64, uint64, decimal128 or double); null where there is none.

    ``decimals`` are the places after the point that all cells show, None where they differ; ``most`` the most that one
    shows. ``decimal`` is the sign before them. ``is_doubtful``: grouping and decimals could not be told apart. ``is_bare``:
    some show no point at all.
    """

    values: pa.Array
    decimals: int | None = None
    most: int | None = None
    decimal: str = ""
    mended: str = ""
    is_doubtful: bool = False
    is_bare: bool = False


def looks(texts: list[str]) -> bool:
    """Whether most of some texts look like numbers."""
    return sum(_LOOKS.match(text) is not None for text in texts) > 0.7 * len(texts)


def are_enough(cells: Cells, are_read: pa.Array) -> bool:
    """Whether all cells are read; or nearly all, and so many distinct ones that the others must be mistakes."""
    if pc.all(are_read).as_py():
        return True
    return 1 - cells.share(are_read) <= _RARE and (pc.sum(are_read).as_py() or 0) >= _MIN_DISTINCT


def read_numbers(cells: Cells, table: Hints) -> Numbers | None:
    """The cells as numbers, if they all are, but for a few odd ones among many; and none of them is a code."""
    head = pc.replace_substring_regex(pa.array(cells.head(50), pa.string()), _BRACKETED, _NEGATIVE).to_pylist()
    if not head or not looks(head):
        return None
    numbers = parse(cells.values, table)
    if numbers is None:
        return None
    is_read = pc.or_(pc.is_valid(numbers.values), pc.match_substring_regex(cells.values, _ENDLESS))
    if not are_enough(cells, is_read):
        return None
    is_coded = pc.match_substring_regex(cells.values, _CODED)
    return None if pc.any(is_coded).as_py() else numbers


def parse(texts: pa.Array, table: Hints) -> Numbers | None:
    """Each text as a number where it is one; None where they carry several currency signs or have above 38 digits."""
    bracketed = pc.replace_substring_regex(texts, _BRACKETED, _NEGATIVE)
    brackets = "" if bracketed.equals(texts) else "brackets of negative numbers became a minus"
    bare, mended = _without_signs(bracketed)
    if bare is None:
        return None
    pointed, decimal, grouped, is_doubtful = _with_point(bare, table)
    numbers = pc.if_else(pc.match_substring_regex(pointed, PLAIN), pointed, None)
    numbers = pc.replace_substring_regex(numbers, r"^\+", "")
    mended = ", ".join(filter(None, [brackets, mended, "signs between thousands removed" if grouped else ""]))
    if pc.all(pc.match_substring_regex(numbers, _WHOLE)).as_py() is not False:
        whole = _as_whole(numbers)
        return None if whole is None else Numbers(whole, 0, 0, "", mended, is_doubtful)
    doubles = numbers.cast(pa.float64())
    doubles = pc.if_else(pc.is_finite(doubles), doubles, None)
    is_bare = bool(pc.any(pc.match_substring_regex(numbers, _WHOLE)).as_py())
    return Numbers(doubles, *_places(numbers), decimal, mended, is_doubtful, is_bare)


def _without_signs(texts: pa.Array) -> tuple[pa.Array | None, str]:
    """The texts without the currency or percent sign that they share; None where there are several, or not all have it."""
    head = texts.slice(0, 50).to_pylist()
    signs = {next(filter(None, match.groups())) for text in head if (match := _SIGNED.match(text))}
    if not signs:
        return texts, ""
    if len(signs) > 1:
        return None, ""
    sign = signs.pop()
    if not pc.all(pc.or_(pc.match_substring(texts, sign), pc.equal(texts, "0"))).as_py():
        return None, ""
    quoted = re.escape(sign)
    bare = pc.replace_substring_regex(texts, rf"^([+-]?)\s?{quoted}\s?|\s?{quoted}$", r"\1")
    return bare, f"the sign {sign} removed"


def _with_point(texts: pa.Array, table: Hints) -> tuple[pa.Array, str, bool, bool]:
    """The texts with a decimal point and without grouping; the decimal sign found, whether there was grouping, and doubt.

    All cells are looked at: "1,234" is a grouped number unless another cell shows that the comma is decimal. Where none
    does, the table's other columns decide, and then the separator: a file cut at commas hardly has them as decimal sign.
    """
    head = texts.slice(0, 20).to_pylist()
    if pc.all(pc.match_substring_regex(texts, PLAIN)).as_py() and not all(re.match(_POINT_OR_GROUPS, text) for text in head):
        return texts, ".", False, False
    fits = {kind: _share(texts, kind) for kind in (PLAIN, _COMMA, _GROUPED_POINT, _GROUPED_COMMA)}
    with_point, with_comma = fits[PLAIN] + fits[_GROUPED_POINT], fits[_COMMA] + fits[_GROUPED_COMMA]
    shows_comma = _share(texts, _COMMA) > _share(texts, _WHOLE)
    is_doubtful = fits[_GROUPED_COMMA] == fits[PLAIN] == 1 or (fits[_GROUPED_POINT] == fits[_COMMA] == 1)
    has_comma = with_comma > with_point
    if is_doubtful:
        has_comma = table.decimal == "," or (table.decimal is None and table.separator != "," and shows_comma)
    if has_comma:
        bare = pc.replace_substring_regex(texts, rf"\.|{_GROUP_SIGNS}", "")
        pointed = pc.if_else(_matches(texts, _COMMA, _GROUPED_COMMA), pc.replace_substring(bare, ",", "."), texts)
        return pointed, ",", fits[_GROUPED_COMMA] > 0, is_doubtful
    if fits[_GROUPED_POINT]:
        bare = pc.replace_substring_regex(texts, rf",|{_GROUP_SIGNS}", "")
        return pc.if_else(_matches(texts, PLAIN, _GROUPED_POINT), bare, texts), ".", True, is_doubtful
    return texts, ".", False, is_doubtful


def _share(texts: pa.Array, pattern: str) -> float:
    return float(pc.mean(pc.match_substring_regex(texts, pattern)).as_py() or 0)


def _matches(texts: pa.Array, one: str, other: str) -> pa.Array:
    return pc.or_(pc.match_substring_regex(texts, one), pc.match_substring_regex(texts, other))


def _as_whole(texts: pa.Array) -> pa.Array | None:
    """The smallest storage that holds all of them exactly; None above 38 digits, which no storage holds."""
    longest = pc.max(pc.utf8_length(texts)).as_py() or 0
    if longest > 39:
        return None
    for kind in (pa.int64(), pa.uint64(), pa.decimal128(38, 0)):
        try:
            return texts.cast(kind)
        except pa.ArrowInvalid:
            continue
    return None


def _places(texts: pa.Array) -> tuple[int | None, int | None]:
    """How many places after the point all cells show, None where they differ; and the most that one shows.

    Both are None for numbers with an exponent.
    """
    if pc.any(pc.match_substring(texts, "e", ignore_case=True)).as_py():
        return None, None
    point = pc.find_substring(texts, ".")
    shown = pc.if_else(pc.less(point, 0), 0, pc.subtract(pc.subtract(pc.binary_length(texts), point), 1))
    ends = pc.min_max(shown).as_py()
    return (ends["min"] if ends["min"] == ends["max"] <= MOST_PLACES else None), ends["max"]


def places(numbers: pa.Array) -> int | None:
    """The fewest decimal places that hold all numbers exactly, as their storage rounds; None for more than eight.

    A computed number (0.30000000000000004) has no places: to print it with one would be to change it.
    """
    storage = np.float32 if pa.types.is_float32(numbers.type) else np.float64
    plain = np.asarray(numbers.drop_null().cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    plain = plain[np.abs(plain) < _WHOLE_FROM]
    few = plain[:_FEW]  # which rule most places out
    fitting = (
        n
        for n in range(MOST_PLACES + 1)
        if all(np.array_equal(np.round(own, n).astype(storage), own.astype(storage)) for own in (few, plain))
    )
    return next(fitting, None) if len(numbers) > numbers.null_count else None
