"""JSON documents in text cells."""

from __future__ import annotations

import json

import pyarrow.compute as pc

from twinset.core import types
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints

_BRACKETS = r"(?s)^(?:\{.*\}|\[.*\])$"
_N_PARSED = 200


def document(cells: Cells, table: Hints) -> Guess | None:
    """Objects or arrays in all cells; a sample of them is parsed."""
    head = cells.head(5)
    if not head or not all(text.startswith(("{", "[")) for text in head):
        return None
    if not pc.all(pc.match_substring_regex(cells.values, _BRACKETS)).as_py():
        return None
    try:
        for text in cells.sample(_N_PARSED).to_pylist():
            json.loads(text)
    except (ValueError, RecursionError):
        return None
    return Guess(types.Json(), cells.values, "JSON documents in text")
