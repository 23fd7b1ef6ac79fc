"""Any plan of rules: either it is refused by name, or its rows follow from seed and place alone."""

from __future__ import annotations

import dataclasses
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.rules import made, sampler_of

from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.errors import GenerationError, UserError
from twinset.synthesizers.rules.kinds import KINDS, kind
from twinset.testing.bench import Bench

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 3, 2.5, -0.0, 1e308, -1e308, float("nan"), float("inf"), 2**63, -(2**70), "", "a", "id",
    "b.c", "2024-02-29", "9999-12-31", "0001-01-01", "10 d", "1 y", "\x00", "é" * 50, "[a-z]{2}", "(", "{id}", "{", "uuid",
    "office", [], [1], ["a", "b"], [1, 2], [2, 1], ["2024-01-01", "2024-12-31"], [[1, 2]], {}, {"a": 1}, {"a": 0}, {"a": -1},
    {"rule": "uuid"}, {"rule": "integer"}, {"rule": "normal"}, {"column": "id"},
    {"column": "label", "weights": {"x": {"x": 1}}}, [{"a": 1}],
    [{"rule": "normal"}, {"rule": "normal", "weight": 2}], [-90, -180, 90, 180], "t", "x",
]  # fmt: skip
BESIDE = {
    "id": "sequence", "label": {"rule": "category", "values": ["x", "y"]},
    "b": {"rule": "struct", "fields": {"c": "normal"}},
}  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """A rule with its own options, of which each has a value that somebody could write there."""
    name = draw(st.sampled_from(sorted(KINDS)))
    known = [field.name.rstrip("_") for field in dataclasses.fields(kind(name))]
    options = {option: draw(st.sampled_from(ODD)) for option in known if draw(st.booleans())}
    common = draw(st.sampled_from([{}, {}, {"missing": 0.5}, {"hidden": True}, {"unique": True}]))
    return {"rule": name, **options, **common}


@settings(max_examples=600, deadline=None)
@given(rules())
@example({"rule": "card", "brand": []})
def test_a_rule_is_refused_by_a_user_error_or_makes_its_column(rule):
    columns = {"made": rule, **BESIDE}
    try:
        table = made({"t": {"rows": 4, "key": "id", "columns": columns}})["t"]
    except (UserError, GenerationError, ValidationError):
        return
    assert table.num_rows == 4
    table.validate(full=True)


SAFE: list[Any] = [
    "sequence", "uuid", "ulid", "boolean", "text", "mac", "url", "geo", "file", {"rule": "normal", "missing": 0.3},
    {"rule": "integer", "low": 0, "high": 10**6, "unique": True}, {"rule": "code", "pattern": "AA-999", "unique": True},
    {"rule": "category", "values": {"a": 1, "b": 3}}, {"rule": "poisson", "mean": 2},
    {"rule": "datetime", "between": ["2024-01-01", "2024-12-31"], "hours": "office"},
    {"rule": "list", "of": "integer", "length": {"rule": "poisson", "mean": 1}},
]  # fmt: skip
CHILD: list[Any] = [
    {"rule": "parent", "column": "key"}, "parent.c0", "position", {"rule": "reference", "table": "a", "column": "key"},
    {"rule": "reference", "table": "a", "column": "key", "weights": "zipf"}, {"rule": "next", "of": "key"},
    {"rule": "datetime", "after": "2024-01-01", "within": "9 d", "ordered": True},
]  # fmt: skip


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Two tables, or three in a row."""
    own = [draw(st.sampled_from(SAFE)) for _ in range(draw(st.integers(1, 4)))]
    tables: dict[str, Any] = {"a": {"rows": draw(st.integers(1, 30)), "key": "key", "columns": {
        "key": draw(st.sampled_from(["sequence", "uuid", {"rule": "code", "pattern": "999"}])),
        **{f"c{number}": rule for number, rule in enumerate(own)},
    }}}  # fmt: skip
    for name, per in list(zip("bc", "ab", strict=True))[: draw(st.integers(1, 2))]:
        columns = {f"c{number}": draw(st.sampled_from([*CHILD, *SAFE])) for number in range(draw(st.integers(1, 4)))}
        degree = draw(st.sampled_from([1, 2, {"rule": "poisson", "mean": 2}, {"rule": "integer", "low": 0, "high": 9}]))
        rows = draw(st.sampled_from([None, None, 0, 1, 17]))
        tables[name] = {"per": {"table": per, "degree": degree}, "rows": rows, "key": "key",
                        "columns": {"key": "sequence", **columns}}  # fmt: skip
    return tables


@settings(max_examples=60, deadline=None)
@given(plans(), st.integers(0, 2**40), st.integers(1, 12))
def test_each_part_alone_makes_its_rows_of_the_whole(tables, root, part_rows):
    sampler = sampler_of(tables)
    request = sampler.sized(Request({}, Seed(root), part_rows=part_rows))
    parents = {name: table.get("per", {"table": name})["table"] for name, table in tables.items()}
    orphans = [name for name, parent in parents.items() if request.size[name] and not request.size[parent]]
    assume(not orphans)  # which are refused by name
    first, second = Bench(sampler, request), Bench(sampler_of(tables), request)
    rows = {name: [] for name in tables}
    for part in reversed(second.parts):
        assert first.outcome(part.id).is_same(second.outcome(part.id))
    for part in first.parts:
        rows[part.table] += first.outcome(part.id).rows
    for name, batches in rows.items():
        assert sum(batch.rows.num_rows for batch in batches) == request.size[name]
        keys = pa.concat_arrays([batch.rows.column("key") for batch in batches]) if batches else pa.array([])
        assert len(keys.unique()) == len(keys)


@pytest.mark.parametrize("part_rows", [5, 1_000])
def test_more_rows_begin_with_the_same_ones(part_rows):
    tables = {"a": {"rows": 10, "columns": {f"c{number}": rule for number, rule in enumerate(SAFE)}}}
    few, many = (made(tables, size={"a": n}, part_rows=5)["a"] for n in (10, 35))
    assert many.slice(0, 10).equals(few)
