"""What is in a tree's nodes: rows' symbols, sorted so that every node, not only every leaf, is one run of them.

A draw starts at its leaf and climbs to the parent with probability m / (n + m), n the node's rows: this is exactly hierarchical
shrinkage, each node's law being its own frequencies and its parent's law in the proportion n : m. A node that too few entities
reach is always climbed from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twinset.privacy.values import Numbers, Owners, holders
from twinset.synthesizers.tabular.fields import Symbols
from twinset.synthesizers.tabular.trees.codes import Floats
from twinset.synthesizers.tabular.trees.grow import Structure

STRENGTHS = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
_FAINT = 0.01


@dataclass(frozen=True, slots=True)
class Contents:
    """Runs of the rows' symbols: node i's are ``symbols[start[i] : start[i] + count[i]]``. ``stay`` is n / (n + m)."""

    symbols: Symbols
    start: Numbers
    count: Numbers
    stay: Floats


def fill(structure: Structure, leaf: Numbers, symbols: Symbols, owners: Owners, least: int, strength: float) -> Contents:
    """The contents of a tree whose rows are in these leaves. Nodes of fewer than ``least`` entities are never stayed in."""
    count = add_up(structure, np.bincount(leaf, minlength=len(structure)))
    start = np.zeros(len(structure), dtype=np.int64)
    for inner in structure.levels:
        first = structure.child[inner]
        start[first] = start[inner]
        start[first + 1] = start[inner] + count[first]
    order = np.argsort(start[leaf] * (int(symbols.max(initial=0)) + 1) + symbols)
    held = count if owners is None else _holders(structure, leaf, owners)
    stay = np.where(held >= least, count / np.maximum(count + strength, 1), 0.0)
    stay[0] = 1.0
    return Contents(symbols[order], start, count, stay)


def add_up(structure: Structure, own: Numbers) -> Numbers:
    """Sums over each node's leaves, given the leaves' own (first axis: nodes)."""
    total = own.copy()
    for inner in reversed(structure.levels):
        total[inner] = total[structure.child[inner]] + total[structure.child[inner] + 1]
    return total


def _holders(structure: Structure, leaf: Numbers, owners: Numbers) -> Numbers:
    """Distinct entities in each node, level by level."""
    held = np.zeros(len(structure), dtype=np.int64)
    at = leaf
    while True:
        held = np.maximum(held, holders(at, len(structure), owners))
        above = structure.parent[at]
        if (above == at).all():
            return held
        at = above


def likelihoods(
    structure: Structure, own: tuple[Numbers, Numbers], other: tuple[Numbers, Numbers], n_classes: int
) -> Floats:
    """For each of STRENGTHS the other half's mean log-likelihood under the own half's shrunk frequencies.

    ``own`` and ``other`` are (leaf, class) of their rows.
    """
    counts, asked = (_by_class(leaf, classes, len(structure), n_classes) for leaf, classes in (own, other))
    counts = add_up(structure, counts)
    size = counts.sum(axis=1)
    result = []
    for strength in STRENGTHS:
        law = np.empty((len(structure), n_classes))
        law[0] = (counts[0] + 1 / n_classes) / (size[0] + 1)
        for inner in structure.levels:
            for child in (structure.child[inner], structure.child[inner] + 1):
                mixed = counts[child] + strength * law[inner] + _FAINT * law[0]
                law[child] = mixed / (size[child] + strength + _FAINT)[:, None]
        result.append(float((asked * np.log(law)).sum() / max(int(asked.sum()), 1)))
    return np.array(result)


def _by_class(leaf: Numbers, classes: Numbers, n_nodes: int, n_classes: int) -> Numbers:
    return np.bincount(leaf * n_classes + classes, minlength=n_nodes * n_classes).reshape(n_nodes, n_classes)
