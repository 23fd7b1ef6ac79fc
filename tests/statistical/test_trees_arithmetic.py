"""What follows by arithmetic from other columns still does in a twin; what does not is left alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import twinset as ts

N = 4_000


def made(seed: int) -> pa.Table:
    """Parts with an exact total, a product up to rounding, and a column that follows from nothing."""
    rng = np.random.Generator(np.random.Philox(seed))
    net, fee = np.rint(rng.lognormal(8, 0.6, N)), rng.integers(0, 400, N) * 1.0
    wide, high = np.rint(rng.gamma(9, 30, N)) + 20, np.rint(rng.gamma(9, 30, N)) + 20
    return pa.table(
        {
            "net": net.astype(np.int64),
            "fee": fee.astype(np.int64),
            "gross": (net + fee).astype(np.int64),
            "wide": wide.astype(np.int64),
            "high": high.astype(np.int64),
            "area": np.rint(wide * high / 100).astype(np.int64),
            "apart": rng.integers(0, 50, N),
        }
    )


@pytest.fixture(scope="module")
def sampler():
    return ts.fit(made(1), seed=1)


@pytest.fixture(scope="module")
def twin(sampler) -> dict[str, np.ndarray]:
    rows = ts.sample(sampler, N, seed=2).to_arrow()
    return {name: rows.column(name).to_numpy() for name in rows.column_names}


def test_an_exact_total_stays_exact(twin):
    # Only totals cut off at the ends of what k entities share may differ.
    assert np.mean(twin["gross"] == twin["net"] + twin["fee"]) > 0.97


def test_a_rounded_product_stays_close(twin):
    real = made(1)
    spread = np.std(real.column("area").to_numpy())
    miss = np.abs(twin["area"] - twin["wide"] * twin["high"] / 100)
    assert np.quantile(miss, 0.9) < 0.03 * spread


def test_the_parts_keep_their_own_laws(twin):
    real = made(1)
    for name in ("net", "fee", "wide", "high", "apart"):
        own, other = np.sort(real.column(name).to_numpy()), np.sort(twin[name])
        places = np.concatenate([own, other])
        gap = np.abs(np.searchsorted(own, places, "right") - np.searchsorted(other, places, "right")).max() / N
        assert gap < 0.045, name  # the 0.1% quantile of Kolmogorov and Smirnov's distance for two samples is 0.044


def test_a_column_of_its_own_is_coded_by_its_values(sampler):
    fields = {field.name: number for number, field in enumerate(sampler.layout.fields)}
    coded = {link.target: link.difference for link in sampler.model.links}
    assert coded[fields["apart"]] is None
    assert sum(found is not None for found in coded.values()) >= 2


def test_a_saved_sampler_makes_the_same_rows(sampler, tmp_path):
    ts.save(sampler, tmp_path / "model.twin")
    again = ts.load(tmp_path / "model.twin")
    assert ts.sample(again, 500, seed=3).to_arrow() == ts.sample(sampler, 500, seed=3).to_arrow()


def test_what_is_given_keeps_the_sum_and_comes_out_as_given(sampler):
    given = pa.table({"gross": pa.array([3_000, 4_500, 7_000] * 200, pa.int64())})
    rows = ts.sample(sampler, given=given, seed=4).to_arrow()
    gross, net, fee = (rows.column(name).to_numpy() for name in ("gross", "net", "fee"))
    assert np.array_equal(gross, given.column("gross").to_numpy())
    # Given totals condition by the middle of their cell, and cells are a few units wide here.
    assert np.quantile(np.abs(net + fee - gross), 0.9) <= 0.02 * np.std(made(1).column("gross").to_numpy())
    rows = ts.sample(sampler, given=pa.table({"fee": pa.array([17] * 300, pa.int64())}), seed=5).to_arrow()
    gross, net, fee = (rows.column(name).to_numpy() for name in ("gross", "net", "fee"))
    assert (fee == 17).all()
    assert np.mean(gross == net + fee) > 0.97


def test_the_parts_of_a_date_follow_it():
    days = np.datetime64("2023-01-01") + np.random.Generator(np.random.Philox(2)).integers(0, 365, 20_000)
    months = days.astype("datetime64[M]")
    table = pa.table(
        {
            "sold": pa.array(days.astype("datetime64[D]")),
            "month": months.astype(int) % 12 + 1,
            "day": (days - months).astype(int) + 1,
            "weekday": days.astype(int) % 7,
        }
    )
    twin = ts.sample(ts.fit(table, seed=1), 5_000, seed=1).to_arrow()
    sold = twin["sold"].to_numpy().astype("datetime64[D]")
    months = sold.astype("datetime64[M]")
    assert (twin["month"].to_numpy() == months.astype(int) % 12 + 1).mean() > 0.98
    assert (twin["day"].to_numpy() == (sold - months).astype(int) + 1).mean() > 0.98
    assert (twin["weekday"].to_numpy() == sold.astype(int) % 7).mean() > 0.98


def test_what_a_label_of_many_stands_for_follows_it():
    rng = np.random.Generator(np.random.Philox(3))
    zone, place = rng.integers(1, 21, 60), rng.integers(0, 60, 20_000)
    table = pa.table({"zone": zone[place], "to": [f"P{one:02}" for one in place], "late": rng.normal(0, 9, 20_000).round()})
    twin = ts.sample(ts.fit(table, seed=1), 5_000, seed=1).to_arrow()
    wanted = zone[[int(name[1:]) for name in twin["to"].to_pylist()]]
    assert (twin["zone"].to_numpy() == wanted).mean() > 0.97
