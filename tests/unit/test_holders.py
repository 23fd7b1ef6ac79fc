"""How many entities are in each node of a tree, against counting them one by one."""

import numpy as np
import pytest

from twinset.synthesizers.tabular.trees.grow import Growth, Target, grow
from twinset.synthesizers.tabular.trees.leaf import Weights, fill
from twinset.synthesizers.tabular.trees.structure import route


@pytest.mark.parametrize(("n_rows", "n_owners"), [(1, 1), (60, 5), (2000, 1), (2000, 40), (2000, 1500)])
def test_a_node_is_drawn_from_if_enough_entities_are_in_it(n_rows, n_owners):
    rng = np.random.Generator(np.random.Philox(n_rows + n_owners))
    codes = rng.integers(0, 50, (n_rows, 3)).astype(np.uint8)
    classes = np.asarray(codes[:, 0] // 10 + rng.integers(0, 2, n_rows), dtype=np.int64)
    owners = (codes[:, 0] * 31 + rng.integers(0, 3, n_rows)) % n_owners
    tree = grow(codes, Target(classes, int(classes.max()) + 1, None), Growth(2, 0.5, 12))
    leaf = route(tree, codes)
    inside = [set() for _ in range(len(tree))]
    for node, owner in zip(leaf.tolist(), owners.tolist(), strict=True):
        while True:
            inside[node].add(owner)
            if node == 0:
                break
            node = int(tree.parent[node])
    weights = Weights(np.ones(len(tree)), np.ones(len(tree)))
    for least in (1, 2, 5, n_owners):
        stay = fill(tree, leaf, classes.astype(np.uint16), owners, least, weights).stay
        assert np.array_equal(stay[1:] > 0, [len(own) >= least for own in inside[1:]])
