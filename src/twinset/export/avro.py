"""Avro object container files, deflated; marks as metadata of the file. Needs the extra ``avro``.

Every column is a union with null. Moments are logical types of Avro where it has one of their unit, and else whole numbers
that say their unit; names that Avro does not allow are spelt anew and keep the old one as ``twinset.name``. Tables of plain
columns are written column by column (:mod:`.avro_columns`), those with lists or records row by row, which is slow.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.dataset import Dialect
from twinset.core.optional import require
from twinset.core.schema import Table
from twinset.errors import SchemaError
from twinset.export import avro_columns
from twinset.export.atomic import replacing
from twinset.export.ipc import row_groups, write_stream

ORIGINAL = "twinset.name"
_PIECE_ROWS = 10_000
_LEVEL = 3
"""Of zlib: three fifths of what the usual 6 costs, for files a twentieth larger."""


@dataclass(frozen=True, slots=True)
class Avro:
    """Writes Avro."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".avro",)

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError for storage that Avro does not have, MissingExtraError without its package."""
        require("fastavro", extra="avro")
        _record(table)

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """An Arrow stream."""
        write_stream(batches, path, table.arrow)

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """Blocks of one size over all parts. The marker between them follows from the schema, not from chance."""
        fastavro = require("fastavro", extra="avro")
        record = _record(table)
        marker = hashlib.sha256(json.dumps(record).encode()).digest()[:16]
        known = {key: marks[key] for key in sorted(marks)}
        with replacing(path) as file:
            schema = fastavro.parse_schema(record)
            options = {"codec": "deflate", "metadata": known, "sync_interval": 1 << 16, "sync_marker": marker}
            is_flat = avro_columns.is_flat(table.arrow)
            fastavro.writer(file, schema, [] if is_flat else _records(parts, table), **options)
            for piece in _pieces(parts, table) if is_flat else ():
                packed = _deflated(avro_columns.block(piece))
                file.write(avro_columns.long(piece.num_rows) + avro_columns.long(len(packed)) + packed + marker)


def _deflated(content: bytes) -> bytes:
    """Without zlib's head and sum, as Avro has it."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def _record(table: Table) -> dict[str, Any]:
    """The schema of a table."""
    names = _Names()
    return {"type": "record", "name": names.word(table.name), "fields": _fields(table.arrow, names)}


class _Names:
    """Names of types, which are different throughout an Avro schema."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def word(self, name: str) -> str:
        """A word that Avro allows and that is not taken."""
        word = re.sub(r"[^A-Za-z0-9_]", "_", name)
        word = word if re.match(r"[A-Za-z_]", word) else f"_{word}"
        while word in self._known:
            word += "_"
        self._known.add(word)
        return word


def _fields(fields: Iterable[pa.Field], names: _Names) -> list[dict[str, Any]]:
    own, made = _Names(), []
    for field in fields:
        word = own.word(field.name)
        try:
            kind = _kind(field.type, word, names)
        except SchemaError as error:
            raise SchemaError(f"column {field.name!r}: {error}") from None
        union = kind if kind == "null" else ["null", kind]
        made.append({"name": word, "type": union} | ({} if word == field.name else {ORIGINAL: field.name}))
    return made


_PLAIN = (
    (pa.types.is_null, "null"), (pa.types.is_boolean, "boolean"), (pa.types.is_floating, "double"),
    (pa.types.is_string, "string"), (pa.types.is_large_string, "string"), (pa.types.is_binary, "bytes"),
    (pa.types.is_large_binary, "bytes"), (pa.types.is_fixed_size_binary, "bytes"),
)  # fmt: skip
_UNITS = {"ms": "millis", "us": "micros", "ns": "nanos"}


def _kind(storage: pa.DataType, word: str, names: _Names) -> Any:
    """The Avro type of a storage type."""
    if pa.types.is_dictionary(storage):
        return _kind(storage.value_type, word, names)
    for is_kind, name in _PLAIN:
        if is_kind(storage):
            return name
    if pa.types.is_decimal(storage):
        return {"type": "bytes", "logicalType": "decimal", "precision": storage.precision, "scale": storage.scale}
    if pa.types.is_integer(storage):
        is_long = storage != pa.uint64()
        return "long" if is_long else {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 0}
    if pa.types.is_struct(storage):
        return {"type": "record", "name": names.word(f"{word}_record"), "fields": _fields(storage, names)}
    if pa.types.is_map(storage) and pa.types.is_string(storage.key_type):
        return {"type": "map", "values": _optional(storage.item_type, word, names)}
    if pa.types.is_list(storage) or pa.types.is_large_list(storage) or pa.types.is_fixed_size_list(storage):
        return {"type": "array", "items": _optional(storage.value_type, word, names)}
    return _moment(storage)


def _optional(storage: pa.DataType, word: str, names: _Names) -> Any:
    kind = _kind(storage, word, names)
    return kind if kind == "null" else ["null", kind]


def _moment(storage: pa.DataType) -> Any:
    if pa.types.is_date32(storage):
        return {"type": "int", "logicalType": "date"}
    unit = getattr(storage, "unit", None)
    if pa.types.is_timestamp(storage) and unit in _UNITS:
        return {"type": "long", "logicalType": f"{'' if storage.tz else 'local-'}timestamp-{_UNITS[unit]}"}
    if pa.types.is_time(storage) and unit in ("ms", "us"):
        return {"type": "int" if unit == "ms" else "long", "logicalType": f"time-{_UNITS[unit]}"}
    if unit in ("s", *_UNITS) and not pa.types.is_interval(storage):
        return {"type": "long", "twinset.unit": unit, "twinset.storage": str(storage)}
    raise SchemaError(f"Avro does not have {storage}; write .parquet or .arrow instead")


def _records(parts: Iterable[Path], table: Table) -> Iterator[dict[str, Any]]:
    """The rows of all parts, as Avro's package takes them."""
    for piece in _pieces(parts, table):
        yield from piece.to_pylist(maps_as_pydicts="strict")


def _pieces(parts: Iterable[Path], table: Table) -> Iterator[pa.RecordBatch]:
    """The rows of all parts a few thousand at a time, moments being whole numbers."""
    names = [field["name"] for field in _record(table)["fields"]]
    for group in row_groups(parts, table.arrow):
        for batch in group.to_batches():
            plain = pa.RecordBatch.from_arrays([_plain(array) for array in batch.columns], names=names)
            for start in range(0, plain.num_rows, _PIECE_ROWS):
                yield plain.slice(start, _PIECE_ROWS)


def _plain(array: pa.Array) -> pa.Array:
    """The values with moments as whole numbers, whose unit the schema tells, and fields by the names that Avro allows."""
    storage = array.type
    if pa.types.is_dictionary(storage):
        return _plain(array.dictionary_decode())
    if pa.types.is_struct(storage):
        names = _Names()
        words = [names.word(field.name) for field in storage]
        fields = [_plain(child) for child in array.flatten()]
        return pa.StructArray.from_arrays(fields, words, mask=array.is_null()) if fields else array
    if pa.types.is_map(storage):
        return pa.MapArray.from_arrays(array.offsets, array.keys, _plain(array.items), mask=array.is_null())
    if pa.types.is_fixed_size_list(storage):
        return _plain(array.cast(pa.list_(storage.value_type)))
    if pa.types.is_list(storage) or pa.types.is_large_list(storage):
        return type(array).from_arrays(array.offsets, _plain(array.values), mask=array.is_null())
    return array.cast(_numbers(storage))


def _numbers(storage: pa.DataType) -> pa.DataType:
    if pa.types.is_temporal(storage) and not pa.types.is_interval(storage):
        return pa.int32() if storage.bit_width == 32 else pa.int64()
    if pa.types.is_float16(storage):
        return pa.float64()
    return pa.decimal128(20, 0) if storage == pa.uint64() else storage
