"""Edge cases: each is labelled, the valid ones hold all constraints, and what is computed from them agrees."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pydantic import ValidationError
from tests.rules import made, sampler_of

from twinset.cli.quick import with_edge
from twinset.core import types
from twinset.core.request import Request
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.plan import Plan, Stage
from twinset.synthesizers.rules.edges import texts
from twinset.synthesizers.rules.edges.invalid import beyond
from twinset.synthesizers.rules.edges.moments import changes
from twinset.synthesizers.rules.edges.spec import Edge
from twinset.synthesizers.rules.edges.valid import edges_of
from twinset.synthesizers.rules.kinds.words import Text
from twinset.synthesizers.rules.moments import moment
from twinset.testing import check_sampler

COLUMNS: dict[str, Any] = {
    "id": {"rule": "sequence"},
    "note": {"rule": "text", "missing": 0.2},
    "amount": {"rule": "uniform", "low": 5, "high": 500, "decimals": 2},
    "total": {"rule": "formula", "of": "amount * 2", "decimals": 2},
    "n": {"rule": "integer", "low": 10, "high": 90, "step": 4},
    "count": {"rule": "poisson", "mean": 3},
    "rate": {"rule": "normal"},
    "tier": {"rule": "category", "values": ["gold", "none"]},
    "born": {"rule": "date", "between": ["1950-01-01", "2010-12-31"]},
    "seen": {"rule": "datetime", "between": ["2020-01-01", "2022-12-31"], "zone": "Europe/Berlin"},
    "local": {"rule": "datetime", "between": ["2020-01-01", "2022-12-31"]},
    "after": {"rule": "datetime", "after": "seen", "within": "9 d"},
}


def tables(edge: Any, n: int = 2_000, **others: Any) -> dict[str, Any]:
    return {"t": {"rows": n, "key": "id", "columns": COLUMNS, "edge": edge, **others}}


def labels_of(found: dict[str, pa.Table], column: str) -> list[dict[str, Any]]:
    return [one for one in found["t_dirt"].to_pylist() if one["column"] == column]


@pytest.mark.parametrize("part_rows", [37, 100_000])
def test_every_edge_is_labelled_as_it_stands_and_shares_are_exact(part_rows):
    found = made(tables(0.1), part_rows=part_rows)
    counts = Counter(found["t_dirt"]["column"].to_pylist())
    edged = {"note", "amount", "n", "count", "rate", "born", "seen", "local"}
    assert counts == dict.fromkeys(edged, 200), "keys, categories, formulas and what follows from others have none"
    assert set(found["t_dirt"]["kind"].to_pylist()) == {"edge"}
    assert all(found["t_dirt"]["is_valid"].to_pylist())
    for label in labels_of(found, "note"):
        assert found["t"]["note"][label["row"]].as_py() == label["clean"] == label["dirty"]


def test_what_is_computed_from_an_edge_case_agrees_with_it():
    found = made(tables(0.3))["t"]
    assert found["total"].equals(pc.round(pc.multiply(found["amount"], 2), 2))
    assert pc.all(pc.greater_equal(found["after"].cast(pa.int64()), found["seen"].cast(pa.int64()))).as_py()


def test_numbers_have_the_ends_of_their_range_and_nothing_beyond():
    found = made(tables(0.2))
    details = {column: Counter(one["detail"] for one in labels_of(found, column)) for column in COLUMNS}
    values = {
        column: {float(one["clean"]) for one in labels_of(found, column)} for column in ("amount", "n", "count", "rate")
    }
    assert values["amount"] == {5, 500}
    assert values["n"] == {10, 14, 86, 90}, "the steps of the rule are kept"
    assert values["count"] == {0, 1}
    assert details["rate"]["negative zero"] > 0
    assert max(details["n"].values()) - min(details["n"].values()) <= 1, "each edge is as frequent as any other"
    assert pc.min_max(found["t"]["amount"]).as_py() == {"min": 5, "max": 500}


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ({"rule": "lognormal", "median": 3, "decimals": 1}, {0, 0.1}),
        ({"rule": "exponential", "mean": 3, "decimals": 1, "low": 0.5}, {0.5}),
        ({"rule": "beta", "a": 1, "b": 2, "begin": -1, "end": 1, "decimals": 1}, {-1, -0.1, 0, 0.1, 1}),
        ({"rule": "uniform", "low": 0.123, "high": 0.987, "decimals": 1}, {0.2, 0.9}),
        ({"rule": "geometric", "mean": 3}, {1, 2}),
        ({"rule": "binomial", "n": 5}, {0, 1, 4, 5}),
        ({"rule": "zipf", "n": 9}, {1, 2, 8, 9}),
        ({"rule": "money", "of": {"rule": "uniform", "low": 1, "high": 9}}, {1, 9}),
        ({"rule": "money", "of": {"rule": "lognormal"}}, {Decimal(0), Decimal("0.01")}),
    ],
    ids=lambda value: value["rule"] if isinstance(value, dict) else "",
)
def test_edges_are_values_that_the_rule_may_give(rule, values):
    found = made({"t": {"rows": 60, "columns": {"x": rule}, "edge": 1}})
    assert set(found["t"]["x"].to_pylist()) == values


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "mixture", "of": [{"rule": "normal"}, {"rule": "normal", "mean": 9}]},
        {"rule": "money", "of": {"rule": "lognormal"}, "endings": [0.99]},
        {"rule": "category", "values": [1, 2, 3]},
        {"rule": "lookup", "rows": [{"n": 1}, {"n": 2}], "column": "n"},
    ],
    ids=lambda rule: rule["rule"],
)
def test_where_the_ends_are_not_known_there_are_no_edges(rule):
    found = made({"t": {"rows": 60, "columns": {"x": rule, "y": "normal"}, "edge": 1}})
    assert set(found["t_dirt"]["column"].to_pylist()) == {"y"}


@pytest.mark.parametrize("edge", [0.5, {"share": 0.5, "invalid": 0.2}])
def test_a_table_without_edge_cases_has_no_labels(edge):
    columns = {"id": "sequence", "ok": "boolean"}
    assert set(made({"t": {"rows": 9, "key": "id", "columns": columns, "edge": edge}})) == {"t"}


def test_dates_have_leap_days_and_ends():
    found = made(tables(0.2))
    days = {one["clean"]: one["detail"] for one in labels_of(found, "born")}
    assert days["1950-01-01"] == "first of the range"
    assert days["2010-12-31"] == "last of the range"
    assert days["2000-02-29"].startswith("leap day")
    leaps = [day for day, detail in days.items() if detail == "leap day"]
    assert len(leaps) >= 9
    assert all(day.endswith("02-29") for day in leaps)
    assert {"1970-01-01", "1999-12-31", "2000-01-01"} <= set(days)


def test_the_clocks_of_the_zone_leave_gaps_and_folds():
    found = made(tables(0.2))
    seen = {one["clean"]: one["detail"] for one in labels_of(found, "seen")}
    assert seen["2021-03-28T01:59:59+01:00"] == "last second before a daylight-saving gap"
    assert seen["2021-03-28T03:00:00+02:00"] == "first second after a daylight-saving gap"
    fold = {time: detail for time, detail in seen.items() if time.startswith("2021-10-31T02:30:00")}
    assert sorted(time[-6:] for time in fold) == ["+01:00", "+02:00"], "the same local time, both times"
    assert any(detail.endswith("(the second time)") for detail in fold.values())
    assert not any("daylight" in one["detail"] for one in labels_of(found, "local")), "no zone is known"
    local = made(tables({"share": 0.2, "zone": "America/New_York"}))
    gaps = {one["clean"] for one in labels_of(local, "local") if "never was" in one["detail"]}
    assert gaps == {"2020-03-08T02:30:00", "2021-03-14T02:30:00", "2022-03-13T02:30:00"}


def test_the_changes_of_clocks_are_those_of_the_zone():
    first, last = moment("2021-01-01", ""), moment("2021-12-31", "")
    assert changes(first, last, "UTC") == ()
    found = [
        tuple(np.datetime64(one, "us").astype(dt.datetime) for one in pair) for pair in changes(first, last, "Europe/Berlin")
    ]
    assert found == [
        (dt.datetime(2021, 3, 28, 2), dt.datetime(2021, 3, 28, 3)),
        (dt.datetime(2021, 10, 31, 3), dt.datetime(2021, 10, 31, 2)),
    ]
    half = changes(first, last, "Australia/Lord_Howe")
    assert {abs(after - before) for before, after in half} == {30 * 60 * 1_000_000}


def test_constraints_hold_with_edge_cases_too():
    columns = {
        "a": {"rule": "integer", "low": 0, "high": 9},
        "b": {"rule": "integer", "low": 0, "high": 9},
        "x": {"rule": "text"},
    }
    constraints = [
        {"kind": "order", "columns": ["a", "b"]},
        {"kind": "range", "column": "a", "low": 1},
        {"kind": "condition", "expression": "length(x) < 200"},
    ]
    spec = {"rows": 3_000, "columns": columns, "constraints": constraints, "edge": 0.4}
    for part_rows in (100_000, 77):
        found = made({"t": spec}, part_rows=part_rows)
        rows = found["t"].to_pylist()
        assert all(1 <= row["a"] <= row["b"] and len(row["x"]) < 200 for row in rows)
        labels = labels_of(found, "a")
        assert {int(one["clean"]) for one in labels} == {1, 8, 9}
        assert len(labels) > 900, "the other column gives way, unless it has an edge case that contradicts"
        assert all(rows[one["row"]]["a"] == int(one["clean"]) for one in labels)
        assert {one["detail"] for one in labels_of(found, "x")} >= {"empty text", "injection: SQL"}


def test_invalid_edges_are_told_apart_and_can_be_undone():
    plain = made(tables({"share": 0.05}))["t"]
    found = made(tables({"share": 0.05, "invalid": 0.02}))
    for column, is_beyond in (("amount", lambda v: not 5 <= v <= 500), ("n", lambda v: not 10 <= v <= 90)):
        invalid = [one for one in labels_of(found, column) if not one["is_valid"]]
        assert len(invalid) == 40
        assert all(is_beyond(float(one["dirty"])) for one in invalid)
        assert all(one["detail"].startswith("invalid ") for one in invalid)
        for one in invalid:
            assert plain[column][one["row"]].as_py() == float(one["clean"])
    assert all(one["is_valid"] for one in labels_of(found, "note")), "a free text may be anything"


@pytest.mark.parametrize("sort", [texts.BLANKS, texts.CONTROLS, texts.UNICODE, texts.INJECTIONS, texts.NAMES, texts.EMAILS])
def test_texts_can_be_stored_anywhere(sort):
    values = [value for value, _ in sort]
    assert len(set(values)) == len(values)
    for value in values:
        assert "\0" not in value
        assert value.encode("utf-8").decode("utf-8") == value


def test_the_pair_of_normal_forms_is_one():
    pair = {detail: value for value, detail in texts.UNICODE if "(NF" in detail}
    composed, decomposed = pair["unicode: composed (NFC)"], pair["unicode: decomposed (NFD)"]
    assert composed != decomposed
    assert unicodedata.normalize("NFC", decomposed) == composed


@pytest.mark.parametrize(
    ("kind", "sort"),
    [
        (types.Personal("name"), "name: apostrophe"),
        (types.Personal("address"), "unicode: right to left (Hebrew)"),
        (types.Personal("email"), "email: longest local part"),
        (types.Json(), "JSON: nested 100 deep"),
    ],
)
def test_texts_of_a_meaning_have_edges_of_their_own(kind, sort):
    edges = edges_of(Column("x", kind, pa.string()), Text(), Edge(0.1), is_free=False)
    assert sort in edges.details
    assert not {"empty text", "control: tab"} & set(edges.details)
    if isinstance(kind, types.Personal) and kind.kind == "email":
        locals_, domains = zip(*(value.rsplit("@", 1) for value in edges.values.to_pylist()), strict=True)
        assert max(map(len, locals_)) == 64
        assert max(len(label) for domain in domains for label in domain.split(".")) == 63


@pytest.mark.parametrize("kind", [types.Personal("name"), types.Personal("email"), types.Json()])
def test_no_text_is_valid_and_invalid_at_once(kind):
    column = Column("x", kind, pa.string())
    valid = set(edges_of(column, Text(), Edge(0.1), is_free=False).values.to_pylist())
    invalid = set(beyond(column)[0].to_pylist())
    assert valid
    assert invalid
    assert not valid & invalid


def test_codes_and_phones_have_no_valid_edges():
    for kind in (types.Personal("phone"), types.Identifier("opaque"), types.Categorical(), types.Text()):
        assert len(edges_of(Column("x", kind, pa.string()), Text(), Edge(0.1), is_free=False)) == 0


def test_the_longest_text_is_as_long_as_said():
    found = made({"t": {"rows": 500, "columns": {"a": {"rule": "text"}}, "edge": {"share": 1, "longest": 300}}})
    lengths = {len(text) for text in found["t"]["a"].to_pylist()}
    assert max(lengths) == 300
    assert {0, 1, 255, 256, 300} <= lengths


@pytest.mark.parametrize(
    ("edge", "said"),
    [
        ({"share": 0.7, "invalid": 0.7}, "share and invalid are at most 1 together"),
        ({"share": 0.1, "columns": ["x"]}, "has no column 'x'"),
        ({"share": 0.1, "columns": ["total"]}, "'total' has no edge cases that are valid"),
        ({"share": 0.1, "zone": "Berlin"}, "zone is the name of a time zone"),
    ],
)
def test_wrong_edges_are_named(edge, said):
    with pytest.raises(PlanError, match=said):
        made(tables(edge))


def test_the_edges_of_a_stage_are_those_of_tables_that_say_none():
    spec = {"rows": 1, "columns": {"a": 1}}
    stage = Stage(synthesizer="rules", edge=0.1, tables={"t": spec, "u": {**spec, "edge": 0}})
    assert {name: table.edge.share for name, table in stage.edged_tables.items()} == {"t": 0.1, "u": 0}
    with pytest.raises(ValidationError, match="edge goes with tables"):
        Stage(source="x.csv", edge=0.1)


@pytest.mark.parametrize("said", ["2", "-0.1", "much", "nan"])
def test_a_wrong_share_on_the_command_line_is_named(said):
    with pytest.raises(PlanError, match="--edge is a share from 0 to 1"):
        with_edge(Plan(stages={"s": Stage(tables={"t": {"rows": 1, "columns": {"a": 1}}})}), said)


def test_edge_goes_with_tables():
    with pytest.raises(PlanError, match="--edge goes with tables by rules"):
        with_edge(Plan(stages={"s": Stage(source="x.csv")}), "0.1")
    spec = {"rows": 1, "columns": {"a": 1}}
    plan = with_edge(Plan(stages={"s": Stage(tables={"t": spec, "u": {**spec, "edge": 0.3}})}), "0.1")
    assert {name: table.edge.share for name, table in plan.stages["s"].edged_tables.items()} == {"t": 0.1, "u": 0.3}


@pytest.mark.parametrize(
    "check",
    list(check_sampler(sampler_of(tables({"share": 0.2, "invalid": 0.1})), Request({"t": 45}, Seed(3), part_rows=10))),
    ids=lambda check: check.name,
)
def test_the_sampler_keeps_the_contract(check):
    check.run()
