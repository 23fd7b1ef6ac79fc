"""What the pipeline costs beside a bare loop over ``make``, and how its memory grows with the rows.

    python benchmarks/pipeline.py overhead [MODEL.twin] [--rows N]
    python benchmarks/pipeline.py memory [MODEL.twin] [--rows N]

overhead  CPU seconds of `twinset sample` (staging, part files, resume marks, hashes, manifest) against a loop that makes the
          same parts and writes each to a file of the same format, both in one process, in pairs that begin with the one and
          the other in turn; the median of the pairs' ratios. The last row leaves the writing out of the bare loop.
memory    peak resident memory of `twinset sample` for N/100, N/10 and N rows, each in a process of its own.

Without a model one is fitted on 20,000 made-up rows of 15 columns.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import twinset as ts
from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.pipeline import samplerfile, sampling
from twinset.pipeline.parts import _Context, loaded
from twinset.pipeline.settings import Settings


def model(folder: Path) -> Path:
    draw = np.random.Generator(np.random.Philox(1))
    base = draw.normal(size=20_000)
    columns = {f"number_{i}": np.round(base * i + draw.normal(size=20_000), 2) for i in range(8)}
    labels = np.array(["red", "green", "blue", "grey"])
    columns |= {f"label_{i}": labels[(np.abs(base + draw.normal(size=20_000)) * 2).astype(int) % 4] for i in range(7)}
    path = folder / "model.twin"
    ts.save(ts.fit(pa.table(columns), seed=1), path)
    return path


def bare(path: Path, n_rows: int, folder: Path, *, writes: bool) -> float:
    """CPU seconds of making all parts in a loop, in memory only or also to a file each."""
    began = time.process_time()
    sampler = samplerfile.load(path).sampler
    table = sampler.schema.only
    request = Request({table.name: n_rows}, Seed(0).child("sample", "sample"))
    for part in sampler.parts(request):
        batches = [item.rows for item in sampler.make(part, request, _Context(folder, folder, part))]
        if writes:
            pq.write_table(pa.Table.from_batches(batches), folder / f"{part.id}.parquet", compression="zstd")
    return time.process_time() - began


def piped(path: Path, n_rows: int, folder: Path) -> float:
    """CPU seconds of the same rows through the pipeline, to one Parquet file."""
    began = time.process_time()
    sampling.sample_file(path, folder / "out.parquet", Settings(workers=1, overwrite=True), n_rows=n_rows, seed=0)
    return time.process_time() - began


def overhead(path: Path, n_rows: int, folder: Path, n_pairs: int = 7) -> None:
    piped(path, 1000, folder)
    made = bare(path, n_rows, folder, writes=False)
    pairs = [_pair(path, n_rows, folder, pipeline_first=bool(turn % 2)) for turn in range(n_pairs)]
    written, through = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratios = sorted(piped_ / bare_ for bare_, piped_ in pairs)
    print(f"{'':<36}{'CPU s':>8}{'ratio':>8}   ({n_rows:,} rows, parts of 100,000; median of {n_pairs} pairs)")
    print(f"{'bare loop, rows written':<36}{written:>8.2f}{1:>8.3f}")
    print(f"{'pipeline':<36}{through:>8.2f}{statistics.median(ratios):>8.3f}   ({ratios[0]:.3f} to {ratios[-1]:.3f})")
    print(f"{'bare loop, rows made and dropped':<36}{made:>8.2f}{made / written:>8.3f}")


def _pair(path: Path, n_rows: int, folder: Path, *, pipeline_first: bool) -> tuple[float, float]:
    """CPU seconds of the bare loop and of the pipeline, one right after the other; nothing is left over for either."""
    loaded.cache_clear()
    before = piped(path, n_rows, folder) if pipeline_first else 0.0
    loop = bare(path, n_rows, folder, writes=True)
    through = before or piped(path, n_rows, folder)
    (folder / "out.parquet").unlink()
    return loop, through


def memory(path: Path, n_rows: int, folder: Path) -> None:
    print(f"{'rows':>12}{'peak MB':>10}{'CPU s':>8}")
    for rows in (n_rows // 100, n_rows // 10, n_rows):
        out = folder / f"{rows}.parquet"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        words = [sys.executable, __file__, "one", str(path), "--rows", str(rows), "--out", str(out)]
        peak = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"{rows:>12,}{int(peak) / 1024:>10.0f}{spent:>8.1f}")
        out.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["overhead", "memory", "one"])
    parser.add_argument("model", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=None)
    parser.add_argument("--out", type=Path)
    known = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = known.model or model(Path(scratch))
        if known.what == "overhead":
            overhead(path, known.rows or 1_000_000, Path(scratch))
        elif known.what == "memory":
            memory(path, known.rows or 10_000_000, Path(scratch))
        else:
            sampling.sample_file(path, known.out, Settings(workers=1), n_rows=known.rows, seed=0)
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
