"""What every sampler must keep: parts that cover the request, and rows that follow from (sampler, part, request) alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa

from twinset.core.request import Part
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import Sampler
from twinset.errors import UserError
from twinset.testing.bench import Bench, Case, demand, same_rows, sample

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,100}")


def is_a_sampler(case: Case) -> None:
    """It has the members of the Protocol, a schema of tables with columns, and the name of an engine."""
    demand(
        isinstance(case.sampler, Sampler),
        f"{type(case.sampler).__name__} lacks some of: engine, schema, parts, make, save",
    )
    demand(isinstance(case.sampler.schema, Schema), f"schema is a Schema, not {type(case.sampler.schema).__name__}")
    demand(
        isinstance(case.sampler.engine, str) and bool(case.sampler.engine),
        "engine is the name of an engine, and it is empty",
    )


def parts_have_unique_ids(case: Case) -> None:
    """Ids are unique and can be file names, and two calls of ``parts`` give the same."""
    parts = tuple(case.sampler.parts(case.request))
    counts = Counter(part.id for part in parts)
    demand(all(count == 1 for count in counts.values()), f"parts share the id {counts.most_common(1)}")
    for part in parts:
        demand(bool(_FILE_NAME.fullmatch(part.id)), f"the id {part.id!r} can't be the name of a file")
    demand(
        parts == tuple(case.sampler.parts(case.request)), "two calls of parts() with the same request give different parts"
    )


def parts_cover_the_request(case: Case) -> None:
    """The key ranges of a table's parts are [0, n), in order, without gap or overlap; none is larger than ``part_rows``."""
    ends = dict.fromkeys(case.request.size, 0)
    for part in case.sampler.parts(case.request):
        demand(part.table in ends, f"part {part.id!r} is of table {part.table!r}, which the request does not name")
        demand(part.size == len(part.keys), f"part {part.id!r} has size {part.size} and {len(part.keys)} keys")
        demand(
            0 < part.size <= case.request.part_rows,
            f"part {part.id!r} has {part.size} rows; part_rows is {case.request.part_rows}",
        )
        demand(part.keys.start == ends[part.table], f"part {part.id!r} starts at {part.keys.start}, not {ends[part.table]}")
        ends[part.table] = part.keys.stop
    demand(ends == dict(case.request.size), f"the parts hold {ends} rows, and {dict(case.request.size)} are asked for")


def needs_come_earlier(case: Case) -> None:
    """A part needs only parts that were given out before it."""
    earlier: set[str] = set()
    for part in case.sampler.parts(case.request):
        demand(
            earlier.issuperset(part.needs), f"part {part.id!r} needs {set(part.needs) - earlier}, not given out before it"
        )
        earlier.add(part.id)


def rows_match_schema_and_counts(case: Case) -> None:
    """Each part makes ``size`` rows of its own table, with exactly the columns and storage types of the schema.

    Beside them it may make rows of a table that no request names, such as labels; then it may make more rows than ``size``.
    """
    bench = Bench(case.sampler, case.request)
    for part in bench.parts:
        rows = bench.outcome(part.id).rows
        for batch in rows:
            is_own, is_beside = batch.table == part.table, batch.table not in case.request.size
            demand(is_own or is_beside, f"part {part.id!r} of {part.table!r} made rows of {batch.table!r}")
            _demand_schema(batch.rows, case.sampler.schema[batch.table].arrow, part)
        n_made = sum(batch.rows.num_rows for batch in rows if batch.table == part.table)
        is_labelled = n_made > part.size and any(batch.table != part.table for batch in rows)
        demand(n_made == part.size or is_labelled, f"part {part.id!r} has size {part.size} and made {n_made} rows")


def _demand_schema(rows: pa.RecordBatch, expected: pa.Schema, part: Part) -> None:
    wrong = [f"{field} instead of {other}" for field, other in zip(rows.schema, expected, strict=False) if field != other]
    same_names = rows.schema.names == expected.names
    demand(same_names, f"part {part.id!r} made columns {rows.schema.names}, and the schema has {expected.names}")
    demand(not wrong, f"part {part.id!r} made {'; '.join(wrong)}")


def parts_are_pure(case: Case) -> None:
    """Any part alone, in any order, twice, or after a making that was broken off, gives the same rows."""
    whole = Bench(case.sampler, case.request)
    backwards = Bench(case.sampler, case.request)
    for part in reversed(whole.parts):
        demand(
            whole.outcome(part.id).is_same(backwards.outcome(part.id)), f"part {part.id!r} depends on the order of making"
        )
    for part in whole.parts:
        alone = Bench(case.sampler, case.request)
        alone.abandon(part.id)
        again = alone.outcome(part.id)
        demand(whole.outcome(part.id).is_same(again), f"part {part.id!r} made alone, after a broken-off try, differs")


def seeds_decide(case: Case) -> None:
    """The same request gives the same rows; another seed gives others, unless there are none."""
    request = case.request
    rows = sample(case.sampler, request)
    demand(same_rows(rows, sample(case.sampler, request)), "the same request gives different rows")
    others = [replace(request, seed=Seed(request.seed.root, (*request.seed.path, str(name)))) for name in range(5)]
    is_moved = any(not same_rows(rows, sample(case.sampler, other)) for other in others)
    demand(is_moved or not any(request.size.values()), "five other seeds give the same rows")


def no_rows_and_one_row(case: Case) -> None:
    """Asked for nothing it makes nothing; asked for one row of each table it makes one."""
    for n_rows in (0, 1):
        tables = sample(case.sampler, replace(case.request, size=dict.fromkeys(case.request.size, n_rows)))
        for name in case.request.size:
            demand(tables[name].num_rows == n_rows, f"asked for {n_rows} rows of {name!r}, it made {tables[name].num_rows}")


def unknown_tables_are_refused(case: Case) -> None:
    """A table that it does not make is a UserError, before anything is made."""
    try:
        list(case.sampler.parts(replace(case.request, size={"no such table": 1})))
    except UserError:
        return
    demand(False, "parts() accepts a table that the sampler does not make; raise a UserError that names the known ones")


SAMPLER_CHECKS: tuple[Callable[[Case], None], ...] = (
    is_a_sampler,
    parts_have_unique_ids,
    parts_cover_the_request,
    needs_come_earlier,
    rows_match_schema_and_counts,
    parts_are_pure,
    seeds_decide,
    no_rows_and_one_row,
    unknown_tables_are_refused,
)
