"""Deliberate dirt: exact shares, labels that restore the clean table, and what can't be broken is said."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules import made, sampler_of

from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules.dirt.cells import quota, read_back, spelled
from twinset.testing import check_sampler

N = 1_000
COLUMNS: dict[str, Any] = {
    "id": {"rule": "sequence"},
    "first": {"rule": "text", "sentences": 0, "words": 1},
    "last": {"rule": "text", "sentences": 0, "words": 1},
    "comment": {"rule": "text", "missing": 0.1},
    "city": {"rule": "category", "values": ["Köln", "Malmö", "Łódź", "Oslo"]},
    "amount": {"rule": "uniform", "low": 0, "high": 1000, "decimals": 2},
    "total": {"rule": "formula", "of": "amount * 2", "decimals": 2},
    "rate": {"rule": "normal"},
    "price": {"rule": "money", "currency": "EUR", "of": {"rule": "lognormal", "median": 30, "low": 1}, "missing": 0.05},
    "n": {"rule": "integer", "low": 10, "high": 10_000},
    "is_new": "boolean",
    "born": {"rule": "date", "between": ["1950-01-01", "2010-12-31"]},
    "at": {"rule": "datetime", "between": ["2020-01-01", "2024-12-31"], "zone": "Europe/Berlin"},
    "seen": {"rule": "datetime", "between": ["2020-01-01", "2024-12-31"], "unit": "us"},
}
ALL: dict[str, Any] = {
    "duplicates": {"share": 0.02, "near": 0.5},
    "typos": {"columns": ["comment"], "share": 0.02},
    "swapped": {"columns": ["first", "last"], "share": 0.005},
    "encoding": 0.003,
    "outliers": 0.002,
    "blanks": 0.01,
    "case": 0.01,
    "whitespace": 0.01,
    "truncated": 0.01,
    "placeholders": {"columns": ["comment", "city"], "share": 0.01},
    "dates_swapped": 0.01,
    "digits": {"columns": ["n", "price"], "share": 0.04},
    "wrong_type": {"columns": ["born", "is_new"], "share": 0.01},
    "formats": [{"columns": ["amount"], "share": 0.02}, {"columns": ["at"], "share": 0.03}],
}


ANYWHERE = (
    "blanks", "case", "dates_swapped", "digits", "duplicates", "encoding", "outliers", "placeholders", "truncated", "typos",
    "whitespace",
)  # fmt: skip


def tables(dirt: Any = None, **others: Any) -> dict[str, Any]:
    return {"t": {"rows": N, "key": "id", "columns": COLUMNS, **({"dirt": dirt} if dirt else {}), **others}}


def restored(dirty: pa.Table, labels: pa.Table, clean: pa.Schema) -> pa.Table:
    """The clean table, from nothing but the dirty one and its labels."""
    columns: dict[str, Any] = {}
    for field in clean:
        values = dirty[field.name].combine_chunks()
        is_text = values.type != field.type
        mine = labels.filter(pc.equal(labels["column"], field.name))
        cells = mine["clean"].combine_chunks() if is_text else mine["clean"].combine_chunks().cast(field.type)
        places = np.arange(len(values))
        places[mine["row"].to_numpy()] = len(values) + np.arange(len(cells))
        columns[field.name] = pa.concat_arrays([values, cells]).take(pa.array(places)).cast(field.type)
    copies = labels.filter(pc.equal(labels["kind"], "duplicates"))["row"].to_numpy()
    kept = np.setdiff1d(np.arange(dirty.num_rows), copies)
    return pa.table(columns, clean).take(pa.array(kept))


@pytest.mark.parametrize("part_rows", [7, 100, 100_000])
def test_labels_restore_the_clean_table_byte_for_byte(part_rows):
    clean = made(tables(), part_rows=part_rows)["t"]
    dirty = made(tables(ALL), part_rows=part_rows)
    assert dirty["t"].num_rows == N + 20
    assert dirty["t"].schema.field("born").type == pa.string()
    assert restored(dirty["t"], dirty["t_dirt"], clean.schema).equals(clean)


@pytest.mark.parametrize("part_rows", [7, 100, 100_000])
def test_shares_are_exact(part_rows):
    labels = made(tables(ALL), part_rows=part_rows)["t_dirt"]
    counts = Counter(zip(labels["kind"].to_pylist(), labels["column"].to_pylist(), strict=True))
    assert counts["duplicates", None] == 20
    assert sum(n for (kind, _), n in counts.items() if kind == "near_duplicates") == 10
    assert counts["swapped", "first"] == counts["swapped", "last"] == 5
    assert counts["blanks", "rate"] == counts["formats", "amount"] / 2 == counts["digits", "n"] / 4 == 10
    assert counts["encoding", "city"] == 3
    assert counts["typos", "comment"] == 20
    assert {kind for kind, column in counts if column == "id"} == set()
    labelled = labels.select(["row", "column"]).group_by(["row", "column"]).aggregate([([], "count_all")])
    assert max(labelled["count_all"].to_pylist()) == 1, "each cell is broken at most once"


def test_every_label_tells_what_stands_there_and_nothing_else_is_broken():
    clean, dirty = made(tables())["t"], made(tables(ALL))
    labels = dirty["t_dirt"].to_pylist()
    source = _sources(dirty["t_dirt"], dirty["t"].num_rows)
    named = {(one["row"], one["column"]): one for one in labels if one["column"]}
    schema = sampler_of(tables()).schema["t"]
    for name in clean.schema.names:
        before = spelled(clean[name].combine_chunks(), schema[name]).to_pylist()
        after_column = dirty["t"][name].combine_chunks()
        typed = after_column.type == clean.schema.field(name).type
        after = (spelled(after_column, schema[name]) if typed else after_column).to_pylist()
        for row, clean_row in enumerate(source):
            label = named.get((row, name))
            assert (label is not None) == (before[clean_row] != after[row]), (name, row, before[clean_row], after[row])
            if label:
                assert (label["clean_row"], label["clean"], label["dirty"]) == (clean_row, before[clean_row], after[row])


def _sources(labels: pa.Table, n_rows: int) -> list[int]:
    copies = {one["row"]: one["clean_row"] for one in labels.to_pylist() if one["kind"] == "duplicates"}
    originals = iter(range(n_rows))
    return [copies[row] if row in copies else next(originals) for row in range(n_rows)]


def test_a_fault_more_leaves_the_others_where_they_were():
    few = made(tables({"typos": {"columns": ["comment"], "share": 0.02}}))
    more = made(tables({"typos": {"columns": ["comment"], "share": 0.02}, "blanks": {"columns": ["n"], "share": 0.5}}))
    assert few["t"]["comment"].equals(more["t"]["comment"])
    mine = more["t_dirt"].filter(pc.equal(more["t_dirt"]["column"], "comment"))
    assert mine.equals(few["t_dirt"])


DIRTY = {
    "customers": {"rows": 300, "key": "id", "columns": {"id": {"rule": "sequence"}, "name": {"rule": "text"}},
                  "dirt": {"duplicates": 0.05, "typos": 0.1}, "edge": {"share": 0.05}},
    "orders": {"per": {"table": "customers", "degree": {"rule": "poisson", "mean": 2}}, "key": "order_id",
               "columns": {"order_id": {"rule": "uuid"}, "customer_id": {"rule": "parent", "column": "id"},
                           "friend": {"rule": "reference", "table": "customers", "column": "id"}},
               "dirt": {"orphans": {"columns": ["customer_id", "friend"], "share": 0.1}}},
}  # fmt: skip


@pytest.mark.parametrize(
    "check",
    list(check_sampler(sampler_of(DIRTY), Request({"customers": 45, "orders": 60}, Seed(3), part_rows=10))),
    ids=lambda check: check.name,
)
def test_the_sampler_keeps_the_contract(check):
    check.run()


def test_orphans_refer_to_nobody_and_all_other_references_hold():
    found = made(DIRTY, part_rows=50)
    customers = set(found["customers"]["id"].to_pylist())
    orders, labels = found["orders"], found["orders_dirt"].to_pylist()
    for name in ("customer_id", "friend"):
        broken = {one["row"] for one in labels if one["column"] == name}
        assert len(broken) == int(orders.num_rows * 0.1 + 0.5)
        for row, key in enumerate(orders[name].to_pylist()):
            assert (key in customers) == (row not in broken)


def test_the_schema_promises_what_dirt_leaves():
    schema = sampler_of(DIRTY).schema
    assert [table.name for table in schema] == ["customers", "orders", "customers_dirt", "orders_dirt"]
    assert schema["customers"].primary_key == ()
    assert schema["orders"].primary_key == ("order_id",)
    assert schema["orders"].foreign_keys == ()


@pytest.mark.parametrize(
    ("dirt", "said"),
    [
        ({"typo": 0.1}, r"t\.dirt: there is no fault 'typo', did you mean 'typos'"),
        ({"typos": 1.5}, r"share is a number from 0 to 1, not 1\.5"),
        ({"typos": {"columns": ["n"], "share": 0.1}}, r"typos is of text, and 'n' is int64"),
        ({"typos": {"columns": ["nn"], "share": 0.1}}, r"no column 'nn' to break, did you mean 'n'"),
        ({"outliers": {"columns": ["first"], "share": 0.1}}, r"outliers is of numbers, dates and moments, and 'first'"),
        ({"swapped": {"columns": ["first", "n"], "share": 0.1}}, r"'first' is string and 'n' is int64: values can be"),
        ({"swapped": 0.1}, r"name the columns"),
        ({"wrong_type": 0.1}, r"name the columns"),
        ({"orphans": {"columns": ["n"], "share": 0.1}}, r"t\.n refers to no key of another table"),
        ({"truncated": {"share": 0.1, "length": 0}}, r"length is a whole number from 1 to [0-9,]+, not 0"),
        ({"duplicates": [0.1, 0.2]}, r"duplicates are said once"),
    ],
)  # fmt: skip
def test_what_can_not_be_broken_is_said(dirt, said):
    with pytest.raises(PlanError, match=said):
        made(tables(dirt))


def test_a_table_of_the_labels_name_is_refused():
    with pytest.raises(PlanError, match="'t_dirt', which the plan has already"):
        made({**tables({"typos": 0.1}), "t_dirt": {"rows": 1, "columns": {"a": 1}}})


def test_keys_are_broken_when_they_are_named():
    found = made(tables({"blanks": {"columns": ["id"], "share": 0.1}}))
    assert found["t"]["id"].null_count == 100
    assert sampler_of(tables({"blanks": {"columns": ["id"], "share": 0.1}})).schema["t"].primary_key == ()


def test_fewer_are_broken_where_fewer_can_be():
    columns = {"a": {"rule": "constant", "value": "7"}, "b": {"rule": "constant", "value": "x"}}
    found = made({"t": {"rows": 50, "columns": columns, "dirt": {"case": 0.5, "typos": 0.5}}})
    assert Counter(found["t_dirt"]["column"].to_pylist()) == {"b": 25}


@given(st.floats(0, 1), st.lists(st.integers(0, 5_000), max_size=8))
def test_quotas_of_blocks_sum_to_the_share_of_the_whole(share, sizes):
    ends = np.cumsum([0, *sizes]).tolist()
    parts = [quota(share, start, stop) for start, stop in itertools.pairwise(ends)]
    assert sum(parts) == quota(share, 0, ends[-1])
    assert all(0 <= part <= size for part, size in zip(parts, sizes, strict=True))
    assert abs(sum(parts) - share * ends[-1]) <= 0.5 + 1e-6


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(ANYWHERE, st.floats(0, 0.3))),
    st.integers(0, 2**32),
    st.integers(5, 60),
    st.integers(3, 70),
)
def test_any_dirt_can_be_undone(dirt, seed, n_rows, part_rows):
    plain = copy.deepcopy(tables())
    clean = made(plain, seed=seed, size={"t": n_rows}, part_rows=part_rows)["t"]
    dirty = made(tables(dirt), seed=seed, size={"t": n_rows}, part_rows=part_rows)
    if dirt:
        assert restored(dirty["t"], dirty["t_dirt"], clean.schema).equals(clean)
    else:
        assert dirty["t"].equals(clean)


@settings(max_examples=25, deadline=None)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(ANYWHERE, st.floats(0, 0.2))),
    st.floats(0, 0.5),
    st.floats(0, 0.5),
    st.integers(0, 2**32),
    st.integers(3, 70),
)
def test_dirt_and_invalid_edges_are_undone_and_valid_ones_stay(dirt, share, invalid, seed, part_rows):
    constraints = [
        {"kind": "condition", "expression": "amount + n < 9000"},
        {"kind": "presence", "column": "comment", "when": "city", "values": ["Oslo", "Köln"]},
    ]
    spec = {"size": {"t": 60}, "seed": seed, "part_rows": part_rows}
    clean = made(tables(edge={"share": share}, constraints=constraints), **spec)
    dirty = made(tables(dirt, edge={"share": share, "invalid": invalid}, constraints=constraints), **spec)
    rows = clean["t"].to_pylist()
    assert all(row["amount"] + row["n"] < 9000 for row in rows)
    assert all(row["comment"] is None or row["city"] in ("Oslo", "Köln") for row in rows)
    if "t_dirt" in dirty:
        assert restored(dirty["t"], dirty["t_dirt"], clean["t"].schema).equals(clean["t"])
        valid = dirty["t_dirt"].filter(dirty["t_dirt"]["is_valid"])
        assert valid["clean"].equals(valid["dirty"])
        if "duplicates" not in dirt and "t_dirt" in clean:
            assert valid.equals(clean["t_dirt"])
    else:
        assert dirty["t"].equals(clean["t"])


@pytest.mark.parametrize("name", [name for name in COLUMNS if name != "city"])
def test_what_is_spelled_reads_back_as_it_was(name):
    array = made(tables())["t"][name].combine_chunks()
    column = sampler_of(tables()).schema["t"][name]
    text = spelled(array, column)
    assert text.type == pa.string()
    assert read_back(text, array.type).equals(array)
