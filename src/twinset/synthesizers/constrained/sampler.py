"""The sampler of constrained tables: another engine's rows, turned back so that constraints hold, and every row checked.

Rows that still break something are replaced by rows drawn anew, a bounded number of times; then the constraints that are
broken are named. Nothing is ever given out that breaks one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from twinset.constraints import Functions
from twinset.core.constraints import Predicate
from twinset.core.dataset import Batch
from twinset.core.request import KeyRange, Made, Part, Request, SeedRows
from twinset.core.schema import Schema
from twinset.core.synthesis import Function, MakeContext, Sampler
from twinset.errors import GenerationError, PlanError
from twinset.synthesizers.constrained.check import Check, Mask
from twinset.synthesizers.constrained.form import Form
from twinset.synthesizers.constrained.given import given_columns, inner_given
from twinset.synthesizers.constrained.saved import DOCUMENT, INNER, form_to_data

MOST_DRAWS = 1_000
MOST_DRAWN, FEWEST_DRAWN = 100, 1_000
"""A part is drawn anew until this many times its rows were drawn, but at least this many rows."""

NAME = "constrained"


@dataclass(frozen=True)
class ConstrainedSampler:
    """``inner`` makes the rows of ``form.inner``. ``functions`` are the caller's predicates, which are never saved."""

    schema: Schema
    inner: Sampler
    form: Form
    check: Check
    functions: Functions = field(default_factory=dict)

    engine = NAME

    def bind(self, functions: Mapping[str, Function]) -> ConstrainedSampler:
        wanted = self._predicates
        if unknown := sorted(set(functions) - set(wanted)):
            raise PlanError(f"the sampler has no predicate {unknown[0]!r}; its predicates: {', '.join(wanted) or 'none'}")
        bound = replace(self, functions={**self.functions, **functions})
        bound._check_functions()
        return bound

    @property
    def _predicates(self) -> list[str]:
        return [one.name for one in self.form.table.constraints if isinstance(one, Predicate)]

    def parts(self, request: Request) -> Iterable[Part]:
        self._check_functions()
        table = self.form.table
        parts = tuple(self.inner.parts(self._inner_request(request)))
        if any(part.needs for part in parts):
            raise PlanError(
                f"the engine {self.inner.engine!r} makes parts that need each other; constraints can't be met then"
            )
        self.check.capacity(request.size.get(table.name, 0), self.form)
        if not self.check.uniques(self.form.numbered):
            return parts
        return tuple(replace(part, needs=tuple(one.id for one in parts[:place])) for place, part in enumerate(parts))

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        maker = _Maker(self, part, request, self._inner_request(request), ctx)
        yield Batch(part.table, maker.rows())

    def _inner_request(self, request: Request) -> Request:
        return replace(request, given=inner_given(request, self.form, self.check, self.functions))

    def _check_functions(self) -> None:
        if missing := [name for name in self._predicates if name not in self.functions]:
            raise PlanError(
                f"this sampler holds predicates by name alone, and their functions are not here: {', '.join(missing)}; "
                "load it in Python and give them: load(path, predicates={'name': function})"
            )

    def save(self, folder: Path) -> None:
        document = {"engine": self.inner.engine, "steps": form_to_data(self.form)}
        (folder / DOCUMENT).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        self.check.save(folder)
        (folder / INNER).mkdir()
        self.inner.save(folder / INNER)


@dataclass
class _Maker:
    """Makes one part."""

    sampler: ConstrainedSampler
    part: Part
    request: Request
    inner: Request
    ctx: MakeContext

    def rows(self) -> pa.RecordBatch:
        """All rows of the part, each of which holds every constraint."""
        rows = self._draw(self.part)
        uniques = self.sampler.check.uniques(self.sampler.form.numbered)
        earlier = [self.ctx.rows_of(one) for one in self.part.needs] if uniques else []
        bad = self._broken(rows, earlier)
        n_drawn, n_held = 0, 0
        for number in range(1, MOST_DRAWS + 1):
            if not bad.any():
                return rows
            if n_drawn >= max(MOST_DRAWN * self.part.size, FEWEST_DRAWN) or (
                not n_held and n_drawn >= max(2 * self.part.size, FEWEST_DRAWN)
            ):
                break
            drawn = self._draw(self._redraw(number, int(bad.sum())))
            held = ~self._broken(drawn, ())
            n_drawn, n_held = n_drawn + len(held), n_held + int(held.sum())
            rows = self._replaced(rows, bad, drawn, held)
            bad = self._broken(rows, earlier)
        raise self._failed(rows, bad, earlier, n_drawn)

    def _draw(self, part: Part) -> pa.RecordBatch:
        """Rows of the table for a part of the engine's."""
        made = [item for item in self.sampler.inner.make(part, self.inner, self.ctx) if isinstance(item, Batch)]
        rows = pa.Table.from_batches([batch.rows for batch in made]).combine_chunks().to_batches()[0]
        form = self.sampler.form
        fixed = given_columns(self.request.given, form, part.keys)
        return form.inverse(rows, self.request.seed.child(form.table.name), fixed)

    def _redraw(self, number: int, n_bad: int) -> Part:
        """The part of the next draw: as large as this one where rows are given, else a few more than are needed."""
        size = self.part.size if self.request.given else min(self.part.size, 2 * n_bad + 50)
        start = self.part.keys.start
        return replace(self.part, id=f"{self.part.id}-again-{number}", size=size, keys=KeyRange(start, start + size))

    def _replaced(self, rows: pa.RecordBatch, bad: Mask, drawn: pa.RecordBatch, held: Mask) -> pa.RecordBatch:
        """Rows with bad ones replaced by drawn ones that hold: each in its own place where rows are given."""
        if self.request.given is not None:
            target = np.flatnonzero(bad & held)
            source = target
        else:
            source = np.flatnonzero(held)[: int(bad.sum())]
            target = np.flatnonzero(bad)[: len(source)]
        places = np.arange(rows.num_rows)
        places[target] = rows.num_rows + source
        arrays = []
        for name, own, other in zip(rows.schema.names, rows.columns, drawn.columns, strict=True):
            is_kept = name in self.sampler.form.kept
            arrays.append(own if is_kept else _joined(own, other).take(pa.array(places)))
        return pa.RecordBatch.from_arrays(arrays, schema=rows.schema)

    def _broken(self, rows: pa.RecordBatch, earlier: Iterable[pa.Table]) -> Mask:
        sampler = self.sampler
        return sampler.check.broken(rows, sampler.functions, earlier, sampler.form.numbered)

    def _failed(self, rows: pa.RecordBatch, bad: Mask, earlier: Iterable[pa.Table], n_drawn: int) -> GenerationError:
        sampler = self.sampler
        counts = sampler.check.counts(rows, sampler.functions, earlier, sampler.form.numbered)
        named = "; ".join(f"{constraint} ({count:,} rows)" for constraint, count in counts)
        given = " with the rows that are given" if isinstance(self.request.given, SeedRows) else ""
        return GenerationError(
            f"{int(bad.sum()):,} of {self.part.size:,} rows still break constraints{given} after {n_drawn:,} more were "
            f"drawn: {named}. Loosen or leave out what real rows seldom hold, or learn from rows that hold it"
        )


def _joined(first: pa.Array, second: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(first.type):
        column = pa.chunked_array([first, second]).unify_dictionaries()
        return pa.concat_arrays(column.chunks)
    return pa.concat_arrays([first, second])
