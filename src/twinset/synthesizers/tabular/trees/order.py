"""The order in which fields are drawn, found from how much each says about the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers

Matrix = npt.NDArray[np.float64]


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


def pick_predictors(shared: Matrix, target: int, before: list[int], most: int) -> tuple[int, ...]:
    """The fields before the target that share most with it, in their order in the chain."""
    if len(before) <= most:
        return tuple(before)
    best = sorted(sorted(before, key=lambda number: (-shared[target, number], number))[:most], key=before.index)
    return tuple(best)
