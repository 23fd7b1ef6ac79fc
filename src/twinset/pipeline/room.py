"""Room on the disk: what a large request will need, told before it is made, and refused where the disk can't hold it.

Two thousand rows are made on trial, by the very sampler and into the very format, and weighed: the part files, and the
file that they are joined into, lie on the disk together for a while. Small requests are not tried.
"""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path

from twinset.core.request import SeedRows
from twinset.core.synthesis import Sampler
from twinset.errors import OutputError, UserError
from twinset.execution.local import Local
from twinset.export import exporter
from twinset.pipeline.parts import MakePart, Parts, produce

TRIED_FROM = 1_000_000
"""Rows from which on a request is tried first."""

_TRIAL_ROWS = 2_000


def check_room(job: MakePart, sampler: Sampler, target: Path) -> str:
    """What the request of ``job`` will need on the disk, in words; nothing where it is too small to matter.

    Raises OutputError where that is more than is free beside what an earlier attempt has left there.
    """
    n_rows = sum(job.request.size.values())
    if n_rows < TRIED_FROM or isinstance(job.request.given, SeedRows):
        return ""
    try:
        per_row = _bytes_per_row(job, sampler)
    except UserError:
        return ""  # so few rows can't be made as asked; the many may be
    needed = per_row * n_rows
    there = sum(path.stat().st_size for path in job.folder.iterdir())
    free = shutil.disk_usage(job.folder).free + there
    if needed > free:
        raise OutputError(
            f"{n_rows:,} rows need about {size_in_words(needed)} on the disk that holds {target}, and "
            f"{size_in_words(free)} are free there; ask for at most {_round_down(free / per_row):,} rows, make room, or "
            "choose another place"
        )
    return f"forecast: about {size_in_words(needed)} on the disk while {n_rows:,} rows are made"


def _bytes_per_row(job: MakePart, sampler: Sampler) -> float:
    """Bytes that a row takes on the disk, as its part and in the final file."""
    n_rows = sum(job.request.size.values())
    size = {table: -(-rows * _TRIAL_ROWS // n_rows) for table, rows in job.request.size.items()}
    request = dataclasses.replace(job.request, size=size, part_rows=_TRIAL_ROWS)
    with tempfile.TemporaryDirectory(prefix="trial-", dir=job.folder) as scratch:
        folder = Path(scratch)
        parts = tuple(sampler.parts(request))
        needed = frozenset(need for part in parts for need in part.needs)
        trial = dataclasses.replace(job, request=request, folder=folder, out=folder / "out", kept=needed)
        made = produce(parts, trial, Local(), lambda rows: None)
        _join(trial, made, sampler)
        weight = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return weight / max(1, sum(made.rows.values()))


def _join(job: MakePart, made: Parts, sampler: Sampler) -> None:
    for table in sampler.schema:
        path = job.folder / f"joined.{table.name}"
        exporter(job.format).assemble(made.files(table.name, "part"), path, table, job.dialect, {})


def size_in_words(size: float) -> str:
    """Bytes as people say them: 52 TB."""
    units = ("bytes", "kB", "MB", "GB", "TB", "PB")
    power = min(len(units) - 1, max(0, len(str(int(size))) - 1) // 3)
    return f"{size / 1000**power:,.0f} {units[power]}"


def _round_down(rows: float) -> int:
    """To two digits."""
    step: int = 10 ** max(0, len(str(int(rows))) - 2)
    return int(rows) // step * step
