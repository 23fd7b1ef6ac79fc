"""Constraints: what holds in every row of a table, or among its rows, and has to hold in whatever is made of it.

Tiny frozen values and their plain data, as a plan and a saved sampler write them: ``Order(("start", "end"))`` is
``{"kind": "order", "columns": ["start", "end"]}``. Unless its docstring says otherwise, a constraint holds where one of its
columns is missing. How each is met is the engines' to know.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, get_args

from twinset.core.expression import columns_of, quoted
from twinset.core.registry import nearest
from twinset.errors import SchemaError

Scalar = str | int | float | bool
MOST_CONSTRAINTS = 1_000
"""Of one table, in a plan or a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What every constraint may say: ``strict``, real rows that break it are an error; ``reason``, why it is here."""

    strict: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InRange(Said):
    """``low <= column <= high``; None where there is no such end. Dates and times are ISO 8601 text."""

    word: ClassVar[str] = "range"
    column: str
    low: Scalar | None = None
    high: Scalar | None = None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise SchemaError(f"the range of {self.column!r} has neither low nor high")
        if self.low is not None and self.high is not None and isinstance(self.low, str) != isinstance(self.high, str):
            raise SchemaError(
                f"the ends of {self.column!r} are two numbers or two texts, not {self.low!r} and {self.high!r}"
            )

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def __str__(self) -> str:
        low = "" if self.low is None else f"{self.low} <= "
        return f"{low}{self.column}" + ("" if self.high is None else f" <= {self.high}")


@dataclass(frozen=True, slots=True)
class Order(Said):
    """Each of the columns is at most the next one; less than it where not ``allow_equal``."""

    word: ClassVar[str] = "order"
    columns: tuple[str, ...]
    allow_equal: bool = True

    def __str__(self) -> str:
        return (" <= " if self.allow_equal else " < ").join(self.columns)


@dataclass(frozen=True, slots=True)
class Unique(Said):
    """No two rows have the same values in these columns; rows where one of them is missing do not count."""

    word: ClassVar[str] = "unique"
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"unique {', '.join(self.columns)}"


@dataclass(frozen=True, slots=True)
class Combinations(Said):
    """Only combinations of values that occur in the real rows, missing ones among them."""

    word: ClassVar[str] = "combinations"
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"known combinations of {', '.join(self.columns)}"


@dataclass(frozen=True, slots=True)
class Presence(Said):
    """``column`` is missing unless ``when`` is one of ``values`` (unless it is there at all, where there are none)."""

    word: ClassVar[str] = "presence"
    column: str
    when: str
    values: tuple[Scalar, ...] = ()

    def __post_init__(self) -> None:
        if self.column == self.when:
            raise SchemaError(f"whether {self.column!r} is there can't depend on {self.column!r} itself")

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.when)

    def __str__(self) -> str:
        known = f"one of {', '.join(map(str, self.values))}" if self.values else "there"
        return f"{self.column} only where {self.when} is {known}"


@dataclass(frozen=True, slots=True)
class Pattern(Said):
    """Each value of a text column matches the regular expression from its first to its last character."""

    word: ClassVar[str] = "pattern"
    column: str
    regex: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def __str__(self) -> str:
        return f"{self.column} matches {self.regex}"


@dataclass(frozen=True, slots=True)
class Formula(Said):
    """``column`` is the worth of ``expression``, rounded half to even at ``decimals`` places (None: as its type stores it).

    Where a column of the expression is missing, anything may stand in ``column``; it may itself be missing anywhere.
    """

    word: ClassVar[str] = "formula"
    column: str
    expression: str
    decimals: int | None = None

    def __post_init__(self) -> None:
        if self.column in columns_of(self.expression):
            raise SchemaError(f"a formula of {self.column!r} can't name {self.column!r} itself: {self.expression}")

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, *columns_of(self.expression))

    def __str__(self) -> str:
        rounded = "" if self.decimals is None else f", rounded to {self.decimals} decimals"
        return f"{self.column} = {self.expression}{rounded}"


@dataclass(frozen=True, slots=True)
class Sum(Said):
    """``column`` is the sum of the columns ``parts``."""

    word: ClassVar[str] = "sum"
    column: str
    parts: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, *self.parts)

    @property
    def formula(self) -> Formula:
        """The same as a formula."""
        return Formula(self.column, " + ".join(map(quoted, self.parts)), strict=self.strict, reason=self.reason)

    def __str__(self) -> str:
        return f"{self.column} = {' + '.join(self.parts)}"


@dataclass(frozen=True, slots=True)
class Condition(Said):
    """The expression is true, or is missing, in each row."""

    word: ClassVar[str] = "condition"
    expression: str

    def __post_init__(self) -> None:
        if not columns_of(self.expression):
            raise SchemaError(f"a condition names at least one column, and {self.expression!r} names none")

    @property
    def columns(self) -> tuple[str, ...]:
        return columns_of(self.expression)

    def __str__(self) -> str:
        return self.expression


@dataclass(frozen=True, slots=True)
class Predicate(Said):
    """A function of the caller's, known by name alone, says true of each row.

    It is given a pyarrow.RecordBatch of ``columns`` and returns a boolean for each row. It is never saved.
    """

    word: ClassVar[str] = "predicate"
    name: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.columns)})"


Constraint = InRange | Order | Unique | Combinations | Presence | Pattern | Formula | Sum | Condition | Predicate

BY_WORD: dict[str, type[Constraint]] = {kind.word: kind for kind in get_args(Constraint)}


def to_data(constraint: Constraint) -> dict[str, Any]:
    """Plain data for one constraint: its kind, and what differs from the defaults; the reason last."""
    data: dict[str, Any] = {"kind": constraint.word}
    fields = sorted(dataclasses.fields(constraint), key=lambda field: bool(field.kw_only))
    for field in fields:
        value = getattr(constraint, field.name)
        if field.default is dataclasses.MISSING or value != field.default:
            data[field.name] = list(value) if isinstance(value, tuple) else value
    return data


def from_data(data: Mapping[str, Any]) -> Constraint:
    """The constraint that plain data describes; SchemaError says what is wrong and what is known."""
    if not isinstance(data, Mapping):
        raise SchemaError(f"a constraint is a mapping with the key kind, not {data!r:.60}")
    options = dict(data)
    word = options.pop("kind", None)
    kind = BY_WORD.get(str(word))
    if kind is None:
        raise SchemaError(f"unknown kind of constraint {word!r}{nearest(str(word), BY_WORD)}; known: {', '.join(BY_WORD)}")
    known = {field.name: field for field in dataclasses.fields(kind)}
    for name, value in options.items():
        if name not in known:
            raise SchemaError(f"a {word} has no {name!r}{nearest(name, known)}; it has: {', '.join(known)}")
        _check_option(str(word), name, value)
    for name, field in known.items():
        if field.default is dataclasses.MISSING and name not in options:
            raise SchemaError(f"a {word} needs {name}; it has: {', '.join(known)}")
    checked: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in options.items()}
    try:
        return kind(**checked)
    except SchemaError as error:
        raise SchemaError(f"{word}: {error}") from None


_TEXTS = ("column", "when", "regex", "expression", "name", "reason")
_LISTS = {"columns": 1, "parts": 1, "values": 0}
_FLAGS = ("allow_equal", "strict")


def _check_option(word: str, name: str, value: object) -> None:
    if name in _TEXTS and not isinstance(value, str):
        raise SchemaError(f"{name} of a {word} is text, not {value!r}")
    if name in _FLAGS and not isinstance(value, bool):
        raise SchemaError(f"{name} of a {word} is true or false, not {value!r}")
    if name == "decimals" and not (value is None or (type(value) is int and 0 <= value <= 12)):
        raise SchemaError(f"decimals of a {word} is a whole number from 0 to 12, not {value!r}")
    if name in ("low", "high") and not (value is None or (isinstance(value, Scalar) and not isinstance(value, bool))):
        raise SchemaError(f"{name} of a {word} is a number or ISO 8601 text, not {value!r}")
    if name in _LISTS:
        kinds = Scalar if name == "values" else str
        least = max(_LISTS[name], 2 if name == "columns" and word in ("order", "combinations") else 0)
        if not isinstance(value, list | tuple) or len(value) < least or not all(isinstance(one, kinds) for one in value):
            raise SchemaError(f"{name} of a {word} is a list of at least {least}, not {value!r}")
        if len(set(map(repr, value))) != len(value):
            raise SchemaError(f"{name} of a {word} has the same one twice: {value!r}")
