"""Three twins of the same weather, each with its report: a good one, one of unrelated columns, and one that copies.

    python examples/three_twins.py weather.csv OUT

The third is the first with one row in twenty replaced by a real row, one number of it moved by one step. It is what figures
of distance miss, and what the report is there to find.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import twinset as ts

TARGET, MOVED, STEP, SHARE = "temp", "wind_dir", 10, 0.05


def near_copies(twin: pa.Table, real: pa.Table, rng: np.random.Generator) -> pa.Table:
    """The twin with a share of its rows replaced by real ones that differ in one number."""
    n_copies = round(SHARE * twin.num_rows)
    taken = real.take(rng.permutation(real.num_rows)[:n_copies])
    place = taken.schema.get_field_index(MOVED)
    moved = pc.add(taken[MOVED], pa.scalar(STEP, taken[MOVED].type))
    return pa.concat_tables([twin.slice(n_copies), taken.set_column(place, taken.schema.field(place), moved)])


def main(source: str, out: Path) -> None:
    """Make the twins and their reports."""
    train, holdout = ts.split(ts.read(source), seed=7)
    n_rows = train.to_arrow().num_rows
    good, loose = (
        ts.sample(ts.fit(train, seed=7, synthesizer=name), n_rows, seed=7).to_arrow() for name in ("trees", "independent")
    )
    rng = np.random.Generator(np.random.Philox(7))
    twins = {"good": good, "loose": loose, "copies": near_copies(good, train.to_arrow(), rng)}
    for name, twin in twins.items():
        report = ts.evaluate(train, twin, holdout=holdout, target=TARGET)
        report.write(out / name)
        print(f"{out / name / 'report.html'}: {report.verdict.outcome}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: three_twins.py weather.csv OUT")
    main(sys.argv[1], Path(sys.argv[2]))
