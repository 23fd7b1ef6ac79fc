"""Part files of the binary formats: Arrow streams, read back by memory map, their rows regrouped to one size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from twinset.export.atomic import replacing

GROUP_ROWS = 1 << 17
_GROUP_BYTES = 1 << 26


def write_stream(batches: Iterable[pa.RecordBatch], path: Path, schema: pa.Schema) -> None:
    """Write a part file."""
    with replacing(path) as file, pa.ipc.new_stream(file, schema) as stream:
        for batch in batches:
            stream.write_batch(batch)


def row_groups(parts: Iterable[Path], schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows of all parts in groups of ``GROUP_ROWS`` (fewer where rows are wide, and in the last), one chunk each."""
    held: list[pa.RecordBatch] = []
    for batch in _batches(parts):
        while batch.num_rows:
            taken = batch.slice(0, GROUP_ROWS - sum(one.num_rows for one in held))
            batch = batch.slice(taken.num_rows)
            held.append(taken)
            if sum(one.num_rows for one in held) == GROUP_ROWS or sum(one.nbytes for one in held) >= _GROUP_BYTES:
                yield pa.Table.from_batches(held, schema).combine_chunks()
                held = []
    if held:
        yield pa.Table.from_batches(held, schema).combine_chunks()


def _batches(parts: Iterable[Path]) -> Iterator[pa.RecordBatch]:
    for part in parts:
        with pa.memory_map(str(part)) as source, pa.ipc.open_stream(source) as stream:
            for batch in stream:
                yield from _split(batch)


def _split(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch of wide rows in pieces of a quarter of a group at most."""
    n_pieces = 4 * batch.nbytes // _GROUP_BYTES + 1
    size = max(1, -(-batch.num_rows // n_pieces))
    for start in range(0, batch.num_rows, size):
        yield batch.slice(start, size)
