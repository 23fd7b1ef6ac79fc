"""What a forest draws, as numbers: how likely each symbol is, and draws among some symbols only.

A draw goes down a tree, may stop on the way, climbs, and takes any row of the node where it ends
(:mod:`twinset.synthesizers.tabular.trees.leaf`). So the law of a row is a mixture of its path's nodes, and all is exact: the
nodes' chances are added up along the path, and rows of a symbol or of a class are counted and picked inside any node.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Symbols
from twinset.synthesizers.tabular.trees.codes import Codes, Floats
from twinset.synthesizers.tabular.trees.structure import route

if TYPE_CHECKING:
    from twinset.synthesizers.tabular.trees.forest import Forest, Tree

_MOST_MARKED = 1 << 18
"""Up to so many different keys, marking those that are there is faster than sorting."""


def leaves_of(forest: Forest, predictors: Codes) -> tuple[Numbers, ...]:
    """The leaf of each row (rows x predictors) in every tree."""
    return tuple(route(tree.structure, predictors) for tree in forest.trees)


def likelihood(forest: Forest, leaves: tuple[Numbers, ...], symbols: Symbols) -> Floats:
    """The probability that a draw for each row, in these leaves, gives the row's symbol."""
    total = np.zeros(len(symbols))
    for tree, leaf in zip(forest.trees, leaves, strict=True):
        total += _likelihood(tree, leaf, symbols.astype(np.int64))
    return total / len(forest.trees)


def _likelihood(tree: Tree, leaf: Numbers, symbols: Numbers) -> Floats:
    width = int(symbols.max(initial=0)) + 1
    pairs, back = _distinct(leaf * width + symbols, len(tree.structure) * width)
    leaf, wanted = np.divmod(pairs, width)
    places, count = Places.of(tree, tree.contents.symbols), np.maximum(tree.contents.count, 1)
    total = np.zeros(len(pairs))
    for node, chance in endings(tree, leaf):
        total += chance * places.span(node, wanted)[1] / count[node]
    return total[back]


def endings(tree: Tree, leaf: Numbers) -> Iterator[tuple[Numbers, Floats]]:
    """The nodes of each leaf's path from the leaf up, each with the chance that a draw ends there."""
    down, stay = tree.chance_down, tree.contents.stay
    node, arrived = leaf, down[leaf]
    while True:
        yield node, arrived * stay[node]
        if not node.any():
            return
        above = tree.structure.parent[node]
        arrived = np.where(node == 0, 0.0, down[above] + arrived * (1 - stay[node]))
        node = above


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows of each label lie in a tree's contents: ``keys`` are label * rows + place, ascending."""

    tree: Tree
    keys: Numbers

    @classmethod
    def of(cls, tree: Tree, labels: Symbols | Codes) -> Places:
        """``labels`` has one for each row of the contents."""
        order = np.argsort(labels, kind="stable")
        return cls(tree, labels[order].astype(np.int64) * len(order) + order)

    def span(self, node: Numbers, label: Numbers) -> tuple[Numbers, Numbers]:
        """(first key, how many) of the rows with that label in each node."""
        held = self.tree.contents
        start = label * len(self.keys) + held.start[node]
        first = np.searchsorted(self.keys, start)
        return first, np.searchsorted(self.keys, start + held.count[node]) - first

    def pick(self, node: Numbers, label: Numbers, draws: Floats) -> Symbols:
        """The symbol of any row with that label in each node; there must be one."""
        first, n_rows = self.span(node, label)
        key = first + np.floor(draws * n_rows).astype(np.int64)
        return self.tree.contents.symbols[self.keys[key] % len(self.keys)]


class Classed(Protocol):
    """A law whose symbols fall into classes: the law over classes, and draws within one."""

    @property
    def marginal(self) -> Floats:
        """The law over the classes, whatever the predictors."""

    def draw(self, predictors: Codes, tilt: Floats, rng: np.random.Generator) -> tuple[Symbols, Floats]:
        """Symbols by the law times ``tilt`` (rows x classes), and what that product sums to for each row.

        Where it sums to nothing, the field's own law (that of all rows) takes the place of this one.
        """


@dataclass(frozen=True, slots=True)
class Reached:
    """Where rows come to: their leaf in each tree, and for each tree laws over classes and which of them is each row's."""

    leaves: tuple[Numbers, ...]
    laws: tuple[tuple[Floats, Numbers], ...]


@dataclass(frozen=True, slots=True)
class ClassedForest:
    """A forest whose symbols fall into classes: the law over classes, and draws within one."""

    forest: Forest
    shares: tuple[Floats, ...]
    places: tuple[Places, ...]

    @classmethod
    def of(cls, forest: Forest, classes: Codes) -> ClassedForest:
        """``classes`` is a table from symbols."""
        labels = [classes[tree.contents.symbols] for tree in forest.trees]
        n_classes = int(classes.max()) + 1
        pairs = list(zip(forest.trees, labels, strict=True))
        shares = tuple(_shares(tree, label, n_classes) for tree, label in pairs)
        return cls(forest, shares, tuple(Places.of(tree, label) for tree, label in pairs))

    @property
    def marginal(self) -> Floats:
        """The law over the classes, whatever the predictors."""
        own: Floats = self.shares[0][0]
        return own

    def reach(self, predictors: Codes) -> Reached:
        """Where rows with these codes (rows x predictors) come to."""
        leaves = leaves_of(self.forest, predictors)
        return Reached(leaves, tuple(self._law(number, leaf) for number, leaf in enumerate(leaves)))

    def law(self, reached: Reached) -> Floats:
        """The probability of each class for each row."""
        return np.asarray(sum(own[back] for own, back in reached.laws) / len(reached.laws))

    def draw(self, predictors: Codes, tilt: Floats, rng: np.random.Generator) -> tuple[Symbols, Floats]:
        """Symbols by the forest's law times ``tilt``, and what that product sums to; see :class:`Classed`."""
        reached = self.reach(predictors)
        weighed = self.law(reached) * tilt
        total = weighed.sum(axis=1)
        picked = choose(np.where((total <= 0)[:, None], self.marginal * tilt, weighed), rng.random(len(total)))
        return self.pick(reached, picked, rng), total

    def pick(self, reached: Reached, picked: Numbers, rng: np.random.Generator) -> Symbols:
        """A symbol of the picked class for each row, from all rows where its own leaves have none."""
        within = np.stack([own[back, picked] for own, back in reached.laws], axis=1)
        which = choose(np.where(within.any(axis=1, keepdims=True), within, 1.0), rng.random(len(picked)))
        symbols = np.zeros(len(picked), dtype=np.uint16)
        for number, leaf in enumerate(reached.leaves):
            rows = np.flatnonzero(which == number)
            ends = rng.random(len(rows)) * within[rows, number]
            symbols[rows] = self._within(number, leaf[rows], picked[rows], ends, rng)
        return symbols

    def _law(self, number: int, leaf: Numbers) -> tuple[Floats, Numbers]:
        """Laws of one tree over the classes, and which of them is each row's."""
        distinct, back = _distinct(leaf, len(self.forest.trees[number].structure))
        law = np.zeros((len(distinct), self.shares[number].shape[1]))
        for node, chance in endings(self.forest.trees[number], distinct):
            law += chance[:, None] * self.shares[number][node]
        return law, back

    def _within(self, number: int, leaf: Numbers, picked: Numbers, reached: Floats, rng: np.random.Generator) -> Symbols:
        """A symbol of the picked class from the node at which the path's chances add up to what is ``reached``.

        From the root where the path has none.
        """
        chosen, added = np.full(len(leaf), -1), np.zeros(len(leaf))
        for node, chance in endings(self.forest.trees[number], leaf):
            share = chance * self.shares[number][node, picked]
            added += share
            chosen = np.where((share > 0) & ((chosen < 0) | (added - share <= reached)), node, chosen)
        return self.places[number].pick(np.maximum(chosen, 0), picked, rng.random(len(leaf)))


def _shares(tree: Tree, labels: Codes, n_classes: int) -> Floats:
    """Each node's own shares of the classes (nodes x classes)."""
    return counts_of(tree, labels, n_classes) / np.maximum(tree.contents.count, 1)[:, None]


def counts_of(tree: Tree, labels: Codes, n_classes: int) -> Floats:
    """How many rows of each class are in each node (nodes x classes); ``labels`` has one for each row of the contents."""
    counts = np.bincount(leaf_of_places(tree) * n_classes + labels, minlength=len(tree.structure) * n_classes)
    return tree.structure.add_up(counts.reshape(-1, n_classes))


def leaf_of_places(tree: Tree) -> Numbers:
    """The leaf in which each row of the contents is."""
    held = tree.contents
    leaves = np.flatnonzero(tree.structure.feature < 0)
    leaves = leaves[np.argsort(held.start[leaves], kind="stable")]
    return np.repeat(leaves, held.count[leaves])


def choose(weights: Floats, draws: Floats) -> Numbers:
    """A place in each row by its weights, which need not sum to one, at uniform draws; the last one where all are 0."""
    bounds = np.cumsum(weights, axis=1)
    total = bounds[:, -1]
    reached = np.minimum(draws * total, np.nextafter(total, 0.0))
    return np.asarray(np.minimum((bounds <= reached[:, None]).sum(axis=1), weights.shape[1] - 1))


def _distinct(keys: Numbers, n_keys: int) -> tuple[Numbers, Numbers]:
    """The distinct keys below ``n_keys``, ascending, and the place among them of each."""
    if n_keys > _MOST_MARKED:
        distinct, back = np.unique(keys, return_inverse=True)
        return distinct, back
    is_there = np.zeros(n_keys, dtype=np.bool_)
    is_there[keys] = True
    return np.flatnonzero(is_there), (np.cumsum(is_there) - 1)[keys]
