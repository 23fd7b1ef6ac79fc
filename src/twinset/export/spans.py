"""What the formats of marked texts share: the text and its spans, cut into tokens that no span crosses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.schema import Table
from twinset.errors import SchemaError
from twinset.export.atomic import replacing

_TOKEN = re.compile(r"\w+|[^\w\s]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign of a text, from ``start`` on; its label and its place in the span (B, I, L, U or O)."""

    text: str
    start: int
    label: str
    place: str

    @property
    def bio(self) -> str:
        return "O" if self.place == "O" else f"{'B' if self.place in 'BU' else 'I'}-{self.label}"

    @property
    def biluo(self) -> str:
        return "O" if self.place == "O" else f"{self.place}-{self.label}"


@dataclass(frozen=True, slots=True)
class Marked:
    """Names of columns: the text, and its spans (start, end, label)."""

    text: str
    spans: str

    def tokens(self, row: Mapping[str, Any]) -> Iterator[Token]:
        text, at = row[self.text] or "", 0
        for span in sorted(row[self.spans] or (), key=lambda one: int(one["start"])):
            yield from _outside(text, at, span["start"])
            inside = list(_TOKEN.finditer(text, span["start"], span["end"]))
            for number, hit in enumerate(inside):
                yield Token(hit.group(), hit.start(), span["label"], _place(number, len(inside)))
            at = span["end"]
        yield from _outside(text, at, len(text))


def _outside(text: str, start: int, stop: int) -> Iterator[Token]:
    return (Token(hit.group(), hit.start(), "", "O") for hit in _TOKEN.finditer(text, start, stop))


def _place(number: int, n_tokens: int) -> str:
    if n_tokens == 1:
        return "U"
    return "B" if number == 0 else "L" if number == n_tokens - 1 else "I"


def marked_of(table: Table) -> Marked:
    """The text and its spans in a table; SchemaError says what would be some."""
    spans = [column.name for column in table.columns if _is_spans(column.storage)]
    texts = [column.name for column in table.columns if pa.types.is_string(column.storage)]
    named = [name for name in ("text", "sentence", "document") if name in texts]
    if not spans or not texts:
        raise SchemaError(
            f"the format of marked texts needs a text and a column of spans (start, end, label); table {table.name!r} has: "
            f"{', '.join(table.names[:30])}"
        )
    return Marked((named or texts[-1:])[0], spans[0])


def _is_spans(storage: pa.DataType) -> bool:
    is_list = pa.types.is_list(storage) or pa.types.is_large_list(storage)
    inner = storage.value_type if is_list else None
    return inner is not None and pa.types.is_struct(inner) and {"start", "end", "label"} <= {field.name for field in inner}


def write_marked(
    batches: Iterable[pa.RecordBatch], path: Path, table: Table, told: Callable[[Mapping[str, Any], Marked], str]
) -> None:
    """A part file with what is ``told`` of each row; texts are few and long, so that rows are gone through one by one."""
    marked = marked_of(table)
    with replacing(path) as file:
        for batch in batches:
            for row in batch.to_pylist():
                file.write(told(row, marked).encode())
