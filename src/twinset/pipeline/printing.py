"""One table of a plan as text, at once: no folder, nothing to resume, and as few imports as possible."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyarrow as pa

from twinset.core.dataset import Batch, Dialect
from twinset.core.media import MediaRef
from twinset.core.registry import nearest
from twinset.core.request import Request
from twinset.core.schema import Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import Sizing
from twinset.errors import InternalError, PlanError
from twinset.export import exporter
from twinset.pipeline.engines import engine_of
from twinset.pipeline.lookups import with_files
from twinset.plan import Plan
from twinset.synthesizers.rules.dirt.labels import SUFFIX

FORMATS = ("csv", "jsonl")


def print_rows(
    plan: Plan, base: Path, out: IO[bytes], *, table: str | None = None, format: str | None = None,
    say: Callable[[str], None] | None = None,
) -> None:  # fmt: skip
    """Write the rows of a table to ``out``, part by part; they are those that a run of the plan makes.

    Of a plan with texts it is a stage of these. PlanError where the plan has neither texts nor one stage of rules alone, or
    several tables of which none is named.
    """
    if (format or "csv") not in FORMATS:
        raise PlanError(f"what is printed is {' or '.join(FORMATS)}, not {format!r}; say a folder with -o for other formats")
    plan = with_files(plan, base)
    if any(stage.text is not None for stage in plan.stages.values()):
        from twinset.pipeline.printing_texts import print_texts

        print_texts(plan, base, out, table, format, say or (lambda text: None))
        return
    if len(plan.stages) != 1 or not next(iter(plan.stages.values())).tables:
        raise PlanError("-o - prints plans of texts, or of one stage of tables by rules; say a folder with -o for others")
    ((name, stage),) = plan.stages.items()
    seed = Seed(plan.seed)
    sampler = engine_of(stage).fit(None, schema=Schema(()), seed=seed.child("fit", name), ctx=Alone())
    wanted = sampler.schema[_wanted(table, [one.name for one in sampler.schema], len(stage.tables))]
    request = Request({}, seed.child("sample", name), part_rows=plan.part_rows)
    assert isinstance(sampler, Sizing)
    request = sampler.sized(request)
    maker = wanted.name if wanted.name in request.size else wanted.name.removesuffix(SUFFIX)  # labels lie beside its rows
    with lines_to(out, wanted, format or "csv") as write:
        for part in sampler.parts(request):
            if part.table == maker:
                items = [one for one in sampler.make(part, request, Alone()) if isinstance(one, Batch)]
                write([one.rows for one in items if one.table == wanted.name])


@contextmanager
def lines_to(out: IO[bytes], table: Table, format: str) -> Iterator[Callable[[list[pa.RecordBatch]], None]]:
    """What writes rows of a table to ``out`` at once, the head before the first; SchemaError for what has no such form."""
    writer, dialect = exporter(format), Dialect(format=format)
    writer.check(table, dialect)
    with tempfile.TemporaryDirectory(prefix="twinset-") as scratch:
        path = Path(scratch) / "rows"
        writer.assemble([], path, table, dialect, {})
        _copy(path, out)

        def write(batches: list[pa.RecordBatch]) -> None:
            writer.write_part(batches, path, table, dialect)
            _copy(path, out)

        yield write


class Alone:
    """Surroundings of an engine that asks nothing of them."""

    def progress(self, done: float, what: str) -> None: ...

    def note(self, what: str, column: str | None = None, count: int = 1) -> None: ...

    def rows_of(self, part: str) -> pa.Table:
        raise InternalError("rules do not read the rows of other parts")

    def state_of(self, part: str) -> bytes:
        raise InternalError("rules leave no state")

    def put(self, content: bytes, media_type: str) -> MediaRef:
        raise InternalError("rules store no blobs")


def _copy(path: Path, out: IO[bytes]) -> None:
    with path.open("rb") as file:
        shutil.copyfileobj(file, out)
    out.flush()


def _wanted(table: str | None, known: list[str], n_tables: int) -> str:
    """The table that is meant: the first of ``known``, which may have labels beside it, where the plan has one alone."""
    if table is None and n_tables > 1:
        raise PlanError(f"the plan makes several tables; say which one to print: --table {' or --table '.join(known)}")
    if table is not None and table not in known:
        raise PlanError(f"the plan makes no table {table!r}{nearest(table, known)}; it makes: {', '.join(known)}")
    return table or known[0]
