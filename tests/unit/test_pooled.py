"""A forest and boosted trees taken together: nearer to the truth than the forest, exact in what they say of themselves."""

import dataclasses

import numpy as np
import pytest

from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.privacy.levels import Level
from twinset.synthesizers.tabular.store import Reader, Writer
from twinset.synthesizers.tabular.trees.boost import DEPTH, Kin
from twinset.synthesizers.tabular.trees.forest import Rows, grow_forest, halves_of, target_of
from twinset.synthesizers.tabular.trees.grow import Growth
from twinset.synthesizers.tabular.trees.pooled import Pooled, pooled_from_data
from twinset.synthesizers.tabular.trees.scores import ROUNDS, learn_scores

SYMBOLS, CLASSES = 12, (np.arange(12) // 2).astype(np.uint8)
"""Twelve symbols, two to a class."""


def rows(n_rows, seed=1):
    """Codes of six predictors, of which four say something together, and the true law of the symbols."""
    draw = Seed(seed).generator()
    codes = draw.integers(0, [200, 100, 50, 250, 2, 9], (n_rows, 6)).astype(np.uint8)
    place = codes[:, :4] @ np.array([0.025, 0.05, 0.1, 0.02])
    law = np.exp(-(((place[:, None] - 1.5 * np.arange(SYMBOLS)) / 2.5) ** 2))
    law /= law.sum(axis=1, keepdims=True)
    symbols = (law.cumsum(axis=1) < draw.random(n_rows)[:, None]).sum(axis=1)
    return codes, symbols.astype(np.uint16), law


def learned(codes, symbols, seed=2, owners=None, least=20):
    rng = Seed(seed).generator()
    halves = halves_of(len(symbols), owners, 2, rng)
    target = target_of(CLASSES, symbols, np.arange(SYMBOLS).astype(np.float64))
    forest = grow_forest(Rows(codes, symbols, target, owners), halves, Growth(5, 2.0, 24), Level(10, least, 0.5), rng)
    kin = None if owners is None else Kin(owners, least)
    return Pooled(forest, CLASSES, learn_scores(codes, target, halves[0], kin, rng))


@pytest.mark.parametrize("n_rows", [400, 1500, 5000])
def test_it_is_nearer_to_the_truth_than_its_forest_alone(n_rows):
    codes, symbols, _ = rows(n_rows)
    law = learned(codes, symbols)
    fresh, theirs, truth = rows(4000, seed=9)
    best = -np.log(truth[np.arange(4000), theirs]).mean()
    pooled, forest = (-np.log(one.likelihood(fresh, theirs) + 1e-3).mean() - best for one in (law, law.forest))
    assert 0 < pooled < 0.85 * forest


def test_where_there_is_nothing_to_learn_it_knows_the_shares():
    codes, _, _ = rows(3000)
    symbols = Seed(5).generator().integers(0, SYMBOLS, 3000).astype(np.uint16) // 2 * 2
    law = learned(codes, symbols)
    assert law.likelihood(codes, symbols) == pytest.approx(np.full(3000, 1 / 6), abs=0.06)


def test_the_likelihoods_of_all_symbols_sum_to_one_and_draws_follow_them():
    codes, symbols, _ = rows(2000)
    law = learned(codes, symbols)
    some = codes[:5]
    said = np.stack([law.likelihood(some, np.full(5, one, np.uint16)) for one in range(SYMBOLS)], axis=1)
    assert said.sum(axis=1) == pytest.approx(np.ones(5))
    for number in range(5):
        drawn = law.draw(np.repeat(some[number : number + 1], 20_000, axis=0), Seed(number).generator())
        assert np.bincount(drawn, minlength=SYMBOLS) / 20_000 == pytest.approx(said[number], abs=0.015)


def test_draws_that_are_steered_follow_the_law_times_the_tilt():
    codes, symbols, _ = rows(2000)
    law, others = learned(codes, symbols), np.array([0, 1, 1, 1, 2, 2, 0, 0, 1, 2, 2, 2], dtype=np.uint8)
    some, tilt = codes[7:8], np.array([0.5, 0.0, 3.0])
    said = np.array([law.likelihood(some, np.array([one], np.uint16))[0] for one in range(SYMBOLS)]) * tilt[others]
    classed = law.classed(others)
    drawn, total = classed.draw(np.repeat(some, 20_000, axis=0), np.tile(tilt, (20_000, 1)), Seed(3).generator())
    assert total == pytest.approx(np.full(20_000, said.sum()))
    assert np.bincount(drawn, minlength=SYMBOLS) / 20_000 == pytest.approx(said / said.sum(), abs=0.015)
    assert classed.marginal == pytest.approx(np.bincount(others[symbols]) / len(symbols))


def test_what_one_row_in_a_thousand_has_is_drawn_where_nothing_else_may_be():
    codes, symbols, _ = rows(1000)
    symbols[symbols == 11] = 0
    symbols[17] = 11
    tilt = np.zeros((50, SYMBOLS))
    tilt[:, 11] = 1.0
    drawn, total = (
        learned(codes, symbols).classed(np.arange(SYMBOLS, dtype=np.uint8)).draw(codes[:50], tilt, Seed(3).generator())
    )
    assert (total > 0).all()
    assert (drawn == 11).all()


def test_the_order_of_rows_changes_no_tree():
    codes, symbols, _ = rows(1200)
    half, order = np.arange(1200) < 600, Seed(3).generator().permutation(1200)
    target = target_of(CLASSES, symbols, None)
    one, other = (
        learn_scores(codes[own], target.of_rows(own), half[own], None, Seed(4).generator())
        for own in (np.arange(1200), order)
    )
    for name in ("base", "feature", "above", "value"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_a_leaf_of_few_entities_says_nothing():
    codes, symbols, _ = rows(3000)
    few = codes[:, 4] == 1  # half of the rows, which are five entities', and always the same symbol
    owners = np.where(few, 400 + np.arange(3000) % 5, np.arange(3000) % 400)
    symbols[few] = 11
    columns = np.ascontiguousarray(codes.T)
    counted, not_counted = (
        learned(codes, symbols, owners=own).scores.law(columns[:, few])[:, 5].mean() for own in (owners, None)
    )
    assert not_counted > 0.95
    assert counted < 0.8  # it is half of all rows


def saved(law):
    writer = Writer()
    data = law.to_data(writer)
    return data, Reader({}, {f"a{number}": array for number, array in enumerate(writer.arrays)})


def test_what_is_saved_comes_back():
    codes, symbols, _ = rows(1000)
    law = learned(codes, symbols)
    again = pooled_from_data(saved(law)[0], 6, SYMBOLS, saved(law)[1])
    assert np.array_equal(again.likelihood(codes, symbols), law.likelihood(codes, symbols))
    assert np.array_equal(again.draw(codes, Seed(1).generator()), law.draw(codes, Seed(1).generator()))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("value", lambda own: own * np.nan),
        ("value", lambda own: own + 200),
        ("value", lambda own: own[:, :, :-1]),
        ("feature", lambda own: own + 6),
        ("feature", lambda own: np.zeros((2 * ROUNDS + 1, DEPTH), np.int16)),
        ("above", lambda own: own[:-1]),
        ("base", lambda own: own[:-1]),
        ("base", lambda own: own - 1000),
    ],
)
def test_scores_that_are_damaged_are_told(name, change):
    codes, symbols, _ = rows(1000)
    law = learned(codes, symbols)
    scores = dataclasses.replace(law.scores, **{name: np.ascontiguousarray(change(getattr(law.scores, name)))})
    data, reader = saved(dataclasses.replace(law, scores=scores))
    with pytest.raises(DataError):
        pooled_from_data(data, 6, SYMBOLS, reader)


@pytest.mark.parametrize("classes", [np.arange(11, dtype=np.uint8), np.full(12, 32, np.uint8), np.full(12, 6, np.uint8)])
def test_classes_that_are_damaged_are_told(classes):
    codes, symbols, _ = rows(1000)
    data, reader = saved(learned(codes, symbols))
    reader.arrays[f"a{data['classes']}"] = classes
    with pytest.raises(DataError):
        pooled_from_data(data, 6, SYMBOLS, reader)
