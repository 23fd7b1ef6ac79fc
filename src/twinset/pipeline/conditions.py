"""What rows are to be given, as callers say it: rows to complete, or the shares in which one column's values come.

Cells are read as the sampler's columns are typed. Values that it never learned are remarked upon and are no error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from twinset import sources
from twinset.core import types
from twinset.core.dataset import Dataset, Tables, whole
from twinset.core.registry import nearest
from twinset.core.request import Fixed, Given, Request, SeedRows, Shares
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import Remarking, Sampler, Sizing
from twinset.errors import PlanError
from twinset.pipeline import memory
from twinset.plan import GivenSpec

_LOOKED_AT = 20_000
_MOST_EQUAL = 50
_UNREAD = types.Nested | types.Media | types.Empty


@dataclass(frozen=True, slots=True)
class Asked:
    """``rows`` is a file or table of rows to complete; ``balance`` a column, or ``COLUMN=VALUE:SHARE,...``. Not both."""

    rows: Any = None
    balance: str | None = None

    def __post_init__(self) -> None:
        if self.rows is not None and self.balance is not None:
            raise PlanError("rows to complete have their values already: give them, or balance a column, not both")

    @property
    def fingerprint(self) -> str:
        """What decides the rows that come of it."""
        return f"{'' if self.rows is None else sources.fingerprint(self.rows)} {self.balance}"

    def given(self, sampler: Sampler) -> Given | None:
        """What the sampler is asked for."""
        if self.rows is not None:
            return SeedRows(given_rows(sampler, self.rows))
        return None if self.balance is None else balanced(sampler, self.balance)


def given_of(spec: GivenSpec, inputs: Mapping[str, Dataset], sampler: Sampler, file: str) -> Given:
    """What a plan gives; ``inputs`` are the rows of other stages, ``file`` is where given rows lie."""
    if spec.fixed is not None:
        return Fixed(spec.fixed)
    if spec.rows is not None:
        return SeedRows(given_rows(sampler, file, spec.table), table=spec.table)
    if spec.rows_of is not None:
        return SeedRows(whole(inputs[spec.rows_of]), table=spec.table)
    assert spec.shares is not None
    ((column, shares),) = spec.shares.items()
    total = sum(shares.values())
    if total <= 0:
        raise PlanError(f"the shares of {column!r} sum to nothing")
    return Shares(column, {value: share / total for value, share in shares.items()})


def settled(sampler: Sampler, given: Any, balance: str | None) -> Given | None:
    """What a Python caller gives: a Given, a mapping of values, rows of any kind, or a column to balance.

    Of a sampler of several tables the mapping is of one table's name to its rows.
    """
    if balance is None and (given is None or isinstance(given, Fixed | SeedRows | Shares)):
        return given
    if balance is None and isinstance(given, Mapping):
        if len(sampler.schema.tables) == 1:
            return Fixed(given)
        if len(given) != 1:
            raise PlanError("linked tables are given rows of one of them, as in given={'customers': rows}")
        ((table, rows),) = given.items()
        return SeedRows(given_rows(sampler, rows, str(table)), table=str(table))
    return Asked(given, balance).given(sampler)


def size_of(sampler: Sampler, n_rows: int | Mapping[str, int] | None, given: Given | None) -> Mapping[str, int]:
    """How many rows of each table; as many as are given where that is not said."""
    if isinstance(n_rows, Mapping) or (n_rows is None and isinstance(sampler, Sizing)):
        size = dict(n_rows or {})
        for table in size:
            sampler.schema[table]
        return sampler.sized(Request(size, Seed(0), given)).size if isinstance(sampler, Sizing) else size
    name = sampler.schema.only.name
    if n_rows is not None:
        return {name: n_rows}
    if not isinstance(given, SeedRows):
        raise PlanError("say how many rows to make; only rows to complete say it themselves")
    return {name: given.rows.num_rows}


def given_rows(sampler: Sampler, source: Any, name: str | None = None) -> pa.Table:
    """Rows whose cells are read as the sampler's columns; a missing cell is one to be drawn. ``name`` is their table's."""
    table = _table(sampler, name)
    found: Dataset = sources.read(source)
    known = [table[name] for name in found.schema.only.names if name in table.names]
    for name in found.schema.only.names:
        if name not in table.names:
            raise PlanError(f"the given rows have a column {name!r} that the sampler lacks{nearest(name, table.names)}; "
                            f"its columns: {', '.join(table.names[:30])}")  # fmt: skip
    if not isinstance(source, Tables):
        declared = {one.name: _declared(one) for one in known if not isinstance(one.type, _UNREAD)}
        found = sources.read(source, columns=declared)
    return whole(found)


def _declared(column: Column) -> dict[str, object]:
    """A column's type alone: values outside its domain are no error here."""
    kind = types.Categorical() if isinstance(column.type, types.Ordinal) else column.type
    return types.to_data(kind)


def _table(sampler: Sampler, name: str | None = None) -> Table:
    known = [table.name for table in sampler.schema]
    if name is not None and name not in known:
        raise PlanError(f"there is no table {name!r}{nearest(name, known)}; tables: {', '.join(known)}")
    if name is None and len(known) != 1:
        raise PlanError(f"this sampler makes several tables; say whose rows are given, as in {known[0]}=ROWS")
    return sampler.schema.only if name is None else sampler.schema[name]


def balanced(sampler: Sampler, asked: str) -> Shares:
    """The shares that ``COLUMN`` (equal ones) or ``COLUMN=VALUE:SHARE,...`` asks for.

    What the shares leave of one goes to the other values as they come: rows of the sampler's are looked at for that.
    """
    table = _table(sampler)
    names = [name for name in table.names if asked == name or asked.startswith(f"{name}=")]
    if not names:
        name = asked.split("=")[0]
        raise PlanError(
            f"there is no column {name!r} to balance{nearest(name, table.names)}; columns: {', '.join(table.names[:30])}"
        )
    column = table[max(names, key=len)]
    size = {table.name: _LOOKED_AT}
    made = whole(memory.sample(sampler, Request(size, Seed(0).child("balance"))), columns=[column.name])
    try:
        counts = pc.value_counts(made.column(0).combine_chunks().drop_null())
    except pa.ArrowNotImplementedError as error:
        raise PlanError(f"column {column.name!r} holds {column.type.word} values, which have no shares") from error
    known = {one["values"]: one["counts"] for one in counts.to_pylist()}
    words = asked[len(column.name) + 1 :]
    return Shares(column.name, _named(column, words, known) if words else _equal(column, known))


def _equal(column: Column, known: Mapping[object, int]) -> dict[object, float]:
    if not 0 < len(known) <= _MOST_EQUAL:
        raise PlanError(
            f"column {column.name!r} has {len(known):,} values, and at most {_MOST_EQUAL} can come in equal shares; "
            f"say which: {column.name}=VALUE:SHARE,VALUE:SHARE"
        )
    return {value: 1 / len(known) for value in sorted(known, key=str)}


def _named(column: Column, words: str, known: Mapping[object, int]) -> dict[object, float]:
    """Named shares, and the rest of the values in the shares that they have among themselves."""
    shares: dict[object, float] = {}
    for word in words.split(","):
        text, _, share = word.rpartition(":")
        try:
            shares[_value(column, text)] = float(share)
        except (ValueError, pa.ArrowException) as error:
            raise PlanError(f"shares are VALUE:SHARE,VALUE:SHARE with shares from 0 to 1, not {word!r}") from error
    total = sum(shares.values())
    if min(shares.values()) < 0 or not total <= 1 + 1e-9:
        raise PlanError(f"the shares of {column.name!r} are from 0 to 1 and sum to at most 1, not {total:g}")
    others = {value: count for value, count in known.items() if value not in shares}
    left, n_others = max(0.0, 1 - total), sum(others.values())
    if left > 1e-9 and not others:
        raise PlanError(f"the shares of {column.name!r} sum to {total:g}, and there are no other values for the rest")
    shares |= {value: left * count / n_others for value, count in others.items() if left > 1e-9}
    return {value: share for value, share in shares.items() if share > 0}


def _value(column: Column, text: str) -> object:
    """A word as a value of the column."""
    if isinstance(column.type, types.Boolean) and text in (column.type.words or ()):
        text = ("false", "true")[(column.type.words or ()).index(text)]
    storage = column.storage.value_type if pa.types.is_dictionary(column.storage) else column.storage
    return pa.array([text]).cast(storage)[0].as_py()


def remarks(sampler: Sampler, request: Request) -> tuple[str, ...]:
    """What the sampler has to say about a request."""
    return tuple(sampler.remarks(request)) if isinstance(sampler, Remarking) else ()
