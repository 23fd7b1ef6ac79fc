"""The contract checks have teeth: an engine that keeps the contract passes all, a broken one fails the right check."""

from __future__ import annotations

import json
import pickle
import random
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pytest

from twinset.core.dataset import Batch, Dataset, whole
from twinset.core.request import Fixed, KeyRange, Made, Part, Request, even_parts
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, MakeContext, Traits
from twinset.errors import DataError, PlanError
from twinset.testing import BrokenContractError, check_synthesizer


@dataclass(frozen=True)
class Draws:
    """A sampler that draws each cell from those of its column, and honours fixed values."""

    schema: Schema
    rows: pa.Table
    engine: ClassVar[str] = "draws"

    def parts(self, request: Request) -> Iterator[Part]:
        known = {self.schema.only.name}
        if not set(request.size) <= known:
            raise PlanError(f"there is one table here: {known}")
        self.check(request)
        yield from even_parts(self.schema.only.name, sum(request.size.values()), request.part_rows)

    def check(self, request: Request) -> None:
        if request.given is not None and not isinstance(request.given, Fixed):
            raise PlanError("fixed values are all that can be given")
        for name in request.given.values if request.given else ():
            self.schema.only[name]

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        yield Batch(part.table, pa.record_batch(self.columns(part, request), schema=self.schema.only.arrow))

    def columns(self, part: Part, request: Request) -> list[pa.Array]:
        fixed = request.given.values if isinstance(request.given, Fixed) else {}
        draw = self.generator(part, request)
        drawn = self.rows.take(pa.array(draw.integers(self.rows.num_rows, size=part.size))).combine_chunks()
        return [
            pa.array([fixed[name]] * part.size, drawn[name].type) if name in fixed else drawn[name].chunk(0)
            for name in drawn.column_names
        ]

    def generator(self, part: Part, request: Request) -> np.random.Generator:
        return request.seed.child(part.id).generator()

    def save(self, folder: Path) -> None:
        with pa.ipc.new_file(str(folder / "rows.arrow"), self.rows.schema) as writer:
            writer.write_table(self.rows)


@dataclass(frozen=True)
class Engine:
    """Learns by heart."""

    sampler: ClassVar[type[Draws]] = Draws
    traits: ClassVar[Any] = Traits(frozenset({"fixed"}))

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        return Forecast(1e-6 * sum(n_rows.values()), 1000)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Draws:
        if data is None:
            raise PlanError("this learns from data; give some")
        return self.sampler(schema, whole(data).combine_chunks())

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Draws:
        try:
            rows = pa.ipc.open_file((folder / "rows.arrow").read_bytes()).read_all()
            rows.validate(full=True)
        except (OSError, pa.ArrowException) as error:
            raise DataError(f"rows.arrow is missing or damaged: {error}") from error
        if rows.schema != schema.only.arrow:
            raise DataError("rows.arrow has other columns than the schema")
        return cls.sampler(schema, rows)


def failures(engine: Any) -> set[str]:
    failed = set()
    for check in check_synthesizer(engine):
        try:
            check.run()
        except BrokenContractError:
            failed.add(check.name)
    return failed


def with_sampler(**methods: Any) -> Any:
    sampler = type("Changed", (Draws,), methods)
    return type("ChangedEngine", (Engine,), {"sampler": sampler})()


def with_engine(**members: Any) -> Any:
    return type("ChangedEngine", (Engine,), members)()


def test_a_good_engine_passes() -> None:
    assert failures(Engine()) == set()


class Count:
    """State that has no place in a sampler."""

    made = 0


def stateful(self: Draws, part: Part, request: Request) -> np.random.Generator:
    Count.made += 1
    return request.seed.child(Count.made).generator()


def same_stream(self: Draws, part: Part, request: Request) -> np.random.Generator:
    return Seed(0).child(part.id).generator()


def global_stream(self: Draws, part: Part, request: Request) -> Any:
    random.random()
    return request.seed.child(part.id).generator()


def reads_global(self: Draws, part: Part, request: Request) -> Any:
    return Seed(int(np.random.get_state()[1][0])).child(part.id).generator()  # noqa: NPY002


def one_too_many(self: Draws, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
    yield from Draws.make(self, replace(part, size=part.size + 1), request, ctx)


def wrong_storage(self: Draws, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
    for batch in Draws.make(self, part, request, ctx):
        rows = batch.rows.set_column(0, "key", batch.rows["key"].cast(pa.float64()))
        yield Batch(part.table, rows)


def no_missing(self: Draws, part: Part, request: Request) -> list[pa.Array]:
    arrays = Draws.columns(self, part, request)
    return [
        array.fill_null(1.0) if array.type == pa.float64() and array.null_count < part.size else array for array in arrays
    ]


def twice_the_id(self: Draws, request: Request) -> Iterator[Part]:
    for part in Draws.parts(self, request):
        yield replace(part, id="part")


def one_large_part(self: Draws, request: Request) -> Iterator[Part]:
    yield from Draws.parts(self, replace(request, part_rows=10**6))


def leaves_a_gap(self: Draws, request: Request) -> Iterator[Part]:
    for part in Draws.parts(self, request):
        yield replace(part, keys=KeyRange(part.keys.start + 1, part.keys.stop + 1))


def needs_the_next(self: Draws, request: Request) -> Iterator[Part]:
    parts = list(Draws.parts(self, request))
    for part, following in zip(parts, [*parts[1:], parts[0]] if parts else [], strict=True):
        yield replace(part, needs=(following.id,) if part.keys.start == 0 and len(parts) > 1 else ())


def takes_any_table(self: Draws, request: Request) -> Iterator[Part]:
    self.check(request)
    yield from even_parts(self.schema.only.name, sum(request.size.values()), request.part_rows)


def ignores_given(self: Draws, request: Request) -> None:
    return None


def forgets_fixed(self: Draws, part: Part, request: Request) -> list[pa.Array]:
    return Draws.columns(self, part, replace(request, given=None))


def writes_a_file(self: Draws, part: Part, request: Request) -> list[pa.Array]:
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
    return Draws.columns(self, part, request)


def saves_the_time(self: Draws, folder: Path) -> None:
    Draws.save(self, folder)
    Count.made += 1
    (folder / "more.json").write_text(json.dumps(Count.made))


def saves_a_pickle(self: Draws, folder: Path) -> None:
    Draws.save(self, folder)
    (folder / "rows.pkl").write_bytes(pickle.dumps(1))


def saves_objects(self: Draws, folder: Path) -> None:
    Draws.save(self, folder)
    np.savez(folder / "more.npz", names=np.array(["a", None], dtype=object))


def saves_too_little(self: Draws, folder: Path) -> None:
    Draws.save(replace(self, rows=self.rows.slice(1)), folder)


SAMPLERS = {
    "parts_are_pure": {"generator": stateful},
    "seeds_decide": {"generator": same_stream},
    "global_random_state_is_left_alone": {"generator": reads_global},
    "rows_match_schema_and_counts": {"make": one_too_many},
    "missing_values_survive": {"columns": no_missing},
    "parts_have_unique_ids": {"parts": twice_the_id},
    "parts_cover_the_request": {"parts": leaves_a_gap},
    "needs_come_earlier": {"parts": needs_the_next},
    "unknown_tables_are_refused": {"parts": takes_any_table},
    "unsupported_given_is_refused": {"check": ignores_given},
    "given_columns_are_known": {"check": ignores_given},
    "fixed_values_stand_in_every_row": {"columns": forgets_fixed},
    "no_files_are_written": {"columns": writes_a_file},
    "saved_files_are_plain": {"save": saves_a_pickle},
    "loading_gives_the_same_rows": {"save": saves_too_little},
}


@pytest.mark.parametrize(("check", "methods"), SAMPLERS.items(), ids=SAMPLERS)
def test_a_broken_sampler_fails(check: str, methods: dict[str, Any]) -> None:
    assert check in failures(with_sampler(**methods))


@pytest.mark.parametrize(
    ("check", "methods"),
    [
        ("global_random_state_is_left_alone", {"generator": global_stream}),
        ("rows_match_schema_and_counts", {"make": wrong_storage}),
        ("parts_cover_the_request", {"parts": one_large_part}),
        ("saved_files_are_plain", {"save": saves_the_time}),
        ("saved_files_are_plain", {"save": saves_objects}),
    ],
)
def test_other_ways_to_break(check: str, methods: dict[str, Any]) -> None:
    assert check in failures(with_sampler(**methods))


def fit_by_chance(self: Engine, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Draws:
    Count.made += 1
    return Engine.fit(self, data, schema=schema, seed=seed, ctx=ctx).__class__(schema, whole(data).slice(Count.made))


def fit_first_batch(self: Engine, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Draws:
    if data is None:
        raise PlanError("give data")
    return Draws(schema, pa.Table.from_batches([data.scan("example").read_next_batch()]))


def fit_scribbling(self: Engine, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Draws:
    sampler = Engine.fit(self, data, schema=schema, seed=seed, ctx=ctx)
    values = whole(data).column("count").chunk(0).buffers()[1]  # type: ignore[arg-type]
    np.frombuffer(values, np.int32).view()
    address = np.ctypeslib.as_array((__import__("ctypes").c_int32 * 1).from_address(values.address))
    address[0] += 1
    return sampler


def fit_other_columns(self: Engine, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Draws:
    fewer = Schema((schema.only.with_columns(schema.only.columns[:-1]),))
    return Draws(fewer, Engine.fit(self, data, schema=schema, seed=seed, ctx=ctx).rows.select(fewer.only.names))


def load_without_care(folder: Path, schema: Schema) -> Draws:
    return Draws(schema, pa.ipc.open_file(str(folder / "rows.arrow")).read_all())


ENGINES = {
    "is_a_synthesizer": {"forecast": None, "__dataclass_params__": None},
    "traits_are_typed": {"traits": Traits(frozenset({"columns"}))},  # type: ignore[arg-type]
    "forecast_is_finite": {"forecast": lambda self, schema, n_rows: Forecast(float("nan"), 1)},
    "fit_is_deterministic": {"fit": fit_by_chance},
    "fit_needs_the_protocol_alone": {"fit": fit_first_batch},
    "fit_leaves_the_data_alone": {"fit": fit_scribbling},
    "learned_schema_is_the_datas": {"fit": fit_other_columns},
    "damaged_files_are_refused": {"load": staticmethod(load_without_care)},
    "flipped_bytes_are_survived": {"load": staticmethod(load_without_care)},
}


@pytest.mark.parametrize(("check", "members"), ENGINES.items(), ids=ENGINES)
def test_a_broken_engine_fails(check: str, members: dict[str, Any]) -> None:
    assert check in failures(with_engine(**members))
