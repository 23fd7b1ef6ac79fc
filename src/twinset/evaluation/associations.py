"""How strongly each pair of columns hangs together, on both sides, as matrices for a chart."""

from __future__ import annotations

import itertools

import numpy as np

from twinset.core.score import Comparison
from twinset.core.seed import Seed
from twinset.evaluation.cells import ranked
from twinset.evaluation.fidelity.association import pattern, strength
from twinset.evaluation.result import Associations

MOST_COLUMNS = 60


def associations(comparison: Comparison, seed: Seed) -> Associations:
    """The matrices of the first 60 comparable columns, on the pools; 1 on the diagonal."""
    cells = ranked(comparison, seed)[:MOST_COLUMNS]
    train, twin = np.eye(len(cells)), np.eye(len(cells))
    for i, j in itertools.combinations(range(len(cells)), 2):
        one, other = cells[i], cells[j]
        for matrix, first, second in ((train, one.train, other.train), (twin, one.synthetic, other.synthetic)):
            joint = np.bincount(first * other.n_codes + second, minlength=one.n_codes * other.n_codes)
            shape = (1, one.n_codes, other.n_codes)
            matrix[i, j] = matrix[j, i] = strength(pattern(joint.reshape(shape).astype(np.float64), one, other))[0]
    names = tuple(each.name for each in cells)
    return Associations(names, *(tuple(map(tuple, matrix.tolist())) for matrix in (train, twin)))
