"""What judging costs, beside SDMetrics in the same run, and whether the two agree where they define the same thing.

    python benchmarks/evaluate.py peer [--rows N]
    python benchmarks/evaluate.py whole [--rows N] [--columns N]

peer   CPU seconds of the point values of columns and pairs against SDMetrics' QualityReport on the same made-up table of 15
       columns, three times in turn, imports left out; then the largest difference of KS, total variation, contingency and
       rank correlation between the two.
whole  CPU seconds of a whole evaluation by metric, a quarter of the rows held out, and its peak memory.

The peer gets an environment of its own beside this file's caller (``--environment``), made on the first run.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from peers import Environment

import twinset as ts
from twinset.core.seed import Seed
from twinset.evaluation.measure import point_values
from twinset.sources import read

PEER = "sdmetrics==0.32.0"
ENVIRONMENT = Environment(((PEER, "pyarrow"),))
HERE = Path(__file__).resolve().parent
ROUNDS, COLUMNS = 3, 15


def table(n_rows: int, seed: int, drift: float = 0.0, n_columns: int = COLUMNS) -> pa.Table:
    """Numbers and labels, about half each, that hang together; ``drift`` moves some of them."""
    draw = np.random.Generator(np.random.Philox(seed))
    base = draw.normal(size=n_rows) + drift
    columns = {
        f"number_{i}": np.round(base * i + draw.normal(size=n_rows) * (1 + drift), 2) for i in range((n_columns + 1) // 2)
    }
    for i in range(n_columns // 2):
        codes = (np.abs(base + draw.normal(size=n_rows)) * (i + 1)).astype(int) % (i + 3)
        columns[f"label_{i}"] = np.array([f"level {code}" for code in range(i + 3)])[codes]
    return pa.table(columns)


def ours(real: pa.Table, made: pa.Table) -> tuple[float, dict[str, float]]:
    """CPU seconds from tables in memory to scores, and the scores by metric and subject."""
    sides = [read(rows) for rows in (real, made)]
    began = time.process_time()
    scores = point_values(*sides, seed=Seed(0))
    spent = time.process_time() - began
    return spent, {f"{score.metric} {score.subject}": score.value for score in scores if score.value is not None}


def peer(n_rows: int, python: Path, folder: Path) -> None:
    sides = table(n_rows, 1), table(n_rows, 2, drift=0.1)
    for name, rows in zip(("real", "made"), sides, strict=True):
        pq.write_table(rows, folder / f"{name}.parquet")
    ours(*(rows.slice(0, 1000) for rows in sides))
    rounds = []
    for _ in range(ROUNDS):
        spent, figures = ours(*sides)
        answer = subprocess.run([python, HERE / "evaluate_peer.py", folder], check=True, capture_output=True, text=True)
        theirs = json.loads(answer.stdout.splitlines()[-1])
        rounds.append((spent, theirs["seconds"]))
    mine, other = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"{'':<44}{'CPU s':>8}{'ratio':>8}   ({n_rows:,} rows x {sides[0].num_columns} columns)")
    print(f"{'point values of columns and pairs':<44}{mine:>8.2f}{1:>8.2f}")
    print(f"{PEER + ' QualityReport':<44}{other:>8.2f}{statistics.median(b / a for a, b in rounds):>8.2f}")
    print(f"\n{'largest difference':<44}{'':>8}{'of':>8}")
    for metric in sorted({name.partition(" ")[0] for name in theirs["figures"]}):
        shared = {name for name in theirs["figures"] if name.partition(" ")[0] == metric and name in figures}
        gap = max(abs(theirs["figures"][name] - figures[name]) for name in shared)
        print(f"{metric:<44}{gap:>8.4f}{len(shared):>8}")


def whole(n_rows: int, n_columns: int) -> None:
    sides = [
        table(n, seed, n_columns=n_columns) for n, seed in ((n_rows * 3 // 4, 1), (n_rows * 3 // 4, 2), (n_rows // 4, 3))
    ]
    ts.evaluate(*(rows.slice(0, 300) for rows in sides[:2]), holdout=sides[2].slice(0, 300))
    began = time.process_time()
    judged = ts.evaluate(sides[0], sides[1], holdout=sides[2], target="label_0")
    spent = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    size = f"{n_rows:,} rows x {sides[0].num_columns} columns"
    print(f"{size}: {spent:.1f} CPU s, {memory:.2f} GB at most, verdict {judged.verdict.outcome}")
    for name, seconds in sorted(judged.evaluation.cpu_seconds.items(), key=lambda each: -each[1]):
        print(f"  {name:<20}{seconds:>8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("peer", "whole"))
    parser.add_argument("--rows", type=int, default=32_000)
    parser.add_argument("--columns", type=int, default=COLUMNS)
    parser.add_argument("--environment", type=Path, default=Path(".venv-sdmetrics"))
    given = parser.parse_args()
    if given.what == "whole":
        whole(given.rows, given.columns)
        return
    with tempfile.TemporaryDirectory() as folder:
        peer(given.rows, ENVIRONMENT.python(given.environment), Path(folder))


if __name__ == "__main__":
    main()
