"""The shape of a tree: its tests and children, without what is in its nodes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.trees.codes import Codes, Floats


@dataclass(frozen=True)
class Structure:
    """Node 0 is the root; levels come one after the other, the two children of a node behind each other.

    ``feature`` is -1 for a leaf, ``child`` the first of a node's children (the node itself for a leaf). A row goes to the
    second child where ``low`` < code <= ``high``; the ends are from -1 to 255.
    """

    feature: npt.NDArray[np.int16]
    low: npt.NDArray[np.int16]
    high: npt.NDArray[np.int16]
    child: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.feature)

    @cached_property
    def parent(self) -> Numbers:
        """Each node's parent; the root is its own."""
        parent = np.zeros(len(self), dtype=np.int64)
        inner = np.flatnonzero(self.feature >= 0)
        parent[self.child[inner]] = inner
        parent[self.child[inner] + 1] = inner
        return parent

    @cached_property
    def levels(self) -> list[Numbers]:
        """The inner nodes of each level, from the root down."""
        levels, nodes = [], np.zeros(1, dtype=np.int64)
        while len(inner := nodes[self.feature[nodes] >= 0]):
            levels.append(inner)
            nodes = np.sort(np.concatenate([self.child[inner], self.child[inner] + 1]))
        return levels

    def add_up(self, own: npt.NDArray[np.int64] | Floats) -> Floats:
        """Sums over the leaves below each node, given the leaves' own (first axis: nodes)."""
        total = own.astype(np.float64)
        for inner in reversed(self.levels):
            total[inner] = total[self.child[inner]] + total[self.child[inner] + 1]
        return total


def route(structure: Structure, predictors: Codes) -> Numbers:
    """The leaf of each row (rows x predictors)."""
    node = np.zeros(len(predictors), dtype=np.int64)
    return descend(structure, predictors, node, np.arange(len(node)))


def descend(structure: Structure, predictors: Codes, node: Numbers, active: Numbers) -> Numbers:
    """Move the active rows from their nodes to their leaves; ``node`` is changed and given back."""
    while len(active):
        active = step(structure, predictors, node, active)
    return node


def step(structure: Structure, predictors: Codes, node: Numbers, active: Numbers) -> Numbers:
    """Move the active rows one level down; gives those that moved."""
    at = node[active]
    feature = structure.feature[at]
    is_inner = feature >= 0
    active, at, feature = active[is_inner], at[is_inner], feature[is_inner]
    code = predictors.ravel()[active * predictors.shape[1] + feature]
    node[active] = structure.child[at] + ((code > structure.low[at]) & (code <= structure.high[at]))
    return active
