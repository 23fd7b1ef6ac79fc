"""What is given of a database, read and checked: rows of one of its tables, whose keys lead somewhere and stay different."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.constraints import broken
from twinset.core.constraints import Predicate, Unique
from twinset.core.keys import MISSING, is_live, missing, numbered, places, plain
from twinset.core.registry import nearest
from twinset.core.request import Request, SeedRows
from twinset.core.schema import Table
from twinset.core.seed import Seed
from twinset.core.synthesis import Completing, Remarking
from twinset.errors import PlanError
from twinset.synthesizers.relational.given.cells import cells_of
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.shape import Tie

_SHOWN = 3


@dataclass(frozen=True)
class Asked:
    """The given ``rows`` of a table, in its storage.

    ``has_owners``: they say whose they are. ``is_one``: a key of one row may lead to any other, or both to the same row, so
    that all of them are made together.
    """

    table: str
    rows: pa.Table
    has_owners: bool
    is_one: bool


def asked_of(known: Mapping[str, Known], request: Request) -> Asked | None:
    """The given rows; PlanError, with what is allowed, where they can't be honoured."""
    given = request.given
    if given is None:
        return None
    if not isinstance(given, SeedRows) or given.filled or given.table is None:
        raise PlanError("linked tables can be given rows of one of them, such as --given TABLE=ROWS; not shares or values")
    if given.table not in known:
        raise PlanError(f"there is no table {given.table!r}{nearest(given.table, known)}; tables: {', '.join(known)}")
    own = known[given.table]
    rows = _in_storage(own.table, given.rows)
    _check_table(own, rows)
    owner = own.shape.owner
    has_owners = owner is not None and _is_given(owner, rows)
    _check_keys(known, own, rows)
    _check_different(own, rows, has_owners)
    _check_constraints(own.table, rows)
    is_one = has_owners or any(_is_given(tie, rows) for _, tie in own.shape.of("partner"))
    return Asked(given.table, rows, has_owners, is_one)


def _is_given(tie: Tie, rows: pa.Table) -> bool:
    return all(name in rows.column_names and rows.column(name).null_count < rows.num_rows for name in tie.key.columns)


def remarks(known: Mapping[str, Known], asked: Asked) -> Iterator[str]:
    """Given values that the engines never learned, counted."""
    own = known[asked.table]
    cells = cells_of(own, asked.rows, known)
    for stage in own.stages:
        if isinstance(stage, Remarking) and isinstance(stage, Completing):
            names = [name for name in cells.column_names if name in _columns_of(stage)]
            if names:
                yield from stage.remarks(Request({}, Seed(0), SeedRows(cells.select(names))))


def _columns_of(stage: object) -> tuple[str, ...]:
    schema = getattr(stage, "schema")  # noqa: B009 - samplers have one, which the protocol of contexts does not say
    return tuple(name for name in schema.only.names if not name.startswith("~"))


def _in_storage(table: Table, rows: pa.Table) -> pa.Table:
    """The given columns as the table stores them."""
    arrays = {}
    for name in rows.column_names:
        if name not in table.names:
            raise PlanError(
                f"the given rows have a column {name!r} that {table.name!r} lacks{nearest(name, table.names)}; "
                f"its columns: {', '.join(table.names[:30])}"
            )
        storage = table[name].storage
        kind = storage.value_type if pa.types.is_dictionary(storage) else storage
        try:
            arrays[name] = plain(rows.column(name)).cast(kind)
        except pa.ArrowException as error:
            raise PlanError(f"what is given for column {table.name}.{name} is not {kind}: {error}") from error
    if not arrays or not rows.num_rows:
        raise PlanError(f"what is given of {table.name!r} has no rows, or none of its columns")
    return pa.table(arrays)


def _check_table(known: Known, rows: pa.Table) -> None:
    name = known.table.name
    if known.table.is_reference:
        raise PlanError(f"{name!r} is a list that many share, whose rows stay as they are; give rows of another table")
    if known.grid is not None:
        raise PlanError(f"rows of {name!r} are all combinations of their keys, and can't be given; give another table's")
    if not known.stages:
        raise PlanError(f"{name!r} had no rows, so nothing was learned of them; give rows of another table")
    if not all(isinstance(stage, Completing) for stage in known.stages):
        raise PlanError("the engine of this sampler can't be given rows of linked tables; one that can is trees")
    for column, source in known.mirrors.items():
        if column in rows.column_names:
            raise PlanError(f"{name}.{column} repeats its owner's {source!r}; leave it out, or give the owner's rows")
    for total in known.totals:
        if total.column in rows.column_names and total.summed:
            raise PlanError(f"{name}.{total.column} is added up from rows of {total.child!r}; leave it out of what is given")


# -- keys ----------------------------------------------------------------------------------------------------------


def _check_keys(known: Mapping[str, Known], own: Known, rows: pa.Table) -> None:
    for tie in own.shape.ties:
        given = [name for name in tie.key.columns if name in rows.column_names]
        if not given or tie.kind == "implied":
            continue
        if tie.key.when is not None and tie.key.when[0] not in rows.column_names:
            kind = tie.key.when[0]
            raise PlanError(
                f"the key of {own.table.name!r} to {tie.key.table!r} holds by {kind!r}; give that column as well"
            )
        is_led = (
            tie.kind == "value" and tie.key.columns[-1] not in given
        )  # what is given stays, and the last column leads on
        if len(given) < len(tie.key.columns) and not is_led:
            rest = ", ".join(name for name in tie.key.columns if name not in given)
            raise PlanError(f"the key of {own.table.name!r} to {tie.key.table!r} is given in part; give {rest} as well")
        if tie.kind == "owner":
            _check_owner(known, own, rows, tie)
        elif tie.kind == "list":
            kept = known[tie.key.table].kept
            assert kept is not None
            _check_found(own, rows, tie, kept, f"the rows of {tie.key.table!r} that stay as they are")
        elif tie.kind == "partner":
            _check_partner(own, rows, tie)


def _check_owner(known: Mapping[str, Known], own: Known, rows: pa.Table, tie: Tie) -> None:
    parent, where = known[tie.key.table], f"the key of {own.table.name!r} to {tie.key.table!r}"
    references = tie.key.references
    if len(references) > 1 or references[0] not in {column.name for column in parent.drawn}:
        raise PlanError(f"{where} is made of other tables' keys and can't be given; leave out {', '.join(tie.key.columns)}")
    if plain(rows.column(tie.key.columns[0])).null_count not in (0, rows.num_rows):
        raise PlanError(f"{where} is given in some rows and missing in others; give it in all of them, or in none")


def _check_partner(own: Known, rows: pa.Table, tie: Tie) -> None:
    is_said = is_live(rows, tie.key) & ~missing([plain(rows.column(one)) for one in tie.key.columns])
    if not is_said.any():
        return
    if tie.key.table != own.table.name or not set(tie.key.references) <= set(rows.column_names):
        raise PlanError(
            f"the key of {own.table.name!r} to {tie.key.table!r} can't be given, as the rows that it leads to are made "
            f"along with these; leave out {', '.join(tie.key.columns)}"
        )
    _check_found(own, rows, tie, rows, "the given rows")


def _check_found(own: Known, rows: pa.Table, tie: Tie, parents: pa.Table, where: str) -> None:
    """PlanError where a given key leads to none of ``parents``."""
    lost = np.flatnonzero(places(rows, tie.key, parents) < MISSING)
    if len(lost):
        some = rows.select(list(tie.key.columns)).take(pa.array(lost[:_SHOWN])).to_pylist()
        shown = "; ".join(", ".join(str(value) for value in one.values()) for one in some)
        raise PlanError(
            f"{len(lost):,} given rows of {own.table.name!r} point to no row of {tie.key.table!r} "
            f"({', '.join(tie.key.columns)}: {shown}); keys may be those of {where}, or missing"
        )


def _check_different(own: Known, rows: pa.Table, has_owners: bool) -> None:
    key = own.table.primary_key
    if own.ordinal in rows.column_names and not (has_owners and plain(rows.column(own.ordinal)).null_count == 0):
        raise PlanError(f"{own.table.name}.{own.ordinal} numbers an owner's rows; give it with the owner's key, or not")
    given = [name for name in key if name in rows.column_names]
    if len(key) > 1 and any(rows.column(name).null_count for name in given):
        raise PlanError(f"{', '.join(given)} of {own.table.name!r} are of its key; give them in all rows, or in none")
    if not key or len(given) < len(key):
        return
    columns = [plain(rows.column(name)) for name in key]
    numbers = numbered(columns)[~missing(columns)]
    if n_again := len(numbers) - len(np.unique(numbers)):
        raise PlanError(f"{n_again:,} given rows of {own.table.name!r} have another row's primary key ({', '.join(key)})")


def _check_constraints(table: Table, rows: pa.Table) -> None:
    for constraint in table.constraints:
        names = set(constraint.columns)
        if isinstance(constraint, Unique | Predicate) or not names <= set(rows.column_names):
            continue
        there = rows.filter(pa.array(~missing([plain(rows.column(name)) for name in names]))).combine_chunks()
        for batch in there.to_batches():
            n_broken = int(broken(constraint, table, batch, {}).sum())
            if n_broken:
                raise PlanError(f"{n_broken:,} given rows of {table.name!r} break {str(constraint)!r} themselves; mend them")
