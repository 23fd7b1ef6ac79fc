"""Tables by rules: keys, parents, references, degrees, sizes, and that every part follows from its id alone."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.rules import SHOP, made, sampler_of

from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.testing import check_sampler

REQUEST = Request({"customers": 25, "orders": 60, "items": 90}, Seed(3), part_rows=10)


@pytest.mark.parametrize("check", list(check_sampler(sampler_of(SHOP), REQUEST)), ids=lambda check: check.name)
def test_the_sampler_keeps_the_contract(check):
    check.run()


@pytest.mark.parametrize("part_rows", [7, 100, 100_000])
def test_children_belong_to_parents_and_take_their_values(part_rows):
    tables = made(SHOP, part_rows=part_rows)
    customers, orders, items = (tables[name] for name in ("customers", "orders", "items"))
    assert customers["customer_id"].to_pylist() == list(range(1, customers.num_rows + 1))
    assert orders["order_id"].to_pylist() == list(range(1, orders.num_rows + 1))
    tier = dict(zip(customers["customer_id"].to_pylist(), customers["tier"].to_pylist(), strict=True))
    for order in orders.to_pylist():
        assert order["tier"] == tier[order["customer_id"]]
        assert order["other_tier"] == tier[order["other"]]
    lines = Counter(items["order_id"].to_pylist())
    assert set(lines) == set(orders["order_id"].to_pylist())
    assert set(lines.values()) == {2}
    assert items["line"].to_pylist() == [1, 2] * orders.num_rows


def test_degrees_have_their_distribution():
    tables = made(SHOP, size={"customers": 20_000})
    counts = Counter(Counter(tables["orders"]["customer_id"].to_pylist()).values())
    assert abs(counts[3] / 20_000 - 0.2240) < 0.012  # Poisson of mean 3, within 4 standard deviations
    assert abs((20_000 - counts.total()) / 20_000 - 0.0498) < 0.0062


@pytest.mark.parametrize("n_orders", [0, 1, 250, 1_000])
def test_a_stated_number_of_children_is_met_exactly(n_orders):
    tables = made(SHOP, size={"customers": 250, "orders": n_orders}, part_rows=40)
    assert tables["orders"].num_rows == n_orders
    assert tables["items"].num_rows == 2 * n_orders
    parents = tables["orders"]["customer_id"].to_pylist()
    assert parents == sorted(parents)


def test_a_column_does_not_change_when_another_is_added():
    plain = made(SHOP)
    columns = {"extra": {"rule": "normal"}, **SHOP["customers"]["columns"]}
    other = made({**SHOP, "customers": {**SHOP["customers"], "columns": columns}})
    assert other["customers"].drop_columns(["extra"]) == plain["customers"]
    assert other["orders"] == plain["orders"]


def test_formulas_hold_and_missing_has_its_share():
    customers = made(SHOP, size={"customers": 20_000})["customers"]
    expected = pc.round(pc.multiply(customers["amount"], 1.2), 2, round_mode="half_to_even")
    assert customers["total"].equals(expected)
    assert abs(customers["amount"].null_count / 20_000 - 0.02) < 0.004


def test_columns_in_a_circle_are_named():
    columns = {
        "a": {"rule": "formula", "of": "b + 1"},
        "b": {"rule": "formula", "of": "c"},
        "c": {"rule": "formula", "of": "a"},
    }
    with pytest.raises(PlanError, match=r"circle: (t\.\w <- ){3}t\.\w"):
        made({"t": {"rows": 1, "columns": columns}})


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"a": {"rule": "sequense"}}, r"t\.a: there is no rule 'sequense', did you mean 'sequence'"),
        ({"a": {"rule": "normal", "meen": 1}}, r"has no option 'meen', did you mean 'mean'"),
        ({"a": {"rule": "formula", "of": "b + 1"}, "bb": 1}, r"t\.a: table 't' has no column 'b', did you mean 'bb'"),
        ({"a": {"rule": "formula", "of": "().__class__"}}, r"Attribute is no part of an expression"),
        ({"a": "gold"}, r"there is no rule 'gold'"),
        ({"a": {"rule": "parent", "column": "b"}}, r"names a parent, and the table is not per another one"),
        ({"a": {"rule": "reference", "table": "tt", "column": "b"}}, r"table 'tt', which is not there, did you mean 't'"),
    ],
)  # fmt: skip
def test_what_a_plan_gets_wrong_is_named(columns, said):
    with pytest.raises(PlanError, match=said):
        made({"t": {"rows": 1, "columns": columns}})


def test_the_schema_has_keys_and_foreign_keys():
    schema = sampler_of(SHOP).schema
    assert [table.name for table in schema] == ["customers", "orders", "items"]
    assert schema["orders"].primary_key == ("order_id",)
    assert [(key.columns, key.table, key.references) for key in schema["orders"].foreign_keys] == [
        (("customer_id",), "customers", ("customer_id",)),
        (("other",), "customers", ("customer_id",)),
    ]
    assert schema["customers"]["amount"].storage == pa.float64()
