"""Tables as they are made, and where a path leads from the rows of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twinset.core.constraints import Constraint
from twinset.core.registry import nearest
from twinset.core.schema import Table
from twinset.errors import PlanError, SchemaError
from twinset.plan import TableSpec
from twinset.synthesizers.rules.correlate import Correlated
from twinset.synthesizers.rules.decides import Decides, needs_of
from twinset.synthesizers.rules.edges.spec import Edge
from twinset.synthesizers.rules.rule import Addressable, Referring, Rule

if TYPE_CHECKING:
    from twinset.synthesizers.rules.edges.valid import Edges

DEGREE = "degree"
BELOW = "[]"
"""After the name of a table in a path: its rows that belong to a row, for rules that sum them up."""


@dataclass(frozen=True, slots=True)
class Made:
    """One column: its rule, and what any rule may be told besides."""

    rule: Rule
    missing: float = 0.0
    hidden: bool = False
    unique: bool = False
    wanted: frozenset[str] | None = None
    edges: Edges | None = None

    @property
    def has_gaps(self) -> bool:
        """Whether values may be missing: some share of them, or the first one, which refers to no earlier row."""
        return self.missing > 0 or bool(getattr(self.rule, "earlier", False))

    @property
    def key(self) -> Addressable | None:
        """The rule, where its values are unique and follow from the row's number."""
        rule = self.rule
        return rule if self.unique and isinstance(rule, Addressable) and not rule.reads() else None


@dataclass(frozen=True, slots=True)
class Step:
    """Where a path leads: to ``rest`` in ``table``, by way of the own column ``via``.

    ``kind`` is own (the same row), child (a field of the record ``via``), parent, across (by the reference ``via``), or
    below (the rows of another table that belong to the row).
    """

    kind: str
    table: str
    rest: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Making:
    """One table as it is made."""

    name: str
    columns: Mapping[str, Made]
    spec: TableSpec
    per: str | None = None
    degree: Rule | None = None
    key: tuple[str, ...] = ()
    edge: Edge | None = None
    correlated: Mapping[str, Correlated] = field(default_factory=dict)
    decides: Mapping[str, tuple[Decides, ...]] = field(default_factory=dict)
    refuses: tuple[Constraint, ...] = ()
    tried: frozenset[str] = frozenset()
    whole: Table | None = None

    @property
    def table(self) -> Table:
        """All of its columns, hidden ones too, and all of its constraints."""
        assert self.whole is not None
        return self.whole

    def step(self, path: str) -> Step:
        """Where a path leads from this table; PlanError where it leads nowhere."""
        if path in self.columns:
            return Step("own", self.name, path)
        head, dot, rest = path.partition(".")
        if head.endswith(BELOW):
            return Step("below", head.removesuffix(BELOW), rest)
        if dot and self.per is not None and head in ("parent", self.per):
            return Step("parent", self.per, rest)
        if dot and head in self.columns:
            rule = self.columns[head].rule
            if isinstance(rule, Referring):
                return Step("across", rule.table, rest, head)
            return Step("child", self.name, rest, head)
        if dot and head == "parent":
            raise PlanError(f"{path!r} names a parent, and the table is not per another one")
        raise PlanError(self.no_column(head if dot else path))

    def no_column(self, name: str) -> str:
        """What is wrong with the name of a column that is not there."""
        known = ", ".join(self.columns)
        return f"table {self.name!r} has no column {name!r}{nearest(name, self.columns)}; it has: {known:.300}"


def columns_at(path: str, table: Making, tables: Mapping[str, Making]) -> Iterator[tuple[str, str, str]]:
    """The columns that a path goes through, as (table, column, field of the record or nothing)."""
    step = table.step(path)
    if step.kind == "own":
        yield table.name, step.rest, ""
    elif step.kind == "child":
        yield table.name, step.via, step.rest
    elif step.kind == "below":
        _check_below(step.table, table, tables)
        yield step.table, DEGREE, ""
        if step.rest:
            yield from columns_at(step.rest, tables[step.table], tables)
    else:
        if step.via:
            yield table.name, step.via, ""
        yield from columns_at(step.rest, tables[step.table], tables)


def _check_below(name: str, table: Making, tables: Mapping[str, Making]) -> None:
    """PlanError where no rows of a table belong to those of another."""
    own = [other.name for other in tables.values() if other.per == table.name]
    if name not in own:
        known = f"the tables that are: {', '.join(own)}" if own else "there is no table that is"
        raise PlanError(f"table {name!r} is not per {table.name!r}{nearest(name, own)}; {known}")


@contextmanager
def at(place: str) -> Iterator[None]:
    """Errors say at which place of the plan."""
    try:
        yield
    except (PlanError, SchemaError) as error:
        raise PlanError(f"{place}: {error}") from None


def paths_of(table: Making, tables: Mapping[str, Making]) -> Iterator[tuple[str, Making, str]]:
    """Every path of a table's rules: the place where it stands, the table that it starts from, the path."""
    for name, made in table.columns.items():
        for path in made.rule.reads():
            yield f"{table.name}.{name}", table, path
    for name, other in needs_of(table.decides):
        yield f"{table.name}.{name}", table, other
    if table.per is not None and table.degree is not None:
        for path in table.degree.reads():
            yield f"{table.name}.{DEGREE}", tables[table.per], path
