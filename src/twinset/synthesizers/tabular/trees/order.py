"""The order in which fields are drawn, found from how much each says about the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.trees.codes import n_present

Matrix = npt.NDArray[np.float64]
_BOUND = 0.5


def mutual_information(classes: list[Numbers]) -> Matrix:
    """Nats that each pair of fields shares, less what chance alone would give (Miller 1955); 0 on the diagonal."""
    entropies = [_entropy(own) for own in classes]
    shared = np.zeros((len(classes), len(classes)))
    for i, left in enumerate(classes):
        width = int(left.max()) + 1
        for j in range(i):
            joint = _entropy(classes[j] * width + left)
            shared[i, j] = shared[j, i] = max(0.0, entropies[i] + entropies[j] - joint)
    return shared


def _entropy(classes: Numbers) -> float:
    counts = np.bincount(classes)
    counts = counts[counts > 0]
    share = counts / len(classes)
    return float(-(share * np.log(share)).sum() + (len(counts) - 1) / (2 * len(classes)))


def find_order(shared: Matrix) -> list[int]:
    """First the field that shares most with all others, then always the one that shares most with one already there."""
    order = [int(shared.sum(axis=1).argmax())]
    closest = shared[order[0]].copy()
    for _ in range(len(shared) - 1):
        closest[order] = -np.inf
        order.append(int(closest.argmax()))
        closest = np.maximum(closest, shared[order[-1]])
    return order


def coarse_first(order: list[int], groups: list[set[int]], counts: list[Numbers]) -> list[int]:
    """The order with the places of each group taken by its fields from coarse to fine.

    Of fields that follow from each other the finest can be told from the others, and the others keep their own law.
    """
    found = list(order)
    for group in groups:
        places = [place for place, number in enumerate(order) if number in group]
        for place, number in zip(places, sorted(group, key=lambda one: (_spread(counts[one]), one)), strict=True):
            found[place] = number
    return found


def sayers_first(order: list[int], are_days: Sequence[bool], are_bound: Sequence[bool]) -> list[int]:
    """The order with days before all others, and next to them labels that other fields are bound to.

    A day says its month, its weekday and the season, and none of those says the day. A label of very many says, say, its
    place on the map, from which only some of the labels could be told.
    """
    return sorted(order, key=lambda number: 0 if are_days[number] else 1 if are_bound[number] else 2)


def tellers_first(order: list[int], tellers: Mapping[int, Sequence[int]], parts: Mapping[int, int]) -> list[int]:
    """The order with what tells a field before it: a whole keeps its place, its parts come right before or behind it.

    ``parts`` are those behind, with their wholes.
    """
    found: list[int] = []

    def put(number: int) -> None:
        if number in found:
            return
        for one in tellers.get(number, ()):
            put(one)
        if number not in found:  # a whole brings its parts with it
            found.append(number)
            for one in sorted(part for part, whole in parts.items() if whole == number):
                put(one)

    for number in order:
        if number not in parts:
            put(number)
    return found


def is_bound(shared: Matrix, number: int, classes: Numbers) -> bool:
    """Whether some field says at least half of what there is to know of a field with these classes."""
    return bool(shared[number].max(initial=0.0) >= _BOUND * _spread(np.bincount(classes)))


def choices_last(order: list[int], counts: list[Numbers]) -> list[int]:
    """The order with the fields of two symbols after all others: they are what models predict, and so they are drawn from
    all that predicts them.
    """
    return sorted(order, key=lambda number: n_present(counts[number]) == 2)


def _spread(counts: Numbers) -> float:
    """Nats of a field's symbols."""
    share = counts[counts > 0] / max(int(counts.sum()), 1)
    return float(-(share * np.log(share)).sum())


def pick_predictors(shared: Matrix, target: int, before: list[int], most: int) -> tuple[int, ...]:
    """The fields before the target that share most with it, in their order in the chain."""
    if len(before) <= most:
        return tuple(before)
    best = sorted(sorted(before, key=lambda number: (-shared[target, number], number))[:most], key=before.index)
    return tuple(best)
