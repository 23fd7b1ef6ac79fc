"""The dial of privacy: what it says, and that engines keep to it."""

import numpy as np
import pyarrow as pa
import pytest

import twinset as ts
from twinset.errors import PlanError
from twinset.privacy.levels import LEVELS, level_of

SHARED = {222: 8, 333: 15, 444: 60}
"""Values and the rows that share them."""


def rows():
    values = np.repeat(np.array(list(SHARED), dtype=float), list(SHARED.values()))
    rest = np.arange(1000) + 0.5
    return pa.table({"amount": np.concatenate([values, rest, rest]), "kind": ["a", "b"] * 1041 + ["a"]})


@pytest.mark.parametrize("synthesizer", ["independent", "trees"])
@pytest.mark.parametrize(("privacy", "back"), [("low", {222, 333, 444}), ("default", {333, 444}), ("high", {444})])
def test_a_value_comes_back_only_if_as_many_share_it_as_the_level_says(synthesizer, privacy, back):
    sampler = ts.fit(rows(), seed=1, synthesizer=synthesizer, privacy=privacy)
    made = ts.sample(sampler, 20_000, seed=1).to_arrow()["amount"].to_numpy()
    wanted = {value: 20_000 * n_rows / 2083 for value, n_rows in SHARED.items()}
    assert {value for value in SHARED if (made == value).sum() > 0.6 * wanted[value]} == back


def test_numbers_stand_above_the_name():
    assert level_of("high", 30).leaf == LEVELS["high"].leaf
    assert level_of("high", 30).k == 30


def test_levels_are_in_order():
    low, default, high = LEVELS.values()
    assert low.k < default.k < high.k
    assert low.leaf < default.leaf < high.leaf
    assert low.caution < default.caution < high.caution
    assert low.fine == default.fine == 1 < high.fine


@pytest.mark.parametrize("options", [{"privacy": "hihg"}, {"privacy": 3}, {"k": 1}, {"k": True}, {"k": 2.5}])
def test_what_is_no_level_is_refused(options):
    with pytest.raises(PlanError, match="privacy is low, default, high|k is a whole number"):
        ts.fit(rows(), seed=1, **options)
