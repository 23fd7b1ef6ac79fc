"""Texts of a file, one for each row: what made texts are compared with.

.txt has one a line; .jsonl, .csv, .tsv, .parquet and .arrow have one a row, of one column or of all that hold text.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from twinset.errors import DataError, PlanError

ENDINGS = (".txt", ".jsonl", ".csv", ".tsv", ".parquet", ".arrow")


def read_texts(path: str | Path, column: str | None = None) -> pa.Array:
    """The texts of a file; DataError where it can't be read, PlanError where it has no such column or no text."""
    return _kept(str(Path(path).absolute()), column, stamp(path))


def stamp(path: str | Path) -> tuple[int, int]:
    """What changes when a file does: its time and size. DataError where there is none."""
    try:
        known = Path(path).stat()
    except OSError as error:
        raise DataError(f"can't read {path}: {error.strerror}; give a file that is there") from None
    return known.st_mtime_ns, known.st_size


@lru_cache(maxsize=8)
def _kept(path: str, column: str | None, known: tuple[int, int]) -> pa.Array:
    return _joined(_table(Path(path)), Path(path), column)


def _table(file: Path) -> pa.Table:
    import pyarrow.csv
    import pyarrow.feather
    import pyarrow.json
    import pyarrow.parquet

    ending = file.suffix.lower()
    try:
        if ending == ".txt":
            lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
            return pa.table({"text": pa.array(lines, pa.string())})
        if ending == ".jsonl":
            return pyarrow.json.read_json(file)
        if ending in (".csv", ".tsv"):
            options = pyarrow.csv.ParseOptions(delimiter="\t" if ending == ".tsv" else ",", newlines_in_values=True)
            return pyarrow.csv.read_csv(file, parse_options=options)
        if ending == ".parquet":
            return pyarrow.parquet.read_table(file)
        if ending == ".arrow":
            return pyarrow.feather.read_table(file)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(f"can't read {file}: {str(error).splitlines()[0]}") from error
    raise PlanError(f"{file.name!r} names no file of texts; its ending is one of {', '.join(ENDINGS)}")


def _joined(table: pa.Table, file: Path, column: str | None) -> pa.Array:
    if column is not None and column not in table.column_names:
        raise PlanError(f"{file.name} has no column {column!r}; it has: {', '.join(table.column_names[:30])}")
    names = [column] if column is not None else [name for name in table.column_names if _is_text(table[name].type)]
    if not names:
        raise PlanError(f"{file.name} has no column of text; it has: {', '.join(table.column_names[:30])}")
    columns = [pc.fill_null(table[name].combine_chunks().cast(pa.string()), "") for name in names]
    joined = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, "\n")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _is_text(storage: pa.DataType) -> bool:
    return bool(pa.types.is_string(storage) or pa.types.is_large_string(storage))
