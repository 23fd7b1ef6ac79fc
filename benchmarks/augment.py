"""Do made rows of a rare class help a classifier to find it, beside class weights, SMOTE and repeating the rows there are?

    python benchmarks/augment.py flights [--draws 30] [--sizes 5,10,20,40,80,160] [--engines trees]
    python benchmarks/augment.py TABLE --target COLUMN --rare VALUE
    python benchmarks/augment.py flights --report [--plot PLOT.svg]

A draw is a few rare rows and many common ones, taken from all rows but a fixed test set, which no method sees. Synthesizers
are fitted on the rows of the draw alone. Measured is the average precision of the rare value on the test set. Every result
is a line of JSON in ``--out``, and the same command goes on where it was broken off; more draws are added to those there.

An engine may have options: ``trees:privacy=low``. Rare rows of the engine trees until both classes are as many are the way
that was chosen before anything was measured. SMOTE gets an environment of its own (``--environment``) on the first run.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sklearn
from augment_learners import LEARNERS, average_precision
from augment_methods import PEER, Method, Sample, Smote, plain, twin
from augment_report import report
from augment_tables import KNOWN, Task, task
from threadpoolctl import threadpool_limits

import twinset as ts
from twinset.core.seed import Seed
from twinset.errors import UserError


@dataclass(frozen=True, slots=True)
class Trial:
    """A task cut into a test set and the rows to draw from, once and for all."""

    task: Task
    test: pa.Table
    rest: pa.Table
    n_common: int

    @classmethod
    def of(cls, task: Task, n_common: int, n_test: int) -> Trial:
        order = Seed(0).child(task.name, "test").generator().permutation(task.rows.num_rows)
        cut = min(n_test, len(order) // 2)
        return cls(task, task.rows.take(order[:cut]), task.rows.take(order[cut:]), n_common)

    def sample(self, n_rare: int, draw: int) -> Sample:
        seed = Seed(0).child(self.task.name, n_rare, draw)
        is_rare = self.task.is_rare(self.rest)
        lot = seed.child("rows").generator()
        chosen = [lot.choice(np.flatnonzero(side), n, replace=False) for side, n in self._sizes(is_rare, n_rare)]
        return Sample.of(self.task, self.rest.take(lot.permutation(np.concatenate(chosen))), seed)

    def _sizes(self, is_rare: npt.NDArray[np.bool_], n_rare: int) -> list[tuple[npt.NDArray[np.bool_], int]]:
        sizes = [(is_rare, n_rare), (~is_rare, self.n_common)]
        for side, n in sizes:
            if np.sum(side) < n:
                sys.exit(f"{n} rows of a class are asked for, and {np.sum(side)} are left beside the test set")
        return sizes

    def measure(self, sample: Sample, make: Method) -> dict[str, Any]:
        """Average precision by method and learner, CPU seconds of it all, and what the synthesizer had to remark."""
        began = time.process_time()
        with warnings.catch_warnings(record=True, action="always", category=UserWarning) as remarks:
            lessons = make(sample)
        asked = sample.lesson(self.test)
        figures = {
            name: {learner: average_precision(learner, lesson, asked, sample.task.is_label) for learner in LEARNERS}
            for name, lesson in lessons.items()
        }
        said = sorted({str(one.message) for one in remarks})
        return {"ap": figures, "cpu": round(time.process_time() - began, 2), "remarks": said}

    @property
    def settings(self) -> dict[str, Any]:
        shares = {side: float(np.mean(self.task.is_rare(rows))) for side, rows in (("test", self.test), ("rest", self.rest))}
        return {
            "table": self.task.name, "target": self.task.target, "rare": self.task.rare, "common": self.n_common,
            "columns": len(self.task.is_label), "labels": len(self.task.labels), "test": self.test.num_rows,
            "rest": self.rest.num_rows, "share": shares, "twinset": ts.__version__, "peer": PEER,
            "scikit-learn": sklearn.__version__,
        }  # fmt: skip


def lines_of(file: Path, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """What was measured before, under the same settings; a last line that was broken off does not count."""
    whole = file.read_text().split("\n")[:-1] if file.exists() else []
    first, *lines = [json.loads(line) for line in whole] or [settings]
    if first != settings:
        sys.exit(f"{file} was measured under other settings; give another --out\nthere: {first}\nnow:   {settings}")
    return lines


def units(given: argparse.Namespace) -> Iterator[tuple[int, int, str]]:
    """(draw, rare rows, family), draws outermost: a run that is broken off has about as many of each size."""
    for draw in range(given.draws):
        for n_rare in given.sizes:
            for family in ("plain", "smote", *given.engines):
                yield draw, n_rare, family


def run(given: argparse.Namespace, trial: Trial, file: Path, smote: Smote) -> None:
    """Measure what is not in the file yet."""
    lines = lines_of(file, trial.settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(line) + "\n" for line in (trial.settings, *lines)))
    done = {(line["draw"], line["rows"], line["family"]) for line in lines}
    families: dict[str, Method] = {"plain": plain, "smote": smote}
    families |= {engine: twin(engine) for engine in given.engines}
    with file.open("a") as out:
        for draw, n_rare, family in units(given):
            if (draw, n_rare, family) in done:
                continue
            measured = trial.measure(trial.sample(n_rare, draw), families[family])
            out.write(json.dumps({"draw": draw, "rows": n_rare, "family": family, **measured}) + "\n")
            out.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", help=f"{', '.join(KNOWN)} or a path")
    parser.add_argument("--target")
    parser.add_argument("--rare")
    parser.add_argument("--draws", type=int, default=30)
    parser.add_argument("--sizes", type=lambda said: [int(one) for one in said.split(",")], default="5,10,20,40,80,160")
    parser.add_argument("--engines", nargs="*", default=["trees"])
    parser.add_argument("--common", type=int, default=2000)
    parser.add_argument("--test", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=Path("demo/augment"))
    parser.add_argument("--environment", type=Path, default=Path(".venv-imblearn"))
    parser.add_argument("--report", action="store_true", help="measure nothing, report what there is")
    parser.add_argument("--plot", type=Path, help="an SVG file to draw")
    given = parser.parse_args()
    if min(given.sizes) < 2:
        sys.exit("--sizes are of 2 and more: one row has no neighbour")
    trial = Trial.of(task(given.table, given.target, given.rare), given.common, given.test)
    file = given.out / f"{trial.task.name}.jsonl"
    if not given.report:
        with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
            run(given, trial, file, Smote(given.environment, Path(folder)))
    report(trial.settings, lines_of(file, trial.settings), given.plot)


if __name__ == "__main__":
    try:
        main()
    except UserError as wrong:
        sys.exit(str(wrong))
