"""Assembling takes as much memory for many parts as for few."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import resource, sys
from pathlib import Path
import numpy as np, pyarrow as pa
from twinset.core import types
from twinset.core.dataset import Dialect
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.export import exporter

name, n_parts, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
table = Table("t", tuple(Column(f"c{place}", types.Real(), pa.float64()) for place in range(10)))
rows = pa.record_batch([pa.array(Seed(place).generator().normal(size=50_000)) for place in range(10)], schema=table.arrow)
made = exporter(name)
made.write_part([rows], folder / "part", table, Dialect())
made.assemble([folder / "part"] * n_parts, folder / "out", table, Dialect(), {})
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.verify
@pytest.mark.parametrize("name", ["arrow", "csv", "jsonl", "parquet"])
def test_memory_does_not_grow_with_the_rows(name: str, tmp_path: Path) -> None:
    peaks = []
    for n_parts in ("20", "120"):
        command = [sys.executable, "-c", PROGRAM, name, n_parts, str(tmp_path)]
        peaks.append(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    assert peaks[1] - peaks[0] < 40, f"MB at the peak for 1 and for 6 million rows: {peaks}"
