"""Columns of labels and truths: those that at least k rows share, with their shares; the others are pooled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.privacy.values import enough
from twinset.synthesizers.rules.fitted.found import Found, share

OTHER = "other"
MOST_LABELS = 1_000


def of_labels(values: pa.Array, order: Sequence[object], k: int) -> Found | None:
    """A category; None where next to no rows have a label that enough share. ``order`` are labels in their order, if any."""
    coded = pc.value_counts(values)
    counts = dict(zip(coded.field("values").to_pylist(), coded.field("counts").to_pylist(), strict=True))
    least = enough(k, len(values))
    kept = {label: count for label, count in counts.items() if count >= least and _is_within_reach(label)}
    if not kept or len(kept) > MOST_LABELS or sum(kept.values()) < 0.5 * len(values):
        return None
    ranks = {label: place for place, label in enumerate(order)}
    kept = dict(sorted(kept.items(), key=lambda item: (ranks.get(item[0], len(ranks)), str(item[0]))))
    n_pooled = len(values) - sum(kept.values())
    n_rare = len(counts) - len(kept)
    rare = f"{n_rare} rare one{'s' if n_rare > 1 else ''}"
    reason = f"{len(kept)} labels"
    if n_pooled >= least and pa.types.is_string(values.type):
        kept[OTHER] = kept.get(OTHER, 0) + n_pooled
        reason += f"; {rare} pooled as {OTHER!r}"
    elif n_rare:
        reason += f"; {rare} left out"
    total = sum(kept.values())
    weights = {label: share(count, total) for label, count in kept.items()}
    return Found({"rule": "category", "values": weights}, reason, ranked=bool(order))


def _is_within_reach(label: object) -> bool:
    """Whether a plan can name a label: any text, and numbers that rules can make."""
    return not isinstance(label, int | float) or abs(label) < 2.0**62


def of_truths(values: pa.Array, k: int) -> Found:
    """True in a share of the rows; always the same where fewer than k rows are otherwise."""
    n_true = int(pc.sum(values.cast(pa.int64())).as_py() or 0)
    n_true = 0 if n_true < k else len(values) if len(values) - n_true < k else n_true
    return Found({"rule": "boolean", "share": share(n_true, len(values))}, "")


def depending(values: pa.Array, on: pa.Array, found: Found, k: int) -> dict[str, dict[str, float | int]] | None:
    """The weights of labels for each value of another column, where at least k rows have both; None without a difference."""
    assert isinstance(found.rule, dict)
    labels = [label for label in found.rule["values"] if label != OTHER]
    both = pc.and_(values.is_valid(), on.is_valid())
    rows = np.asarray(pc.fill_null(pc.index_in(values.filter(both), value_set=pa.array(labels, values.type)), -1))
    given = on.filter(both).dictionary_encode()
    table = _counted(rows, np.asarray(given.indices), len(labels), len(given.dictionary))
    if association(table) < 0.1:
        return None
    weights: dict[str, dict[str, float | int]] = {}
    for value, counts in zip(given.dictionary.to_pylist(), table, strict=True):
        shown = {label: int(count) for label, count in zip(labels, counts, strict=True) if count >= k}
        if sum(shown.values()) >= 2 * k:
            weights[value] = {label: share(count, sum(shown.values())) for label, count in shown.items()}
    return weights or None


def _counted(
    rows: npt.NDArray[np.int64], given: npt.NDArray[np.int64], n_labels: int, n_given: int
) -> npt.NDArray[np.int64]:
    known = rows >= 0
    flat = given[known].astype(np.int64) * n_labels + rows[known]
    return np.bincount(flat, minlength=n_labels * n_given).reshape(n_given, n_labels)


def association(table: npt.NDArray[np.int64]) -> float:
    """Cramér's V of a table of counts, less what chance gives."""
    total = table.sum()
    if total == 0 or min(table.shape) < 2:
        return 0.0
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / total
    chi = float((((table - expected) ** 2) / np.maximum(expected, 1e-12)).sum())
    free = (table.shape[0] - 1) * (table.shape[1] - 1)
    return float(np.sqrt(max(0.0, chi - free) / total / (min(table.shape) - 1)))
