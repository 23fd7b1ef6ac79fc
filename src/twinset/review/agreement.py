"""How far two reviewers agree, beyond what chance would give: Cohen's kappa (1960), with the interval of Fleiss et al.
(1969).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from twinset.review.choices import Choice

_VERBS = ("accept", "edit", "reject")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of two reviewers: rows that both looked at, the share on which they agree, kappa and its 95% interval.

    Kappa is None where there is no row in common, or both say one and the same throughout, when chance explains everything.
    """

    names: tuple[str, str]
    n: int
    share: float | None
    kappa: float | None = None
    interval: tuple[float, float] | None = None


def agreements(logs: Mapping[str, Mapping[int, Choice]]) -> list[Agreement]:
    """Of each pair of reviewers."""
    return [agreement(pair, logs[pair[0]], logs[pair[1]]) for pair in itertools.combinations(sorted(logs), 2)]


def agreement(names: tuple[str, str], one: Mapping[int, Choice], other: Mapping[int, Choice]) -> Agreement:
    """Of two of them."""
    rows = sorted(one.keys() & other.keys())
    if not rows:
        return Agreement(names, 0, None)
    table = np.zeros((len(_VERBS), len(_VERBS)))
    for row in rows:
        table[_VERBS.index(one[row].verb), _VERBS.index(other[row].verb)] += 1
    return _kappa(names, table / len(rows), len(rows))


def _kappa(names: tuple[str, str], p: np.ndarray, n: int) -> Agreement:
    seen, chance = float(np.trace(p)), float(p.sum(axis=0) @ p.sum(axis=1))
    if chance >= 1:
        return Agreement(names, n, seen)
    kappa = (seen - chance) / (1 - chance)
    both = p.sum(axis=0)[:, None] + p.sum(axis=1)[None, :]  # of column i and row j, transposed below
    diagonal = float((np.diag(p) * (1 - np.diag(both) * (1 - kappa)) ** 2).sum())
    rest = float((p * both.T**2).sum() - (np.diag(p) * np.diag(both) ** 2).sum()) * (1 - kappa) ** 2
    variance = max(0.0, diagonal + rest - (kappa - chance * (1 - kappa)) ** 2) / (n * (1 - chance) ** 2)
    half = 1.96 * float(np.sqrt(variance))
    return Agreement(names, n, seen, kappa, (max(-1.0, kappa - half), min(1.0, kappa + half)))
