"""How many rows go with those that are given."""

from __future__ import annotations

from collections.abc import Mapping

from twinset.core.keys import plain
from twinset.core.request import Request, SeedRows
from twinset.core.schema import Schema
from twinset.errors import PlanError
from twinset.privacy.kinship import root_of
from twinset.synthesizers.relational.known import Known


def sized(known: Mapping[str, Known], schema: Schema, request: Request) -> dict[str, int]:
    """The rows that are asked for, with those that are given, and with as many of their roots as go with them."""
    given, size = request.given, dict(request.size)
    if not isinstance(given, SeedRows) or given.table is None or given.table not in known:
        return size
    name, n_rows = given.table, given.rows.num_rows
    if size.setdefault(name, n_rows) != n_rows:
        raise PlanError(f"{n_rows:,} rows of {name!r} are given, and one is made for each; leave out its rows")
    root = root_of(schema, name)
    size.setdefault(root, max(1, round(known[root].n_rows * n_rows / max(known[name].n_rows, 1))))
    return size


def with_owners(known: Mapping[str, Known], request: Request, size: dict[str, int]) -> dict[str, int]:
    """The sizes with at least one row of each table that the given rows hang on, and an owner for each key that is given."""
    given = request.given
    if not isinstance(given, SeedRows) or given.table is None or not given.rows.num_rows:
        return size
    size, least, name = dict(size), _n_keys(known[given.table], given), given.table
    while (tie := known[name].shape.owner) is not None:
        name = tie.key.table
        if size[name] < least and name in request.size and least > 1:
            raise PlanError(f"{least:,} rows of {name!r} are the owners of those given, and {size[name]:,} are asked for")
        size[name], least = max(size[name], least), 1
    return size


def with_partners(known: Mapping[str, Known], name: str, size: dict[str, int]) -> dict[str, int]:
    """The sizes with at least one row of each table that keys of the given rows lead to."""
    led = {tie.key.table for _, tie in known[name].shape.of("partner")}
    return {table: max(n_rows, 1) if table in led and known[table].n_rows else n_rows for table, n_rows in size.items()}


def _n_keys(known: Known, given: SeedRows) -> int:
    """How many different owners the given rows name."""
    tie = known.shape.owner
    if tie is None or len(tie.key.columns) > 1 or tie.key.columns[0] not in given.rows.column_names:
        return 1
    return max(1, len(plain(given.rows.column(tie.key.columns[0])).drop_null().unique()))
