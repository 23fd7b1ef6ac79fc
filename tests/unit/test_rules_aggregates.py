"""Columns that sum up the rows that belong to a row: sums add up exactly, whatever the parts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from tests.rules import made, sampler_of

from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.testing import check_sampler

SHOP: dict[str, Any] = {
    "customers": {
        "rows": 300,
        "key": "id",
        "columns": {
            "id": "sequence",
            "n_orders": {"rule": "count_of", "table": "orders"},
            "spent": {"rule": "sum_of", "table": "orders", "column": "total"},
        },
    },
    "orders": {
        "per": {"table": "customers", "degree": {"rule": "poisson", "mean": 2}},
        "key": "order_id",
        "columns": {
            "order_id": "sequence",
            "id": {"rule": "parent", "column": "id"},
            "at": {"rule": "datetime", "between": ["2024-01-01", "2024-12-31"]},
            "total": {"rule": "sum_of", "table": "items", "column": "amount"},
            "pieces": {"rule": "sum_of", "table": "items", "column": "quantity"},
            "n_dear": {"rule": "count_of", "table": "items", "where": "price > 50"},
            "dearest": {"rule": "max_of", "table": "items", "column": "price"},
            "cheapest": {"rule": "min_of", "table": "items", "column": "price", "where": "quantity > 1"},
            "taxed": {"rule": "formula", "of": "total * 1.2", "decimals": 2},
            "coins": {"rule": "sum_of", "table": "items", "column": "coin"},
        },
    },
    "items": {
        "per": {"table": "orders", "degree": {"rule": "poisson", "mean": 2}},
        "columns": {
            "order_id": {"rule": "parent", "column": "order_id"},
            "price": {"rule": "uniform", "low": 1, "high": 100, "decimals": 2},
            "quantity": {"rule": "integer", "low": 1, "high": 5},
            "amount": {"rule": "formula", "of": "price * quantity", "decimals": 2},
            "coin": {"rule": "money", "currency": "EUR", "of": {"rule": "uniform", "low": 1, "high": 9}},
            "at": "orders.at",
        },
    },
}


@pytest.mark.parametrize("part_rows", [7, 100, 100_000])
def test_sums_add_up(part_rows):
    found = {name: table.to_pylist() for name, table in made(SHOP, part_rows=part_rows).items()}
    items, orders = defaultdict(list), defaultdict(list)
    for item in found["items"]:
        items[item["order_id"]].append(item)
    for order in found["orders"]:
        orders[order["id"]].append(order)
        mine = items[order["order_id"]]
        assert order["total"] == round(sum(item["amount"] for item in mine), 2)
        assert order["taxed"] == pytest.approx(order["total"] * 1.2, abs=0.0051)
        assert order["pieces"] == sum(item["quantity"] for item in mine)
        assert order["n_dear"] == sum(item["price"] > 50 for item in mine)
        assert order["dearest"] == max((item["price"] for item in mine), default=None)
        assert order["cheapest"] == min((item["price"] for item in mine if item["quantity"] > 1), default=None)
        assert order["coins"] == sum(item["coin"] for item in mine)
    for customer in found["customers"]:
        mine = orders[customer["id"]]
        assert customer["n_orders"] == len(mine)
        assert customer["spent"] == round(sum(order["total"] for order in mine), 2)


@pytest.mark.parametrize("size", [{"items": 500}, {"orders": 90}, {"customers": 10, "orders": 50, "items": 77}])
def test_sums_add_up_over_a_stated_number_of_rows(size):
    found = made(SHOP, size=size, part_rows=40)
    assert sum(found["orders"]["pieces"].to_pylist()) == sum(found["items"]["quantity"].to_pylist())
    assert sum(found["customers"]["n_orders"].to_pylist()) == found["orders"].num_rows


@pytest.mark.parametrize(
    "check",
    list(check_sampler(sampler_of(SHOP), Request({"customers": 12, "orders": 25, "items": 40}, Seed(3), part_rows=10))),
    ids=lambda check: check.name,
)
def test_the_sampler_keeps_the_contract(check):
    check.run()


def changed(table: str, **columns: Any) -> dict[str, Any]:
    return {**SHOP, table: {**SHOP[table], "columns": {**SHOP[table]["columns"], **columns}}}


def of(**options: Any) -> dict[str, Any]:
    return {"rule": "sum_of", "table": "items", **options}


CIRCLE = changed(
    "items",
    total="orders.total",
    amount={"rule": "formula", "of": "total"},
    share={"rule": "formula", "of": "amount / total"},
)


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (
            changed("orders", x={"rule": "count_of", "table": "item"}),
            r"orders\.x: table 'item' is not per 'orders', did you",
        ),
        (changed("items", x={"rule": "count_of", "table": "orders"}), r"'orders' is not per 'items'; there is no table"),
        (changed("orders", x=of(column="prise")), r"no column 'prise', did you mean 'price'"),
        (changed("orders", x=of(column="at")), r"a sum is of numbers, and items\.at is"),
        (changed("orders", x=of(column="price", where="price")), r"where is true or false of each row"),
        (changed("orders", x=of(column="price", where="prise > 1")), r"no column 'prise'"),
        (CIRCLE, r"circle: .*orders\.total.*items\."),
        (changed("orders", x=of()), r"needs the option 'column'"),
        (changed("orders", x=of(column=None)), r"column is a text of at most"),
        (changed("orders", x=of(column="")), r"table 'items' has no column ''"),
        (changed("orders", x=of(column="orders.at")), r"table 'items' has no column 'orders.at'"),
        *((changed("orders", x=of(column="price", where=one)), r"where is a text of at most") for one in (0, False, [], {})),
        (changed("orders", x=of(column="price", where="")), r"where: '' can't be read as an expression"),
    ],
    ids=range(16),
)
def test_what_can_not_be_summed_up_is_named(tables, said):
    with pytest.raises(PlanError, match=said):
        made(tables)


def test_a_degree_that_needs_the_count_of_itself_is_a_circle():
    orders = {**SHOP["orders"]["columns"], "n": {"rule": "count_of", "table": "items"}}
    items = {**SHOP["items"], "per": {"table": "orders", "degree": {"rule": "formula", "of": "n"}}}
    with pytest.raises(PlanError, match=r"circle: .*items\.degree"):
        made({**SHOP, "orders": {**SHOP["orders"], "columns": orders}, "items": items})


def test_a_constraint_on_a_sum_is_refused():
    orders = {**SHOP["orders"], "constraints": [{"kind": "condition", "expression": "taxed > 10"}]}
    with pytest.raises(PlanError, match=r"'taxed > 10' of table 'orders' hangs on 'total', which sums up rows"):
        made({**SHOP, "orders": orders})


def test_a_share_of_a_total_goes_the_other_way():
    tables = changed("orders", total={"rule": "uniform", "low": 10, "high": 90, "decimals": 2})
    tables["items"] = {**tables["items"], "columns": {**tables["items"]["columns"], "total": "orders.total"}}
    found = made(tables)
    totals = dict(zip(found["orders"]["order_id"].to_pylist(), found["orders"]["total"].to_pylist(), strict=True))
    assert all(totals[item["order_id"]] == item["total"] for item in found["items"].to_pylist())
