"""What can be counted in one set of synthetic rows, by name: the events on which neighbouring datasets may differ.

Names are words, so that an event found in them can be shown as it is. For small tables: every row is looked at in Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from twinset.core.dataset import Dataset, whole
from twinset.core.schema import Range, Values

Counts = Mapping[str, float]


def of_dataset(data: Dataset) -> Counts:
    """:func:`of_table` for all tables of a dataset, and the domains that its schema gives away."""
    found: dict[str, float] = dict.fromkeys(_told(data), 1.0)
    tables = data.schema.tables
    for table in tables:
        prefix = f"{table.name}: " if len(tables) > 1 else ""
        found |= {prefix + name: n for name, n in of_table(whole(data, table.name)).items()}
    return found


def of_table(rows: pa.Table) -> Counts:
    """Counts of rows, values and whole rows; extremes and means of numbers; values that a dictionary lists."""
    names = rows.column_names
    found: dict[str, float] = {"rows": rows.num_rows, f"columns {names}": 1.0}
    for name, column in zip(names, rows.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            listed = (value for chunk in column.chunks for value in chunk.dictionary.to_pylist())
            found |= {f"{name} lists the value {value!r}": 1.0 for value in listed}
    whole_rows = Counter(zip(*(_values(column) for column in rows.columns), strict=True))
    for place, name in enumerate(names):
        counts: Counter[Any] = Counter()
        for row, n in whole_rows.items():
            counts[row[place]] += n
        found |= _of_column(name, counts)
    if len(names) > 1:
        found |= {f"rows equal to {dict(zip(names, row, strict=True))}": n for row, n in whole_rows.items()}
    return found


def _values(column: pa.ChunkedArray) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return list(map(repr, values)) if pa.types.is_nested(column.type) else values


def _of_column(name: str, counts: Counter[Any]) -> Iterator[tuple[str, float]]:
    yield f"different values of {name}", len(counts)
    yield from ((f"rows with {name} = {value!r}", n) for value, n in counts.items())
    numbers = {float(value): n for value, n in counts.items() if isinstance(value, int | float)}
    if numbers:
        yield f"least {name}", min(numbers)
        yield f"greatest {name}", max(numbers)
        yield f"mean of {name}", sum(value * n for value, n in numbers.items()) / sum(numbers.values())


def _told(data: Dataset) -> Iterator[str]:
    for table in data.schema:
        for column in table.columns:
            if isinstance(column.domain, Range):
                yield f"the schema gives {column.name} the range from {column.domain.low} to {column.domain.high}"
            elif isinstance(column.domain, Values):
                yield from (f"the schema gives {column.name} the value {value!r}" for value in column.domain.values)
