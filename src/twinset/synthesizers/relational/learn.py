"""Learning a database: for every table an engine's sampler of its rows, given those of its owner."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.keys import ORPHAN
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import Contextual, FitContext, Synthesizer
from twinset.errors import InternalError
from twinset.synthesizers.relational.copies import find_copies
from twinset.synthesizers.relational.grid import Grid, find_grid
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.real import Real
from twinset.synthesizers.relational.seen import Seen
from twinset.synthesizers.relational.summary import Summary, find_summary
from twinset.synthesizers.relational.sums import Total, find_totals
from twinset.synthesizers.relational.wide import (
    GHOST,
    OWNER,
    below,
    beside,
    context_columns,
    ghost_column,
    owner_column,
    told,
)
from twinset.synthesizers.relational.withheld import SAID


def learn(real: Real, engine: Synthesizer, seed: Seed, ctx: FitContext) -> dict[str, Known]:
    """What there is to learn of every table."""
    return _Learning(real, engine, seed, ctx).run()


class _Learning:
    """One fit: what engines see of each table, and what owners know of their rows."""

    def __init__(self, real: Real, engine: Synthesizer, seed: Seed, ctx: FitContext) -> None:
        self.real, self.engine, self.seed, self.ctx = real, engine, seed, ctx
        self.seen = Seen(real, seed)
        self.summaries: dict[str, list[tuple[Summary, pa.Table]]] = {name: [] for name in real.shapes}

    def run(self) -> dict[str, Known]:
        for name in reversed(list(self.real.shapes)):  # the summaries of children first: they are part of their owner's
            self._sum_up(name)
        known: dict[str, Known] = {}
        wides: dict[str, pa.Table] = {}
        for place, name in enumerate(self.real.shapes):
            self.ctx.progress(place / len(self.real.shapes), f"learning {name}")
            known[name], wides[name] = self._learn(name, known, wides)
            self._forget(list(self.real.shapes)[place + 1 :], wides)
        return known

    def _forget(self, rest: list[str], wides: dict[str, pa.Table]) -> None:
        """Let go of what none of the tables that are still to be learned is told."""
        owners = {tie.key.table for name in rest if (tie := self.real.shapes[name].owner) is not None}
        for name in [name for name in wides if name not in owners]:
            del wides[name]
            self.summaries[name] = [(summary, rows.slice(0, 0)) for summary, rows in self.summaries[name]]

    def _sum_up(self, name: str) -> None:
        shape = self.real.shapes[name]
        if (tie := shape.owner) is None:
            return
        columns, rows = self.seen.columns(name), self.seen.rows[name]
        for summary, own in self.summaries[name]:
            columns += summary.columns
            rows = beside(rows, own.slice(0, rows.num_rows))
        fixed = {
            *shape.table.primary_key,
            *(column.name for partner in self.seen.partners[name] for column in partner.columns),
        }
        fixed |= {gap.column for gap in self.seen.gaps[name]}
        fixed |= {column.name for summary, _ in self.summaries[name] for column in summary.columns}
        owners = self.real.owners[name]
        summary = find_summary(name, columns, rows, owners, fixed=frozenset(fixed))
        n_owners = self.real.rows[tie.key.table].num_rows + self.real.n_ghosts(name)
        self.summaries[tie.key.table].append((summary, summary.of(rows, owners, n_owners)))

    # -- engines ---------------------------------------------------------------------------------------------------

    def _learn(self, name: str, known: Mapping[str, Known], wides: Mapping[str, pa.Table]) -> tuple[Known, pa.Table]:
        shape, rows = self.real.shapes[name], self.real.rows[name]
        n_rows, wide = rows.num_rows, self.seen.rows[name]
        for _, own in self.summaries[name]:
            wide = beside(wide, own.slice(0, n_rows))
        more: dict[str, Any] = {}
        seed = self.seed.child("table", name)
        if (tie := shape.owner) is not None:
            more, context = self._owned(name, known[tie.key.table], wides[tie.key.table], seed)
            wide = beside(context, wide)
        own_summary: Summary | None = more.get("own")
        same = {column.name for column in own_summary.same} if own_summary else set()
        summaries = tuple(summary for summary, _ in self.summaries[name])
        drawn = [column for column in self.seen.columns(name) if column.name not in same]
        drawn += [column for summary in summaries for column in summary.columns]
        draft = Known(
            shape, n_rows, (), tuple(drawn), summaries=summaries, choices=self.seen.choices[name],
            combos=tuple(one for one in self.seen.combos[name] if not same & set(one.column_names)),
            labels=self.real.labels[name], partners=self.seen.partners[name], ordinal=self.real.ordinals[name],
            gaps=self.seen.gaps[name], mirrors=self.real.mirrors[name], copies=tuple(find_copies(self.real, name)),
            kept=self.real.kept_rows(name), withheld=self.real.withheld(name), grid=self._grid(name, wide),
            totals=tuple(self._totals(name)), lost=self._lost(name), unset=self.real.unset(name), **more,
        )  # fmt: skip
        self._tell(draft)
        stages = tuple(self._fit(draft, wide, seed)) if n_rows else ()
        return dataclasses.replace(draft, stages=stages), wide

    def _tell(self, known: Known) -> None:
        """What of people and texts is not drawn, beside what the engine notes of its own columns."""
        name, above = known.table.name, known.shape.owner
        for column, source in known.mirrors.items():
            assert above is not None
            if isinstance(known.table[column].type, types.Personal | types.Text | types.Json):
                self.ctx.note(f"says again what {above.key.table}.{source} says", f"{name}.{column}", known.n_rows)
        for column in known.withheld:
            self.ctx.note(SAID, f"{name}.{column}", 0 if known.kept is None else known.kept.num_rows)

    def _owned(self, name: str, parent: Known, above: pa.Table, seed: Seed) -> tuple[dict[str, Any], pa.Table]:
        """What is learned of a table's owner keys, and what its rows are told."""
        summary, rows = next(one for one in self.summaries[parent.table.name] if one[0].child == name)
        n_parents = self.real.rows[parent.table.name].num_rows
        spots, n_rows = self.real.owners[name], max(self.real.rows[name].num_rows, 1)
        context = context_columns(parent.table.name, parent.wide, name)
        more: dict[str, Any] = {"own": summary, "context": context}
        if n_ghosts := self.real.n_ghosts(name):
            above = below(above, rows.slice(n_parents))
            n_orphans = n_ghosts - self.real.n_missing(name)
            kinds = pa.array(np.where(np.arange(n_ghosts) < n_orphans, "orphan", "none"))
            more["ghosts"] = self._fit_ghosts(summary, rows.slice(n_parents), kinds, seed)
            more |= {
                "n_ghosts": n_orphans / max(n_parents, 1),
                "missing": self.real.n_missing(name) / n_rows,
                "orphans": float((spots >= n_parents).sum() - self.real.n_missing(name)) / n_rows,
            }
        return more, told(parent.table.name, above, context, spots, name)

    def _lost(self, name: str) -> dict[int, float]:
        shape = self.real.shapes[name]
        return {
            number: float((self.real.places[name, number] == ORPHAN).mean()) if self.real.rows[name].num_rows else 0.0
            for number, _ in shape.of("value")
        }

    def _totals(self, name: str) -> Iterator[Total]:
        for child, shape in self.real.shapes.items():
            if shape.owner is not None and shape.owner.key.table == name:
                yield from find_totals(self.real.shapes[name].drawn, child, shape.drawn, self.real.rows[name],
                                       self.real.rows[child], self.real.owners[child])  # fmt: skip

    def _grid(self, name: str, wide: pa.Table) -> Grid | None:
        shape = self.real.shapes[name]
        return find_grid(shape, shape.table.primary_key, wide, self.real.k) if len(shape.table.primary_key) > 1 else None

    def _fit(self, known: Known, wide: pa.Table, seed: Seed) -> Iterator[Contextual]:
        """The stages: what the rows of long lists are like, which they are, and all the rest, each told those before."""
        on_grid = known.grid.columns if known.grid is not None else ()
        told_of = [owner_column(), *known.context, *(column for column in known.drawn if column.name in on_grid)]
        rest = [column for column in known.drawn if column.name not in on_grid]
        liked = {column.name for choice in known.choices for column in choice.liked}
        labels = {choice.label for choice in known.choices}
        wide = beside(pa.table({OWNER: pa.array(self.real.roots[known.table.name])}), wide)
        groups = [[column for column in rest if column.name in names] for names in (liked, labels)]
        groups.append([column for column in rest if column.name not in liked | labels])
        for number, group in enumerate(filter(None, groups)):
            yield self._stage(known, told_of, group, wide, seed.child("stage", number))
            told_of += group

    def _stage(self, known: Known, told_of: list[Column], drawn: list[Column], wide: pa.Table, seed: Seed) -> Contextual:
        is_own = known.shape.owner is None and not known.table.entity
        key = known.table.primary_key
        key = key if len(key) == 1 and key[0] in {column.name for column in drawn} else ()
        table = Table(
            known.table.name, (*told_of, *drawn), primary_key=key, entity=() if is_own else (OWNER,),
            context=tuple(column.name for column in told_of),
        )  # fmt: skip
        return self._sampler(table, wide.select(list(table.names)), seed)

    def _fit_ghosts(self, summary: Summary, rows: pa.Table, kinds: pa.Array, seed: Seed) -> Contextual:
        first = (owner_column(), ghost_column())
        table = Table(summary.child, (*first, *summary.columns), context=(OWNER, GHOST))
        beginning = pa.table({OWNER: pa.array(np.arange(rows.num_rows)), GHOST: kinds})
        return self._sampler(table, beside(beginning, rows), seed.child("ghosts"))

    def _sampler(self, table: Table, rows: pa.Table, seed: Seed) -> Contextual:
        schema = Schema((table,))
        data = Tables(schema, {table.name: rows.cast(table.arrow)})
        before = f"{table.name}." if len(self.real.shapes) > 1 else ""
        sampler = self.engine.fit(data, schema=schema, seed=seed, ctx=_Quiet(self.ctx, before))
        if not isinstance(sampler, Contextual):
            raise InternalError(
                f"the engine {sampler.engine!r} says that it draws rows given a context, and has no such sampler"
            )
        return sampler


@dataclass(frozen=True, slots=True)
class _Quiet:
    """Lets through what is noted of a table's own columns, with ``before`` their names; progress is told table by table."""

    ctx: FitContext
    before: str

    def progress(self, done: float, what: str) -> None: ...

    def note(self, what: str, column: str | None = None, count: int = 1) -> None:
        if column is None or not column.startswith("~"):
            self.ctx.note(what, column and f"{self.before}{column}", count)
