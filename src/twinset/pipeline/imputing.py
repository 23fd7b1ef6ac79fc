"""Filling the missing cells of real rows: the engine learns from these very rows, and draws what is missing given the rest.

Observed cells come out as they went in. What comes out is real data with drawn cells in it: it gets no marks and no manifest
of synthetic data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.request import Request, SeedRows
from twinset.core.schema import Column, Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import Synthesizer
from twinset.errors import DataError, OutputError, PlanError
from twinset.export import dialect_for, exporter, exporter_for
from twinset.pipeline import memory, steps
from twinset.pipeline.engines import engine_of
from twinset.pipeline.settings import Settings
from twinset.pipeline.staging import friendly_disk
from twinset.pipeline.watch import Silent, Watch
from twinset.plan import Stage

DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Imputed:
    """Each draw's rows, how many cells each filled, and how many of which columns stay missing."""

    draws: tuple[Tables, ...]
    n_filled: int
    left: Mapping[str, int]


def impute(engine: Synthesizer, data: Dataset, *, seed: Seed, n_draws: int, watch: Watch = Silent()) -> Imputed:
    """Fill the missing cells of the one table of ``data`` that many times, each draw from a stream of its own."""
    if type(n_draws) is not int or n_draws < 1:
        raise PlanError(f"the number of draws is a whole number of at least 1, not {n_draws!r}")
    if "seed_rows" not in engine.traits.given:
        raise PlanError("this engine can't be given rows to complete; use trees")
    table, rows = data.schema.only, whole(data)
    is_open = np.logical_or.reduce([_missing(column) for column in rows.columns])
    watch.begin("learning")
    sampler, notes = memory.fit(engine, data, data.schema, seed.child("fit"), watch)
    for note in notes:
        watch.say(f"{note.column}: {note.text}" if note.column else note.text)
    gaps = rows.filter(pa.array(is_open))
    place = np.arange(len(is_open))
    place[is_open] = len(is_open) + np.arange(gaps.num_rows)
    draws = []
    for number in range(n_draws):
        watch.begin(f"filling, draw {number + 1} of {n_draws}")
        request = Request({table.name: gaps.num_rows}, seed.child("draw", number), SeedRows(gaps, filled=True))
        made = whole(memory.sample(sampler, request))
        full = pa.concat_tables([rows, made]).unify_dictionaries().take(pa.array(place)).combine_chunks()
        draws.append(Tables(data.schema, {table.name: full}, "train", data.dialect, data.repairs))
    left = {name: draws[0].to_arrow()[name].null_count for name in table.names}
    n_filled = sum(column.null_count for column in rows.columns) - sum(left.values())
    return Imputed(tuple(draws), n_filled, {name: count for name, count in left.items() if count})


def _missing(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.is_null(column).to_numpy(), dtype=np.bool_)


def impute_file(source: str, target: Path, settings: Settings, *, synthesizer: str, seed: int, n_draws: int) -> Imputed:
    """Fill the missing cells of ``source`` into one file; with several draws its column ``draw`` numbers them from 1."""
    _check_free(target, settings)
    format, stage = exporter_for(target), Stage(source=str(source), synthesizer=synthesizer)
    engine = engine_of(stage)
    data = steps.read_source(stage, settings)
    assert data is not None
    schema = data.schema if n_draws == 1 else _numbered(data.schema)
    dialect = dialect_for(target, data.dialect)
    exporter(format).check(schema.only, dialect)
    made = impute(engine, data, seed=Seed(seed).child("impute"), n_draws=n_draws, watch=settings.watch)
    settings.watch.begin("writing")
    with friendly_disk(target), TemporaryDirectory(prefix="twinset-", dir=_made(target.parent)) as scratch:
        parts = [Path(scratch) / f"{number}.part" for number in range(n_draws)]
        for number, (part, draw) in enumerate(zip(parts, made.draws, strict=True), 1):
            rows = draw.to_arrow()
            if n_draws > 1:
                rows = rows.append_column(DRAW, pa.array(np.full(rows.num_rows, number)))
            batches = rows.cast(schema.only.arrow).to_batches(max_chunksize=1 << 17)
            exporter(format).write_part(batches, part, schema.only, dialect)
        exporter(format).assemble(parts, target, schema.only, dialect, {"twinset.imputed": "true"})
    return made


def _numbered(schema: Schema) -> Schema:
    if DRAW in schema.only.names:
        raise DataError(f"the source has a column {DRAW!r} already, which numbers the draws; rename it, or draw once")
    column = Column(DRAW, types.Integer(), pa.int64(), nullable=False)
    return Schema((replace(schema.only, columns=(*schema.only.columns, column)),))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _check_free(target: Path, settings: Settings) -> None:
    if target.is_dir() or (target.exists() and not settings.overwrite):
        raise OutputError(f"{target} is there already; choose another name with -o, or say --overwrite")
