"""Columnar files, which know their types: Parquet, and Arrow IPC (Feather) as a file or as a stream.

They are read and not memory-mapped: a file that somebody shortens or writes over while it is mapped would change under a
run, or end it without a word (SIGBUS).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from twinset.core.dataset import Dialect
from twinset.errors import DataError
from twinset.sources import names
from twinset.sources.raw import Raw


def read_parquet(path: Path) -> Raw:
    """A Parquet file; a damaged one is a DataError."""
    return _raw(path, "parquet", lambda: pq.ParquetFile(path).read())


def read_arrow(path: Path) -> Raw:
    """An Arrow IPC file (Feather) or stream; a damaged one is a DataError."""

    def read() -> pa.Table:
        with pa.OSFile(str(path)) as file:
            is_file = file.read(6) == b"ARROW1"
            file.seek(0)
            return pa.ipc.open_file(file).read_all() if is_file else pa.ipc.open_stream(file).read_all()

    return _raw(path, "arrow", read)


def _raw(path: Path, format: str, read: Callable[[], pa.Table]) -> Raw:
    try:
        table = read()
    except (pa.ArrowException, OSError, EOFError, ValueError) as error:
        raise DataError(
            f"{path} is no {format.capitalize()} file, or is damaged ({_first_line(error)}); write it again"
        ) from error
    named, repairs = names.settle(table.column_names)
    return Raw(table.rename_columns(list(named)).replace_schema_metadata(None), False, Dialect(format=format), repairs)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
