"""Trips between two towns have the length of their way, whichever vehicles make them; ways of too few are not made."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

from twinset.core import types
from twinset.core.dataset import Dialect, Tables
from twinset.core.request import Request
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.core.seed import Seed
from twinset.pipeline import memory, samplerfile
from twinset.privacy import kinship
from twinset.synthesizers.relational import Relational
from twinset.synthesizers.relational.combos import are_shared, find_combos

N_TOWNS, N_VEHICLES, N_TRIPS = 20, 260, 6000
LENGTHS = np.random.Generator(np.random.Philox(1)).integers(50, 3000, (N_TOWNS, N_TOWNS))


def _column(name: str, storage: pa.DataType) -> Column:
    return Column(name, types.Categorical() if pa.types.is_string(storage) else types.Integer(), storage)


def _trips() -> Tables:
    """Vehicles have a home, from which they go to any town; a few go between two towns that no other vehicle does."""
    rng = np.random.Generator(np.random.Philox(2))
    towns = pa.table({"town": [f"T{number:02d}" for number in range(N_TOWNS)], "people": rng.integers(1, 99, N_TOWNS)})
    vehicles = pa.table({"plate": np.arange(N_VEHICLES), "seats": rng.integers(2, 9, N_VEHICLES)})
    whose = np.sort(rng.integers(0, N_VEHICLES, N_TRIPS))
    start = rng.integers(0, 4, N_TRIPS)
    end = np.where(start == 3, 4 + whose % 16, rng.integers(4, N_TOWNS, N_TRIPS))
    rare = (start == 3) & (end > 17)
    whose = np.where(rare, end - 17, whose)
    rows = {
        "towns": towns,
        "vehicles": vehicles,
        "trips": pa.table(
            {
                "id": np.arange(N_TRIPS),
                "plate": whose,
                "start": towns.column("town").take(pa.array(start)),
                "end": towns.column("town").take(pa.array(end)),
                "length": LENGTHS[start, end],
            }
        ),
    }
    keys = {
        "trips": (
            ForeignKey(("plate",), "vehicles", ("plate",), owns=True),
            ForeignKey(("start",), "towns", ("town",)),
            ForeignKey(("end",), "towns", ("town",)),
        )
    }
    tables = tuple(
        Table(name, tuple(_column(field.name, field.type) for field in own.schema), (own.column_names[0],),
              keys.get(name, ()), is_reference=name == "towns")
        for name, own in rows.items()
    )  # fmt: skip
    return Tables(Schema(tables), rows)


@pytest.fixture(scope="module")
def real() -> Tables:
    data = _trips()
    return dataclasses.replace(data, schema=kinship.settled(data))


def _ways(trips: pa.Table) -> np.ndarray:
    number = [np.array([int(one[1:]) for one in trips.column(name).to_pylist()]) for name in ("start", "end")]
    return np.stack(number, axis=1)


def test_every_trip_has_the_length_of_its_way_and_no_way_is_of_few(real: Tables, tmp_path) -> None:
    sampler, _ = memory.fit(Relational(), real, real.schema, Seed(1))
    samplerfile.save(sampler, tmp_path / "x.twin", dialect=Dialect(), rows={})
    again = samplerfile.load(tmp_path / "x.twin").sampler
    made, same = (memory.sample(one, Request({}, Seed(2), part_rows=100_000)).to_arrow("trips") for one in (sampler, again))
    assert made.equals(same)
    ways = _ways(made)
    lengths = made.column("length").to_numpy()
    assert (LENGTHS[ways[:, 0], ways[:, 1]] == lengths).mean() > 0.995
    assert ((ways[:, 0] == 3) & (ways[:, 1] > 17)).mean() < 0.001
    assert (ways[:, 0] == 3).mean() == pytest.approx((_ways(real.to_arrow("trips"))[:, 0] == 3).mean(), abs=0.06)


def test_only_what_enough_roots_have_together_is_shared() -> None:
    rng = np.random.Generator(np.random.Philox(3))
    left, right, roots = rng.integers(0, 5, 4000), rng.integers(0, 5, 4000), rng.integers(0, 300, 4000)
    roots = np.where((left == 1) & (right == 2), 7, roots)
    left_names = np.where(left == 4, "other", left.astype(str))
    labels = pa.table({"a": left_names, "b": right.astype(str)})
    rows = pa.table({"told": left * 5 + right, "apart": rng.integers(0, 9, 4000)})
    told, apart = _column("told", pa.int64()), _column("apart", pa.int64())
    assert find_combos(labels, rows, [apart], roots, 10) == ()
    (combos,) = find_combos(labels, rows, [apart, told], roots, 10)
    assert combos.num_rows == 4 * 5 - 1
    asked = pa.table({"a": ["1", "1", "other", "0", None], "b": ["2", "3", "2", "9", "0"]})
    assert are_shared(asked, combos).tolist() == [False, True, True, False, True]


def test_what_one_label_tells_needs_no_combination() -> None:
    rng = np.random.Generator(np.random.Philox(4))
    left, right = rng.integers(0, 30, 4000), rng.integers(0, 30, 4000)
    labels, rows = pa.table({"a": left.astype(str), "b": right.astype(str)}), pa.table({"told": left * 7})
    assert find_combos(labels, rows, [_column("told", pa.int64())], np.arange(4000), 10) == ()
