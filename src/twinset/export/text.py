"""What the text formats share: rows cut into slices, lines turned into bytes, part files put end to end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Table
from twinset.errors import SchemaError
from twinset.export.atomic import replacing
from twinset.export.moments import check_moments

_SLICE_ROWS = 1 << 15
_SLICE_BYTES = 1 << 26
_COPY_BYTES = 1 << 20

Lines = Callable[[pa.RecordBatch], pa.Array]


def write_lines(batches: Iterable[pa.RecordBatch], path: Path, lines: Lines) -> None:
    """Write a part file of the lines that ``lines`` makes of the rows."""
    with replacing(path) as file:
        for batch in batches:
            for rows in slices(batch):
                file.write(as_bytes(lines(rows)))


def concatenate(parts: Iterable[Path], path: Path, head: str = "") -> None:
    """Write a file of a first line, if any, and the part files end to end."""
    with replacing(path) as file:
        file.write(head.encode())
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, file, _COPY_BYTES)


def check_columns(table: Table, spell: Callable[[pa.Array, types.Type], pa.Array]) -> None:
    """SchemaError naming the first column that ``spell`` can't turn into text: it is tried on no rows at all."""
    for column in table.columns:
        try:
            check_moments(column.type, column.storage)
            spell(pa.array([], column.storage), column.type)
        except SchemaError as error:
            raise SchemaError(f"column {column.name!r}: {error}; Parquet and Arrow files hold any column") from None
        except (NotImplementedError, pa.ArrowInvalid) as error:
            raise SchemaError(
                f"column {column.name!r} is stored as {column.storage}, which can't be written as text; "
                "write .parquet or .arrow instead"
            ) from error


def slices(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The batch in slices whose text stays far below the 2 GiB that one Arrow string array may hold."""
    per_row = max(1, batch.nbytes // max(1, batch.num_rows))
    rows = max(1, min(_SLICE_ROWS, _SLICE_BYTES // per_row))
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)


def as_bytes(lines: pa.Array, ending: str = "\n") -> pa.Buffer:
    """Lines put end to end, each with its ending."""
    whole = pa.ListArray.from_arrays(pa.array([0, len(lines) + 1], pa.int32()), pa.concat_arrays([lines, pa.array([""])]))
    return pc.binary_join(whole, ending)[0].as_buffer()
