"""Points on Earth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.records import FIELD_TYPE
from twinset.synthesizers.rules.rule import Options, Rows, Scope

Floats = npt.NDArray[np.float64]
_KM_PER_DEGREE = 111.195
_AXES = ("latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Geo(Options):
    """A record of ``latitude`` and ``longitude``, anywhere in ``box`` ([south, west, north, east]) by its area.

    Or about ``near`` (the path of a record with both, or [latitude, longitude]), mostly within ``km``. ``form: point``
    """

    word: ClassVar[str] = "geo"
    box: Any = None
    near: Any = None
    km: float = 10.0
    decimals: int = 6
    form: str = "record"

    def __post_init__(self) -> None:
        options.whole(self.decimals, "decimals", 0, 12)
        options.choice(self.form, "form", ("record", "point"))
        options.number(self.km, "km", 0, 20_000)
        if self.box is not None and self.near is not None:
            raise PlanError("say box or near, not both")
        south, west, north, east = self._box
        if not south < north or not west < east:
            raise PlanError(f"box is [south, west, north, east], of which south < north and west < east, not {self.box!r}")
        if isinstance(self.near, str):
            options.text(self.near, "near", longest=1_000)
        elif self.near is not None:
            latitude, longitude = options.listed(self.near, "near", least=2, most=2)
            options.number(latitude, "the latitude of near", -90, 90)
            options.number(longitude, "the longitude of near", -180, 180)

    @property
    def _box(self) -> tuple[float, ...]:
        box = options.listed([-90, -180, 90, 180] if self.box is None else self.box, "box", least=4, most=4)
        most = (90, 180, 90, 180)
        ends = zip(("south", "west", "north", "east"), box, most, strict=True)
        return tuple(options.number(one, f"the {end} of box", -high, high) for end, one, high in ends)

    def reads(self) -> tuple[str, ...]:
        return tuple(f"{self.near}.{axis}" for axis in _AXES) if isinstance(self.near, str) else ()

    def column(self, name: str, scope: Scope) -> Column:
        if self.form == "point":
            return Column(name, types.Geo("point", self.decimals), pa.string(), origin="declared")
        return Column(name, types.Nested(), pa.struct([self._field(axis) for axis in _AXES]), origin="declared")

    def _field(self, axis: Any) -> pa.Field:
        kind = types.to_data(types.Geo(axis, self.decimals))
        return pa.field(axis, pa.float64(), metadata={FIELD_TYPE: json.dumps(kind).encode()})

    def make(self, rows: Rows) -> pa.Array:
        rng = rows.seed.generator()
        latitude, longitude = self._within(rows.n, rng) if self.near is None else self._about(rows, rng)
        pair = [pa.array(np.round(one, self.decimals), from_pandas=True) for one in (latitude, longitude)]
        if self.form == "record":
            return pa.StructArray.from_arrays(pair, fields=[self._field(axis) for axis in _AXES])
        return pc.binary_join_element_wise(*(one.cast(pa.string()) for one in pair), ", ")

    def _within(self, n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        south, west, north, east = self._box
        low, high = np.sin(np.radians([max(south, -90), min(north, 90)]))
        return np.degrees(np.arcsin(rng.uniform(low, high, n))), rng.uniform(west, east, n)

    def _about(self, rows: Rows, rng: np.random.Generator) -> tuple[Floats, Floats]:
        if isinstance(self.near, str):
            middle = [rows.of(path).to_numpy(zero_copy_only=False) for path in self.reads()]
        else:
            middle = [np.full(rows.n, float(one)) for one in self.near]
        north, east = rng.standard_normal((2, rows.n)) * (self.km / 2 / _KM_PER_DEGREE)
        latitude = np.clip(middle[0] + north, -90, 90)
        longitude = middle[1] + east / np.maximum(np.cos(np.radians(latitude)), 1e-6)
        return latitude, (longitude + 180) % 360 - 180
