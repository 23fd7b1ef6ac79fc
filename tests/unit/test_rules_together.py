"""Columns together: correlations, constraints, weights and uniqueness of references."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy import stats
from tests.rules import made, sampler_of

from twinset.errors import GenerationError, PlanError, SchemaError

N = 20_000


def table(columns, n=N, part_rows=100_000, **spec):
    return made({"t": {"rows": n, "columns": columns, **spec}}, part_rows=part_rows)["t"]


MIXED = {
    "a": {"rule": "normal"}, "b": {"rule": "exponential", "mean": 3},
    "c": {"rule": "date", "between": ["2024-01-01", "2024-12-31"]},
    "d": {"rule": "category", "values": {"low": 2, "middle": 5, "high": 3}},
}  # fmt: skip


def test_columns_are_correlated_and_keep_their_distributions():
    matrix = [[1, 0.8, -0.5, 0.6], [0.8, 1, -0.3, 0.4], [-0.5, -0.3, 1, 0], [0.6, 0.4, 0, 1]]
    frame = table(MIXED, correlate={"columns": ["a", "b", "c", "d"], "matrix": matrix}).to_pandas()
    assert stats.kstest(frame.a, "norm").pvalue > 1e-4
    assert stats.kstest(frame.b, stats.expon(scale=3).cdf).pvalue > 1e-4
    days = frame.c.map(lambda day: day.toordinal())
    labels = frame.d.map({"low": 0, "middle": 1, "high": 2})
    assert stats.chisquare(np.bincount(labels), N * np.array([0.2, 0.5, 0.3])).pvalue > 1e-4
    for one, other, rho in ((frame.a, frame.b, 0.8), (frame.a, days, -0.5), (frame.b, days, -0.3)):
        assert abs(stats.spearmanr(one, other).statistic - 6 / np.pi * np.arcsin(rho / 2)) < 0.02
    assert stats.spearmanr(frame.a, labels).statistic > 0.5
    assert abs(stats.spearmanr(days, labels).statistic) < 0.03


def test_missing_values_do_not_disturb_a_correlation():
    columns = {"a": {"rule": "normal", "missing": 0.2}, "b": {"rule": "normal"}}
    frame = table(columns, correlate=[{"columns": ["a", "b"], "rho": 0.9}]).to_pandas()
    assert abs(frame.corr().loc["a", "b"] - 0.9) < 0.01
    assert abs(frame.a.isna().mean() - 0.2) < 0.012


@pytest.mark.parametrize(
    ("correlate", "said"),
    [
        ({"columns": ["a", "x"], "rho": 0.5}, "correlate names 'x', which is no column"),
        ({"columns": ["a", "b", "c"], "rho": -0.6}, "of 3 columns, rho is at least -0.5"),
        ({"columns": ["a", "b"], "matrix": [[1, 0.5], [0.4, 1]]}, "is symmetric"),
        ({"columns": ["a", "e"], "rho": 0.5}, "'e' is unique or hangs on other columns"),
        ({"columns": ["a", "f"], "rho": 0.5}, "has no order"),
        ([{"columns": ["a", "b"], "rho": 0.5}, {"columns": ["b", "c"], "rho": 0.5}], "correlate names 'b' twice"),
    ],
    ids=str,
)
def test_impossible_correlations_are_named(correlate, said):
    columns = {**MIXED, "e": "sequence", "f": "text"}
    with pytest.raises(PlanError, match=said):
        table(columns, 5, correlate=correlate)


DATED = {
    "id": "sequence", "start": {"rule": "integer", "low": 0, "high": 100}, "end": {"rule": "integer", "low": 0, "high": 100},
    "length": {"rule": "formula", "of": "end - start"}, "tier": {"rule": "category", "values": ["gold", "none"]},
    "discount": {"rule": "uniform"}, "net": {"rule": "normal"}, "code": {"rule": "pattern", "regex": "[A-C][0-9]"},
    "other": {"rule": "normal"},
}  # fmt: skip
CONSTRAINTS = [
    {"kind": "order", "columns": ["start", "end"]},
    {"kind": "range", "column": "start", "low": 10},
    {"kind": "condition", "expression": "length != 50"},
    {"kind": "presence", "column": "discount", "when": "tier", "values": ["gold"]},
    {"kind": "formula", "column": "net", "expression": "start * 2"},
    {"kind": "pattern", "column": "code", "regex": "[AB].*"},
    {"kind": "unique", "columns": ["id", "tier"]},
]


@pytest.mark.parametrize("part_rows", [100_000, 313])
def test_constraints_hold_in_every_row_and_rows_hang_together(part_rows):
    made = table(DATED, 3_000, part_rows, constraints=CONSTRAINTS)
    frame = made.to_pandas()
    assert (frame.start <= frame.end).all()
    assert frame.start.min() == 10
    assert (frame.length == frame.end - frame.start).all()
    assert (frame.length != 50).all()
    assert (frame.discount.notna() == (frame.tier == "gold")).all()
    assert (frame.net == frame.start * 2).all()
    assert set(frame.code.str[0]) == {"A", "B"}
    assert frame.id.tolist() == list(range(1, 3_001))
    plain = table(DATED, 3_000, part_rows)
    assert made["other"].equals(plain["other"]), "what hangs on no constraint is not drawn again"


def test_a_conditioned_distribution_is_the_one_of_the_rows_that_hold():
    columns = {"a": {"rule": "uniform"}, "b": {"rule": "uniform"}}
    frame = table(columns, constraints=[{"kind": "condition", "expression": "a + b < 1"}]).to_pandas()
    assert stats.kstest(frame.a, lambda x: 2 * x - x**2).pvalue > 1e-4


def test_children_see_the_rows_that_their_parents_took():
    tables = {
        "t": {"rows": 2_000, "key": "id", "columns": DATED, "constraints": CONSTRAINTS},
        "c": {"per": {"table": "t", "degree": {"rule": "formula", "of": "start % 3"}},
              "columns": {"id": {"rule": "parent", "column": "id"}, "start": "t.start"}},
    }  # fmt: skip
    result = made(tables, part_rows=150)
    starts = dict(zip(result["t"]["id"].to_pylist(), result["t"]["start"].to_pylist(), strict=True))
    counts = Counter(result["c"]["id"].to_pylist())
    assert all(counts[key] == start % 3 for key, start in starts.items())
    assert all(starts[row["id"]] == row["start"] for row in result["c"].to_pylist())


def test_constraints_may_span_tables_through_hidden_columns():
    tables = {
        "c": {"rows": 300, "columns": {"limit": {"rule": "integer", "low": 1, "high": 9}}},
        "o": {
            "per": {"table": "c", "degree": 2},
            "columns": {
                "limit": {"rule": "field", "of": "c", "field": "limit", "hidden": True}, "seen": "c.limit",
                "amount": {"rule": "integer", "low": 1, "high": 9},
            },
            "constraints": [{"kind": "order", "columns": ["amount", "limit"]}],
        },
    }  # fmt: skip
    frame = made(tables)["o"].to_pandas()
    assert list(frame) == ["seen", "amount"]
    assert (frame.amount <= frame.seen).all()
    assert sampler_of(tables).schema["o"].constraints == ()


@pytest.mark.parametrize(
    ("constraints", "error", "said"),
    [
        ([{"kind": "range", "column": "start", "low": 200}, {"kind": "order", "columns": ["start", "end"]}], PlanError,
         r"can't hold together: 200 <= start; 0 <= start <= 100 \(by its rule\)"),
        ([{"kind": "order", "columns": ["start", "end"], "allow_equal": False},
          {"kind": "order", "columns": ["end", "start"]}, {"kind": "range", "column": "net", "low": 0}],
         SchemaError, "start < end; end <= start; leave one"),
        ([{"kind": "condition", "expression": "other > 50"}, {"kind": "range", "column": "net", "low": -9}], GenerationError,
         "were drawn 200 times without holding: other > 50;"),
        ([{"kind": "unique", "columns": ["start", "tier"]}], PlanError, "can't be promised"),
        ([{"kind": "combinations", "columns": ["start", "tier"]}], PlanError, "about real rows; say combinations as"),
        ([{"kind": "range", "column": "start", "low": 2**63}], SchemaError, "has an end that is none"),
        ([{"kind": "order", "columns": ["start", "code"]}], SchemaError, "can't be compared"),
        ([{"kind": "formula", "column": "start", "expression": "length + 1"}], PlanError, "in a circle"),
    ],
    ids=["domain", "orders", "never", "unique", "combinations", "large", "types", "circle"],
)  # fmt: skip
def test_contradictory_constraints_are_named_and_no_others(constraints, error, said):
    with pytest.raises(error, match=said) as caught:
        table(DATED, 50, constraints=constraints)
    assert "net" not in str(caught.value) or error is PlanError


PRODUCTS = {"rows": 50, "key": "sku", "columns": {
    "sku": {"rule": "code", "pattern": "A999"}, "popular": {"rule": "sequence"}, "name": "text",
}}  # fmt: skip


def picks(n=N, **options):
    rule = {"rule": "reference", "table": "p", "column": "sku", **options}
    result = made({"p": PRODUCTS, "o": {"rows": n, "columns": {"sku": rule}}})
    return result["p"]["sku"].to_pylist(), Counter(result["o"]["sku"].to_pylist())


def test_references_have_their_weights():
    keys, counts = picks()
    assert stats.chisquare([counts[key] for key in keys]).pvalue > 1e-4
    keys, counts = picks(weights={"column": "popular"})
    assert stats.chisquare([counts[key] for key in keys], np.arange(1, 51) / 1275 * N).pvalue > 1e-4
    keys, counts = picks(weights="zipf")
    law = 1 / np.arange(1, 51)
    assert stats.chisquare(sorted(counts.values(), reverse=True), law / law.sum() * N).pvalue > 1e-6
    assert max(counts, key=counts.__getitem__) != keys[0], "which are popular has nothing to do with their place"


def test_distinct_references_of_one_parent_differ():
    tables = {
        "p": PRODUCTS,
        "o": {"rows": 400, "key": "id", "columns": {"id": "sequence"}},
        "items": {
            "per": {"table": "o", "degree": {"rule": "integer", "low": 0, "high": 50}}, "key": ["id", "sku"],
            "columns": {
                "id": {"rule": "parent", "column": "id"},
                "sku": {"rule": "reference", "table": "p", "column": "sku", "distinct": True},
            },
        },
    }  # fmt: skip
    frame = made(tables, part_rows=64)["items"].to_pandas()
    assert not frame.duplicated().any()
    assert stats.chisquare(frame.sku.value_counts()).pvalue > 1e-4
    with pytest.raises(PlanError, match="can't promised|can't be promised to be unique"):
        made({**tables, "items": {**tables["items"], "columns": {
            **tables["items"]["columns"], "sku": {"rule": "reference", "table": "p", "column": "sku"}}}})  # fmt: skip


def test_missing_references_take_nothing():
    rule = {"rule": "reference", "table": "p", "column": "sku", "missing": 0.3}
    frame = made({"p": PRODUCTS, "o": {"rows": 900, "columns": {"sku": rule, "name": "sku.name"}}})["o"].to_pandas()
    assert (frame.sku.isna() == frame.name.isna()).all()
    assert 0.2 < frame.sku.isna().mean() < 0.4


def test_a_table_may_refer_to_itself():
    boss = {"rule": "reference", "table": "e", "column": "id"}
    rows = made({"e": {"rows": 100, "columns": {"id": "uuid", "name": "text", "boss": boss, "bosses": "boss.name"}}})["e"]
    names = dict(zip(rows["id"].to_pylist(), rows["name"].to_pylist(), strict=True))
    assert [names[row["boss"]] for row in rows.to_pylist()] == rows["bosses"].to_pylist()
    with pytest.raises(PlanError, match="in a circle"):
        made({"e": {"rows": 1, "columns": {"id": "uuid", "boss": boss, "name": "boss.name"}}})


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"weights": "zipff"}, "weights is one of uniform, zipf"),
        ({"weights": {"column": "name"}}, "weights are numbers, and p.name is string"),
        ({"weights": {"column": "nam"}}, "has no column 'nam', did you mean 'name'"),
        ({"weights": "zipf", "distinct": True}, "distinct goes with weights that are all alike"),
        ({"column": "name"}, "refers to p.name, which is no key"),
        ({"column": "popularr"}, "did you mean 'popular'"),
    ],
    ids=str,
)
def test_wrong_references_are_named(rule, said):
    with pytest.raises(PlanError, match=said):
        picks(5, **rule)
