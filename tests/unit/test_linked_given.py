"""Rows of one of linked tables that are given: what is given stays, and all else is as the known law makes it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from tests.linked_kinds import N_ITEMS, N_VISITS, A, X, kinds
from tests.linked_shop import KEYS, TIES, shop
from typer.testing import CliRunner

import twinset as ts
from twinset.cli.commands import app
from twinset.core.dataset import Dialect, Tables
from twinset.core.keys import ORPHAN, numbered, places, plain
from twinset.core.request import Fixed, Request, SeedRows, Shares
from twinset.core.schema import ForeignKey
from twinset.core.seed import Seed
from twinset.errors import PlanError, UserError
from twinset.pipeline import memory, samplerfile
from twinset.privacy import kinship
from twinset.synthesizers.relational import Relational
from twinset.synthesizers.relational.sampler import RelationalSampler


def _fitted(data: Tables) -> RelationalSampler:
    made, _ = memory.fit(Relational(), data, data.schema, Seed(1))
    assert isinstance(made, RelationalSampler)
    return made


@pytest.fixture(scope="module")
def sampler() -> RelationalSampler:
    return _fitted(kinds())


@pytest.fixture(scope="module")
def shop_sampler() -> RelationalSampler:
    return _fitted(dataclasses.replace(shop(), schema=kinship.settled(shop())))


def _made(sampler: RelationalSampler, table: str, rows: pa.Table, part_rows: int = 100_000, **size: int) -> Tables:
    request = sampler.sized(Request(size, Seed(2), SeedRows(rows, table=table), part_rows))
    return memory.sample(sampler, request)


def _column(data: Tables, table: str, name: str) -> np.ndarray:
    return np.array(data.to_arrow(table).column(name).to_pylist())


def _places(data: Tables, table: str) -> np.ndarray:
    (key,) = data.schema[table].foreign_keys
    spots = places(data.to_arrow(table), key, data.to_arrow(key.table))
    assert not (spots == ORPHAN).any()
    return spots


def _of_kind_a(data: Tables) -> tuple[np.ndarray, np.ndarray]:
    """Whether each customer is of kind a, and how likely that is, given the products of his orders."""
    is_a, is_x, whose = (
        _column(data, "customers", "kind") == "a",
        _column(data, "orders", "product") == "x",
        _places(data, "orders"),
    )
    n, n_x = np.bincount(whose, minlength=len(is_a)), np.bincount(whose, weights=is_x, minlength=len(is_a))
    likely = [share * one**n_x * (1 - one) ** (n - n_x) for share, one in ((A, X["a"]), (1 - A, X["b"]))]
    return is_a, likely[0] / (likely[0] + likely[1])


def _check_law(data: Tables) -> None:
    """Customers are of kind a as often as their orders say; visits and items are those of kinds and products."""
    is_a, likely = _of_kind_a(data)
    for low in (0.0, 0.3, 0.6, 0.85):
        some = (likely >= low) & (likely < low + 0.3)
        if some.sum() > 150:
            assert is_a[some].mean() == pytest.approx(likely[some].mean(), abs=0.1)
    visits = np.bincount(_places(data, "visits"), minlength=len(is_a))
    for kind, some in (("a", is_a), ("b", ~is_a)):
        if some.sum() > 150:
            assert visits[some].mean() == pytest.approx(N_VISITS[kind], abs=0.35)
    product = _column(data, "orders", "product")
    items = np.bincount(_places(data, "items"), minlength=len(product))
    for one, mean in N_ITEMS.items():
        if (product == one).sum() > 150:
            assert items[product == one].mean() == pytest.approx(mean, abs=0.3)


# -- the law -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["a", "b"])
def test_rows_below_given_roots_are_those_of_their_kind(sampler: RelationalSampler, kind: str) -> None:
    data = _made(sampler, "customers", pa.table({"kind": [kind] * 1000}))
    assert set(_column(data, "customers", "kind")) == {kind}
    assert (_column(data, "orders", "product") == "x").mean() == pytest.approx(X[kind], abs=0.05)
    assert data.count("visits") / 1000 == pytest.approx(N_VISITS[kind], abs=0.3)
    mean = X[kind] * N_ITEMS["x"] + (1 - X[kind]) * N_ITEMS["y"]
    assert data.count("items") / data.count("orders") == pytest.approx(mean, abs=0.25)


@pytest.mark.parametrize(
    "given",
    [{"product": ["x"] * 1500}, {"product": ["x", "y"] * 750}, {"price": [30.0] * 500 + [10.0] * 1000}],
    ids=["all of x", "half of x", "prices alone"],
)
def test_owners_of_given_rows_are_such_as_have_them(sampler: RelationalSampler, given: dict[str, Any]) -> None:
    data = _made(sampler, "orders", pa.table(given))
    for name, values in given.items():
        assert data.to_arrow("orders").column(name).to_pylist() == values
    _check_law(data)


def test_owners_of_owners_are_too(sampler: RelationalSampler) -> None:
    data = _made(sampler, "items", pa.table({"weight": [30.0] * 1500}))
    assert (_column(data, "orders", "product") == "x").mean() > 0.95
    is_a, likely = _of_kind_a(data)
    assert is_a.mean() == pytest.approx(likely.mean(), abs=0.08)


def test_the_real_rows_given_make_the_real_law(sampler: RelationalSampler) -> None:
    real = kinds()
    data = _made(sampler, "orders", real.to_arrow("orders").select(["product", "price"]))
    is_a, is_x = _column(data, "customers", "kind") == "a", _column(data, "orders", "product") == "x"
    whose = _places(data, "orders")
    assert is_a.mean() == pytest.approx(A, abs=0.05)
    assert is_x[is_a[whose]].mean() == pytest.approx(X["a"], abs=0.05)
    assert is_x[~is_a[whose]].mean() == pytest.approx(X["b"], abs=0.06)
    _check_law(data)


def test_owners_are_weighed_where_they_have_one_row_each() -> None:
    data = _made(_fitted(kinds(most_orders=0.0)), "orders", pa.table({"product": ["x"] * 1000 + ["y"] * 1000}))
    assert data.count("customers") == 2000
    is_a, likely = _of_kind_a(data)
    is_x = _column(data, "orders", "product") == "x"
    for some in (is_x, ~is_x):
        whose = _places(data, "orders")[some]
        assert is_a[whose].mean() == pytest.approx(likely[whose].mean(), abs=0.06)


# -- keys ----------------------------------------------------------------------------------------------------------


def test_rows_with_one_key_have_one_owner_of_that_key(sampler: RelationalSampler) -> None:
    rng = np.random.default_rng(3)
    whose = rng.choice(np.array([7, 70_000, 1, *range(500, 2100)]), 4800)
    product = np.where(whose % 2 == 0, "x", "y")
    data = _made(sampler, "orders", pa.table({"customer_id": whose, "product": product}))
    assert data.to_arrow("orders").column("customer_id").to_pylist() == whose.tolist()
    ids = _column(data, "customers", "id")
    assert len(set(ids)) == len(ids) >= len(set(whose))
    _check_law(data)


def test_given_keys_are_kept_and_made_ones_give_way(sampler: RelationalSampler) -> None:
    ids = [5, None, 3, None, 0, 999] * 100
    ids = [None if one is None else one + 1000 * (place // 6) for place, one in enumerate(ids)]
    data = _made(sampler, "customers", pa.table({"id": pa.array(ids, pa.int64()), "kind": ["a"] * 600}))
    made = data.to_arrow("customers").column("id").to_pylist()
    assert [one for one, given in zip(made, ids, strict=True) if given is not None] == [
        one for one in ids if one is not None
    ]
    assert len(set(made)) == 600
    _places(data, "orders")


@pytest.mark.parametrize("table", ["customers", "orders", "items"])
def test_blocks_hold_what_is_given_in_its_order(sampler: RelationalSampler, table: str) -> None:
    name = {"customers": "kind", "orders": "price", "items": "weight"}[table]
    given = kinds(seed=5).to_arrow(table).select([name]).slice(0, 2400)
    data = _made(sampler, table, given, part_rows=1500)
    assert data.to_arrow(table).column(name).to_pylist() == given.column(name).to_pylist()
    for child in ("orders", "items", "visits"):
        _places(data, child)


def test_sizes_may_be_said_of_other_tables(sampler: RelationalSampler) -> None:
    data = _made(sampler, "orders", pa.table({"product": ["x"] * 50}), customers=300, visits=7)
    assert (data.count("customers"), data.count("orders"), data.count("visits")) == (300, 50, 7)


def test_the_same_seed_makes_the_same_rows(sampler: RelationalSampler, tmp_path: Path) -> None:
    rows = pa.table({"product": ["x", None, "y"] * 40})
    samplerfile.save(sampler, tmp_path / "kinds.twin", dialect=Dialect(), rows={})
    again = samplerfile.load(tmp_path / "kinds.twin").sampler
    assert isinstance(again, RelationalSampler)
    for name in ("customers", "orders", "items", "visits"):
        assert _made(sampler, "orders", rows).to_arrow(name).equals(_made(again, "orders", rows).to_arrow(name))


# -- every kind of table -------------------------------------------------------------------------------------------

SHOP: dict[str, dict[str, list[Any]]] = {
    "customers": {
        "id": [1, 2, 3, 4],
        "country": ["de", "fr", None, "de"],
        "age": [30, None, 80, 41],
        "email": ["a@b.c"] * 4,
    },
    "orders": {"customer_id": [10, 10, 20, 30], "n_items": [3, 1, 1, 2]},
    "items": {"sku": ["P-0001", "P-0002", "P-0001", None], "quantity": [1, 2, None, 4]},
    "shipments": {"id": [1, 2, 30_000]},
    "profiles": {"score": [40, 60, 80]},
    "reviews": {"customer_id": [1, 1, 2], "sku": ["P-0001", "P-0002", "P-0001"]},
    "employees": {"id": [1, 2, 3], "manager_id": [None, 1, 1], "salary": [9000.0, None, 5000.0]},
    "departments": {"budget": [10, 20]},
}


@pytest.mark.parametrize("table", SHOP)
def test_keys_of_every_kind_hold_around_given_rows(shop_sampler: RelationalSampler, table: str) -> None:
    storage = shop().to_arrow(table).schema
    given = pa.table({name: pa.array(values, storage.field(name).type) for name, values in SHOP[table].items()})
    data = _made(shop_sampler, table, given)
    rows = data.to_arrow(table)
    assert rows.num_rows == given.num_rows
    for name in given.column_names:
        pairs = zip(rows.column(name).to_pylist(), given.column(name).to_pylist(), strict=True)
        assert all(made == wanted for made, wanted in pairs if wanted is not None)
    for name, ties in TIES.items():
        for columns, to in ties:
            spots = places(data.to_arrow(name), ForeignKey(columns, to, KEYS[to]), data.to_arrow(to))
            assert not (spots == ORPHAN).any()
        numbers = numbered([plain(data.to_arrow(name).column(one)) for one in KEYS[name]])
        assert len(np.unique(numbers)) == len(numbers)


BAD = {
    "an unknown table": ("customer", {"age": [1]}, "did you mean 'customers'"),
    "an unknown column": ("customers", {"agee": [1]}, "did you mean 'age'"),
    "a value of another type": ("customers", {"age": ["old"]}, "customers.age is not int64"),
    "a key that no row of a list has": ("customers", {"country": ["de", "xx"]}, "point to no row of 'countries'.*xx"),
    "a key twice": ("customers", {"id": [1, 1]}, "another row's primary key"),
    "a pair of keys twice": ("reviews", {"customer_id": [1, 1], "sku": ["P-0001"] * 2}, "another row's primary key"),
    "some owners": ("orders", {"customer_id": [1, None]}, "in all of them, or in none"),
    "a partner made along": ("customers", {"contact_id": [1]}, "can't be given"),
    "a partner that is not given": ("employees", {"id": [1, 2], "manager_id": [2, 9]}, "point to no row of 'employees'"),
    "half of a key": ("shipments", {"line": [1]}, "can't be given|give order_id as well"),
    "a total": ("orders", {"total": [9.5]}, "added up from rows of 'items'"),
    "what the owner says": ("orders", {"email": ["a@b.c"]}, "repeats its owner's 'email'"),
    "a line of no order": ("items", {"line": [1]}, "numbers an owner's rows"),
    "no rows": ("customers", {"age": []}, "has no rows"),
    "a list": ("countries", {"name": ["land"]}, "is a list that many share"),
    "a table without rows": ("complaints", {"id": [1]}, "had no rows"),
    "more rows than are given": ("customers", {"age": [1]}, "1 rows of 'customers' are given"),
    "fewer owners than are given": ("orders", {"customer_id": [1, 2, 3]}, "are the owners of those given"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_honoured_is_said(shop_sampler: RelationalSampler, case: str) -> None:
    table, values, message = BAD[case]
    size = {"more rows than are given": {"customers": 5}, "fewer owners than are given": {"customers": 2}}.get(case, {})
    request = Request(size, Seed(0), SeedRows(pa.table(values), table=table))
    with pytest.raises(PlanError, match=message):
        list(shop_sampler.parts(shop_sampler.sized(request)))


@pytest.mark.parametrize("given", [Fixed({"age": 3}), Shares("age", {3: 1.0}), SeedRows(pa.table({"age": [3]}))])
def test_other_kinds_of_given_are_refused(shop_sampler: RelationalSampler, given: Any) -> None:
    with pytest.raises(PlanError, match="--given TABLE=ROWS"):
        list(shop_sampler.parts(Request({}, Seed(0), given)))


# -- callers -------------------------------------------------------------------------------------------------------


def test_python_gives_rows_of_a_table_by_its_name(sampler: RelationalSampler) -> None:
    data = ts.sample(sampler, seed=4, given={"customers": pa.table({"kind": ["a", "b", "a"]})})
    assert data.to_arrow("customers").column("kind").to_pylist() == ["a", "b", "a"]
    with pytest.raises(UserError, match="there is no table 'customer'"):
        ts.sample(sampler, seed=4, given={"customer": pa.table({"kind": ["a"]})})
    with pytest.warns(UserWarning, match="kind: 1 given values were never learned"):
        ts.sample(sampler, seed=4, given={"customers": pa.table({"kind": ["c"]})})


def test_the_command_line_and_a_plan_make_the_same(sampler: RelationalSampler, tmp_path: Path) -> None:
    model, rows = tmp_path / "kinds.twin", tmp_path / "rows.csv"
    samplerfile.save(sampler, model, dialect=Dialect(), rows={})
    rows.write_text("customer_id,product\n12,x\n12,y\n9,x\n")
    run = CliRunner()
    done = run.invoke(app, ["sample", str(model), "--given", f"orders={rows}", "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    orders = pyarrow.parquet.read_table(next((tmp_path / "out").rglob("orders.parquet")))
    assert orders.column("customer_id").to_pylist() == [12, 12, 9]
    assert orders.column("product").to_pylist() == ["x", "y", "x"]
    again = run.invoke(app, ["run", str(tmp_path / "out" / "plan.yaml"), "-o", str(tmp_path / "again")])
    assert again.exit_code == 0, again.output
    for name in ("customers", "orders", "items", "visits"):
        first, second = (next((tmp_path / place).rglob(f"{name}.parquet")).read_bytes() for place in ("out", "again"))
        assert pyarrow.parquet.read_table(pa.BufferReader(first)).equals(pyarrow.parquet.read_table(pa.BufferReader(second)))
    rows.write_text("customer_id,product\n12,x\n")
    changed = run.invoke(app, ["sample", str(model), "--given", f"orders={rows}", "-o", str(tmp_path / "out")])
    assert changed.exit_code == 1  # the rows are others, so the output is another run's


@pytest.mark.parametrize("said", ["rows.csv", "=rows.csv", "orders="])
def test_the_command_line_asks_whose_rows_are_given(sampler: RelationalSampler, tmp_path: Path, said: str) -> None:
    samplerfile.save(sampler, tmp_path / "kinds.twin", dialect=Dialect(), rows={})
    arguments = ["sample", str(tmp_path / "kinds.twin"), "--given", said, "-o", str(tmp_path / "out")]
    with pytest.raises(PlanError, match="--given TABLE=ROWS"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
