"""What text is when it is nothing more special: labels, or prose.

Labels are what rows share; where almost no label is shared by K rows there is nothing that could be learned without copying,
and the column is text.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.privacy import K
from twinset.privacy.prose import is_prose
from twinset.sources.inference import numbers, reasons
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints

_MANY_ROWS = 50
_SHARED = 0.2


def label(cells: Cells, table: Hints) -> Guess:
    """Categorical or text; every column of text ends here at the latest."""
    if _is_prose(cells):
        return Guess(types.Text(), cells.values, f"prose, {reasons.distinct(cells)}")
    if is_scattered(cells):
        return Guess(types.Text(), cells.values, f"words that hardly two rows share, {reasons.distinct(cells)}")
    if _is_mixed(cells):
        return Guess(
            types.Categorical(), cells.values, f"numbers and words mixed, kept as text labels, {reasons.distinct(cells)}"
        )
    return Guess(types.Categorical(), cells.values, f"labels, {reasons.distinct(cells)}")


def is_scattered(cells: Cells) -> bool:
    """Whether hardly a value is shared by K rows, in a table where it could be."""
    return cells.n_present >= _MANY_ROWS and cells.n_distinct > 0.5 * cells.n_present and cells.shared(K) < _SHARED


def _is_prose(cells: Cells) -> bool:
    if not cells.n_present or cells.n_distinct <= 0.3 * cells.n_present:
        return False
    return is_prose(cells.sample(500))


def _is_mixed(cells: Cells) -> bool:
    few = cells.sample(200)
    is_number = pc.match_substring_regex(few, numbers.PLAIN)
    return 0.05 < pc.mean(is_number.cast(pa.float64())).as_py() < 1 if len(few) else False
