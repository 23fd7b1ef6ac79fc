"""Learning a database: for every table an engine's sampler of its rows, given those of its owner."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.keys import MISSING, ORPHAN, Places, numbered, places, plain
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import Contextual, FitContext, Synthesizer
from twinset.errors import PlanError
from twinset.privacy import kinship
from twinset.privacy.values import Numbers, holders
from twinset.synthesizers.relational.grid import Grid, find_grid
from twinset.synthesizers.relational.lists import Labels, shared_orphans
from twinset.synthesizers.relational.shape import Shape, label_of, shapes
from twinset.synthesizers.relational.summary import Summary, find_summary
from twinset.synthesizers.relational.wide import OWNER, below, beside, context_columns, owner_column, told


@dataclass(frozen=True)
class Known:
    """What was learned of one table.

    ``context`` are columns of its owner's wide rows; ``summaries`` what its own rows say of their children; ``ghosts`` draws
    the summaries of owners that are not there. Shares are of the table's rows: whose owner key is missing, whose is an
    orphan's; ``n_ghosts`` is for each row of the owner's table.
    """

    shape: Shape
    n_rows: int
    inner: Contextual
    context: tuple[Column, ...] = ()
    summaries: tuple[Summary, ...] = ()
    labels: Mapping[int, Labels] = field(default_factory=dict)
    kept: pa.Table | None = None
    grid: Grid | None = None
    ghosts: Contextual | None = None
    n_ghosts: float = 0.0
    missing: float = 0.0
    orphans: float = 0.0
    ordinal: str | None = None
    lost: Mapping[int, float] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        return self.shape.table

    @property
    def label_columns(self) -> tuple[Column, ...]:
        return tuple(_label_column(number) for number, _ in self.shape.of("list"))

    @property
    def wide(self) -> tuple[Column, ...]:
        """The columns of wide rows that children may be told of, in no fixed order."""
        summaries = [column for one in self.summaries for column in one.columns]
        return (*self.context, *self.shape.drawn, *self.label_columns, *summaries)


def _label_column(number: int) -> Column:
    return Column(label_of(number), types.Categorical(), pa.string())


def learn(data: Dataset, engine: Synthesizer, k: int, seed: Seed, ctx: FitContext) -> dict[str, Known]:
    """What there is to learn of every table of a settled schema."""
    return _Learning(data, engine, k, seed, ctx).run()


class _Learning:
    """One fit: real rows by table, and what was found of them so far."""

    def __init__(self, data: Dataset, engine: Synthesizer, k: int, seed: Seed, ctx: FitContext) -> None:
        self.schema, self.engine, self.k, self.seed, self.ctx = data.schema, engine, k, seed, ctx
        self.shapes = shapes(data.schema)
        self.rows = {table.name: whole(data, table.name).unify_dictionaries() for table in data.schema}
        self.roots = kinship.roots(data)
        self.places: dict[tuple[str, int], Places] = {}
        for name, shape in self.shapes.items():
            for number, tie in enumerate(shape.ties):
                self.places[name, number] = places(self.rows[name], tie.key, self.rows[tie.key.table])
        self.kept = self._kept()
        self.labels = {name: self._labels(name) for name in self.shapes}
        self.ghost_keys: dict[str, int] = {}
        self.owners: dict[str, Places] = {name: self._owners(name) for name in self.shapes}
        self.columns: dict[str, pa.Table] = {name: self._columns(name) for name in self.shapes}
        self.summaries: dict[str, list[tuple[Summary, pa.Table]]] = {name: [] for name in self.shapes}

    def run(self) -> dict[str, Known]:
        for name in reversed(list(self.shapes)):  # the summaries of children first: they are part of their owner's
            self._sum_up(name)
        known: dict[str, Known] = {}
        wides: dict[str, pa.Table] = {}
        for place, name in enumerate(self.shapes):
            self.ctx.progress(place / len(self.shapes), f"learning {name}")
            known[name], wides[name] = self._learn(name, known, wides)
        return known

    # -- keys ------------------------------------------------------------------------------------------------------

    def _kept(self) -> dict[str, Numbers]:
        """For each list the number of every row among those that stay, -1 for those that don't."""
        lists = [name for name, shape in self.shapes.items() if shape.table.is_reference]
        holding: dict[str, set[int]] = {name: set() for name in lists}
        counts = {name: np.zeros(self.rows[name].num_rows, dtype=np.int64) for name in lists}
        del holding
        for name, shape in self.shapes.items():
            if shape.table.is_reference:
                continue
            for number, tie in shape.of("list"):
                spots = self.places[name, number]
                there = spots >= 0
                held = holders(spots[there], self.rows[tie.key.table].num_rows, self.roots[name][there])
                counts[tie.key.table] = np.maximum(counts[tie.key.table], held)
        stays = {name: counts[name] >= self.k for name in lists}
        for name in reversed(lists):  # what a row that stays points to stays with it
            for number, tie in self.shapes[name].of("list"):
                spots = self.places[name, number][stays[name]]
                stays[tie.key.table][spots[spots >= 0]] = True
        return {name: np.where(own, np.cumsum(own) - 1, -1) for name, own in stays.items()}

    def _labels(self, name: str) -> dict[int, Labels]:
        found = {}
        for number, tie in self.shapes[name].of("list"):
            keys = self.rows[name].select(list(tie.key.columns))
            found[number] = Labels(shared_orphans(self.places[name, number], keys, self.roots[name], self.k))
        return found

    def _owners(self, name: str) -> Places:
        """The place of each row's owner; orphans of one key share a place after the last; -1 where the key is missing."""
        shape = self.shapes[name]
        if (tie := shape.owner) is None:
            return np.zeros(0, dtype=np.int64)
        spots = self.places[name, shape.ties.index(tie)].copy()
        lost = np.flatnonzero(spots == ORPHAN)
        keys = [plain(self.rows[name].column(one)).take(pa.array(lost)) for one in tie.key.columns]
        _, ghost = np.unique(numbered(keys), return_inverse=True)
        spots[lost] = self.rows[tie.key.table].num_rows + ghost
        self.ghost_keys[name] = int(ghost.max(initial=-1)) + 1
        return spots

    # -- columns ---------------------------------------------------------------------------------------------------

    def _columns(self, name: str) -> pa.Table:
        """The real rows as an engine sees them, labels of lists included; summaries and context apart."""
        shape = self.shapes[name]
        arrays: dict[str, pa.Array] = {one.name: self.rows[name].column(one.name) for one in shape.drawn}
        for number, tie in shape.of("list"):
            keys = self.rows[name].select(list(tie.key.columns))
            labels = self.labels[name][number]
            arrays[label_of(number)] = labels.of(self.places[name, number], self.kept[tie.key.table], keys)
        return pa.table(arrays) if arrays else self.rows[name].select([])

    def _sum_up(self, name: str) -> None:
        shape = self.shapes[name]
        if (tie := shape.owner) is None:
            return
        columns = [*shape.drawn, *(_label_column(number) for number, _ in shape.of("list"))]
        rows = self.columns[name]
        for summary, own in self.summaries[name]:
            columns += summary.columns
            rows = beside(rows, own.slice(0, self.rows[name].num_rows))
        summary = find_summary(name, tuple(columns), rows, self.owners[name])
        n_owners = self.rows[tie.key.table].num_rows + self.ghost_keys[name]
        self.summaries[tie.key.table].append((summary, summary.of(rows, self.owners[name], n_owners)))

    # -- engines ---------------------------------------------------------------------------------------------------

    def _learn(self, name: str, known: Mapping[str, Known], wides: Mapping[str, pa.Table]) -> tuple[Known, pa.Table]:
        shape, n_rows = self.shapes[name], self.rows[name].num_rows
        summaries = tuple(summary for summary, _ in self.summaries[name])
        wide = self.columns[name]
        for _, own in self.summaries[name]:
            wide = beside(wide, own.slice(0, n_rows))
        context: tuple[Column, ...] = ()
        own_seed = self.seed.child("table", name)
        more: dict[str, object] = {}
        if (tie := shape.owner) is not None:
            parent = known[tie.key.table]
            context = context_columns(tie.key.table, parent.wide, name)
            above = wides[tie.key.table]
            ghosts = next(rows for summary, rows in self.summaries[tie.key.table] if summary.child == name)
            n_parents = self.rows[tie.key.table].num_rows
            if n_ghosts := self.ghost_keys[name]:
                above = below(above, ghosts.slice(n_parents))
                more["ghosts"] = self._fit_ghosts(ghosts.slice(n_parents), name, own_seed)
                more["n_ghosts"] = n_ghosts / max(n_parents, 1)
            spots = self.owners[name]
            more["missing"] = float((spots == MISSING).mean()) if n_rows else 0.0
            more["orphans"] = float((spots >= n_parents).mean()) if n_rows else 0.0
            wide = beside(told(tie.key.table, above, context, spots, name), wide)
        more["lost"] = {
            number: float((self.places[name, number] == ORPHAN).mean()) if n_rows else 0.0 for number, _ in shape.of("value")
        }
        grid = self._grid(name, wide)
        draft = Known(shape, n_rows, None, context, summaries, self.labels[name], **more)  # type: ignore[arg-type]
        kept = None
        if name in self.kept:
            kept = self.rows[name].filter(pa.array(self.kept[name] >= 0))
        inner = self._fit(draft, wide, grid, own_seed)
        return dataclasses.replace(draft, inner=inner, kept=kept, grid=grid), wide

    def _grid(self, name: str, wide: pa.Table) -> Grid | None:
        references = [
            tie.key.references for shape in self.shapes.values() for _, tie in shape.of("value") if tie.key.table == name
        ]
        if not references:
            return None
        return find_grid(self.shapes[name], references[0], wide, self.k)

    def _fit(self, known: Known, wide: pa.Table, grid: Grid | None, seed: Seed) -> Contextual:
        first = [owner_column(), *known.context]
        rest = [column for column in known.wide if column not in known.context]
        if grid is not None:
            first += [column for column in rest if column.name in grid.columns]
            rest = [column for column in rest if column.name not in grid.columns]
        roots = self.roots[known.table.name]
        rows = beside(pa.table({OWNER: pa.array(roots)}), wide.select([column.name for column in (*first[1:], *rest)]))
        is_own = known.shape.owner is None and not known.table.entity
        drawn = {column.name for column in rest}
        key = known.table.primary_key if set(known.table.primary_key) <= drawn and len(known.table.primary_key) == 1 else ()
        table = Table(
            known.table.name, (*first, *rest), primary_key=key, entity=() if is_own else (OWNER,),
            context=tuple(column.name for column in first),
        )  # fmt: skip
        return self._sampler(table, rows, seed)

    def _fit_ghosts(self, rows: pa.Table, child: str, seed: Seed) -> Contextual:
        summary = next(one for own in self.summaries.values() for one, _ in own if one.child == child)
        table = Table(child, (owner_column(), *summary.columns), context=(OWNER,))
        return self._sampler(
            table, beside(pa.table({OWNER: pa.array(np.arange(rows.num_rows))}), rows), seed.child("ghosts")
        )

    def _sampler(self, table: Table, rows: pa.Table, seed: Seed) -> Contextual:
        schema = Schema((table,))
        rows = rows.cast(table.arrow)
        sampler = self.engine.fit(Tables(schema, {table.name: rows}), schema=schema, seed=seed, ctx=self.ctx)
        if not isinstance(sampler, Contextual):
            raise PlanError(f"the engine {sampler.engine!r} can't draw rows given their owner's: use another inside")
        return sampler
