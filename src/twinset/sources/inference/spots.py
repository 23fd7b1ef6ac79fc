"""Places on Earth: columns of latitudes and longitudes by name and range, and "lat, lon" as text."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.sources.inference import hints
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints

_POINT = r"^\(?(?P<lat>-?\d{1,2}\.\d+),? *(?P<lon>-?\d{1,3}\.\d+)\)?$"
_MOST = {"latitude": 90.0, "longitude": 180.0}


def point(cells: Cells, table: Hints) -> Guess | None:
    """Two decimal numbers in a cell that are a latitude and a longitude in every row."""
    if not cells.n_distinct or not all(re.match(_POINT, text) for text in cells.head(5)):
        return None
    parts = pc.extract_regex(cells.values, _POINT)
    if parts.null_count:
        return None
    if not all(_within(parts.field(i).cast(pa.float64()), axis) for i, axis in enumerate(_MOST)):
        return None
    decimals = pc.max(pc.subtract(pc.binary_length(parts.field(0)), pc.find_substring(parts.field(0), "."))).as_py() - 1
    return Guess(types.Geo("point", decimals), cells.values, "latitude and longitude in one cell")


def axis(name: str, numbers: pa.Array, table: Hints) -> types.GeoAxis | None:
    """The axis that a column's name says, where its numbers are within it."""
    said = hints.axis(name, table.names)
    if said is None or not len(numbers) or not _within(numbers.cast(pa.float64(), safe=False), said):
        return None
    return "latitude" if said == "latitude" else "longitude"


def _within(numbers: pa.Array, axis: str) -> bool:
    most = pc.max(pc.abs(numbers)).as_py()
    return most is not None and most <= _MOST[axis]
