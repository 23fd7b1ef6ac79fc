"""k-anonymity of the twin: the smallest group of its rows that share the same quasi-identifying values.

Informational. For real rows a group of one points at a person (Sweeney, 2002); a row of the twin is nobody, and a twin of
single rows can be safe while one of large groups leaks. It is shown because readers ask for it, and decides nothing. It does
not know which columns identify somebody in the world: unless they are named, it takes those that look like it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.attacks.arena import Records
from twinset.evaluation.attacks.words import words
from twinset.evaluation.encode import EncodedColumn, encoded
from twinset.privacy import K

METRIC = "privacy.k_anonymity"
MOST_COLUMNS = 4
FEWEST_VALUES, MOST_VALUES = 2, 100


@dataclass(frozen=True, slots=True)
class KAnonymity:
    """The metric; ``columns`` are the quasi-identifiers (empty: those with most values of those with at most 100)."""

    columns: tuple[str, ...] = ()

    def measure(self, comparison: Comparison, *, seed: Seed) -> Iterable[Score]:
        """One score: k, with the share of rows in groups smaller than K in its detail."""
        known = encoded(comparison).columns
        chosen = [column for column in known if column.name in self.columns] if self.columns else _likely(known)
        if unknown := [name for name in self.columns if name not in {column.name for column in known}]:
            reason = f"columns that can't be compared by value: {', '.join(unknown)}"
            yield Score(METRIC, None, None, "higher", reason=reason)
            return
        if not chosen or not len(chosen[0].synthetic):
            yield Score(METRIC, None, None, "higher", reason="no column looks like a quasi-identifier")
            return
        keys = words(Records(tuple(column.synthetic for column in chosen))).keys()
        _, counts = np.unique(keys, return_counts=True)
        yield Score(
            METRIC,
            None,
            float(counts.min()),
            "higher",
            n=len(keys),
            reason="shown only: rows of a twin are nobody",
            detail={
                "columns": [column.name for column in chosen],
                f"share of rows in groups smaller than {K}": float(counts[counts < K].sum() / len(keys)),
            },
        )


def _likely(columns: tuple[EncodedColumn, ...]) -> list[EncodedColumn]:
    n_values = {column.name: len(np.unique(column.train)) for column in columns}
    able = [column for column in columns if FEWEST_VALUES <= n_values[column.name] <= MOST_VALUES]
    return sorted(able, key=lambda column: -n_values[column.name])[:MOST_COLUMNS]
