"""What made texts are good for: a classifier of few real texts beside one of the same few and the made ones.

Few real texts of each label are drawn many times; a logistic regression of hashed runs of letters and words learns from
them, and another from them and all made texts; both are tested on the same unseen real texts. The interval of the
difference holds the luck of the draw and that of the test. A difference of nothing is a finding, and is said.

Source of the comparison: Anaby-Tavor et al., "Do not have enough data? Deep learning to the rescue!" (AAAI 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.score import Interval, Score
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.evaluation.arrays import Floats, Rows
from twinset.evaluation.text.features import counted, vectors

_WORDS, _RUNS = 1 << 12, 1 << 11  # as many columns for hashed words and for hashed runs of letters
FEW = (2, 5, 10)
"""Real texts of each label that the classifier has."""
DRAWS = 30
_FEWEST_TESTS = 30


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts and the label of each."""

    texts: pa.Array
    labels: pa.Array


def few_shot(
    real: Labelled, synthetic: Labelled, test: Labelled, *, seed: Seed, few: tuple[int, ...] = FEW, draws: int = DRAWS
) -> tuple[Score, ...]:
    """A score for each number of real texts: the accuracy with made texts, its baseline that without.

    DataError where a side has no labels, or there are too few texts to test on.
    """
    space = Space.of(real, synthetic, test, seed=seed)
    return tuple(_score(space, n, draws, seed.child("few", n)) for n in few)


@dataclass(frozen=True)
class Space:
    """All sides as sparse vectors in one matrix, the real ones first, then made and test ones; labels as numbers."""

    matrix: Any
    labels: Rows
    bounds: tuple[int, int, int]
    n_labels: int

    @classmethod
    def of(cls, real: Labelled, synthetic: Labelled, test: Labelled, *, seed: Seed, model: str = "") -> Space:
        """The sides in one space: of hashed words and runs of letters, or of a model's embeddings."""
        sides = (real, synthetic, test)
        known = pc.unique(pa.concat_arrays([real.labels.cast(pa.string())]).drop_null())
        codes = [pc.index_in(side.labels.cast(pa.string()), value_set=known) for side in sides]
        numbers = [np.asarray(pc.fill_null(one, -1).to_numpy(zero_copy_only=False), dtype=np.int64) for one in codes]
        if len(known) < 2:
            raise DataError(f"a classifier needs at least two labels, and the real texts have {len(known)}")
        if len(test.texts) < _FEWEST_TESTS:
            raise DataError(f"there are {len(test.texts)} texts to test on, and at least {_FEWEST_TESTS} are needed")
        texts = [side.texts for side in sides]
        matrix = np.concatenate(vectors(texts, seed, model)) if model else _hashed(texts)
        bounds = np.cumsum([len(side.texts) for side in sides]).tolist()
        return cls(matrix, np.concatenate(numbers), (bounds[0], bounds[1], bounds[2]), len(known))

    @property
    def made(self) -> Rows:
        """The made texts with a label that is known."""
        rows = np.arange(self.bounds[0], self.bounds[1])
        return rows[self.labels[rows] >= 0]

    def drawn(self, n: int, random: np.random.Generator) -> Rows:
        """The rows of n real texts of each label, of all where there are fewer."""
        order = random.permutation(self.bounds[0])
        return np.concatenate([order[self.labels[order] == label][:n] for label in range(self.n_labels)])

    def hits(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Which test texts a classifier of these rows gets right."""
        from sklearn.linear_model import LogisticRegression

        test = slice(self.bounds[1], self.bounds[2])
        model = LogisticRegression(C=10.0, max_iter=200, tol=1e-3).fit(self.matrix[rows], self.labels[rows])
        return np.asarray(model.predict(self.matrix[test]) == self.labels[test])


def _hashed(sides: list[pa.Array]) -> Any:
    """Texts as hashed words and runs of letters, how often each stands there, by its logarithm."""
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.preprocessing import normalize

    texts = [text or "" for side in sides for text in side.to_pylist()]
    words = HashingVectorizer(n_features=_WORDS, ngram_range=(1, 2), alternate_sign=False, norm=None)
    return normalize(_beside(words.transform(texts), counted(texts, _RUNS)).log1p())


def _beside(one: Any, other: Any) -> Any:
    from scipy.sparse import hstack

    return hstack([one, other], format="csr")


def _score(space: Space, n: int, draws: int, seed: Seed) -> Score:
    made = space.made
    rows = [space.drawn(n, seed.child("draw", draw).generator()) for draw in range(draws)]
    few = alone(space, n, draws, seed)
    more = np.array([space.hits(np.concatenate([some, made])) for some in rows], dtype=np.float64)
    gain, interval = gain_of(more - few)
    detail = {
        "gain": gain, "gain low": interval[0], "gain high": interval[1], "draws": draws, "real texts of each label": n,
        "draws in which it helps": float((more.mean(axis=1) > few.mean(axis=1)).mean()), "made texts": len(made),
    }  # fmt: skip
    reason = "" if interval[0] > 0 else "made texts do harm" if interval[1] < 0 else "no difference was found"
    base = float(few.mean())
    subject = f"{n} real texts of each label"
    bounds = (base + interval[0], min(1.0, base + interval[1]))
    return Score("utility.few_shot", subject, base + gain, "higher", bounds, base, None, few.shape[1], True, reason, detail)


def alone(space: Space, n: int, draws: int, seed: Seed) -> Floats:
    """Which test texts classifiers of n real texts of each label get right: draws × test texts."""
    rows = (space.drawn(n, seed.child("draw", draw).generator()) for draw in range(draws))
    return np.array([space.hits(some) for some in rows], dtype=np.float64)


def gain_of(differences: Floats) -> tuple[float, Interval]:
    """The mean of draws × test texts, and its interval: the variance of draws' means and of texts' means, added."""
    gain = float(differences.mean())
    variances = [means.var(ddof=1) / len(means) for means in (differences.mean(axis=1), differences.mean(axis=0))]
    half = 1.96 * float(np.sqrt(sum(variances)))
    return gain, (gain - half, gain + half)
