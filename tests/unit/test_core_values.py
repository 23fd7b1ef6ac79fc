"""Requests, batches and verdicts: small values that refuse what they can't be."""

from __future__ import annotations

import pyarrow as pa
import pytest

from twinset.core import types
from twinset.core.dataset import Batch, Dataset, Tables, from_batches
from twinset.core.request import KeyRange, Request
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.core.seed import Seed
from twinset.core.verdict import overall
from twinset.errors import DataError, PlanError, SchemaError

TABLE = Table("t", (Column("a", types.Integer(), pa.int64()), Column("b", types.Text(), pa.string())))
SCHEMA = Schema((TABLE,))
ROWS = pa.record_batch({"a": pa.array([1, 2], pa.int64()), "b": pa.array(["x", None])})


@pytest.mark.parametrize("rows", [-1, True, 1.5, "3", None])
def test_a_request_counts_in_whole_numbers(rows: object) -> None:
    with pytest.raises(PlanError, match="number of rows of 't'"):
        Request({"t": rows}, Seed(0))  # type: ignore[dict-item]


def test_a_part_has_at_least_one_row() -> None:
    with pytest.raises(PlanError, match="at least one row"):
        Request({"t": 1}, Seed(0), part_rows=0)
    assert len(KeyRange(3, 7)) == 4


def test_batches_become_tables_in_the_order_of_the_schema() -> None:
    data = from_batches(SCHEMA, [Batch("t", ROWS), Batch("t", ROWS.slice(1))], "synthetic")
    assert isinstance(data, Dataset)
    assert data.to_arrow().to_pydict() == {"a": [1, 2, 2], "b": ["x", None, None]}
    assert data.role == "synthetic"
    assert from_batches(SCHEMA, [], "train").count("t") == 0
    with pytest.raises(DataError, match="unknown tables: u"):
        from_batches(SCHEMA, [Batch("u", ROWS)], "train")


def test_tables_have_the_columns_of_their_schema() -> None:
    with pytest.raises(SchemaError, match="columns of its schema"):
        Tables(SCHEMA, {"t": pa.Table.from_batches([ROWS]).select(["b", "a"])})
    with pytest.raises(SchemaError, match="columns of its schema"):
        Tables(SCHEMA, {})


def test_other_libraries_take_a_dataset_as_it_is() -> None:
    data = Tables(SCHEMA, {"t": pa.Table.from_batches([ROWS])})
    assert pa.table(data).equals(data.to_arrow())


def test_foreign_keys_refer_to_what_is_there() -> None:
    for key, words in (
        (ForeignKey(("a",), "u", ("a",)), "unknown table 'u'"),
        (ForeignKey(("a",), "t", ("z",)), "unknown columns"),
    ):
        with pytest.raises(SchemaError, match=words):
            Schema((Table("t", TABLE.columns, foreign_keys=(key,)),))
    with pytest.raises(SchemaError, match="one table is expected"):
        _ = Schema(()).only


def test_one_failure_fails_the_whole() -> None:
    assert overall(["pass", "unknown", "fail"]) == "fail"
    assert overall(["pass", "unknown"]) == "unknown"
    assert overall(["pass", "pass"]) == "pass"
    assert overall([]) == "unknown"
