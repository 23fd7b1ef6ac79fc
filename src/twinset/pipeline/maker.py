"""Tables of a plan of rules in memory, again and again: for tests, where a run with its folder and evidence is too much."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.dataset import Batch
from twinset.core.registry import nearest
from twinset.core.request import Request
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import Sampler, Sizing
from twinset.errors import PlanError
from twinset.pipeline.engines import engine_of
from twinset.pipeline.lookups import with_files
from twinset.pipeline.printing import Alone
from twinset.plan import Plan, from_data, load
from twinset.synthesizers.rules.dirt.labels import SUFFIX

MOST_ROWS = 10_000_000
"""Of all tables together."""


class Maker:
    """A plan that is read and checked once; what it makes is what a run of it makes."""

    def __init__(self, plan: str | Path | Mapping[str, Any] | Plan) -> None:
        if isinstance(plan, Plan):
            known, base = plan, Path()
        elif isinstance(plan, Mapping):
            known, base = from_data(dict(plan)), Path()
        else:
            known, base = load(Path(plan)), Path(plan).parent
        if len(known.stages) != 1 or not next(iter(known.stages.values())).tables:
            raise PlanError("tables in memory come of plans of one stage of tables by rules")
        self.plan = with_files(known, base)
        ((self.name, self.stage),) = self.plan.stages.items()

    @cached_property
    def sampler(self) -> Sampler:
        seed = Seed(self.plan.seed).child("fit", self.name)
        return engine_of(self.stage).fit(None, schema=Schema(()), seed=seed, ctx=Alone())

    @property
    def stated(self) -> dict[str, int]:
        """The tables that say how many rows they have."""
        return {name: spec.rows for name, spec in self.stage.tables.items() if spec.rows is not None}

    def request(self, rows: Mapping[str, int], seed: int | None) -> Request:
        """What is asked for, with the rows of every table; PlanError for unknown tables and too many rows."""
        for table in rows:
            self.check(table)
        _check_room(sum(n for n in rows.values() if isinstance(n, int)))  # others are refused below, by name
        own = Seed(self.plan.seed if seed is None else seed).child("sample", self.name)
        sampler = self.sampler
        assert isinstance(sampler, Sizing)
        request = sampler.sized(Request(dict(rows), own, part_rows=self.plan.part_rows))
        _check_room(sum(request.size.values()))
        return request

    def check(self, table: str) -> None:
        """PlanError, naming the nearest one, for a table that is not made."""
        known = [one.name for one in self.sampler.schema]
        if table not in known:
            raise PlanError(f"the plan makes no table {table!r}{nearest(table, known)}; it makes: {', '.join(known)}")

    def tables(
        self, rows: Mapping[str, int], seed: int | None = None, only: Collection[str] | None = None
    ) -> dict[str, pa.Table]:
        """The rows of all tables, or of some."""
        request, ctx = self.request(rows, seed), Alone()
        wanted = {one.name: one.arrow for one in self.sampler.schema if only is None or one.name in only}
        batches: dict[str, list[pa.RecordBatch]] = {name: [] for name in wanted}
        for part in self.sampler.parts(request):
            if part.table in wanted or f"{part.table}{SUFFIX}" in wanted:  # labels lie beside their rows
                for one in self.sampler.make(part, request, ctx):
                    if isinstance(one, Batch) and one.table in wanted:
                        batches[one.table].append(one.rows)
        return {name: pa.Table.from_batches(batches[name], schema) for name, schema in wanted.items()}


def _check_room(n_rows: int) -> None:
    if n_rows > MOST_ROWS:
        raise PlanError(
            f"{n_rows:,} rows are too many to be held in memory (at most {MOST_ROWS:,}); say fewer, or run the plan"
        )
