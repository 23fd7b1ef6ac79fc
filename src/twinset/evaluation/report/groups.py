"""Which score belongs to which part of the page, told from names and subjects alone, so that unknown metrics find a place.

A fidelity metric that was measured on single columns belongs to the columns, one that was measured on several together to
the pairs, one of the whole table to the whole rows. Families that nobody knows come last, under their own name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from twinset.core.score import Score
from twinset.evaluation.report.words import describe

KNOWN = ("fidelity", "utility", "privacy")


@dataclass(frozen=True, slots=True)
class Groups:
    """The scores, sorted into parts; ``by_column`` holds what was measured of each column, ``column_means`` their means."""

    by_column: dict[str, list[Score]]
    column_means: list[Score] = field(default_factory=list)
    together: list[Score] = field(default_factory=list)
    together_means: list[Score] = field(default_factory=list)
    whole: list[Score] = field(default_factory=list)
    utility: list[Score] = field(default_factory=list)
    privacy: list[Score] = field(default_factory=list)
    others: list[Score] = field(default_factory=list)


def group(scores: Iterable[Score], columns: Iterable[str]) -> Groups:
    """Each score in its part."""
    groups = Groups({name: [] for name in columns})
    known = list(scores)
    on_columns = {score.metric for score in known if score.subject in groups.by_column}
    on_several = {score.metric for score in known if score.subject is not None} - on_columns
    for score in known:
        if score.family == "fidelity" and score.subject is not None:
            groups.by_column.get(score.subject, groups.together).append(score)
        elif score.family == "fidelity":
            _whole(groups, score.metric, on_columns, on_several).append(score)
        elif score.family in KNOWN:
            (groups.utility if score.family == "utility" else groups.privacy).append(score)
        else:
            groups.others.append(score)
    return groups


def _whole(groups: Groups, metric: str, on_columns: set[str], on_several: set[str]) -> list[Score]:
    of = describe(metric).of
    if metric in on_columns or of == "columns":
        return groups.column_means
    return groups.together_means if metric in on_several or of == "several" else groups.whole
