"""A simulator with a memory: each part goes on from the state which the part before it left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.request import Made, Part, Request, State
from twinset.core.schema import Schema
from twinset.core.synthesis import MakeContext
from twinset.testing.samplers.scripted import KEY, Scripted, chained, table


@dataclass(frozen=True)
class Walk(Scripted):
    """A walk on the whole numbers: no step is longer than one, across the edges of parts too."""

    engine: ClassVar[str] = "test_walk"
    schema: ClassVar[Schema] = Schema((table("walk", ("step", *KEY), ("place", types.Integer(), pa.int64())),))

    def parts(self, request: Request) -> Iterator[Part]:
        return chained(super().parts(request))

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        keys, draw = self.keys(part), request.seed.child(part.id).generator()
        start = json.loads(ctx.state_of(part.needs[0]))["place"] if part.needs else 0
        places = start + np.cumsum(draw.integers(-1, 2, part.size))
        yield self.batch("walk", keys, places)
        yield State(json.dumps({"place": int(places[-1])}).encode())
