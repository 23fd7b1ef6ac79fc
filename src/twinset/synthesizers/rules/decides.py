"""Which constraints of a table decide its columns, which refuse rows, and whether they can be kept at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from twinset.constraints.bounds import contradict
from twinset.constraints.consistent import smallest
from twinset.core.constraints import (
    Combinations,
    Condition,
    Constraint,
    Formula,
    InRange,
    Order,
    Pattern,
    Predicate,
    Presence,
    Sum,
    Unique,
)
from twinset.core.schema import Range, Table
from twinset.errors import PlanError

Decides = Formula | Sum | Presence


def deciding(constraints: Sequence[Constraint]) -> dict[str, tuple[Decides, ...]]:
    """The constraints that decide each column; PlanError for kinds that rules can't keep."""
    found: dict[str, tuple[Decides, ...]] = {}
    for one in constraints:
        if isinstance(one, Combinations | Predicate):
            raise PlanError(f"the constraint {str(one)!r} is about real rows; say combinations as the rows of a lookup")
        if isinstance(one, Formula | Sum | Presence):
            found[one.column] = (*found.get(one.column, ()), one)
    return found


def refusing(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """The constraints for which rows are drawn again."""
    return tuple(one for one in constraints if isinstance(one, InRange | Order | Pattern | Condition))


def needs_of(decides: Mapping[str, tuple[Decides, ...]]) -> Iterator[tuple[str, str]]:
    """Which column needs which other one by them."""
    for name, constraints in decides.items():
        for one in constraints:
            yield from ((name, other) for other in one.columns if other != name)


def check_domains(table: Table) -> None:
    """PlanError where constraints contradict what the rules of their columns can make; the fewest that do are named."""
    constrained = {name for one in table.constraints for name in one.columns}
    spans = [
        InRange(column.name, column.domain.low, column.domain.high)
        for column in table.columns
        if column.name in constrained and isinstance(column.domain, Range)
    ]
    everything = (*table.constraints, *spans)
    if spans and contradict(everything, table):
        faulty = smallest(everything, lambda some: contradict(some, table))
        said = [f"{one} (by its rule)" if any(one is span for span in spans) else str(one) for one in faulty]
        raise PlanError(
            f"table {table.name!r}: these can't hold together: {'; '.join(said)}; leave a constraint out, or change the rule"
        )


def check_unique(constraints: Sequence[Constraint], table: Table, unique: Mapping[str, bool], key: tuple[str, ...]) -> None:
    """PlanError for uniqueness that is not kept by construction."""
    for one in constraints:
        if isinstance(one, Unique) and not any(unique[name] for name in one.columns):
            if key and set(key) <= set(one.columns):
                continue
            raise PlanError(
                f"{str(one)!r} of table {table.name!r} can't be promised: rows are made in parts that know nothing of each "
                "other. Say unique: true at a column whose rule can be (uuid, integer, code ...), or make it the key"
            )
