"""Keys as the overview shows them: shares of orphans and of missing keys, the shape of their counts, all their figures."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from twinset.core.score import Score
from twinset.core.verdict import LinkedVerdict, Outcome
from twinset.evaluation.relational.result import KeyPart, LinkedEvaluation
from twinset.evaluation.report.details import excess
from twinset.evaluation.report.figures import figure
from twinset.evaluation.report.histogram import histogram, rows_of, sparkline
from twinset.evaluation.report.rows import Row, row, rows
from twinset.evaluation.result import Profile

_OF_KEYS = ("degree", "used", "spread", "joint", "orphans", "missing", "association")


@dataclass(frozen=True, slots=True)
class KeyView:
    """One key: shares of orphans and of missing keys in words (real, synthetic), its degrees' chart, all its figures."""

    key: KeyPart
    id: str
    outcome: Outcome
    worse: float
    orphans: tuple[str, str]
    missing: tuple[str, str]
    degree: Row | None
    spark: Markup
    chart: Markup
    bins: tuple[tuple[str, str, str], ...]
    rows: tuple[Row, ...]


def key_views(evaluation: LinkedEvaluation, verdict: LinkedVerdict) -> tuple[KeyView, ...]:
    """All keys: those that sounded an alarm first, then those whose counts are furthest off."""
    by_key: dict[str, list[Score]] = {key.label: [] for key in evaluation.keys}
    for score in evaluation.scores:
        if score.metric.partition(".")[2] in _OF_KEYS:
            by_key.setdefault(str(score.detail.get("key")), []).append(score)
    views = [_key(key, by_key[key.label], verdict) for key in evaluation.keys]
    ordered = sorted(views, key=lambda view: (view.outcome != "fail", -view.worse))
    return tuple(dataclasses.replace(view, id=f"key-{place}") for place, view in enumerate(ordered))


def _key(key: KeyPart, scores: list[Score], verdict: LinkedVerdict) -> KeyView:
    found = {score.metric.partition(".")[2]: score for score in scores}
    degree = found.get("degree")
    profile = _shape(key, degree) if degree else None
    return KeyView(
        key, "", verdict.keys.get(key.label, "unknown"), excess(degree) if degree and degree.value is not None else -1.0,
        _shares(found.get("orphans")), _shares(found.get("missing")),
        row(degree) if degree and degree.value is not None else None,
        sparkline(profile) if profile else Markup(""), histogram(_held(profile)) if profile else Markup(""),
        tuple(rows_of(_held(profile))) if profile else (), rows(scores),
    )  # fmt: skip


def _shares(score: Score | None) -> tuple[str, str]:
    """The whole sides' shares: real, synthetic."""
    values = [score.detail.get(name) if score else None for name in ("real", "synthetic")]
    first, second = (figure(value if isinstance(value, float) else None, "share") for value in values)
    return first, second


def _shape(key: KeyPart, score: Score) -> Profile | None:
    """Rows per parent as a column of bins; None where the detail holds no such shape."""
    shape = score.detail.get("shape")
    if not isinstance(shape, Mapping):
        return None
    levels = [int(level) for level in shape["levels"]]
    ends = [*levels[1:], None]
    labels = tuple(_bin(low, end) for low, end in zip(levels, ends, strict=True))
    name = f"{key.table} per row of {key.to}"
    return Profile(name, "count", "label", labels, (), tuple(shape["real"]), tuple(shape["synthetic"]), 0.0, 0.0)


def _held(profile: Profile) -> Profile:
    """The bins that anything is in."""
    kept = [
        place for place, pair in enumerate(zip(profile.train, profile.synthetic, strict=True)) if any(pair) or None in pair
    ]
    labels, train, made = (
        tuple(each[place] for place in kept) for each in (profile.labels, profile.train, profile.synthetic)
    )
    return dataclasses.replace(profile, labels=labels, train=train, synthetic=made)  # type: ignore[arg-type]


def _bin(low: int, end: int | None) -> str:
    if end is None:
        return f"{low:,} and more" if low else "0"
    return f"{low:,}" if end == low + 1 else f"{low:,} to {end - 1:,}"
