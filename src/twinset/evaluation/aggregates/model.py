"""The file of published aggregates, checked at this boundary by pydantic.

Figures are counts of real rows, or shares of them; a null, or a cell that is not there, was suppressed (fewer than ``k``).
What is not listed lies in the rest: 1 less the sum of what is. ``rounding`` is the number that published counts are
multiples of (for shares: the step they are rounded to), 0 where they are exact. See docs/aggregates.md.
"""

from __future__ import annotations

import itertools
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Measure = Literal["count", "share"]
Count = Annotated[int, Field(ge=0, le=10**15)]
Positive = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]


def label_text(value: object) -> str:
    """A label as text: YAML's true is "true", 1 is "1"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError(f"a label is a text, a number or true and false, not {value!r}")


Label = Annotated[str, BeforeValidator(label_text)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Histogram(_Model):
    """Figures of n ranges between n + 1 edges; the first and the last range take in all that lies beyond.

    Edges of dates and times are days or seconds since 1970, as in a report.
    """

    edges: Annotated[tuple[Number, ...], Field(min_length=2)]
    figures: tuple[Positive | None, ...]

    @model_validator(mode="after")
    def _fits(self) -> Histogram:
        if any(low >= high for low, high in itertools.pairwise(self.edges)):
            raise ValueError("edges go from low to high, none twice")
        if len(self.figures) != len(self.edges) - 1:
            raise ValueError(f"{len(self.edges)} edges have {len(self.edges) - 1} ranges, not {len(self.figures)}")
        return self


class ColumnFigures(_Model):
    """What is published about one column.

    ``n``: the known values that the figures rest on (none: all rows that are not missing). ``missing``: the share of
    missing values. ``mean`` and ``sd`` are of values cut to ``cut`` where that is given.
    """

    measure: Measure | None = None
    n: Count | None = None
    missing: Annotated[float, Field(ge=0, le=1)] | None = None
    labels: dict[Label, Positive | None] = Field(default_factory=dict)
    histogram: Histogram | None = None
    quantiles: dict[Annotated[float, Field(gt=0, lt=1)], Number] = Field(default_factory=dict)
    mean: Number | None = None
    sd: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    cut: tuple[Number, Number] | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether there are figures that only numbers have."""
        return bool(self.histogram or self.quantiles) or self.mean is not None or self.sd is not None

    @model_validator(mode="after")
    def _one_kind(self) -> ColumnFigures:
        if self.labels and self.is_numeric:
            raise ValueError("a column has labels, or the figures of numbers, not both")
        points = sorted(self.quantiles.items())
        if any(low[1] > high[1] for low, high in itertools.pairwise(points)):
            raise ValueError("a higher quantile is not below a lower one")
        return self


class Correlation(_Model):
    """Of two numeric columns; ``n`` the rows it rests on (none: all)."""

    columns: tuple[str, str]
    value: Annotated[float, Field(ge=-1, le=1)]
    kind: Literal["pearson", "spearman"] = "pearson"
    n: Count | None = None


class CrossTable(_Model):
    """Cells of one or several columns. A cell is a value for each column, its figure (null: suppressed) and, if known, the n
    that it rests on.

    ``within``: columns in whose groups the shares are shares (prevalence by age: columns [age, ill], within [age]).
    ``bins``: edges of numeric columns, whose cells are named by their lower edge.
    """

    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    within: tuple[str, ...] = ()
    measure: Measure | None = None
    n: Count | None = None
    bins: dict[str, tuple[Number, ...]] = Field(default_factory=dict)
    cells: Annotated[tuple[tuple[Any, ...], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits(self) -> CrossTable:
        if len(set(self.columns)) != len(self.columns):
            raise ValueError("a column stands twice")
        if stray := [name for name in (*self.within, *self.bins) if name not in self.columns]:
            raise ValueError(f"within and bins are of the table's own columns, not {stray[0]!r}")
        if len(self.within) >= len(self.columns):
            raise ValueError("within leaves out at least one column")
        for cell in self.cells:
            _check_cell(cell, len(self.columns))
        keys = [tuple(map(label_text, cell[: len(self.columns)])) for cell in self.cells]
        if len(set(keys)) != len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise ValueError(f"the cell {', '.join(twice)} stands twice")
        return self


def _check_cell(cell: tuple[Any, ...], n_columns: int) -> None:
    if len(cell) not in (n_columns + 1, n_columns + 2):
        raise ValueError(f"a cell is {n_columns} values, a figure and perhaps an n, not {list(cell)!r}")
    for number in cell[n_columns:]:
        if number is not None and (
            isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < 1e16
        ):
            raise ValueError(f"a figure is a number from 0 on, or null where it was suppressed, not {number!r}")


class Aggregates(_Model):
    """Everything that was published; ``rows`` is how many real rows it is about (none: not said).

    ``entities``: how many people or things stand behind the rows, where several rows are of one.
    """

    twinset_aggregates: Literal[1] = 1
    name: str = "table"
    source: str = ""
    rows: Count | None = None
    entities: Count | None = None
    k: Annotated[int, Field(ge=1)] = 1
    rounding: Positive = 0
    measure: Measure = "count"
    columns: dict[str, ColumnFigures] = Field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()
    tables: tuple[CrossTable, ...] = ()

    @property
    def told_of(self) -> set[str]:
        """The columns that some figure is about."""
        several = [*(each.columns for each in self.correlations), *(each.columns for each in self.tables)]
        return {*self.columns, *(name for names in several for name in names)}

    @model_validator(mode="after")
    def _holds_something(self) -> Aggregates:
        if not (self.columns or self.correlations or self.tables):
            raise ValueError("there is nothing in it: give columns, correlations or tables")
        return self
