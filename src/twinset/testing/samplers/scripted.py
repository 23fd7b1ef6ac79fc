"""What the test samplers share: they know their rows beforehand, learn nothing, and are saved as their options."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Batch, Dataset
from twinset.core.request import Part, Request, even_parts
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, Traits
from twinset.errors import DataError, PlanError

_OPTIONS = "options.json"
KEY = (types.Identifier("sequence"), pa.int64())


@dataclass(frozen=True)
class Scripted:
    """What the five share: they know their rows beforehand, and are saved as their options."""

    engine: ClassVar[str]
    schema: ClassVar[Schema]
    traits: ClassVar[Traits] = Traits()

    delay: float = 0.0

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        return Forecast(seconds=1e-6 * sum(n_rows.values()) + self.delay, bytes=1 << 20)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Self:
        ctx.progress(1.0, "nothing to learn")
        return self

    def parts(self, request: Request) -> Iterator[Part]:
        """Refuses what it can't honour, then cuts each table into even parts."""
        self.check(request)
        for table in self.schema:
            yield from even_parts(table.name, request.size.get(table.name, 0), request.part_rows)

    def save(self, folder: Path) -> None:
        (folder / _OPTIONS).write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Self:
        try:
            options = json.loads((folder / _OPTIONS).read_text())
        except (OSError, ValueError, RecursionError) as error:
            raise DataError(f"{_OPTIONS} of {cls.engine} is missing or damaged: {error}") from error
        delay = options.get("delay") if isinstance(options, dict) and len(options) == 1 else None
        if not isinstance(delay, float | int) or isinstance(delay, bool) or not 0 <= delay < 3600:
            raise DataError(f"{_OPTIONS} of {cls.engine} holds a delay in seconds and nothing else")
        if schema != cls.schema:
            raise DataError(f"the schema beside {cls.engine} is not the one that it makes")
        return cls(delay)

    def check(self, request: Request) -> None:
        """PlanError for what these samplers have no answer to."""
        if request.given is not None:
            raise PlanError(f"{self.engine} can't make rows given {type(request.given).__name__}; leave `given` out")
        known = [table.name for table in self.schema]
        if unknown := sorted(set(request.size) - set(known)):
            raise PlanError(f"{self.engine} makes no table {unknown[0]!r}; it makes: {', '.join(known)}")

    def batch(self, table: str, *columns: object) -> Batch:
        """Rows of a table from its columns in order."""
        schema = self.schema[table].arrow
        arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
        return Batch(table, pa.record_batch(arrays, schema=schema))

    def keys(self, part: Part) -> npt.NDArray[np.int64]:
        """The part's row numbers, after the time it takes to make them."""
        time.sleep(self.delay)
        return np.arange(part.keys.start, part.keys.stop)


def table(name: str, *columns: tuple[str, types.Type, pa.DataType], foreign_keys: tuple[ForeignKey, ...] = ()) -> Table:
    """A declared table whose first column is its primary key."""
    made = tuple(Column(word, kind, storage, origin="declared") for word, kind, storage in columns)
    return Table(name, made, primary_key=(columns[0][0],), foreign_keys=foreign_keys)


def chained(parts: Iterable[Part]) -> Iterator[Part]:
    """The same parts, each needing the one before it."""
    needs: tuple[str, ...] = ()
    for part in parts:
        yield replace(part, needs=needs)
        needs = (part.id,)
