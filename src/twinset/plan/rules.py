"""What a plan says of tables that are made by rules: their shape alone. What a rule's options mean is the rule's to know."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

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


RuleSpec = Annotated[str | int | float | bool | dict[str, Any], BeforeValidator(_paired)]
"""A rule with its options, or a text such as ``person.name``, or a value that every row has."""


class PerSpec(Model):
    """Rows that belong to the rows of another table: ``degree`` of them to each, a number or a rule that gives numbers."""

    table: TableName
    degree: Annotated[int | dict[str, Any], BeforeValidator(_paired)] = 1


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


class TableSpec(Model):
    """One table: ``rows`` of it or some ``per`` row of another, and a rule for each column."""

    rows: Rows | None = None
    per: TableName | PerSpec | None = None
    key: ColumnName | tuple[ColumnName, ...] = ()
    columns: Annotated[dict[ColumnName, RuleSpec], Field(min_length=1)]
    correlate: CorrelateSpec | tuple[CorrelateSpec, ...] = ()
    constraints: Constraints = ()

    @model_validator(mode="after")
    def _counted(self) -> TableSpec:
        if self.rows is None and self.per is None:
            raise ValueError("say how many rows: rows: N, or per: {table: ..., degree: ...}")
        return self
