"""The columns of a stage, checked against each other before anything runs: what a plan says, ready to be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from twinset.core import registry, types
from twinset.core.checks import Check
from twinset.core.registry import nearest
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import Sampler
from twinset.errors import PlanError
from twinset.plan import ModelSpec, TableSpec, TextSpec
from twinset.synthesizers.text.columns.field import Field
from twinset.synthesizers.text.columns.kind import Kind, Scope, check_words
from twinset.synthesizers.text.columns.kinds import KINDS, word_of
from twinset.synthesizers.text.quiet import Quiet
from twinset.synthesizers.text.shapes import Record, Shape

TABLE = "text"
SAMPLED = "sampled"


@dataclass(frozen=True, slots=True)
class Program:
    """``rules`` makes the columns that rules make; ``taken`` are those of the rows gone over; ``made`` those of models."""

    table: Table
    rules: Sampler | None
    taken: Mapping[str, str]
    made: Mapping[str, Kind]
    checks: tuple[tuple[str, Check], ...]


def program(spec: TextSpec, locale: Any, over: Table | None, name: str = TABLE) -> Program:
    """The stage as it is made; ``over`` is the table that it goes over, or None where it is not known yet."""
    rules = _rules(spec, locale)
    compiler = _Compiler(spec, over, rules)
    columns = [compiler.column(column, said) for column, said in spec.columns.items()]
    table = Table(name, tuple(columns))
    return Program(
        table, rules, compiler.taken, compiler.made, tuple(_check(said, table, spec.models) for said in spec.checks)
    )


def _rules(spec: TextSpec, locale: Any) -> Sampler | None:
    columns = {name: said for name, said in spec.columns.items() if word_of(said, name) == "rule"}
    if not columns:
        return None
    table = TableSpec.model_validate({"rows": 1, "columns": columns})
    engine = registry.lookup("synthesizers", "rules")(tables={SAMPLED: table}, locale=locale)
    try:
        sampler: Sampler = engine.fit(None, schema=Schema(()), seed=Seed(0), ctx=Quiet())
    except PlanError as error:
        raise PlanError(str(error).replace(f"{SAMPLED}.", "", 1)) from None
    return sampler


class _Compiler:
    """Columns in their order, each of which may name those before it."""

    def __init__(self, spec: TextSpec, over: Table | None, rules: Sampler | None) -> None:
        self.spec = spec
        self.over = over
        self.rules = rules
        self.taken: dict[str, str] = {}
        self.made: dict[str, Kind] = {}
        self._known: dict[str, Any] = {}
        self._foreign: set[str] = set()
        self._shapes: dict[str, Shape] = {}
        if spec.over is not None:
            if spec.over.rows_of in spec.columns:
                raise PlanError(f"a column can't be called {spec.over.rows_of!r}, which the stage goes over")
            self._known[spec.over.rows_of] = None if over is None else over.names
            self._foreign.add(spec.over.rows_of)

    def column(self, name: str, said: Any) -> Column:
        if not name.isidentifier():
            raise PlanError(f"templates name columns, so that a column is called with letters, digits and _, not {name!r}")
        match word_of(said, name):
            case "rule":
                assert self.rules is not None
                made = self.rules.schema[SAMPLED][name]
            case "from" if str(said["from"]).partition(".")[0] in self._shapes:
                made = self._made(name, "from", said)
            case "from":
                made = self._taken(name, said)
            case word:
                made = self._made(name, word, said)
        self._known.setdefault(name, None)
        return made

    def _taken(self, name: str, said: Mapping[str, Any]) -> Column:
        """A column as it stands in the rows gone over."""
        check_words(said, ("from",), name)
        source, _, column = str(said["from"]).partition(".")
        if self.spec.over is None or source != self.spec.over.rows_of or not column:
            known = "over: ..., which the stage lacks" if self.spec.over is None else f"{self.spec.over.rows_of}.COLUMN"
            raise PlanError(
                f"{name}: from names a column of the rows that the stage goes over ({known}), not {said['from']!r}"
            )
        self.taken[name] = column
        self._foreign.add(name)
        if self.over is None:
            return Column(name, types.Text(), pa.string())
        if column not in self.over.names:
            raise PlanError(f"{name}: {source!r} has no column {column!r}{registry.nearest(column, self.over.names)}")
        found = self.over[column]
        return Column(name, found.type, found.storage, found.domain, found.origin)

    def _made(self, name: str, word: str, said: Mapping[str, Any]) -> Column:
        scope = Scope(name, dict(self._known), frozenset(self._foreign), dict(self._shapes), self.spec.models)
        made = Field.read(said, scope) if word == "from" else KINDS[word](said, scope)
        self.made[name] = made
        self._shapes[name] = made.shape
        if any(one.is_foreign or one.names & self._foreign for one in made.templates) or self._is_of_foreign(word, said):
            self._foreign.add(name)
        self._known[name] = tuple(made.shape.fields) if isinstance(made.shape, Record) else None
        return Column(name, made.shape.type, made.shape.storage, origin="declared", nullable=word == "from")

    def _is_of_foreign(self, word: str, said: Mapping[str, Any]) -> bool:
        """Whether such a column is about documents without a template."""
        return word in ("revise", "judge", "from") and str(said[word]).partition(".")[0] in self._foreign


def _check(said: Mapping[str, Any], table: Table, models: Mapping[str, ModelSpec]) -> tuple[str, Check]:
    options = {word: value for word, value in said.items() if word != "check"}
    cls = registry.lookup("checks", said["check"])
    try:
        check: Check = cls(**options)
    except (TypeError, ValueError) as error:
        raise PlanError(f"the options of the check {said['check']!r}: {error}") from error
    for name in getattr(check, "models", ()):
        if name not in models:
            raise PlanError(
                f"the check {said['check']!r} names the model {name!r}, which there is not{nearest(name, models)}; "
                f"known: {', '.join(models)}"
            )
    check.fits(table)
    return said["check"], check
