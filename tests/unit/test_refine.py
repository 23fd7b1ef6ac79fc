"""Rows that look less real are drawn less often: where the chain errs, as far as it errs, and not where it does not."""

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

import twinset as ts
from twinset.core.dataset import whole
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.synthesizers.tabular.draws import systematic
from twinset.synthesizers.tabular.store import Reader, Writer
from twinset.synthesizers.tabular.trees import Trees
from twinset.synthesizers.tabular.trees.refine import _chances, n_drawn, refinement_from_data


def pairs(n_rows, share, seed=1):
    """Two labels of four, the second the same as the first in ``share`` of the rows and otherwise any."""
    draw = Seed(seed).generator()
    first, other = draw.integers(0, 4, (2, n_rows))
    second = np.where(draw.random(n_rows) < share, first, other)
    return pa.table({"first": np.array(list("abcd"))[first], "second": np.array(list("klmn"))[second]})


def agreement(rows):
    """The share of rows whose two labels have the same place in the alphabet."""
    first, second = (np.asarray(rows[name].to_pylist()) for name in ("first", "second"))
    return float(np.mean([ord(a) - ord("a") == ord(b) - ord("k") for a, b in zip(first, second, strict=True)]))


def fitted(rows, **options):
    return ts.fit(rows, synthesizer="trees", seed=3, **options)


def test_a_chain_that_knows_no_dependence_is_mended_as_far_as_a_quarter_more_rows_can():
    real = pairs(6000, 0.4)
    assert agreement(real) == pytest.approx(0.55, abs=0.02)
    blind = whole(ts.sample(fitted(real, depth=0), 6000, seed=5))
    assert 0.28 < agreement(blind) <= 0.25 * 1.25 + 0.02  # without: 0.25


def test_a_chain_that_is_right_stays_as_it_is():
    model = fitted(pairs(6000, 0.0))
    assert model.model.refinement is None


def test_what_is_refined_is_saved_and_read_back(tmp_path):
    sampler = fitted(pairs(3000, 0.5), depth=0)
    assert sampler.model.refinement is not None
    sampler.save(tmp_path)
    again = Trees.load(tmp_path, sampler.schema)
    drawn, same = (one.model.draw(500, Seed(1)) for one in (sampler, again))
    assert all(np.array_equal(left, right) for left, right in zip(drawn, same, strict=True))


@pytest.mark.parametrize(
    "change",
    [{"looked_at": []}, {"looked_at": [0]}, {"looked_at": [0, 9]}, {"tables": [0, 99]}, {"parts": []}, {"parts": [{}]}],
)
def test_a_damaged_refinement_is_refused(change):
    model = fitted(pairs(3000, 0.5), depth=0).model
    writer = Writer()
    data = model.refinement.to_data(writer)
    reader = Reader({}, {f"a{number}": array for number, array in enumerate(writer.arrays)})
    assert refinement_from_data(data, model.fields, reader).looked_at == model.refinement.looked_at
    with pytest.raises(DataError):
        refinement_from_data({**data, **change}, model.fields, reader)


def test_rows_of_entities_and_few_rows_are_left_alone():
    few = fitted(pairs(200, 0.5), depth=0)
    assert few.model.refinement is None
    assert whole(ts.sample(few, 1, seed=1)).num_rows == 1


def test_systematic_sampling_gives_each_its_chance_and_every_stretch_its_number():
    chances = Seed(1).generator().random(200)
    order = Seed(2).generator().permutation(200)
    picks = np.array([systematic(chances, order, Seed(seed).generator()) for seed in range(3000)])
    assert np.abs(picks.mean(axis=0) - chances).max() < 0.05
    for stretch in (order[:50], order[50:120], order):
        assert np.abs(picks[:, stretch].sum(axis=1) - chances[stretch].sum()).max() < 2


def test_chances_sum_to_the_rows_and_none_is_above_one():
    odds = np.exp(Seed(4).generator().normal(size=1250) * 2)
    chances = _chances(odds.copy(), 1000)
    assert chances.sum() == pytest.approx(1000)
    assert chances.max() <= 1
    below = chances < 1
    assert np.allclose(chances[below] / odds[below], (chances[below] / odds[below])[0])
    assert [n_drawn(n) for n in (0, 1, 4, 1000)] == [0, 2, 5, 1250]


def test_as_many_rows_stay_as_are_asked_for_whatever_rounding_does():
    """Where odds are far apart, most chances are one, and a sum of them may fall short of a whole number by a rounding."""
    refinement = fitted(pairs(3000, 0.5), depth=0).model.refinement
    steep = dataclasses.replace(
        refinement, parts=tuple(dataclasses.replace(part, value=part.value * 30) for part in refinement.parts)
    )
    for number in range(200):
        draw = Seed(number).generator()
        symbols = {field: draw.integers(0, 4, 125).astype(np.uint16) for field in set(refinement.looked_at)}
        stay = steep.choose(symbols, 100, draw)
        assert len(stay) == 100
        assert (np.diff(stay) >= 0).all()
