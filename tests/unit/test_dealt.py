"""Symbols dealt anew: which class a leaf holds stays as it is, which of its symbols comes from more rows."""

import numpy as np
import numpy.typing as npt
import pytest

from twinset.privacy.levels import LEVELS
from twinset.synthesizers.tabular.trees.dealt import dealt
from twinset.synthesizers.tabular.trees.forest import Forest, Rows, grow_forest, halves_of, target_of
from twinset.synthesizers.tabular.trees.grow import Growth
from twinset.synthesizers.tabular.trees.law import leaf_of_places

CLASSES: npt.NDArray[np.uint8] = np.repeat(np.arange(4, dtype=np.uint8), 50)
"""Four classes of fifty symbols each."""


@pytest.fixture(scope="module")
def forest() -> Forest:
    """A class follows from the first code in nine rows of ten, else from the second one, as does the symbol inside it."""
    rng = np.random.default_rng(1)
    codes = rng.integers(0, (4, 2), (20_000, 2)).astype(np.uint8)
    own = np.where(rng.random(len(codes)) < 0.9, codes[:, 0], 3 * codes[:, 1].astype(np.int64))
    symbols = (own * 50 + codes[:, 1] * 25 + rng.integers(0, 25, len(codes))).astype(np.uint16)
    rows = Rows(codes, symbols, target_of(CLASSES, symbols, np.arange(200.0)), None)
    return grow_forest(rows, halves_of(len(codes), None, 2, rng), Growth(10, 2.0, 24), LEVELS["default"], rng)


def held(forest: Forest, least: int) -> Forest:
    return dealt(forest, CLASSES, least, np.random.default_rng(2))


@pytest.mark.parametrize("least", [1, 40, 10**6])
def test_every_leaf_holds_the_classes_that_it_held(forest, least):
    for before, after in zip(forest.trees, held(forest, least).trees, strict=True):
        leaf = leaf_of_places(before)
        cells = [np.sort(leaf * 4 + CLASSES[tree.contents.symbols]) for tree in (before, after)]
        assert np.array_equal(*cells)
        assert np.array_equal(before.contents.start, after.contents.start)
        assert np.array_equal(before.contents.stay, after.contents.stay)


def test_symbols_come_sorted(forest):
    for tree in held(forest, 40).trees:
        key = leaf_of_places(tree) * 200 + tree.contents.symbols
        first = np.flatnonzero(np.diff(leaf_of_places(tree), prepend=-1))
        falls = np.flatnonzero(np.diff(key) < 0) + 1
        assert np.isin(falls, first).all()


def test_what_many_rows_say_is_kept(forest):
    """Leaves with thousands of rows of a class keep which half of its symbols goes with the second code."""
    rng = np.random.default_rng(3)
    codes = rng.integers(0, (4, 2), (20_000, 2)).astype(np.uint8)
    made = held(forest, 40).draw(codes, rng)
    likely = CLASSES[made] == codes[:, 0]
    assert likely.mean() > 0.88
    assert (made[likely] % 50 // 25 == codes[likely, 1]).mean() > 0.97


def test_what_few_rows_say_is_not(forest):
    """With more rows asked for than there are, symbols inside a class follow from nothing; classes do as before."""
    rng = np.random.default_rng(3)
    codes = rng.integers(0, (4, 2), (20_000, 2)).astype(np.uint8)
    made = held(forest, 10**6).draw(codes, rng)
    likely = CLASSES[made] == codes[:, 0]
    assert likely.mean() > 0.88
    assert abs((made[likely] % 50 // 25 == codes[likely, 1]).mean() - 0.5) < 0.02
