"""How columns go into PostgreSQL: by COPY in the binary form of their own type, or as what the server can cast."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.schema import Column
from twinset.databases import Field, Relation
from twinset.export.databases import declare
from twinset.export.databases.cells import fitted, uuid_bytes

_COPIED: dict[str, pa.DataType] = {
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "real": pa.float32(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp without time zone": pa.timestamp("us"),
    "timestamp with time zone": pa.timestamp("us", "UTC"),
    "time without time zone": pa.time64("us"),
    "interval": pa.duration("us"),
    "text": pa.string(),
    "character varying": pa.string(),
    "character": pa.string(),
    "json": pa.string(),
    "jsonb": pa.binary(),
    "uuid": pa.binary(16),
    "bytea": pa.binary(),
}


def declared(column: Column, like: Relation | None) -> str:
    """The type of a column, as the source declares it or as the schema does."""
    if like is not None:
        one: Field = like[column.name]
        return "enum" if one.labels and "." not in one.declared else one.declared
    return declare.type_of(column, "postgresql", is_key=False)


def copied(declared: str) -> pa.DataType | None:
    """The storage whose binary form COPY takes for a type, as it is; None where there is none."""

    word = re.sub(r"\(\d+(,-?\d+)?\)", "", declared)
    if word == "numeric" and (digits := re.search(r"\((\d+)(?:,(\d+))?\)", declared)) and int(digits[1]) <= 38:
        return pa.decimal128(int(digits[1]), int(digits[2] or 0))
    return _COPIED.get(word)


def staged(column: Column) -> pa.DataType:
    """The storage of a column that is cast by the server: its own where COPY has it, else text."""
    kind = column.storage
    is_plain = pa.types.is_floating(kind) or pa.types.is_decimal(kind) or kind in (pa.int16(), pa.int32(), pa.int64())
    return kind if is_plain else pa.string()


def turned(batch: pa.RecordBatch, columns: list[Column], schema: pa.Schema, kinds: dict[str, str]) -> pa.RecordBatch:
    """A batch in the storages of a schema; ``kinds`` are the declared types."""
    arrays = []
    for column, target in zip(columns, schema, strict=True):
        array = batch.column(column.name)
        if target.type == pa.binary(16) and pa.types.is_string(array.type):
            arrays.append(uuid_bytes(array))
        elif target.type == pa.binary() and kinds[column.name] == "jsonb":
            text = fitted(array, column, pa.string())
            arrays.append(pc.binary_join_element_wise("\x01", text, "").cast(pa.binary()))
        else:
            arrays.append(fitted(array, column, target.type))
    return pa.record_batch(arrays, schema=schema)
