"""What can't hold together is named before anything is made: the fewest constraints, columns or tables that contradict."""

from __future__ import annotations

from typing import Any

import pytest
from tests.rules import made

from twinset.errors import PlanError, UserError

NUMBERS: dict[str, Any] = {name: {"rule": "normal", "mean": 50, "sd": 20} for name in "abcd"}
HOLD = [
    {"kind": "range", "column": "d", "low": 0, "high": 100},
    {"kind": "order", "columns": ["c", "d"]},
    {"kind": "condition", "expression": "a != 7"},
]


def refused(error: type[UserError], said: str, columns: Any, constraints: Any = (), **spec: Any) -> None:
    with pytest.raises(error, match=said):
        made({"t": {"rows": 50, "columns": columns, "constraints": list(constraints), **spec}})


def test_constraints_that_hold_are_no_contradiction():
    assert made({"t": {"rows": 50, "columns": NUMBERS, "constraints": HOLD}})["t"].num_rows == 50


@pytest.mark.parametrize(
    ("contradiction", "named"),
    [
        (
            [{"kind": "range", "column": "a", "low": 60}, {"kind": "range", "column": "a", "high": 40}],
            r"together: 60 <= a; a <= 40; leave",
        ),
        (
            [
                {"kind": "range", "column": "a", "low": 60},
                {"kind": "order", "columns": ["a", "b"]},
                {"kind": "range", "column": "b", "high": 40},
            ],
            r"together: 60 <= a; a <= b; b <= 40; leave",
        ),
        (
            [
                {"kind": "order", "columns": ["a", "b"], "allow_equal": False},
                {"kind": "order", "columns": ["b", "a"]},
            ],
            r"together: a < b; b <= a; leave",
        ),
    ],
)
def test_the_fewest_constraints_that_contradict_are_named(contradiction, named):
    refused(UserError, named, NUMBERS, [HOLD[0], *contradiction, *HOLD[1:]])


def test_a_constraint_that_no_value_of_the_rule_holds_is_named_with_the_rule():
    columns = {**NUMBERS, "a": {"rule": "integer", "low": 0, "high": 9}}
    said = r"20 <= a; 0 <= a <= 9 \(by its rule\)"
    refused(PlanError, said, columns, [*HOLD, {"kind": "range", "column": "a", "low": 20}])


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"rule": "integer", "low": 1, "high": 9, "unique": True}, r"t\.x is unique and has 9 values, and 50 rows"),
        ({"rule": "pattern", "regex": "[ab]{2}", "unique": True}, r"t\.x is unique and has 4 values, and 50 rows"),
        ({"rule": "normal", "unique": True}, "the rule 'normal' can't be unique"),
    ],
)
def test_impossible_uniqueness_is_named(rule, said):
    refused(PlanError, said, {"x": rule})


def test_uniqueness_of_columns_together_that_can_not_be_promised_is_named():
    refused(PlanError, r"'unique a, b' of table 't' can't be promised", NUMBERS, [{"kind": "unique", "columns": ["a", "b"]}])


def test_pairs_that_are_the_key_are_unique():
    tables = {
        "orders": {"rows": 300, "key": "order_id", "columns": {"order_id": "sequence"}},
        "products": {"rows": 12, "key": "sku", "columns": {"sku": "sequence"}},
        "items": {
            "per": {"table": "orders", "degree": {"rule": "poisson", "mean": 4, "high": 12}},
            "key": ["order_id", "sku"],
            "columns": {
                "order_id": {"rule": "parent", "column": "order_id"},
                "sku": {"rule": "reference", "table": "products", "column": "sku", "distinct": True},
            },
            "constraints": [{"kind": "unique", "columns": ["order_id", "sku"]}],
        },
    }
    for part_rows in (7, 100_000):
        pairs = [tuple(row.values()) for row in made(tables, part_rows=part_rows)["items"].to_pylist()]
        assert len(pairs) > 1_000
        assert len(set(pairs)) == len(pairs)
    with pytest.raises(PlanError, match=r"rows, which can't point to different rows of 3"):
        made(tables, size={"products": 3})


def test_tables_that_are_per_each_other_are_named():
    columns = {"a": 1}
    with pytest.raises(PlanError, match=r"per each other: (\w <- ){3}\w"):
        made(
            {
                "a": {"per": "b", "columns": columns},
                "b": {"per": "c", "columns": columns},
                "c": {"per": "a", "columns": columns},
            }
        )


def test_a_circle_over_several_tables_is_named_column_by_column():
    tables = {
        "a": {"rows": 5, "key": "id", "columns": {"id": "sequence", "n": {"rule": "sum_of", "table": "b", "column": "n"}}},
        "b": {"per": "a", "key": "id", "columns": {"id": "sequence", "n": {"rule": "max_of", "table": "c", "column": "n"}}},
        "c": {"per": "b", "columns": {"n": {"rule": "formula", "of": "m + 1"}, "m": "b.parent.n"}},
    }
    with pytest.raises(PlanError, match=r"circle: .*a\.n") as caught:
        made(tables)
    assert all(place in str(caught.value) for place in ("a.n", "b.n", "c.n", "c.m"))
