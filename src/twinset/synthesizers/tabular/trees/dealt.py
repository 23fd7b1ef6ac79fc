"""Symbols dealt anew inside their class, from more rows than a leaf holds.

What a leaf says of classes is weighed against its parents (:mod:`.leaf`); which of a class's symbols its few rows have is
next to chance, and yet it is what these rows are known by. So each row gets a symbol of its class from the nearest node
above that has rows enough of it.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.trees.codes import Codes
from twinset.synthesizers.tabular.trees.forest import Forest, Tree
from twinset.synthesizers.tabular.trees.law import Places, counts_of, leaf_of_places
from twinset.synthesizers.tabular.trees.structure import Structure


def dealt(forest: Forest, classes: Codes, least: int, rng: np.random.Generator) -> Forest:
    """The forest with symbols from nodes with ``least`` rows of their class; ``classes`` is a table from symbols."""
    return dataclasses.replace(forest, trees=tuple(_dealt(tree, classes, least, rng) for tree in forest.trees))


def _dealt(tree: Tree, classes: Codes, least: int, rng: np.random.Generator) -> Tree:
    held, leaf = tree.contents, leaf_of_places(tree)
    labels, n_classes = classes[held.symbols], int(classes.max()) + 1
    own = labels.astype(np.int64)
    node = _homes(tree.structure, counts_of(tree, labels, n_classes) >= least)[leaf, own]
    symbols = Places.of(tree, labels).pick(node, own, rng.random(len(own)))
    order = np.lexsort((symbols, held.start[leaf]))
    return Tree(tree.structure, dataclasses.replace(held, symbols=symbols[order]))


def _homes(structure: Structure, is_enough: npt.NDArray[np.bool_]) -> Numbers:
    """For each node and class the node itself or the nearest one above where there is enough of the class; else the root."""
    home = np.zeros(is_enough.shape, dtype=np.int64)
    for inner in structure.levels:
        for child in (structure.child[inner], structure.child[inner] + 1):
            home[child] = np.where(is_enough[child], child[:, None], home[inner])
    return home
