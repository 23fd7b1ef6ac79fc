"""A database's sampler as files: one JSON document, an Arrow file for each table of kept keys and rows, and a folder for
each engine's own sampler. What is read is checked; whatever is not as it was saved is a DataError.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from twinset.core import registry
from twinset.core.schema import Column, Schema, Table
from twinset.core.synthesis import Contextual, Sampler
from twinset.errors import DataError, TwinsetError
from twinset.synthesizers.relational.checked import check, check_copies
from twinset.synthesizers.relational.choices import Choice
from twinset.synthesizers.relational.copies import Copy
from twinset.synthesizers.relational.gaps import Gap
from twinset.synthesizers.relational.grid import Grid
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.lists import Labels
from twinset.synthesizers.relational.partners import Partner
from twinset.synthesizers.relational.shape import Shape, shapes
from twinset.synthesizers.relational.summary import Summary
from twinset.synthesizers.relational.sums import Total

DOCUMENT = "relational.json"
_Share = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[int, Field(ge=0, le=10**12)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Columns(_Strict):
    """Columns with their storage."""

    columns: list[tuple[str, dict[str, Any]]]
    arrow: str

    @classmethod
    def of(cls, columns: tuple[Column, ...]) -> _Columns:
        storage = pa.schema([pa.field(str(place), column.storage) for place, column in enumerate(columns)])
        own = [(column.name, column.to_data()) for column in columns]
        return cls(columns=own, arrow=base64.b64encode(storage.serialize().to_pybytes()).decode())

    def read(self) -> tuple[Column, ...]:
        storage = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(self.arrow, validate=True)))
        pairs = zip(self.columns, storage, strict=True)
        return tuple(Column.from_data(name, data, field.type) for (name, data), field in pairs)


class _Engine(_Strict):
    """An engine's sampler: the table that it draws, and the folder that it lies in."""

    engine: str
    folder: str
    table: _Columns
    context: list[str]
    primary_key: list[str]
    entity: list[str]


class _Summary(_Strict):
    child: str
    same: _Columns
    numbers: list[str]
    labels: list[str]


class _Partner(_Strict):
    number: int
    child: str
    parent: str
    wishes: _Columns
    is_tree: bool


class _Choice(_Strict):
    number: int
    likes: _Columns


class _Grid(_Strict):
    labels: str
    number: str
    storage: str
    first: int
    step: Annotated[int, Field(gt=0)]
    n_steps: Annotated[int, Field(gt=0, le=10**9)]


class _Known(_Strict):
    n_rows: _Count
    stages: Annotated[list[_Engine], Field(max_length=10)]
    choices: list[_Choice]
    combos: list[str]
    drawn: _Columns
    context: _Columns
    summaries: list[_Summary]
    own: _Summary | None
    labels: dict[str, tuple[str, _Count]]
    partners: list[_Partner]
    kept: str | None
    withheld: list[str] = []
    grid: _Grid | None
    ghosts: _Engine | None
    n_ghosts: Annotated[float, Field(ge=0, le=1e9)]
    missing: _Share
    orphans: _Share
    ordinal: str | None
    mirrors: dict[str, str]
    copies: list[tuple[str, int | None, str, str]] = []
    gaps: list[tuple[str, str, int]]
    totals: list[tuple[str, str, str]]
    lost: dict[str, _Share]
    unset: dict[str, _Share] = {}


class _Document(_Strict):
    tables: dict[str, _Known]


def save(known: Mapping[str, Known], folder: Path) -> None:
    """Write what was learned into an empty folder."""
    out = _Out(folder)
    document = _Document(tables={name: out.known(one) for name, one in known.items()})
    (folder / DOCUMENT).write_text(document.model_dump_json(), encoding="utf-8")


@dataclasses.dataclass
class _Out:
    folder: Path
    n_files: int = 0

    def _new(self, kind: str) -> str:
        self.n_files += 1
        return f"{kind}{self.n_files:05d}"

    def known(self, known: Known) -> _Known:
        grid = known.grid
        return _Known(
            n_rows=known.n_rows, stages=[self._engine(one) for one in known.stages],
            choices=[_Choice(number=one.number, likes=_Columns.of(one.likes)) for one in known.choices],
            combos=[self._rows(one) for one in known.combos],
            drawn=_Columns.of(known.drawn),
            context=_Columns.of(known.context), summaries=[_summary(one) for one in known.summaries],
            own=None if known.own is None else _summary(known.own),
            labels={str(number): (self._rows(one.orphans), one.n_others) for number, one in known.labels.items()},
            partners=[
                _Partner(number=one.number, child=one.child, parent=one.parent, wishes=_Columns.of(one.wishes),
                         is_tree=one.is_tree)
                for one in known.partners
            ],
            kept=None if known.kept is None else self._rows(known.kept), withheld=list(known.withheld),
            grid=None if grid is None else _Grid(
                labels=self._rows(grid.labels), number=grid.number, storage=_type_to_text(grid.storage), first=grid.first,
                step=grid.step, n_steps=grid.n_steps,
            ),
            ghosts=None if known.ghosts is None else self._engine(known.ghosts), n_ghosts=known.n_ghosts,
            missing=known.missing, orphans=known.orphans, ordinal=known.ordinal, mirrors=dict(known.mirrors),
            copies=[(one.column, one.tie, one.table, one.source) for one in known.copies],
            gaps=[(one.column, one.after, one.usual) for one in known.gaps],
            totals=[(one.column, one.child, one.summed) for one in known.totals],
            lost={str(number): share for number, share in known.lost.items()},
            unset={str(number): share for number, share in known.unset.items()},
        )  # fmt: skip

    def _engine(self, sampler: Contextual) -> _Engine:
        assert isinstance(sampler, Sampler)
        table, name = sampler.schema.only, self._new("engine")
        (self.folder / name).mkdir()
        sampler.save(self.folder / name)
        return _Engine(
            engine=sampler.engine, folder=name, table=_Columns.of(table.columns), context=list(table.context),
            primary_key=list(table.primary_key), entity=list(table.entity),
        )  # fmt: skip

    def _rows(self, rows: pa.Table) -> str:
        name = self._new("rows") + ".arrow"
        with pa.OSFile(str(self.folder / name), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
            writer.write_table(rows)
        return name


def _summary(summary: Summary) -> _Summary:
    same = _Columns.of(summary.same)
    return _Summary(child=summary.child, same=same, numbers=list(summary.numbers), labels=list(summary.labels))


def _type_to_text(storage: pa.DataType) -> str:
    return base64.b64encode(pa.schema([pa.field("", storage)]).serialize().to_pybytes()).decode()


def load(folder: Path, schema: Schema) -> dict[str, Known]:
    """Read what :func:`save` wrote; DataError for anything else."""
    try:
        text = (folder / DOCUMENT).read_text(encoding="utf-8")
        document = _Document.model_validate(json.loads(text), strict=False)
        shaped = shapes(schema)
        if list(document.tables) != list(shaped):
            raise DataError("the sampler's tables are not those of its schema")
        known = {name: _In(folder).known(one, shaped[name]) for name, one in document.tables.items()}
        for name in known:
            check_copies(name, known)
        return known
    except TwinsetError as error:
        raise error if isinstance(error, DataError) else DataError(f"the sampler is damaged: {error}") from error
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        pa.ArrowException,
        RecursionError,
    ) as error:
        raise DataError(f"the sampler is not as it was saved: {str(error).splitlines()[0]:.200}") from error


@dataclasses.dataclass(frozen=True)
class _In:
    folder: Path

    def known(self, data: _Known, shape: Shape) -> Known:
        labels = {int(number): Labels(self._rows(file), n_others) for number, (file, n_others) in data.labels.items()}
        partners = [Partner(one.number, one.child, one.parent, one.wishes.read(), one.is_tree) for one in data.partners]
        known = Known(
            shape=shape, n_rows=data.n_rows, stages=tuple(self._engine(one) for one in data.stages),
            choices=tuple(Choice(one.number, one.likes.read()) for one in data.choices),
            combos=tuple(self._rows(one) for one in data.combos),
            drawn=data.drawn.read(),
            context=data.context.read(), summaries=tuple(_as_summary(one) for one in data.summaries),
            own=None if data.own is None else _as_summary(data.own), labels=labels, partners=tuple(partners),
            kept=None if data.kept is None else self._rows(data.kept), withheld=tuple(data.withheld),
            grid=None if data.grid is None else self._grid(data.grid),
            ghosts=None if data.ghosts is None else self._engine(data.ghosts), n_ghosts=data.n_ghosts,
            missing=data.missing, orphans=data.orphans, ordinal=data.ordinal, mirrors=data.mirrors,
            copies=tuple(Copy(*one) for one in data.copies),
            gaps=tuple(Gap(*one) for one in data.gaps), totals=tuple(Total(*one) for one in data.totals),
            lost={int(number): share for number, share in data.lost.items()},
            unset={int(number): share for number, share in data.unset.items()},
        )  # fmt: skip
        check(known)
        return known

    def _engine(self, data: _Engine) -> Contextual:
        if data.engine not in registry.names("synthesizers") or "/" in data.folder or data.folder.startswith("."):
            raise DataError(f"the sampler's engine inside is not installed: {data.engine!r:.60}")
        table = Table(
            "rows", data.table.read(), tuple(data.primary_key), entity=tuple(data.entity), context=tuple(data.context)
        )
        sampler = registry.lookup("synthesizers", data.engine).load(self.folder / data.folder, Schema((table,)))
        if not isinstance(sampler, Contextual):
            raise DataError(f"the engine {data.engine!r} can't draw rows given their owner's")
        return sampler

    def _rows(self, name: str) -> pa.Table:
        if "/" in name or name.startswith("."):
            raise DataError(f"the sampler has no file {name!r:.60}")
        with pa.OSFile(str(self.folder / name)) as file:
            rows = pa.ipc.open_file(file).read_all()
        rows.validate(full=True)
        return rows

    def _grid(self, data: _Grid) -> Grid:
        storage = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(data.storage, validate=True))).field(0).type
        if abs(data.first) + data.step * data.n_steps > np.iinfo(np.int64).max:
            raise DataError("the sampler's grid holds more than its column can")
        return Grid(self._rows(data.labels), data.number, storage, data.first, data.step, data.n_steps)


def _as_summary(data: _Summary) -> Summary:
    return Summary(data.child, data.same.read(), tuple(data.numbers), tuple(data.labels))
