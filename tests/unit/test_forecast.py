"""Forecasts of what learning and making cost, against what they take and how that grows."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
import pytest

import twinset as ts
from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.core.synthesis import Forecast
from twinset.pipeline.forecast import forecast
from twinset.synthesizers.relational import Relational
from twinset.synthesizers.tabular.trees import Trees


def _table(name: str, n_columns: int, owner: str | None = None) -> Table:
    key = Column("id", types.Integer(), pa.int64())
    numbers = [Column(f"x{number}", types.Real(), pa.float64()) for number in range(n_columns)]
    if owner is None:
        return Table(name, (key, *numbers), ("id",))
    led = Column("owner_id", types.Integer(), pa.int64())
    return Table(name, (key, led, *numbers), ("id",), (ForeignKey(("owner_id",), owner, ("id",), owns=True),))


def _linked(*, n_tables: int = 1, n_columns: int = 4, n_rows: int = 20_000, n_owners: int = 20_000) -> Forecast:
    """Of a table of owners and tables of what they own."""
    below = [_table(f"below {number}", 4, "owners") for number in range(n_tables)]
    schema = Schema((_table("owners", n_columns), *below))
    return Relational().forecast(schema, {"owners": n_owners, **{table.name: n_rows for table in below}})


def test_a_table_takes_what_is_forecast() -> None:
    draw = np.random.Generator(np.random.Philox(1))
    z = draw.normal(size=20_000)
    columns = {f"x{number}": np.round(z + draw.normal(size=len(z)), 2) for number in range(10)}
    columns["label"] = draw.choice(["red", "green", "blue"], len(z))
    columns["yes"] = z + draw.normal(size=len(z)) > 0
    data = ts.read(pa.table(columns))
    began = time.process_time()
    ts.fit(data, seed=1)
    taken = time.process_time() - began
    told = Trees().forecast(data.schema, {data.schema.only.name: len(z)})
    assert told.seconds / 3 < taken < told.seconds * 3


def test_of_linked_tables_it_is_told_what_linking_them_costs() -> None:
    schema = Schema((_table("owners", 6), _table("below", 6, "owners")))
    n_rows = {"owners": 5_000, "below": 150_000}
    rows = {table.name: pa.table({one: np.arange(n_rows[table.name]) for one in table.names}) for table in schema}
    data = Tables(schema, {table.name: rows[table.name].cast(table.arrow) for table in schema})
    cost = Relational().forecast(schema, n_rows)
    assert cost.making > 1
    (line,) = forecast(Trees(), data)
    assert f"about {cost.seconds:.0f} s of CPU" in line
    assert f"{cost.making:.0f} s of CPU to make as many rows" in line


def test_more_tables_cost_as_many_times_as_much() -> None:
    one, six = _linked(), _linked(n_tables=6)
    assert 4 * one.seconds < six.seconds < 10 * one.seconds
    assert six.making > 3 * one.making


def test_what_rows_are_told_of_their_owner_costs() -> None:
    few, many = (_linked(n_columns=n, n_owners=1) for n in (4, 20))
    assert many.seconds > 1.5 * few.seconds
    assert many.making > 2 * few.making
    assert many.bytes > few.bytes


def test_rows_beyond_those_that_shape_trees_cost_less() -> None:
    """Of sixty tables 98,000 rows took 44 CPU seconds, 985,000 took 190 and 9,850,000 took 936."""
    few, many, most = (_linked(n_rows=n, n_owners=n) for n in (1_640, 16_400, 164_000))
    assert 2 * few.seconds < many.seconds < 10 * few.seconds
    assert 2 * many.seconds < most.seconds < 9 * many.seconds
    assert most.making == pytest.approx(10 * many.making, rel=0.1)


def test_rows_of_owners_are_drawn_several_times() -> None:
    alone = Trees().forecast(Schema((_table("alone", 9),)), {"alone": 20_000})
    assert _linked(n_owners=1).making > 3 * alone.making


def test_a_long_list_is_chosen_from_before_the_rest_is_drawn() -> None:
    costs = []
    for n_products in (10, 300):
        products = Table("products", _table("products", 2).columns, ("id",), is_reference=True)
        owners, orders = _table("owners", 2), _table("orders", 4, "owners")
        key = ForeignKey(("x0",), "products", ("id",))
        orders = Table("orders", orders.columns, ("id",), (*orders.foreign_keys, key))
        size = {"products": n_products, "owners": 1000, "orders": 200_000}
        costs.append(Relational().forecast(Schema((products, owners, orders)), size))
    assert costs[1].seconds > 1.1 * costs[0].seconds
    assert costs[1].making > 1.5 * costs[0].making
