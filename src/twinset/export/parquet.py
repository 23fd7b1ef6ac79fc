"""Parquet: zstd, statistics on every column, dictionaries where values repeat, marks as key-value metadata."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

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
        repeating = [leaf for field in table.arrow for leaf in _leaves(field) if _repeats(field, first)]
        schema = table.arrow.with_metadata({key: marks[key] for key in sorted(marks)})
        with (
            replacing(path) as file,
            pq.ParquetWriter(
                file, schema, compression="zstd", compression_level=self.level, use_dictionary=repeating
            ) as writer,
        ):
            for group in itertools.chain(first, groups):
                writer.write_table(group, row_group_size=group.num_rows)


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
