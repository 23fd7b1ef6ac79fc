"""spaCy's JSON: documents with tokens and BILUO tags, which ``spacy convert --converter json`` turns into training data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.dataset import Dialect
from twinset.core.schema import Table
from twinset.export.atomic import replacing
from twinset.export.spans import Marked, marked_of, write_marked


@dataclass(frozen=True, slots=True)
class SpaCy:
    """Writes spaCy's JSON, one document a line of the array."""

    @property
    def endings(self) -> tuple[str, ...]:
        return (".spacy.json",)

    def check(self, table: Table, dialect: Dialect) -> None:
        """SchemaError where no text with spans is found."""
        marked_of(table)

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """The documents of one part, each with a comma after it."""
        write_marked(batches, path, table, _document)

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """The documents of all parts as one array; the last one's comma is left out."""
        with replacing(path) as file:
            file.write(b"[\n")
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, file)
            if file.tell() > 2:
                file.seek(-2, 2)
                file.truncate()
            file.write(b"\n]\n")


def _document(row: Mapping[str, Any], marked: Marked) -> str:
    tokens = [{"id": number, "orth": token.text, "ner": token.biluo} for number, token in enumerate(marked.tokens(row))]
    told = {"id": 0, "paragraphs": [{"raw": row[marked.text], "sentences": [{"tokens": tokens}], "cats": []}]}
    return json.dumps(told, ensure_ascii=False) + ",\n"
