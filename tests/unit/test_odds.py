"""The odds of a field of two symbols: near the truth where it is known, exact in what they say of themselves."""

import numpy as np
import pytest

from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.synthesizers.tabular.store import Reader, Writer
from twinset.synthesizers.tabular.trees.boost import DEPTH
from twinset.synthesizers.tabular.trees.forest import fifths_of
from twinset.synthesizers.tabular.trees.odds import learn_odds, odds_from_data


def rows(n_rows, seed=1):
    """Codes of five predictors, the true chance of a yes (the last two say nothing of it), and answers."""
    draw = Seed(seed).generator()
    codes = draw.integers(0, [200, 100, 4, 250, 2], (n_rows, 5)).astype(np.uint8)
    logit = codes[:, 0] / 50 - 2 + np.where(codes[:, 2] == 3, 1.5, -0.5) * (codes[:, 1] > 50)
    chance = 1 / (1 + np.exp(-logit))
    return codes, chance, draw.random(n_rows) < chance


def learned(codes, answers, seed=2):
    return learn_odds(
        codes, np.where(answers, 7, 3).astype(np.uint16), fifths_of(len(answers), None, Seed(seed).generator())
    )


def test_chances_come_near_the_truth():
    codes, _, answers = rows(8000)
    fresh, chance, _ = rows(4000, seed=9)
    law = learned(codes, answers).law(fresh)
    assert law.sum(axis=1) == pytest.approx(np.ones(4000))
    assert np.abs(law[:, 1] - chance).mean() < 0.04  # a share of the answers alone misses by 0.22


def test_where_there_is_nothing_to_learn_the_share_is_what_it_knows():
    codes, _, _ = rows(8000)
    answers = Seed(5).generator().random(8000) < 0.3
    law = learned(codes, answers).law(codes)
    assert np.abs(law[:, 1] - 0.3).mean() < 0.03


def test_two_fifths_have_no_entity_in_common_and_are_fifths():
    owners = np.repeat(np.arange(500), 4)
    one, other = fifths_of(2000, owners, Seed(1).generator())
    assert not set(owners[one]) & set(owners[other])
    assert one.sum() == other.sum() == 400


def test_the_order_of_rows_changes_nothing_but_who_checks():
    codes, _, answers = rows(3000)
    symbols, order = np.where(answers, 7, 3).astype(np.uint16), Seed(3).generator().permutation(3000)
    asked = np.arange(3000) < 600
    one, other = (learn_odds(codes[own], symbols[own], [asked[own]]) for own in (np.arange(3000), order))
    for left, right in zip(one.parts, other.parts, strict=True):
        assert np.array_equal(left.feature, right.feature)
        assert np.array_equal(left.above, right.above)
        assert np.array_equal(left.value, right.value)


def test_draws_follow_the_law_and_the_tilt():
    codes, _, answers = rows(3000)
    odds = learned(codes, answers)
    few = np.repeat(codes[:1], 20_000, axis=0)
    second = odds.law(codes[:1])[0, 1]
    assert (odds.draw(few, Seed(1).generator()) == 7).mean() == pytest.approx(second, abs=0.015)
    classed = odds.classed((np.arange(8) % 5).astype(np.uint8))  # 3 is of class 3, 7 of class 2
    tilt = np.tile([9.0, 9.0, 0.5, 2.0, 9.0], (20_000, 1))
    drawn, total = classed.draw(few, tilt, Seed(1).generator())
    assert total == pytest.approx(np.full(20_000, 0.5 * second + 2 * (1 - second)))
    assert (drawn == 7).mean() == pytest.approx(0.5 * second / total[0], abs=0.015)
    assert classed.marginal == pytest.approx([0, 0, answers.mean(), 1 - answers.mean(), 0])


def saved(odds):
    writer = Writer()
    data = odds.to_data(writer)
    return data, Reader({}, {f"a{number}": array for number, array in enumerate(writer.arrays)})


def test_what_is_saved_comes_back():
    codes, _, answers = rows(1000)
    odds = learned(codes, answers)
    data, reader = saved(odds)
    assert np.array_equal(odds_from_data(data, 5, 8, reader).law(codes), odds.law(codes))


@pytest.mark.parametrize(
    "harm",
    [
        {"symbols": [3, 3]},
        {"symbols": [3, 8]},
        {"symbols": [3]},
        {"parts": []},
        {"parts": [{"base": float("nan")}]},
        {"parts": "none"},
        {"shares": 99},
    ],
)
def test_what_was_not_saved_is_refused(harm):
    codes, _, answers = rows(1000)
    data, reader = saved(learned(codes, answers))
    with pytest.raises(DataError):
        odds_from_data({**data, **harm}, 5, 8, reader)


def test_trees_over_predictors_that_are_not_there_are_refused():
    codes, _, answers = rows(1000)
    data, reader = saved(learned(codes, answers))
    n_used = 1 + max(int(reader.arrays[f"a{part['feature']}"].max()) for part in data["parts"])
    assert odds_from_data(data, n_used, 8, reader).parts[0].feature.shape[1] == DEPTH
    with pytest.raises(DataError):
        odds_from_data(data, n_used - 1, 8, reader)
