"""Times of day written as HHMM keep their arithmetic in a twin, past midnight and in columns of their parts too."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pytest

import twinset as ts
from twinset.synthesizers.tabular.trees import Trees

N, DAY = 4_000, 1440


def written(minutes: np.ndarray, midnight: int) -> np.ndarray:
    """HHMM; midnight is 0 or 2400."""
    minutes = minutes % DAY
    return np.where(minutes == 0, midnight, minutes // 60 * 100 + minutes % 60)


def counted(numbers: np.ndarray) -> np.ndarray:
    return numbers // 100 * 60 + numbers % 100


def made(seed: int) -> pa.Table:
    """Plans at any time of day, delays, and when it really was; parts of them."""
    rng = np.random.Generator(np.random.Philox(seed))
    plan = rng.integers(0, 288, N) * 5
    late = np.rint(rng.gamma(2, 20, N) - 15).astype(np.int64)
    seen = rng.integers(0, 144, N) * 10 + rng.integers(0, 2, N)
    date = np.datetime64("2024-01-01") + rng.integers(0, 366, N)
    return pa.table(
        {
            "late": late,
            "plan": written(plan, 0),
            "real": written(plan + late, 2400),
            "seen": written(seen, 0),
            "hour": plan // 60,
            "minute": plan % 60,
            "seen_hour": seen // 60,
            "at": pa.array(date.astype("datetime64[s]") + plan // 60 * 3600),
            "month": date.astype("datetime64[M]").astype(np.int64) % 12 + 1,
        }
    )


@pytest.fixture(scope="module")
def sampler():
    return ts.fit(made(1), seed=1)


@pytest.fixture(scope="module")
def twin(sampler) -> dict[str, np.ndarray]:
    rows = ts.sample(sampler, N, seed=2).to_arrow()
    return {name: rows.column(name).to_numpy() for name in rows.column_names}


def test_what_comes_out_is_a_time_of_day(twin):
    for name in ("plan", "real", "seen"):
        assert ((twin[name] % 100 < 60) & (twin[name] >= 0) & (twin[name] <= 2400)).all()
    assert (2400 in twin["real"], 0 in twin["real"]) == (True, False)
    assert (2400 in twin["seen"], 0 in twin["seen"]) == (False, True)


def test_differences_stay_exact_past_midnight(twin):
    # Only delays cut off at the ends of what k entities share may differ.
    assert np.mean((counted(twin["plan"]) + twin["late"] - counted(twin["real"])) % DAY == 0) > 0.98
    real = {name: made(1).column(name).to_numpy() for name in ("real", "plan")}
    late, later = (np.mean(counted(one["real"]) < counted(one["plan"]) - 700) for one in (real, twin))
    assert 0.6 * late < later < 1.6 * late


def test_parts_stay_exact(twin):
    assert np.mean(twin["hour"] == twin["plan"] // 100) > 0.999
    assert np.mean(twin["minute"] == twin["plan"] % 100) > 0.999
    assert np.mean(twin["seen_hour"] == twin["seen"] // 100) > 0.999
    assert np.mean(twin["month"] == twin["at"].astype("datetime64[M]").astype(np.int64) % 12 + 1) > 0.999


def test_moments_stay_on_the_hour(twin):
    assert (twin["at"].astype("datetime64[s]").astype(np.int64) % 3600 == 0).all()


def test_a_given_time_says_its_parts(sampler):
    rows = ts.sample(sampler, 300, seed=3, given={"plan": 1730}).to_arrow()
    assert set(rows.column("plan").to_pylist()) == {1730}
    assert np.mean(rows.column("hour").to_numpy() == 17) > 0.95
    assert np.mean(rows.column("minute").to_numpy() == 30) > 0.95


def test_a_saved_sampler_draws_the_same(sampler, tmp_path):
    sampler.save(tmp_path)
    again = Trees.load(tmp_path, sampler.schema)
    draws = [ts.sample(one, 500, seed=4).to_arrow() for one in (sampler, again)]
    assert draws[0].equals(draws[1])
    assert isinstance(draws[0].column("at")[0].as_py(), datetime.datetime)
