"""The values of the contract: seeds, types, schemas, fingerprints, parts, media."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from twinset.core import types
from twinset.core.dataset import Batch, Tables, from_batches, in_chunks, whole
from twinset.core.media import media_ref
from twinset.core.request import even_parts
from twinset.core.schema import Column, Range, Schema, Table, Values
from twinset.core.seed import Seed
from twinset.errors import PlanError, SchemaError
from twinset.testing.strategies import column_types, columns, datasets, schemas

PATHS = st.lists(st.text(max_size=6), max_size=4).map(tuple)


# Seeds


@given(PATHS, PATHS, st.integers(0, 2**63 - 1))
def test_two_places_of_the_seed_tree_have_two_streams(one: tuple[str, ...], other: tuple[str, ...], root: int) -> None:
    first, second = (Seed(root).child(*path).generator().integers(2**63, size=4).tolist() for path in (one, other))
    assert (first == second) == (one == other)


@given(PATHS, st.integers(0, 2**63 - 2))
def test_roots_have_streams_of_their_own_and_generators_start_afresh(path: tuple[str, ...], root: int) -> None:
    seed = Seed(root).child(*path)
    draws = seed.generator().random(4).tolist()
    assert seed.generator().random(4).tolist() == draws
    assert Seed(root + 1).child(*path).generator().random(4).tolist() != draws
    assert 0 <= seed.integer() < 2**31 - 1


def test_children_by_one_step_or_several_are_the_same() -> None:
    assert Seed(7).child("sample", "orders", 3) == Seed(7).child("sample").child("orders").child("3")
    assert Seed(7).child("ab", "c") != Seed(7).child("a", "bc")


def test_streams_are_these_for_ever() -> None:
    """Golden values: a change of any breaks every recorded plan."""
    assert Seed(0).generator().integers(2**32, size=3).tolist() == [1698557949, 2000922800, 1139661200]
    assert Seed(2024).child("sample", "orders-000007").generator().integers(2**32, size=3).tolist() == [
        151032788,
        2924525051,
        1688222094,
    ]
    assert Seed(2024).child("fit", "zürich").generator().random(2).tolist() == [0.5655856767596911, 0.7288634495785915]
    assert Seed(2**63 - 1).child("x").integer() == 858567967


def test_siblings_are_independent() -> None:
    """Pairs of draws from neighbouring parts fill a grid evenly (chi-squared, 99 degrees of freedom, alpha 1e-6)."""
    draws = np.array([Seed(5).child("part", number).generator().random() for number in range(4001)])
    counts = np.histogram2d(draws[:-1], draws[1:], bins=10, range=[[0, 1], [0, 1]])[0]
    expected = counts.sum() / counts.size
    assert ((counts - expected) ** 2 / expected).sum() < 179.0


@pytest.mark.parametrize("root", [-1, 2**63, True, 1.0, "1", None])
def test_a_seed_is_a_whole_number(root: object) -> None:
    with pytest.raises(PlanError, match="whole number from 0"):
        Seed(root)  # type: ignore[arg-type]


# Types and schemas


@given(column_types())
def test_types_are_plain_data_and_back(made: tuple[types.Type, pa.DataType]) -> None:
    data = json.loads(json.dumps(types.to_data(made[0])))
    assert types.from_data(data) == made[0]


@given(column_types(), st.sampled_from(["Format", "decimal", "x"]), st.integers())
def test_unknown_options_are_refused_by_name(made: tuple[types.Type, pa.DataType], option: str, value: int) -> None:
    with pytest.raises(SchemaError, match=option):
        types.from_data({**types.to_data(made[0]), option: value})


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"type": "number"},
        {"type": None},
        {"type": "real", "decimals": 16},
        {"type": "real", "decimals": True},
        {"type": "boolean", "words": ["no"]},
        {"type": "boolean", "words": "no"},
        {"type": "datetime", "unit": "h"},
        {"type": "date", "format": 3},
        {"type": "geo", "axis": "altitude"},
    ],
    ids=str,
)
def test_what_is_no_type_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(SchemaError):
        types.from_data(data)


DOMAINS = st.one_of(
    st.none(),
    st.tuples(st.integers(-9, 0), st.integers(1, 9)).map(lambda ends: Range(*ends)),
    st.lists(st.one_of(st.text(max_size=3), st.integers(), st.booleans()), min_size=1, max_size=4, unique_by=repr).map(
        lambda values: Values(tuple(values))
    ),
)


@given(columns("a"), DOMAINS, st.sampled_from(["declared", "public", "data", "private"]), st.text(max_size=9))
def test_columns_are_plain_data_and_back(column: Column, domain: Range | Values | None, origin: str, reason: str) -> None:
    made = replace(column, domain=domain, origin=origin, reason=reason)  # type: ignore[arg-type]
    assert Column.from_data("a", json.loads(json.dumps(made.to_data())), made.storage) == made


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"range": [1, 2], "values": [1]}, "not both"),
        ({"range": [2, 1]}, "low to high"),
        ({"range": [1]}, "two values"),
        ({"range": [1, "b"]}, "low to high"),
        ({"range": [False, True]}, "numbers or ISO"),
        ({"values": []}, "at least one"),
        ({"values": [1, 1]}, "twice"),
        ({"values": [None]}, "texts, numbers"),
        ({"origin": "guess"}, "origin"),
        ({"nullable": 1}, "nullable"),
    ],
)
def test_what_is_no_column_is_refused_by_its_name(options: dict[str, object], words: str) -> None:
    with pytest.raises(SchemaError, match=f"column 'a b'.*{words}"):
        Column.from_data("a b", {"type": "integer", **options}, pa.int64())


@given(schemas(max_tables=3))
def test_schemas_find_what_they_hold(schema: Schema) -> None:
    assert [schema[table.name] for table in schema] == list(schema)
    for table in schema:
        assert table.arrow.names == list(table.names)
        assert all(table[name].name == name for name in table.names)
        with pytest.raises(SchemaError, match="no column"):
            table["no such column"]
    with pytest.raises(SchemaError, match="table0"):
        schema["no such table"]


def test_tables_are_held_to_their_names() -> None:
    column = Column("a", types.Integer(), pa.int64())
    with pytest.raises(SchemaError, match="same name"):
        Table("t", (column, column))
    with pytest.raises(SchemaError, match="unknown columns"):
        Table("t", (column,), primary_key=("b",))
    with pytest.raises(SchemaError, match="same name"):
        Schema((Table("t", (column,)), Table("t", (column,))))


# Datasets


@given(datasets(is_finite=False), st.integers(1, 4))
def test_a_fingerprint_does_not_know_of_chunks(data: Tables, size: int) -> None:
    table = data.schema.only
    batches = [Batch(table.name, rows) for rows in data.to_arrow().to_batches(size)]
    assert from_batches(data.schema, batches, "train").fingerprint == data.fingerprint
    offset = pa.concat_tables([data.to_arrow(), data.to_arrow()]).combine_chunks().slice(data.count(table.name))
    assert Tables(data.schema, {table.name: offset}).fingerprint == data.fingerprint


def test_a_fingerprint_does_not_know_what_lies_under_missing_values() -> None:
    schema = Schema((Table("t", (Column("a", types.Integer(), pa.int64()),)),))
    arrays = [pa.array(np.array([1, hidden]), mask=np.array([False, True])) for hidden in (0, 99)]
    one, other = (Tables(schema, {"t": pa.table({"a": array})}) for array in arrays)
    assert one.to_arrow() == other.to_arrow()
    assert one.fingerprint == other.fingerprint


@given(datasets(is_finite=False))
def test_one_changed_row_changes_the_fingerprint(data: Tables) -> None:
    rows = data.to_arrow()
    assume(rows.num_rows > 1 and rows.slice(0, 1).to_pylist() != rows.slice(1, 1).to_pylist())
    swapped = rows.take([1, 0, *range(2, rows.num_rows)])
    assert Tables(data.schema, {data.schema.only.name: swapped}).fingerprint != data.fingerprint


@given(datasets(schemas(max_tables=2)))
def test_scanning_gives_the_rows_again_and_again(data: Tables) -> None:
    for table in data.schema:
        for _ in range(2):
            assert whole(data, table.name).equals(data.tables[table.name])
        some = table.names[::2]
        assert data.scan(table.name, some).read_all().equals(data.tables[table.name].select(list(some)))
        assert data.count(table.name) == data.tables[table.name].num_rows


# Parts and media


@given(st.integers(0, 5000), st.integers(1, 700))
def test_even_parts_cover_each_row_once(n_rows: int, part_rows: int) -> None:
    parts = even_parts("t", n_rows, part_rows)
    assert [row for part in parts for row in range(part.keys.start, part.keys.stop)] == list(range(n_rows))
    assert all(part.size == len(part.keys) == part_rows for part in parts[:-1])
    assert all(0 < part.size <= part_rows and not part.needs for part in parts)
    assert len({part.id for part in parts}) == len(parts)
    assert in_chunks(n_rows, part_rows) == [(part.keys.start, part.keys.stop) for part in parts]


@given(st.binary(max_size=64), st.sampled_from(["image/png", "image/svg+xml", "audio/wav"]))
def test_media_are_named_by_their_content(content: bytes, media_type: str) -> None:
    ref = media_ref(content, media_type)
    assert ref.sha256 == hashlib.sha256(content).hexdigest()
    assert ref.uri.startswith(f"media/{ref.sha256[:2]}/{ref.sha256}.")
    assert ref.uri.rpartition(".")[2] in ("png", "svg", "wav")
    assert ref == media_ref(content, media_type)
