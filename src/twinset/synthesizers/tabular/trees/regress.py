"""A regression that outliers do not bend, and which columns to try in it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from twinset.privacy.alphabet import Ticks
from twinset.privacy.values import Numbers

MOST_INPUTS, _MISSED, _ROUNDS = 6, 2, 8
"""Columns to try at most, and how many of them for what the closest ones miss."""


def closest(columns: npt.NDArray[np.float64], target: Ticks) -> Numbers:
    """The columns whose ranks go most with the target's, and those that go most with what these miss."""
    ranks = np.array([_ranks(one) for one in columns])
    n_missed = _MISSED if len(columns) > MOST_INPUTS else 0
    first = _most_alike(ranks, target, MOST_INPUTS - n_missed)
    if not n_missed:
        return np.sort(first)
    slopes, constant, _ = regress(columns[first], target)
    missed = target - constant - slopes @ columns[first]
    rest = np.delete(np.arange(len(columns)), first)
    return np.sort(np.append(first, rest[_most_alike(ranks[rest], missed, n_missed)]))


def _most_alike(ranks: npt.NDArray[np.float64], target: Ticks, most: int) -> Numbers:
    alike = np.abs(np.corrcoef(np.vstack([ranks, _ranks(target)]))[-1, :-1])
    return np.argsort(-np.nan_to_num(alike), kind="stable")[:most]


def _ranks(values: Ticks) -> Ticks:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(np.float64)


def regress(columns: npt.NDArray[np.float64], target: Ticks) -> tuple[Ticks, float, float]:
    """Slopes, constant and typical miss of a regression that outliers do not bend (Cauchy weights; Holland, Welsch 1977)."""
    middle, scale = columns.mean(axis=1), columns.std(axis=1)
    design = np.vstack([(columns - middle[:, None]) / scale[:, None], np.ones(columns.shape[1])])
    weight, found = np.ones(len(target)), np.zeros(len(design))
    for _ in range(_ROUNDS):
        weighted = design * weight
        gram = weighted @ design.T + 1e-12 * len(target) * np.eye(len(design))
        found = np.linalg.solve(gram, weighted @ target)
        miss = target - found @ design
        weight = 1 / (1 + (miss / max(3 * typical(miss), 1e-9)) ** 2)
    slopes = found[:-1] / scale
    return slopes, float(found[-1] - slopes @ middle), typical(target - found @ design)


def typical(miss: Ticks) -> float:
    """The median of how far each is off."""
    return float(np.median(np.abs(miss)))
