"""The likelihood-ratio attack: from the statistics of all shadows to one score for each record in each twin.

For the twin that is attacked, each record's statistics are set against what the other twins show for the same record, those
with it (in) and those without (out). With normal laws of one spread the log ratio of a statistic is its standardised value
times the standardised difference of the two means, up to a constant; the difference is drawn towards that of all records as
far as its noise asks for. The log ratios of a family of statistics are summed, and a logistic regression weighs
the families.

Nothing of an attacked twin is known to its attack: its own shadow is left out together with that of the complementary half
(with it alone left out, the number of ins and outs would betray the answer), and the regression's weights come from other
records in other shadows.

Source: Carlini, Chien, Nasr, Song, Terzis, Tramèr, Membership inference attacks from first principles, IEEE S&P 2022.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags, Floats

FOLDS = 3
TRUST = 4
"""A record's own spread is drawn towards that of all records as if so many shadows had shown the latter."""
MOST = 8.0
"""Standardised values beyond it are cut: laws are not normal that far out."""
RIDGE = 0.01


def scores(statistics: npt.NDArray[np.floating], is_member: Flags, families: Sequence[str], seed: Seed) -> Floats:
    """The score of each record in each shadow (shadows × records); the higher, the likelier it is a member.

    ``statistics``: shadows × records × statistics; ``is_member``: shadows × records. Shadows 2i and 2i + 1 are fitted on
    complementary halves. ``families`` name the family of each statistic.
    """
    names = list(dict.fromkeys(families))
    sums = np.zeros((*is_member.shape, len(names)))
    for place, family in enumerate(families):
        ratio = log_ratio(statistics[:, :, place].astype(np.float64), is_member)
        sums[:, :, names.index(family)] += ratio
    return _weighed(sums, is_member, seed)


def log_ratio(values: Floats, is_member: Flags) -> Floats:
    """The log likelihood ratio of one statistic for each record in each shadow, up to a constant: shadows × records."""
    n_left = len(values) - 2
    mean = _without_pair(values) / n_left
    spread = np.sqrt(_shrunk(_without_pair(values**2) / n_left - mean**2, n_left))
    standard = np.clip(np.divide(values - mean, spread, out=np.zeros_like(values), where=spread > 0), -MOST, MOST)
    signed = np.where(is_member, values, -values)
    between = _without_pair(signed) * 2 / n_left
    difference = np.divide(between, spread, out=np.zeros_like(values), where=spread > 0)
    return np.asarray(standard * _towards_common(difference, noise=4 / n_left))


def _without_pair(values: Floats) -> Floats:
    """Sums over all shadows but the own pair."""
    of_pair = values.reshape(-1, 2, values.shape[1]).sum(axis=1)
    return np.asarray(values.sum(axis=0) - np.repeat(of_pair, 2, axis=0))


def _shrunk(variance: Floats, n: int) -> Floats:
    """Variances of single records, drawn towards their mean; rounding is not taken for a spread."""
    variance = np.maximum(variance, 0)
    common = variance.mean()
    return np.asarray((n * variance + TRUST * common) / (n + TRUST)) if common > 1e-10 else np.zeros_like(variance)


def _towards_common(difference: Floats, noise: float) -> Floats:
    """Differences of single records, drawn towards the mean of all as far as they scatter no more than noise does."""
    common = difference.mean(axis=1, keepdims=True)
    true = max(0.0, float(((difference - common) ** 2).mean()) - noise)
    return np.asarray(common + true / (true + noise) * (difference - common))


def _weighed(sums: Floats, is_member: Flags, seed: Seed) -> Floats:
    """The families weighed by regressions, each learned from other records in other shadows."""
    n_shadows, n_records = is_member.shape
    random = seed.generator()
    of_record = random.permutation(n_records) % FOLDS
    of_shadow = np.repeat(random.permutation(n_shadows // 2) % FOLDS, 2)
    result = np.zeros(is_member.shape)
    for fold in np.ndindex(FOLDS, FOLDS):
        known = np.ix_(of_shadow != fold[0], of_record != fold[1])
        asked = np.ix_(of_shadow == fold[0], of_record == fold[1])
        if sums[asked].size:
            result[asked] = _regression(sums[known], is_member[known], sums[asked])
    return result


def _regression(known: Floats, is_member: Flags, asked: Floats) -> Floats:
    from sklearn.linear_model import LogisticRegression

    spread = np.maximum(known.std(axis=(0, 1)), 1e-9)
    model = LogisticRegression(C=RIDGE, fit_intercept=False, max_iter=200)
    model.fit((known / spread).reshape(-1, known.shape[-1]), is_member.ravel())
    return np.asarray(model.decision_function((asked / spread).reshape(-1, asked.shape[-1]))).reshape(asked.shape[:2])
