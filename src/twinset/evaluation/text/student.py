"""A student: a small classifier that learns a large model's answers, and nothing else, tried on unseen real texts.

What a model labelled is worth as much as a student of it: one that is nearly as good as the model does its work for nothing,
and one that is no better than a classifier of few labelled real texts was not worth the model's answers. Both are said, and
that no difference was found is a finding. The student is a logistic regression of hashed runs of letters and words, or of
embeddings.

Source of the idea: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network" (2015), here by labels alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.evaluation.arrays import Floats
from twinset.evaluation.attacks.intervals import wilson
from twinset.evaluation.text.few import DRAWS, FEW, Labelled, Space, alone, gain_of

_NAME = "utility.student"
Hits = npt.NDArray[np.bool_]


def distilled(
    real: Labelled, synthetic: Labelled, test: Labelled, *, seed: Seed, teacher: pa.Array | None = None, model: str = "",
    few: tuple[int, ...] = FEW, draws: int = DRAWS,
) -> tuple[Score, ...]:  # fmt: skip
    """The student beside its teacher and beside few real texts of each label.

    ``synthetic`` has the texts and labels that it learns from, ``teacher`` the large model's own answers for the test texts.
    ``model`` embeds them all (see :mod:`.features`). DataError where a side has no labels, or there are too few texts.
    """
    space = Space.of(real, synthetic, test, seed=seed, model=model)
    made = space.made
    n_left = space.bounds[1] - space.bounds[0] - len(made)
    detail = {"texts learned from": len(made), "texts with a label that no real text has": n_left}
    if len(np.unique(space.labels[made])) < 2:
        said = "the made texts have fewer than two of the labels that real ones have"
        return (Score(_NAME, None, None, "higher", n=len(test.texts), reason=said, detail=detail),)
    hits = space.hits(made)
    scores = [] if teacher is None else [_beside_teacher(hits, _right(teacher, test), detail)]
    return (*scores, *_beside_few(space, hits, few, draws, seed, detail))


def _right(teacher: pa.Array, test: Labelled) -> Hits:
    """Which test texts the large model itself got right; none where it gave no answer."""
    if len(teacher) != len(test.labels):
        raise DataError(f"there are {len(test.labels)} texts to test on and {len(teacher)} answers of the teacher to them")
    same = pc.fill_null(pc.equal(teacher.cast(pa.string()), test.labels.cast(pa.string())), False)
    return np.asarray(same.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _beside_teacher(student: Hits, teacher: Hits, detail: dict[str, int]) -> Score:
    """Both took the same test, so that their difference is one of pairs."""
    difference = student.astype(np.float64) - teacher
    gap = float(difference.mean())
    half = 1.96 * float(difference.std(ddof=1)) / len(difference) ** 0.5
    reason = "no difference was found"
    if abs(gap) > half:
        reason = "the student is better than its teacher" if gap > 0 else "the teacher is better"
    n = len(student)
    said = {
        **detail,
        "gap": gap,
        "gap low": gap - half,
        "gap high": gap + half,
    }
    intervals = [wilson(int(side.sum()), n) for side in (student, teacher)]
    base = float(teacher.mean())
    return Score(
        _NAME, "beside its teacher", float(student.mean()), "higher", intervals[0], base, intervals[1], n, True, reason, said
    )  # fmt: skip


def _beside_few(
    space: Space, student: Hits, few: tuple[int, ...], draws: int, seed: Seed, detail: dict[str, int]
) -> Iterator[Score]:
    for n in few:
        others: Floats = alone(space, n, draws, seed.child("few", n))
        gain, (low, high) = gain_of(student - others)
        reason = "" if low > 0 else "few real texts are better" if high < 0 else "no difference was found"
        base = float(others.mean())
        said = {**detail, "gain": gain, "gain low": low, "gain high": high, "draws": draws, "real texts of each label": n}
        interval = (max(0.0, base + low), min(1.0, base + high))
        subject = f"beside {n} real texts of each label"
        yield Score(_NAME, subject, base + gain, "higher", interval, base, None, len(student), True, reason, said)
