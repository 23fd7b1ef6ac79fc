"""The engine "constrained": any other engine, with a table's constraints around it.

What constraints tie is learned in another form, in which they can't be broken, and turned back; every row is checked at the
end. The engine inside knows nothing of it. A plan needs not name this one: it stands around its engine where the plan says
constraints. One table at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from twinset.constraints import Functions, broken
from twinset.constraints import check as check_constraints
from twinset.core import registry
from twinset.core.constraints import Combinations, Constraint, Pattern, Unique
from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.schema import Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, Sampler, Synthesizer, Traits
from twinset.errors import DataError, PlanError, SchemaError, TwinsetError
from twinset.privacy import K
from twinset.privacy.levels import Level
from twinset.privacy.values import owners_of
from twinset.synthesizers.constrained.check import Check
from twinset.synthesizers.constrained.form import KINDS, Form
from twinset.synthesizers.constrained.joint import Book
from twinset.synthesizers.constrained.sampler import NAME, ConstrainedSampler
from twinset.synthesizers.constrained.saved import INNER, form_from_data, read_document
from twinset.synthesizers.constrained.step import Real

_UNDROPPED = (Unique, Pattern, Combinations)
"""Real rows that break these can be learned from all the same: what is theirs is not learned, or holds in each row."""


@dataclass(frozen=True, slots=True)
class Constrained:
    """Options: ``engine`` is the one inside, by name or as it is; ``functions`` are predicates of the caller's by name."""

    engine: str | Synthesizer = "trees"
    functions: Functions = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.engine == NAME or isinstance(self.engine, Constrained):
            raise PlanError(f"{NAME!r} stands around another engine, not around itself")

    @property
    def _inside(self) -> Synthesizer:
        if not isinstance(self.engine, str):
            return self.engine
        made: Synthesizer = registry.lookup("synthesizers", self.engine)()
        return made

    @property
    def traits(self) -> Traits:
        return self._inside.traits

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        return self._inside.forecast(schema, n_rows)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        if data is None:
            raise DataError(f"the engine {NAME!r} learns from data, and there is none")
        table = _only(schema)
        check_constraints(table)
        engine = self._inside
        held = self._held(table, whole(data), ctx)
        real = Real(held, owners_of(table, pa.Table.from_batches([held])), _least(engine))
        form = Form.learn(table, real)
        books = {
            number: Book.learn(one.columns, real)
            for number, one in enumerate(table.constraints)
            if isinstance(one, Combinations)
        }
        _note_rest(form, ctx)
        inner = Schema((form.inner,))
        learned = Tables(inner, {table.name: form.forward(held)}, data.role, data.dialect)
        sampler = engine.fit(learned, schema=inner, seed=seed, ctx=ctx)
        return ConstrainedSampler(schema, sampler, form, Check(table, books)).bind(self.functions)

    def _held(self, table: Table, rows: pa.Table, ctx: FitContext) -> pa.RecordBatch:
        """The real rows to learn from: those that hold the constraints; DataError where one is strict, or none is left."""
        batch = one_batch(rows)
        keep = np.ones(batch.num_rows, dtype=np.bool_)
        for constraint in table.constraints:
            wrong = broken(constraint, table, batch, self.functions)
            if n_broken := int(wrong.sum()):
                _say(constraint, n_broken, batch.num_rows, ctx)
                keep &= ~wrong | isinstance(constraint, _UNDROPPED)
        if not keep.any():
            raise DataError(f"no row of table {table.name!r} holds all its constraints, so that nothing can be learned")
        return batch if keep.all() else batch.filter(pa.array(keep))

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler:
        document = read_document(folder)
        table = _only(schema)
        check_constraints(table)
        check = Check.load(folder, table)
        form = form_from_data(document.get("steps"), table, check)
        try:
            inner = Schema((form.inner,))
            form.inverse(pa.RecordBatch.from_pylist([], schema=form.inner.arrow), Seed(0), {})
        except (TwinsetError, pa.ArrowException, TypeError, ValueError, KeyError) as error:
            raise DataError(f"the sampler's steps do not fit its table: {error}") from error
        name = document.get("engine")
        if name == NAME or name not in registry.names("synthesizers"):
            raise DataError(f"the sampler's engine inside is not installed: {name!r:.60}")
        sampler = registry.lookup("synthesizers", name).load(folder / INNER, inner)
        return ConstrainedSampler(schema, sampler, form, check)


def _least(engine: Synthesizer) -> int:
    """How many entities must share a combination of values before it is learned, as the engine inside holds it."""
    level = getattr(engine, "level", None)
    return level.k if isinstance(level, Level) else K


def _only(schema: Schema) -> Table:
    if len(schema.tables) != 1:
        raise SchemaError(f"constraints are of one table, and there are {len(schema.tables)}")
    return schema.only


def one_batch(rows: pa.Table) -> pa.RecordBatch:
    """A table in one piece."""
    batches = rows.unify_dictionaries().combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=rows.schema)


def _say(constraint: Constraint, n_broken: int, n_rows: int, ctx: FitContext) -> None:
    """Count the real rows that break a constraint; an error where it is strict."""
    if constraint.strict:
        raise DataError(
            f"{n_broken:,} of {n_rows:,} real rows break the strict constraint {str(constraint)!r}; "
            "mend the rows, or leave out strict"
        )
    fate = "learned from all the same" if isinstance(constraint, _UNDROPPED) else "not learned from"
    ctx.note(f"real rows that break the constraint {str(constraint)!r}: {fate}", constraint.columns[0], n_broken)


def _note_rest(form: Form, ctx: FitContext) -> None:
    """Say which constraints are met by drawing rows again."""
    met = {id(step.constraint) for step in form.steps}
    for constraint in form.table.constraints:
        if id(constraint) not in met and type(constraint) in KINDS:
            ctx.note(f"the constraint {str(constraint)!r} is met by drawing rows again", constraint.columns[0])
