"""Rows that stay on the disk: written once to a file without a name, and mapped into memory from there.

The file is nobody else's to shorten, and it goes with the last table that is mapped from it, whatever ends the process. It
lies in the system's folder for temporary files (TMPDIR).
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterable

import pyarrow as pa

from twinset.errors import DataError

_IN_MEMORY = 1 << 23


def mapped(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    """A table of these rows that takes next to no memory of its own; a full disk is a DataError."""
    held: list[pa.RecordBatch] = []
    size, stream = 0, iter(batches)
    for batch in stream:
        held.append(batch)
        size += batch.nbytes
        if size > _IN_MEMORY:
            return _on_disk(held, stream, schema)
    return pa.Table.from_batches(held, schema)


def _on_disk(first: list[pa.RecordBatch], rest: Iterable[pa.RecordBatch], schema: pa.Schema) -> pa.Table:
    with tempfile.TemporaryFile(prefix="twinset-") as file:
        try:
            with pa.PythonFile(file, mode="w") as sink, pa.ipc.new_file(sink, schema) as writer:
                while first:
                    writer.write_batch(first.pop(0))
                for batch in rest:
                    writer.write_batch(batch)
                writer.close()
                file.flush()
                held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise DataError(
                f"rows can't be kept in {tempfile.gettempdir()}: {error.strerror or error}; make room there, or name "
                "another folder in TMPDIR"
            ) from error
    return pa.ipc.open_file(pa.py_buffer(held)).read_all()
