"""What is in a tree's nodes: rows' symbols, sorted so that every node, not only every leaf, is one run of them.

A draw starts at its leaf and climbs to the parent with probability m / (n + m), n the node's rows: this is exactly hierarchical
shrinkage, each node's law being its own frequencies and its parent's law in the proportion n : m.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Symbols
from twinset.synthesizers.tabular.trees.codes import Codes, Floats
from twinset.synthesizers.tabular.trees.grow import Structure

STRENGTHS = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)


def parents_of(structure: Structure) -> Numbers:
    """Each node's parent; the root is its own."""
    parent = np.zeros(len(structure), dtype=np.int64)
    inner = np.flatnonzero(structure.feature >= 0)
    parent[structure.child[inner]] = inner
    parent[structure.child[inner] + 1] = inner
    return parent


def route(structure: Structure, predictors: Codes, node: Numbers) -> Numbers:
    """The leaf of each row (rows x predictors), from the given nodes down."""
    flat, width = predictors.ravel(), predictors.shape[1]
    node = node.copy()
    active = np.arange(len(node))
    while len(active):
        at = node[active]
        feature = structure.feature[at]
        inner = feature >= 0
        active, at, feature = active[inner], at[inner], feature[inner]
        code = flat[active * width + feature]
        node[active] = structure.child[at] + ((code > structure.low[at]) & (code <= structure.high[at]))
    return node


def sizes(structure: Structure, leaf: Numbers, weights: Numbers | None = None) -> Numbers:
    """Rows in each node, given each row's leaf."""
    own = np.bincount(leaf, weights=weights, minlength=len(structure)).astype(np.int64)
    parent = parents_of(structure)
    for node in range(len(structure) - 1, 0, -1):
        own[parent[node]] += own[node]
    return own


@dataclass(frozen=True, slots=True)
class Contents:
    """Runs of the rows' symbols: node i's are ``symbols[start[i] : start[i] + count[i]]``."""

    symbols: Symbols
    start: Numbers
    count: Numbers


def contents_of(structure: Structure, leaf: Numbers, symbols: Symbols) -> Contents:
    count = sizes(structure, leaf)
    start = np.zeros(len(structure), dtype=np.int64)
    for node in np.flatnonzero(structure.feature >= 0):
        first = structure.child[node]
        start[first] = start[node]
        start[first + 1] = start[node] + count[first]
    order = np.lexsort(
        (
            symbols,
            start[leaf] * 1,
        )
    )
    return Contents(symbols[order], start, count)


def held_out_likelihood(
    structure: Structure,
    own: tuple[Numbers, Numbers],
    other: tuple[Numbers, Numbers],
    n_classes: int,
    strengths: tuple[float, ...] = STRENGTHS,
) -> Floats:
    """Log-likelihood per row of the other half's classes under the own half's shrunk frequencies, for each strength.

    ``own`` and ``other`` are (leaf, class) of the rows.
    """
    n_nodes = len(structure)
    counts = (
        np.bincount(own[0] * n_classes + own[1], minlength=n_nodes * n_classes)
        .reshape(n_nodes, n_classes)
        .astype(np.float64)
    )
    parent = parents_of(structure)
    for node in range(n_nodes - 1, 0, -1):
        counts[parent[node]] += counts[node]
    size = counts.sum(axis=1)
    asked = np.bincount(other[0] * n_classes + other[1], minlength=n_nodes * n_classes).reshape(n_nodes, n_classes)
    result = []
    for m in strengths:
        law = np.empty((n_nodes, n_classes))
        law[0] = (counts[0] + 0.5 / n_classes) / (size[0] + 0.5)
        for node in range(1, n_nodes):
            law[node] = (counts[node] + m * law[parent[node]] + 0.01 * law[0]) / (size[node] + m + 0.01)
        result.append(float((asked * np.log(law)).sum() / max(asked.sum(), 1)))
    return np.array(result)
