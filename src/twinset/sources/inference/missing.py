"""Words that stand for a missing cell.

An empty cell and the words that only programs write (NaN, NULL, \\N) are missing everywhere. NA, N/A and None are missing
too, unless the column has empty cells beside them or is one of country codes, where NA is Namibia. Signs such as ? and - are
missing in a column whose other cells are numbers, dates or truth values, and labels among labels.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.dataset import Repair
from twinset.sources.inference.cells import Cells

_ALWAYS = ("", "NaN", "nan", "NULL", "null", "<NA>", "#N/A", "#NA", "NaT", "\\N", "(null)", "<null>")
_OFTEN = ("NA", "N/A", "n/a", "None", "#VALUE!", "#DIV/0!", "#REF!")
_SIGNS = ("?", "-", "--", "---", ".", "..", "*", "unknown", "Unknown", "UNKNOWN", "missing", "Missing", "none", "na")
_COUNTRY = re.compile("[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Views:
    """A column with its missing cells taken out: as it must be if it holds labels, and if it holds numbers or dates."""

    labels: Cells
    values: Cells


def views(cells: Cells) -> Views:
    """Both views of trimmed text cells; they are one object where no word is in doubt."""
    if not pc.any(pc.is_in(cells.values, value_set=pa.array((*_ALWAYS, *_OFTEN, *_SIGNS)))).as_py():
        return Views(cells, cells)
    sure = cells.without(pc.is_in(cells.values, value_set=pa.array(_ALWAYS)))
    often = pc.is_in(sure.values, value_set=pa.array(_OFTEN))
    has_empty = cells.n_present < cells.n_rows or pc.any(pc.equal(cells.values, "")).as_py()
    keeps = has_empty or _are_country_codes(sure)
    labels = sure if keeps and not pc.all(often).as_py() else sure.without(often)
    return Views(labels, sure.without(pc.or_(often, pc.is_in(sure.values, value_set=pa.array(_SIGNS)))))


def _are_country_codes(cells: Cells) -> bool:
    if cells.n_distinct < 5 or not all(map(_COUNTRY.fullmatch, cells.head(5))):
        return False
    return bool(pc.all(pc.match_substring_regex(cells.values, f"^{_COUNTRY.pattern}$")).as_py())


def words(before: Cells, after: Cells) -> Counter[str]:
    """How many cells each word for missing has, of a column before and after the missing ones were taken out."""
    n_empty = before.n_rows - before.n_present
    empty = Counter({"": n_empty} if n_empty else {})
    if after.n_distinct == before.n_distinct:  # none is gone
        return empty
    kept = pc.is_in(before.values, value_set=after.values.cast(before.values.type))
    gone = before.values.filter(pc.invert(kept)).to_pylist()
    counts = before.counts[~kept.to_numpy(zero_copy_only=False)]
    tally = Counter({word: int(count) for word, count in zip(gone, counts, strict=True)})
    return tally + empty


def usual(tallies: list[Counter[str]]) -> str:
    """The word that most missing cells of a table have; the empty one where there are none."""
    total = sum(tallies, Counter[str]())
    return max(total, key=lambda word: (total[word], word == "", word), default="")


def repairs(name: str, tally: Counter[str], usual: str) -> tuple[Repair, ...]:
    """Missing cells that are written in another word than the one they come out with."""
    shown = f"written {usual!r}" if usual else "empty"
    return tuple(
        Repair(f"missing cells written {word!r}, come out {shown}", name, count)
        for word, count in sorted(tally.items())
        if word != usual and word
    )
