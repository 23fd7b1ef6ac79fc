"""CoNLL: a token and its tag (BIO, as in CoNLL-2003) a line, tab between, an empty line after each text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.dataset import Dialect
from twinset.core.schema import Table
from twinset.export.spans import Marked, marked_of, write_marked
from twinset.export.text import concatenate


@dataclass(frozen=True, slots=True)
class Conll:
    """Writes CoNLL."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".conll",)

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError where no text with spans is found."""
        marked_of(table)

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """The texts of one part."""
        write_marked(batches, path, table, _lines)

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """The texts of all parts."""
        concatenate(parts, path)


def _lines(row: Mapping[str, Any], marked: Marked) -> str:
    return "".join([*(f"{token.text}\t{token.bio}\n" for token in marked.tokens(row)), "\n"])
