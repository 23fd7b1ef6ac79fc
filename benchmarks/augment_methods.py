"""The methods of ``benchmarks/augment.py``: what each makes of the few rare rows and many common ones that there are.

Each takes a sample and gives lessons by name. None sees any other row. Which of them is best is not asked here.
"""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from augment_learners import Lesson
from augment_tables import Task
from peers import Environment, parse

import twinset as ts
from twinset.core.seed import Seed

PEER = "imbalanced-learn==0.14.2"
ENVIRONMENT = Environment(((PEER,),))
HERE = Path(__file__).resolve().parent
Lessons = dict[str, Lesson]
Method = Callable[["Sample"], Lessons]


@dataclass(frozen=True, slots=True)
class Sample:
    """The rows that a learner has; ``median`` of each column stands for a missing number, whatever the method."""

    task: Task
    rows: pa.Table
    median: npt.NDArray[np.float64]
    seed: Seed

    @classmethod
    def of(cls, task: Task, rows: pa.Table, seed: Seed) -> Sample:
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
            median = np.nan_to_num(np.nanmedian(task.matrix(rows), axis=0))
        return cls(task, rows, median, seed)

    def lesson(self, rows: pa.Table) -> Lesson:
        x = self.task.matrix(rows)
        return Lesson(np.where(np.isnan(x), self.median, x), self.task.is_rare(rows))

    @property
    def missing(self) -> int:
        """Rows of the rare value that would make it as common as all others."""
        is_rare = self.task.is_rare(self.rows)
        return int(np.sum(~is_rare) - np.sum(is_rare))


def plain(sample: Sample) -> Lessons:
    """Nothing, class weights, and rare rows repeated by lot."""
    rare = np.flatnonzero(sample.task.is_rare(sample.rows))
    again = sample.seed.child("repeat").generator().choice(rare, sample.missing)
    repeated = pa.concat_tables([sample.rows, sample.rows.take(again)])
    bare = sample.lesson(sample.rows)
    return {
        "none": bare,
        "class weights": replace(bare, is_weighted=True),
        "repeated rows": sample.lesson(repeated),
    }


def tuned(sample: Sample) -> Lessons:
    """Nothing, and a learner whose settings suit the few rows that there are."""
    return {"none, tuned": replace(sample.lesson(sample.rows), is_tuned=True)}


class Smote:
    """The peer, started when it is first asked."""

    def __init__(self, environment: Path, folder: Path) -> None:
        self.environment, self.files = environment, (folder / "ask.npz", folder / "answer.npz")
        self.process: subprocess.Popen[str] | None = None

    def __call__(self, sample: Sample) -> Lessons:
        bare, seed = sample.lesson(sample.rows), sample.seed.child("smote").integer()
        np.savez(self.files[0], x=bare.x, y=bare.is_rare, is_label=sample.task.is_label, seed=seed)
        self.process = self.process or self._start()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            sys.exit("SMOTE ended without an answer")
        with np.load(self.files[1]) as answer:
            return {"SMOTE": Lesson(answer["x"], answer["y"].astype(bool))}

    def _start(self) -> subprocess.Popen[str]:
        command = [ENVIRONMENT.python(self.environment), HERE / "augment_peer.py", *self.files]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def twin(engine: str) -> Method:
    """A twin of all rows by that engine (``name`` or ``name:option=value``): the way that was chosen beforehand is here.

    From one fit come rare rows until both classes are as many, rare rows up to 10% of all, and a twin of as many rows.
    """

    def lessons(sample: Sample) -> Lessons:
        sampler = _fit(engine, sample.rows, sample.seed)
        rare = {sample.task.target: sample.task.rare}
        made = ts.sample(sampler, sample.missing, seed=sample.seed.child("rare").integer(), given=rare).to_arrow()
        whole = ts.sample(sampler, sample.rows.num_rows, seed=sample.seed.child("twin").integer()).to_arrow()
        return _added(sample, {**_amounts(engine, made, sample), f"{engine}, whole twin": whole})

    return lessons


def alone(engine: str) -> Method:
    """A twin of the rare rows alone, which knows nothing of the common ones, in the same two amounts."""

    def lessons(sample: Sample) -> Lessons:
        target = sample.task.target
        few = sample.rows.filter(sample.task.is_rare(sample.rows)).drop_columns([target])
        sampler = _fit(engine, few, sample.seed)
        made = ts.sample(sampler, sample.missing, seed=sample.seed.child("alone").integer()).to_arrow()
        made = made.append_column(target, pa.array([sample.task.rare] * made.num_rows))
        return _added(sample, _amounts(f"{engine} on rare rows", made, sample))

    return lessons


def _fit(engine: str, rows: pa.Table, seed: Seed) -> Any:
    name, options = parse(engine)
    return ts.fit(rows, synthesizer=name, seed=seed.integer(), **options)


def _amounts(name: str, made: pa.Table, sample: Sample) -> dict[str, pa.Table]:
    """Until both classes are as many, and up to 10% of all rows."""
    n_common = (sample.rows.num_rows + sample.missing) // 2
    tenth = max(0, round(n_common / 9) - (n_common - sample.missing))
    return {f"{name}, balanced": made, f"{name}, to 10%": made.slice(0, tenth)}


def _added(sample: Sample, added: dict[str, pa.Table]) -> Lessons:
    kept = {way: rows.select(sample.rows.column_names).cast(sample.rows.schema) for way, rows in added.items()}
    return {way: sample.lesson(pa.concat_tables([sample.rows, rows])) for way, rows in kept.items()}
