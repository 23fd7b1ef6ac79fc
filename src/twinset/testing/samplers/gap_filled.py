"""A series with gaps at the edges of its parts: each part reads the rows of the one before it in the same table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.request import Made, Part, Request
from twinset.core.schema import Schema
from twinset.core.synthesis import MakeContext
from twinset.testing.samplers.scripted import Scripted, chained, table


@dataclass(frozen=True)
class GapFilled(Scripted):
    """One reading a minute; the first few of each part are lost, and filled by a line from the part before."""

    engine: ClassVar[str] = "test_gap_filled"
    schema: ClassVar[Schema] = Schema((
        table(
            "readings",
            ("at", types.DateTime(unit="s"), pa.timestamp("s")),
            ("value", types.Real(), pa.float64()),
            ("is_filled", types.Boolean(), pa.bool_()),
        ),
    ))  # fmt: skip

    def parts(self, request: Request) -> Iterator[Part]:
        return chained(super().parts(request))

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        at, draw = self.keys(part) * 60, request.seed.child(part.id).generator()
        values = draw.normal(10.0, 1.0, part.size)
        gap = min(3, part.size - 1) if part.needs else 0
        if gap:
            last = ctx.rows_of(part.needs[0])["value"][-1].as_py()
            values[:gap] = np.linspace(last, values[gap], gap + 2)[1:-1]
            yield self.batch("readings", at[:gap], values[:gap], np.ones(gap, bool))
        yield self.batch("readings", at[gap:], values[gap:], np.zeros(part.size - gap, bool))
