"""One field given the fields before it: a bag of trees, each drawn from with equal chance.

Trees come in pairs on opposite halves of the entities: one half gives a tree its structure, the other its contents (honest
leaves; Wager and Athey 2018), so that nothing that a split was chosen for is what comes out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import DataError
from twinset.privacy.levels import Level
from twinset.privacy.values import Numbers, Owners
from twinset.synthesizers.tabular.draws import evenly
from twinset.synthesizers.tabular.fields import Symbols
from twinset.synthesizers.tabular.store import Reader, Writer, expect
from twinset.synthesizers.tabular.trees.codes import Codes, Floats
from twinset.synthesizers.tabular.trees.grow import Growth, Target, grow
from twinset.synthesizers.tabular.trees.law import ClassedForest, leaves_of, likelihood
from twinset.synthesizers.tabular.trees.leaf import Contents, fill, weigh
from twinset.synthesizers.tabular.trees.structure import Structure, route, step

MOST_SHAPING = 1 << 16
"""Rows that shape one tree at most. Every row counts for what is in it."""


@dataclass(frozen=True)
class Tree:
    """A structure and what is in it."""

    structure: Structure
    contents: Contents

    @cached_property
    def chance_down(self) -> npt.NDArray[np.float64]:
        """For rows whose path leads through a node, the chance that their way down ends there."""
        is_leaf = self.structure.feature < 0
        reached = np.ones(len(is_leaf))
        for inner in self.structure.levels:
            on = reached[inner] * (1 - self.contents.stop[inner])
            reached[self.structure.child[inner]] = on
            reached[self.structure.child[inner] + 1] = on
        return np.where(is_leaf, reached, reached * self.contents.stop)

    def draw(self, predictors: Codes, is_even: bool, rng: np.random.Generator) -> Symbols:
        """A symbol for each row (rows x predictors): down the tree, perhaps up again, then any row of the node."""
        node, held = np.zeros(len(predictors), dtype=np.int64), self.contents
        active = np.arange(len(node))
        while len(active):
            active = active[rng.random(len(active)) >= held.stop[node[active]]]
            active = step(self.structure, predictors, node, active)
        active = np.arange(len(node))
        while len(active):
            active = active[rng.random(len(active)) >= held.stay[node[active]]]
            node[active] = self.structure.parent[node[active]]
        draws = evenly(node, rng) if is_even else rng.random(len(node))
        place = held.start[node] + np.floor(draws * held.count[node]).astype(np.int64)
        return held.symbols[place]


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees that are drawn from with equal chance.

    ``is_even``: draws are spread evenly over what is in a node. Otherwise they are independent.
    """

    trees: tuple[Tree, ...]
    is_even: bool

    def draw(self, predictors: Codes, rng: np.random.Generator) -> Symbols:
        """A symbol for each row (rows x predictors)."""
        which = rng.integers(0, len(self.trees), len(predictors))
        symbols = np.zeros(len(predictors), dtype=np.uint16)
        for number, tree in enumerate(self.trees):
            rows = np.flatnonzero(which == number)
            symbols[rows] = tree.draw(predictors[rows], self.is_even, rng)
        return symbols

    def likelihood(self, predictors: Codes, symbols: Symbols) -> Floats:
        """The probability that a draw for each row gives the row's symbol."""
        return likelihood(self, leaves_of(self, predictors), symbols)

    def classed(self, classes: Codes) -> ClassedForest:
        """The law over classes of symbols; ``classes`` is a table from symbols."""
        return ClassedForest.of(self, classes)

    def to_data(self, writer: Writer) -> dict[str, Any]:
        return {"trees": [_tree_to_data(tree, writer) for tree in self.trees], "is_even": self.is_even}


@dataclass(frozen=True, slots=True)
class Rows:
    """What a forest learns from: codes (rows x predictors), symbols and classes of the target, whose the rows are."""

    predictors: Codes
    symbols: Symbols
    target: Target
    owners: Owners


def grow_forest(
    rows: Rows,
    halves: Sequence[npt.NDArray[np.bool_]],
    limits: Growth,
    level: Level,
    rng: np.random.Generator,
    is_even: bool = False,
) -> Forest:
    """A pair of trees for each way to halve the rows; ``level`` says what must be in a node before it is drawn from."""
    trees = tuple(_grow_tree(rows, half, limits, level, rng) for one in halves for half in (one, ~one))
    return Forest(trees, is_even)


def _grow_tree(rows: Rows, half: npt.NDArray[np.bool_], limits: Growth, level: Level, rng: np.random.Generator) -> Tree:
    """A tree with the structure of one half (some of its rows, where it has very many), as far as the other bears it out."""
    shaping, checking = np.flatnonzero(half), np.flatnonzero(~half)
    some = shaping if len(shaping) <= MOST_SHAPING else np.sort(rng.permutation(shaping)[:MOST_SHAPING])
    structure = grow(rows.predictors[some], rows.target.of_rows(some), limits)
    leaf = route(structure, rows.predictors)
    cell, n_cells = leaf * rows.target.n_classes + rows.target.classes, len(structure) * rows.target.n_classes
    own, asked = (np.bincount(cell[of], minlength=n_cells).reshape(len(structure), -1) for of in (checking, shaping))
    weights = weigh(structure, own, asked, level.leaf // 2, level.caution)
    return Tree(structure, fill(structure, leaf, rows.symbols, rows.owners, level.leaf, weights))


def _tree_to_data(tree: Tree, writer: Writer) -> dict[str, int]:
    own, held = tree.structure, tree.contents
    arrays: dict[str, npt.NDArray[Any]] = {
        "feature": own.feature,
        "low": own.low,
        "high": own.high,
        "child": own.child,
        "symbols": held.symbols,
        "start": held.start,
        "count": held.count,
        "stop": held.stop,
        "stay": held.stay,
    }
    return {name: writer.put(array) for name, array in arrays.items()}


def forest_from_data(data: Any, n_predictors: int, n_symbols: int, reader: Reader) -> Forest:
    """The forest over that many predictors; DataError where it is not one."""
    own = expect(data, dict, "forest")
    trees = [
        _tree_from_data(expect(tree, dict, "tree"), n_predictors, n_symbols, reader)
        for tree in expect(own.get("trees"), list, "trees")
    ]
    if not 1 <= len(trees) <= 1000:
        raise DataError(f"the sampler has {len(trees)} trees for one field")
    return Forest(tuple(trees), expect(own.get("is_even"), bool, "is_even"))


def _tree_from_data(data: dict[str, Any], n_predictors: int, n_symbols: int, reader: Reader) -> Tree:
    feature = reader.get(data.get("feature"), np.int16)
    n_nodes = len(feature)
    low, high = (reader.get(data.get(name), np.int16, length=n_nodes) for name in ("low", "high"))
    child = reader.get(data.get("child"), np.int32, length=n_nodes)
    start, count = (reader.get(data.get(name), np.int64, length=n_nodes) for name in ("start", "count"))
    stop, stay = (reader.get(data.get(name), np.float64, length=n_nodes) for name in ("stop", "stay"))
    symbols = reader.get(data.get("symbols"), np.uint16)
    inner = np.flatnonzero(feature >= 0)
    is_tree = bool(n_nodes > 0 and (feature >= -1).all() and (feature < n_predictors).all())
    is_tree = is_tree and np.array_equal(child[inner], 1 + 2 * np.arange(len(inner))) and 2 * len(inner) + 1 == n_nodes
    is_tree = is_tree and bool((child[inner] > inner).all())
    is_tree = is_tree and np.array_equal(child[feature < 0], np.flatnonzero(feature < 0))
    is_filled = (
        (count >= 0).all() and (start >= 0).all() and (start + count <= len(symbols)).all() and (start <= 2**40).all()
    )
    is_filled = is_filled and (symbols < n_symbols).all() and (count[stay > 0] > 0).all() and len(symbols) > 0
    if not is_tree or not is_filled or not _are_chances(stop) or not _are_chances(stay) or stay[0] != 1:
        raise DataError("a tree of the sampler is not as it was saved")
    return Tree(Structure(feature, low, high, child), Contents(symbols, start, count, stop, stay))


def _are_chances(values: npt.NDArray[np.float64]) -> bool:
    return bool((values >= 0).all() and (values <= 1).all())


def halves_of(n_rows: int, owners: Owners, n_pairs: int, rng: np.random.Generator) -> list[npt.NDArray[np.bool_]]:
    """Random halves of the entities, each as a mask of rows."""
    n_owners = n_rows if owners is None else int(owners.max()) + 1
    halves: list[npt.NDArray[np.bool_]] = []
    for _ in range(n_pairs):
        chosen = np.zeros(n_owners, dtype=np.bool_)
        chosen[rng.permutation(n_owners)[: n_owners // 2]] = True
        halves.append(chosen if owners is None else chosen[owners])
    return halves


def fifths_of(n_rows: int, owners: Owners, rng: np.random.Generator) -> list[npt.NDArray[np.bool_]]:
    """Two fifths of the entities that have nobody in common, each as a mask of rows."""
    n_owners = n_rows if owners is None else int(owners.max()) + 1
    fifth = rng.permutation(n_owners) % 5
    fifth = fifth if owners is None else fifth[owners]
    return [fifth == 0, fifth == 1]


def target_of(classes: Codes, symbols: Symbols, scores: npt.NDArray[np.float64] | None) -> Target:
    """The target of rows with these symbols, from tables of classes and scores."""
    own: Numbers = classes[symbols].astype(np.int64)
    return Target(own, int(classes.max()) + 1, None if scores is None else scores[symbols])
