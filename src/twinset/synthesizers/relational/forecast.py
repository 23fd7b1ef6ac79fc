"""What it costs to learn linked tables and to make them, before any row is read: by the tables that engines will see.

Which columns are summed up, and which keys lead to nothing, only the rows say. What is expected here is what was measured on
flights from New York and on sixty made tables: a third of the columns in which owners' rows could be alike are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column, Schema, Table
from twinset.core.synthesis import Forecast, Synthesizer
from twinset.synthesizers.relational.choices import LONG
from twinset.synthesizers.relational.known import N_TRIES
from twinset.synthesizers.relational.partners import MOST_WISHES, Partner
from twinset.synthesizers.relational.shape import OWN, Shape, label_of, shapes
from twinset.synthesizers.relational.summary import MOST, Summary, is_label, is_number
from twinset.synthesizers.relational.wide import context_columns

_ALIKE = 3
"""One in so many columns is summed up."""
_HELD = 20
"""Bytes of each cell while all tables are learned, those of summaries among them."""


def forecast(engine: Synthesizer, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
    """Of tables of so many rows, with ``engine`` inside."""
    seen = _Expected(shapes(schema), n_rows)
    costs: list[Forecast] = []
    making = 0.0
    for name, shape in seen.shapes.items():
        n_own = n_rows.get(name, 0)
        own = [engine.forecast(Schema((stage,)), {name: n_own}) for stage in seen.stages(name) if n_own]
        n_tries = N_TRIES if shape.owner is not None and seen.summaries[name].is_checked else 1
        making += n_tries * sum(cost.making for cost in own)
        costs += own
    n_cells = sum(n_rows.get(name, 0) * len(seen.drawn[name]) for name in seen.shapes)
    return Forecast(
        seconds=sum(cost.seconds for cost in costs),
        bytes=max((cost.bytes for cost in costs), default=0) + _HELD * n_cells,
        money=sum(cost.money for cost in costs),
        making=making,
    )


class _Expected:
    """The columns that engines will see of each table, as far as keys and types tell them."""

    def __init__(self, known: Mapping[str, Shape], n_rows: Mapping[str, int]) -> None:
        self.shapes, self.n_rows = known, n_rows
        own = {name: [*shape.drawn, *_labels(shape)] for name, shape in known.items()}
        for partner in _partners(known):
            own[partner.child] += partner.columns
            own[partner.parent].append(partner.taken)
        self.summaries = {name: _summary(name, columns) for name, columns in own.items()}
        self.drawn, self.wide = own, dict[str, list[Column]]()
        for name, shape in known.items():
            if shape.owner is not None:
                own[shape.owner.key.table] += self.summaries[name].columns
        for name in known:
            self.wide[name] = [*self.context(name), *own[name]]

    def context(self, name: str) -> tuple[Column, ...]:
        """What a table's rows are told of their owner."""
        if (tie := self.shapes[name].owner) is None:
            return ()
        return context_columns(tie.key.table, self.wide[tie.key.table], name)

    def stages(self, name: str) -> Iterator[Table]:
        """The tables that are learned of one: of long lists what their rows are like, which they are, and all the rest."""
        told = list(self.context(name))
        long = [n for n, tie in self.shapes[name].of("list") if self.n_rows.get(tie.key.table, 0) > LONG]
        labels = _labels(self.shapes[name]) if long else []
        liked = [Column(f"{OWN}of {n} {i}", types.Real(), pa.float64()) for n in long for i in range(MOST_WISHES)]
        for group in (liked, labels, [column for column in self.drawn[name] if column not in labels]):
            if group:
                yield Table(name, (*told, *group), context=tuple(column.name for column in told))
                told += group


def _labels(shape: Shape) -> list[Column]:
    return [Column(label_of(number), types.Categorical(), pa.string()) for number, _ in shape.of("list")]


def _partners(known: Mapping[str, Shape]) -> Iterator[Partner]:
    for name, shape in known.items():
        for number, tie in shape.of("partner"):
            yield Partner(number, name, tie.key.table, (), tie.key.table == name)


def _summary(name: str, columns: Sequence[Column]) -> Summary:
    """What owners say of their rows in a table."""
    numbers = [column.name for column in columns if is_number(column)]
    labels = [column.name for column in columns if is_label(column)]
    return Summary(name, (), *(tuple(names[: min(MOST, -(-len(names) // _ALIKE))]) for names in (numbers, labels)))
