"""Records and their fields, histories of rows, and engines of others that plug a rule in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pyarrow as pa
import pytest
from tests.rules import made, sampler_of

from twinset.core import types
from twinset.core.request import Request
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.pipeline.memory import sample
from twinset.synthesizers.rules import kinds
from twinset.synthesizers.rules.rule import Options, Rows, Scope

FIELDS = ("name", "country", "born")


@dataclass(frozen=True, slots=True)
class Person(Options):
    """Somebody whose fields belong together; leaves out the fields that nobody reads."""

    word: ClassVar[str] = "person"
    prefix: str = "P"

    def column(self, name: str, scope: Scope) -> Column:
        storage = pa.struct([("name", pa.string()), ("country", pa.string()), ("born", pa.date32())])
        return Column(name, types.Nested(), storage, origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        codes = list(rows.locales)
        which = rows.seed.generator().integers(0, len(codes), rows.n)
        fields = {
            "name": [f"{self.prefix}{rows.start + n} {codes[code]}" for n, code in enumerate(which)],
            "country": [codes[code][-2:] for code in which],
            "born": pa.array(which, pa.int32()).cast(pa.date32()),
        }
        wanted = [name for name in FIELDS if rows.wanted is None or name in rows.wanted]
        assert rows.wanted is None or set(wanted) == rows.wanted
        return pa.StructArray.from_arrays([pa.array(fields[name]) for name in wanted], names=wanted)


@pytest.fixture(autouse=True)
def person(monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "person", f"{__name__}:Person")
    monkeypatch.setattr(kinds, "RECORDS", {*kinds.RECORDS, "person"})
    monkeypatch.setattr("twinset.synthesizers.rules.compile.RECORDS", {*kinds.RECORDS, "person"})


def test_fields_of_a_record_belong_together_whoever_takes_them():
    tables = {
        "c": {"rows": 90, "key": "id", "columns": {
            "id": "sequence", "name": "person.name",
            "boss": {"rule": "person", "prefix": "B"}, "bosses": "boss.name",
            "land": {"rule": "field", "of": "boss", "field": "country"},
        }},
        "o": {"per": {"table": "c", "degree": 2}, "columns": {
            "id": {"rule": "parent", "column": "id"}, "born": "c.person.born", "who": "parent.boss.name",
            "land": "o_c.person.country", "o_c": {"rule": "reference", "table": "c", "column": "id"},
        }},
    }  # fmt: skip
    sampler = sampler_of(tables, locale={"de_DE": 1, "fr_FR": 3})
    result = sample(sampler, sampler.sized(Request({}, Seed(1), part_rows=40))).tables
    customers = {row["id"]: row for row in result["c"].to_pylist()}
    for row in customers.values():
        assert row["boss"]["name"] == row["bosses"]
        assert row["boss"]["country"] == row["land"] == row["bosses"][-2:]
    for row in result["o"].to_pylist():
        assert row["who"] == customers[row["id"]]["bosses"]
        name = customers[row["o_c"]]["name"]
        assert row["land"] == name[-2:]
    assert {name[-5:] for name in result["c"]["name"].to_pylist()} == {"de_DE", "fr_FR"}
    assert sampler.schema["o"]["born"].type == types.Date()


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("person.nam", "has no field 'nam', did you mean 'name'"),
        ("persn.name", "has no column 'persn'"),
        ({"rule": "template", "of": "{person}"}, "has no column 'person'"),
        ({"rule": "field", "of": "id", "field": "x"}, "has no field 'x'; it is no record"),
    ],
    ids=str,
)
def test_wrong_fields_are_named(column, said):
    with pytest.raises(PlanError, match=said):
        made({"t": {"rows": 2, "columns": {"id": "sequence", "a": column}}})


@pytest.mark.parametrize("part_rows", [3, 50, 100_000])
@pytest.mark.parametrize("rows", [None, 333])
def test_a_validity_ends_where_the_next_one_begins(part_rows, rows):
    span = {"rule": "datetime", "between": ["2020-01-01", "2023-12-31"], "ordered": True}
    tables = {
        "c": {"rows": 100, "key": "id", "columns": {"id": "sequence"}},
        "prices": {
            "per": {"table": "c", "degree": {"rule": "integer", "low": 0, "high": 7}},
            "rows": rows, "key": ["id", "version"],
            "columns": {
                "id": {"rule": "parent", "column": "id"}, "version": "position", "valid_from": span,
                "valid_to": {"rule": "next", "of": "valid_from"}, "before": {"rule": "previous", "of": "version"},
            },
        },
    }  # fmt: skip
    rows_made = made(tables, part_rows=part_rows)["prices"].to_pylist()
    for one, following in zip(rows_made, [*rows_made[1:], {"id": None}], strict=True):
        is_last = following["id"] != one["id"]
        assert one["valid_to"] == (None if is_last else following["valid_from"])
        assert is_last or one["valid_from"] <= one["valid_to"]
        assert one["before"] == (None if one["version"] == 1 else one["version"] - 1)


def test_rows_of_a_table_without_parents_have_neighbours_too():
    columns = {"a": "uuid", "b": {"rule": "next", "of": "a"}, "c": {"rule": "previous", "of": "a"}}
    rows = made({"t": {"rows": 25, "columns": columns}}, part_rows=10)["t"]
    values = rows["a"].to_pylist()
    assert rows["b"].to_pylist() == [*values[1:], None]
    assert rows["c"].to_pylist() == [None, *values[:-1]]
    with pytest.raises(PlanError, match="in a circle"):
        made({"t": {"rows": 5, "columns": {"a": {"rule": "next", "of": "a"}}}})
