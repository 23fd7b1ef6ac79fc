"""What is told of rows that checks refused: how many, why, and how many could not be made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

_MOST_REASONS = 5


def told(n_wanted: int, n_rows: int, reasons: Mapping[str, int]) -> Iterator[str]:
    """A line for what was refused and made again, and one where rows are missing in the end."""
    counted = Counter(reasons)
    if counted.total():
        said = "; ".join(f"{reason} ({count:,})" for reason, count in counted.most_common(_MOST_REASONS))
        yield f"{counted.total():,} rows were refused, and made again as often as the plan says: {said}"
    if n_rows < n_wanted:
        yield f"{n_wanted - n_rows:,} of {n_wanted:,} rows were refused every time and left out (may_fall_short)"
