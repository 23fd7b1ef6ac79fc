"""What a plan says of tables that are made by rules: their shape alone. What a rule's options mean is the rule's to know."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from twinset.plan.base import Constraints, Model, Rows

TableName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,59}$")]
ColumnName = Annotated[str, Field(min_length=1, max_length=200)]


def _paired(said: Any) -> Any:
    """Mappings whose keys are no texts as lists of pairs, which JSON and YAML hold as they are."""
    if isinstance(said, list | tuple):
        return [_paired(one) for one in said]
    if not isinstance(said, dict):
        return said
    if all(isinstance(key, str) for key in said):
        return {key: _paired(value) for key, value in said.items()}
    return [[key, _paired(value)] for key, value in said.items()]


def _rule(said: Any) -> Any:
    if not isinstance(said, str | int | float | dict):
        raise ValueError("a column is a mapping with the key rule, the name of a rule, a path or a number")
    return _paired(said)


RuleSpec = Annotated[Any, AfterValidator(_rule)]
"""A rule with its options, or a text such as ``uuid`` or ``person.name``, or a number that every row has."""


class PerSpec(Model):
    """Rows that belong to the rows of another table: ``degree`` of them to each, a number or a rule that gives numbers."""

    table: TableName
    degree: RuleSpec = 1


class CorrelateSpec(Model):
    """Columns whose ranks go together: one ``rho`` for every pair, or a ``matrix`` of them."""

    columns: Annotated[tuple[ColumnName, ...], Field(min_length=2)]
    rho: Annotated[float, Field(ge=-1, le=1)] | None = None
    matrix: tuple[tuple[Annotated[float, Field(ge=-1, le=1)], ...], ...] | None = None

    @model_validator(mode="after")
    def _one(self) -> CorrelateSpec:
        if (self.rho is None) == (self.matrix is None):
            raise ValueError("give exactly one of rho and matrix")
        if self.matrix is not None and {len(self.matrix), *map(len, self.matrix)} != {len(self.columns)}:
            raise ValueError(f"the matrix has a row and a column for each of {len(self.columns)} columns")
        return self


def _per(said: Any) -> Any:
    return {"table": said} if isinstance(said, str) else said


def _several(said: Any) -> Any:
    """One as a list of one."""
    return [said] if isinstance(said, str | dict | CorrelateSpec) else said


class TableSpec(Model):
    """One table: ``rows`` of it or some ``per`` row of another, and a rule for each column."""

    rows: Rows | None = None
    per: Annotated[PerSpec | None, BeforeValidator(_per)] = None
    key: Annotated[tuple[ColumnName, ...], BeforeValidator(_several)] = ()
    columns: Annotated[dict[ColumnName, RuleSpec], Field(min_length=1)]
    correlate: Annotated[tuple[CorrelateSpec, ...], BeforeValidator(_several)] = ()
    constraints: Constraints = ()

    @model_validator(mode="after")
    def _counted(self) -> TableSpec:
        if self.rows is None and self.per is None:
            raise ValueError("say how many rows: rows: N, or per: {table: ..., degree: ...}")
        return self
