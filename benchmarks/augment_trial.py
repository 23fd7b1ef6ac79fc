"""A trial of ``benchmarks/augment.py``: a table cut into a test set and rows to draw from, its draws, and what is measured.

Knows neither how a method works nor where results are kept.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sklearn
from augment_learners import LEARNERS, average_precision
from augment_methods import PEER, Method, Sample
from augment_tables import Task

import twinset as ts
from twinset.core.seed import Seed
from twinset.errors import DataError


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
                raise DataError(f"{n} rows of a class are asked for, and {np.sum(side)} are left beside the test set")
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
