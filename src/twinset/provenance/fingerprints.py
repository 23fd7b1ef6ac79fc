"""Fingerprints of the real rows, column by column, so that two runs can say which column's data is not the same.

They allow guesses at a column to be tested, so they lie in ``private/`` beside the key of the manifest's hashes, readable by
their owner alone, and are never part of a report. Rows in another order are other data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from twinset.core.dataset import Dataset, canonical
from twinset.errors import DataError

FINGERPRINTS = "private/fingerprints.json"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One table's rows: how many, and the SHA-256 of each column's values."""

    rows: int
    columns: Mapping[str, str]


def fingerprint_of(data: Dataset) -> Fingerprint:
    """The fingerprint of a dataset; the columns of several tables are called "table.column"."""
    columns, rows, is_one = {}, 0, len(data.schema.tables) == 1
    for table in data.schema:
        rows += data.count(table.name)
        for name in table.names:
            columns[name if is_one else f"{table.name}.{name}"] = _digest(data, table.name, name)
    return Fingerprint(rows, columns)


def _digest(data: Dataset, table: str, column: str) -> str:
    sink = pa.BufferOutputStream()
    values = data.scan(table, [column]).read_all().column(0).combine_chunks()
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    with pa.ipc.new_stream(sink, pa.schema([("values", whole.type)])) as writer:
        for start in range(0, len(whole), 1 << 16):
            part = canonical(whole.slice(start, 1 << 16))
            writer.write_batch(pa.record_batch([part], names=["values"]))
    return hashlib.sha256(sink.getvalue()).hexdigest()


def to_json(found: Mapping[str, Fingerprint]) -> str:
    """The file, by stage of a plan or by role of an evaluation."""
    return (
        json.dumps({name: {"rows": one.rows, "columns": dict(one.columns)} for name, one in found.items()}, indent=1) + "\n"
    )


def read_fingerprints(folder: Path) -> dict[str, Fingerprint] | None:
    """Those of an output folder; None where they are not there, or not for us to read. DataError where they are damaged."""
    path = folder / FINGERPRINTS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): Fingerprint(int(one["rows"]), dict(one["columns"])) for name, one in content.items()}
    except (FileNotFoundError, PermissionError):
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(f"{path} is damaged ({error}); remove it to compare without it") from error
