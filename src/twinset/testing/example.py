"""A small table with a column of every type, and the awkward ones: all missing, constant, some missing, all different."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.media import MEDIA_STORAGE
from twinset.core.schema import Column, Range, Schema, Table, Values
from twinset.core.seed import Seed

N_ROWS = 240
SHARE_MISSING = 0.3
_LEVELS = ("low", "middle", "high")


def example() -> Tables:
    """The table ``example`` of 240 rows; the same each time."""
    columns = [_column(*given) for given in [*_numbers(), *_labels(), *_moments(), *_references(), *_shaped(), *_awkward()]]
    schema = Schema((Table("example", tuple(column for column, _ in columns), primary_key=("key",)),))
    return Tables(schema, {"example": pa.table([array for _, array in columns], schema=schema.only.arrow)})


_Given = tuple[str, types.Type, pa.DataType, list[object]]


def _column(name: str, kind: types.Type, storage: pa.DataType, values: list[object]) -> tuple[Column, pa.Array]:
    domain = Values(_LEVELS) if isinstance(kind, types.Ordinal) else Range(-90, 90) if isinstance(kind, types.Geo) else None
    return Column(name, kind, storage, domain, "declared" if domain else "data"), pa.array(values, storage)


def _draw(name: str) -> np.random.Generator:
    return Seed(0).child("example", name).generator()


def _picked(name: str, values: list[object]) -> list[object]:
    return [values[place] for place in _draw(name).integers(len(values), size=N_ROWS)]


def _numbers() -> list[_Given]:
    return [
        ("key", types.Identifier("sequence"), pa.int64(), list(range(1, N_ROWS + 1))),
        ("count", types.Integer(), pa.int32(), _draw("count").poisson(9.0, N_ROWS).tolist()),
        ("price", types.Real(2), pa.float64(), _draw("price").gamma(2.0, 40.0, N_ROWS).round(2).tolist()),
        ("latitude", types.Geo("latitude"), pa.float64(), _draw("latitude").uniform(45.0, 48.0, N_ROWS).tolist()),
    ]


def _labels() -> list[_Given]:
    return [
        ("colour", types.Categorical(), pa.string(), _picked("colour", ["red", "green", "blue", "Zürich 日本"])),
        ("level", types.Ordinal(), pa.string(), _picked("level", [*_LEVELS])),
        ("is_paid", types.Boolean(), pa.bool_(), _picked("is_paid", [True, False, False])),
    ]


def _moments() -> list[_Given]:
    days = _draw("moments").integers(0, 3000, N_ROWS).tolist()
    starts = [datetime(2015, 1, 1) + timedelta(days=day, minutes=day * 7) for day in days]
    return [
        ("day", types.Date(), pa.date32(), [date(2015, 1, 1) + timedelta(days=day) for day in days]),
        ("start", types.DateTime(), pa.timestamp("us"), list(starts)),
        ("seen", types.DateTime("UTC", "ms"), pa.timestamp("ms", "UTC"), list(starts)),
        ("hour", types.Time(), pa.time64("us"), [time(day % 24, day % 60) for day in days]),
        ("length", types.Duration(), pa.duration("us"), [timedelta(minutes=day) for day in days]),
    ]


def _references() -> list[_Given]:
    ids = [str(UUID(int=int(number))) for number in _draw("ids").integers(2**62, size=N_ROWS)]
    return [
        ("uuid", types.Identifier("uuid"), pa.string(), list(ids)),
        ("note", types.Text(), pa.string(), [f"note {one[-12:]}, “as said”" for one in ids]),
        ("email", types.Personal("email"), pa.string(), [f"{one[-12:]}@example.org" for one in ids]),
        ("place", types.Geo("point"), pa.string(), [f"{46 + place / 1000:.3f}, 7.5" for place in range(N_ROWS)]),
    ]


def _shaped() -> list[_Given]:
    shape = pa.struct({"tags": pa.list_(pa.string()), "size": pa.int64()})
    image = {"uri": f"media/00/{'0' * 64}.png", "sha256": "0" * 64, "media_type": "image/png"}
    return [
        ("document", types.Json(), pa.string(), ['{"a": [1, 2]}', "null"] * (N_ROWS // 2)),
        ("nested", types.Nested(), shape, [{"tags": ["x", "y"], "size": 1}, {"tags": [], "size": None}] * (N_ROWS // 2)),
        ("image", types.Media(), MEDIA_STORAGE, [image] * N_ROWS),
    ]


def _awkward() -> list[_Given]:
    is_missing = _draw("missing").random(N_ROWS) < SHARE_MISSING
    some = [None if missing else float(place % 50) for place, missing in enumerate(is_missing)]
    labels = [None if missing else "ab"[place % 2] for place, missing in enumerate(is_missing)]
    return [
        ("some_missing", types.Real(), pa.float64(), list(some)),
        ("some_labels", types.Categorical(), pa.string(), list(labels)),
        ("all_missing", types.Categorical(), pa.string(), [None] * N_ROWS),
        ("all_missing_real", types.Real(), pa.float64(), [None] * N_ROWS),
        ("empty", types.Empty(), pa.null(), [None] * N_ROWS),
        ("constant", types.Categorical(), pa.string(), ["same"] * N_ROWS),
        ("constant_real", types.Real(), pa.float64(), [7.0] * N_ROWS),
    ]
