"""Arrow IPC files (Feather V2), uncompressed so that they can be memory-mapped; marks as metadata of the schema.

Columns stored as dictionaries are written as their values: an Arrow file has one dictionary a column, and rows made in parts
have one a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from twinset.core.dataset import Dialect, canonical
from twinset.core.schema import Table
from twinset.export.atomic import replacing
from twinset.export.ipc import row_groups, write_stream


@dataclass(frozen=True, slots=True)
class Arrow:
    """Writes Arrow IPC files."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".arrow", ".feather")

    def check(self, table: Table, dialect: Dialect) -> None:
        """Arrow holds whatever Twinset does."""

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """An Arrow stream."""
        write_stream(batches, path, table.arrow)

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """Record batches of one size over all parts."""
        fields = [field.with_type(_plain(field.type)) for field in table.arrow]
        schema = pa.schema(fields, metadata={key: marks[key] for key in sorted(marks)})
        with replacing(path) as file, pa.ipc.new_file(file, schema) as writer:
            for group in row_groups(parts, table.arrow):
                for batch in group.cast(schema).to_batches():
                    writer.write_batch(pa.record_batch([canonical(array) for array in batch.columns], schema=schema))


def _plain(storage: pa.DataType) -> pa.DataType:
    return storage.value_type if pa.types.is_dictionary(storage) else storage
