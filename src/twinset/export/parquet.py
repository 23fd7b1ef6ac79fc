"""Parquet: zstd, statistics on every column, dictionaries where values repeat, marks as key-value metadata.

Texts of one width that do not repeat (UUIDs, codes) are written as their letters, lengths apart, smaller and quicker
than each length before its text (DELTA_LENGTH_BYTE_ARRAY in Parquet's Encodings.md: "always preferred over PLAIN").
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from twinset.core.dataset import Dialect
from twinset.core.schema import Table
from twinset.errors import SchemaError
from twinset.export.atomic import replacing
from twinset.export.ipc import row_groups, write_stream


@dataclass(frozen=True, slots=True)
class Parquet:
    """Writes Parquet; ``level`` is zstd's, 1 to 3 being the fast ones."""

    level: int = 1

    @property
    def endings(self) -> tuple[str, ...]:
        return (".parquet", ".pq")

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError for storage types that Parquet does not have."""
        for column in table.columns:
            try:
                _leaves(pa.field(column.name, column.storage))
            except (NotImplementedError, pa.ArrowInvalid) as error:
                raise SchemaError(
                    f"column {column.name!r}: Parquet does not have {column.storage} ({error}); write .arrow instead"
                ) from error

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """An Arrow stream."""
        write_stream(batches, path, table.arrow)

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """Row groups of one size over all parts; what the first one repeats decides the encoding of the columns."""
        groups = row_groups(parts, table.arrow)
        first = list(itertools.islice(groups, 1))
        schema = table.arrow.with_metadata({key: marks[key] for key in sorted(marks)})
        with (
            replacing(path) as file,
            pq.ParquetWriter(
                file, schema, compression="zstd", compression_level=self.level, **encodings(table.arrow, first)
            ) as writer,
        ):
            for group in itertools.chain(first, groups):
                writer.write_table(group, row_group_size=group.num_rows)


def encodings(schema: pa.Schema, groups: list[pa.Table]) -> dict[str, Any]:
    """How the columns are written, as options of Arrow's writer, by the first group of rows (there may be none)."""
    repeating = {field.name for field in schema if _repeats(field, groups)}
    leaves = [leaf for field in schema if field.name in repeating for leaf in _leaves(field)]
    even = [field.name for field in schema if field.name not in repeating and _has_one_width(groups[0][field.name])]
    return {"use_dictionary": leaves, "column_encoding": dict.fromkeys(even, "DELTA_LENGTH_BYTE_ARRAY") or None}


def _has_one_width(column: pa.ChunkedArray) -> bool:
    """Whether all texts have as many bytes."""
    if not pa.types.is_string(column.type):
        return False
    ends = pc.min_max(pc.binary_length(column))
    return bool(ends["min"] == ends["max"])


def _leaves(field: pa.Field) -> list[str]:
    """The paths of a field's columns in a Parquet file; Arrow's own errors for types that Parquet does not have."""
    with pa.BufferOutputStream() as sink:
        pq.write_table(pa.schema([field]).empty_table(), sink)
        columns = pq.read_metadata(pa.BufferReader(sink.getvalue())).schema
    return [column.path for column in columns]


def _repeats(field: pa.Field, groups: list[pa.Table]) -> bool:
    """Whether values come often enough for a dictionary to be smaller than they are; lists and structs may well."""
    if not groups or pa.types.is_nested(field.type) or pa.types.is_null(field.type):
        return True
    return bool(pc.count_distinct(groups[0][field.name]).as_py() <= groups[0].num_rows / 2)
