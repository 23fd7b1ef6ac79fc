"""A Hugging Face dataset: Parquet that says its features, and beside it the card (``README.md``) that names its split.

The folder of the output is what ``datasets.load_dataset`` takes, and what is uploaded to a hub as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from twinset.core.dataset import Dialect
from twinset.core.schema import Column, Table, Values
from twinset.export.atomic import replacing
from twinset.export.ipc import row_groups
from twinset.export.parquet import Parquet

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_NAMES = {"double": "float64", "float": "float32", "date32[day]": "date32"}


@dataclass(frozen=True, slots=True)
class HuggingFace:
    """Writes one split, ``train``."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".train.parquet",)

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError for storage types that Parquet does not have."""
        Parquet().check(table, dialect)

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """An Arrow stream."""
        Parquet().write_part(batches, path, table, dialect)

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """The rows, with their features."""
        features = {column.name: _feature(column.storage) for column in table.columns}
        said = {"huggingface": json.dumps({"info": {"features": features}}), **{key: marks[key] for key in sorted(marks)}}
        schema = table.arrow.with_metadata(said)
        with replacing(path) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for group in row_groups(parts, table.arrow):
                writer.write_table(group, row_group_size=group.num_rows)

    def card(self, table: Table, file: str, n_rows: int) -> str:
        """The card, by which a folder is a dataset."""
        return _card(table, file, n_rows)


def _feature(storage: pa.DataType) -> Any:
    if pa.types.is_struct(storage):
        return {field.name: _feature(field.type) for field in storage}
    if pa.types.is_list(storage) or pa.types.is_large_list(storage):
        return [_feature(storage.value_type)]
    return {"dtype": _NAMES.get(str(storage), str(storage)), "_type": "Value"}


def _card(table: Table, file: str, n_rows: int) -> str:
    size = next((name for most, name in _SIZES if n_rows < most), "n>1M")
    lines = [
        "---",
        "configs:",
        "- config_name: default",
        "  data_files:",
        "  - split: train",
        f"    path: {json.dumps(file)}",
        "size_categories:",
        f"- {size}",
        "tags:",
        "- synthetic",
        "---",
        "",
        f"# {table.name}",
        "",
        f"{n_rows:,} synthetic rows, made with Twinset; `manifest.json` says how, from which model and on which terms.",
        "",
        "| column | what it is |",
        "|---|---|",
        *(f"| {column.name} | {_words(column)} |" for column in table.columns),
    ]
    return "\n".join(lines) + "\n"


def _words(column: Column) -> str:
    labels = f": {', '.join(map(str, column.domain.values[:20]))}" if isinstance(column.domain, Values) else ""
    return f"{column.type.word}{labels}"
