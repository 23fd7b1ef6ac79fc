"""Everything there is to measure about made texts beside a corpus: scores as other metrics give them.

Baselines are real against real: half of the corpus is set beside the other half, which is what perfect texts would get.
Figures of leaks are shares of texts, with Wilson's interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.evaluation.arrays import Flags, Floats, Rows
from twinset.evaluation.attacks.intervals import wilson
from twinset.evaluation.text.clusters import clusters, largest, misplaced
from twinset.evaluation.text.collapse import FEWEST, alarm
from twinset.evaluation.text.diversity import Figure, distinct_of, nearest, vendi, with_interval
from twinset.evaluation.text.features import vectors
from twinset.texts.minhash import repeats, signatures, similar_pairs
from twinset.texts.overlap import Corpus

MOST = 4000
"""Texts of each side that diversity is measured on; leaks are looked for in all."""
LIKENESS = 0.75
MEMORISED = 20
"""Words in a row that make a text a copy of the corpus."""
SHARE = 0.5
"""Share of a test item's runs of three words that make a text hold it."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Made texts and what they are set beside: real ones, unseen real ones, items of test sets."""

    reference: pa.Array
    synthetic: pa.Array
    holdout: pa.Array | None = None
    tests: pa.Array | None = None


def measure_texts(texts: Texts, *, seed: Seed, model: str = "") -> tuple[Score, ...]:
    """The scores of made texts; DataError where a side has too few. ``model`` embeds them (see :mod:`.features`)."""
    for name, side in (("real", texts.reference), ("synthetic", texts.synthetic)):
        if len(side) < FEWEST:
            raise DataError(f"there are {len(side)} {name} texts, and at least {FEWEST} are needed")
    rows = [seed.child("order", place).generator().permutation(len(side)) for place, side in enumerate(_sides(texts))]
    real, made = (side.take(pa.array(order[:MOST])) for side, order in zip(_sides(texts), rows, strict=True))
    spaces = vectors([real, made], seed, model)
    return (
        *_diversity(real, made, spaces),
        *_kinds(spaces, seed),
        _collapse(real, made, spaces, seed),
        _duplicates(texts),
        _memorised(texts, seed),
        _contamination(texts),
    )


def _sides(texts: Texts) -> tuple[pa.Array, pa.Array]:
    return texts.reference, texts.synthetic


def _diversity(real: pa.Array, made: pa.Array, spaces: list[Floats]) -> Iterator[Score]:
    """Measured on as many texts of either side."""
    n = min(len(real), len(made))
    pairs: list[tuple[str, Figure, Figure]] = [
        *((f"text.distinct_{size}", distinct_of(real, size), distinct_of(made, size)) for size in (1, 2, 3)),
        ("text.vendi", vendi(spaces[0]), vendi(spaces[1])),
        ("text.nearest", nearest(spaces[0]), nearest(spaces[1])),
    ]
    for name, of_real, of_made in pairs:
        (base, base_interval), (value, interval) = (with_interval(one, np.arange(n)) for one in (of_real, of_made))
        if not np.isfinite([value, base]).all():
            yield Score(name, None, None, "baseline", n=n, reason="no text is long enough")
            continue
        yield Score(name, None, value, "baseline", interval, base, base_interval, n)


def _kinds(spaces: list[Floats], seed: Seed) -> Iterator[Score]:
    real, made = clusters(spaces, seed)
    half = len(real) // 2
    n = min(half, len(made))
    value, base = misplaced(real[:half], made), misplaced(real[:half], real[half:])
    interval, base_interval = _spread(real[:half], made, seed), _spread(real[:half], real[half:], seed)
    yield Score("text.clusters", None, value, "lower", interval, base, base_interval, n)
    hits, base_hits = (round(largest(side) * len(side)) for side in (made, real))
    yield Score(
        "text.largest_cluster", None, largest(made), "baseline", wilson(hits, len(made)), largest(real),
        wilson(base_hits, len(real)), n,
    )  # fmt: skip


def _spread(one: Rows, other: Rows, seed: Seed) -> tuple[float, float]:
    random = seed.child("spread").generator()
    drawn = [misplaced(*(side[random.integers(0, len(side), len(side))] for side in (one, other))) for _ in range(200)]
    half = 1.96 * float(np.std(drawn))
    value = misplaced(one, other)
    return max(0.0, value - half), min(1.0, value + half)


def _collapse(real: pa.Array, made: pa.Array, spaces: list[Floats], seed: Seed) -> Score:
    found = alarm(real, made, (spaces[0], spaces[1]), seed)
    assert found is not None
    detail = {"chance": found.chance, "rings": found.rings}
    said = "the alarm rings: far less varied than as many real texts" if found.rings else ""
    return Score("text.collapse", None, found.ratio, "higher", baseline=1.0, n=found.n, reason=said, detail=detail)


def _share(name: str, hits: Flags, base: Flags | None) -> Score:
    """The share of texts of which something is true, beside that among real ones."""
    interval = wilson(int(hits.sum()), len(hits))
    if base is None or not len(base):
        return Score(name, None, float(hits.mean()), "lower", interval, n=len(hits))
    beside = wilson(int(base.sum()), len(base))
    return Score(name, None, float(hits.mean()), "lower", interval, float(base.mean()), beside, len(hits))


def _duplicates(texts: Texts) -> Score:
    """The share of texts that are nearly an earlier one, beside that among as many real ones."""
    n = min(map(len, _sides(texts)))
    found = []
    for side in (texts.synthetic.slice(0, n), texts.reference.slice(0, n)):
        made = signatures(side)
        found.append(repeats(similar_pairs(made, LIKENESS), len(made)))
    return _share("text.duplicates", found[0], found[1])


def _memorised(texts: Texts, seed: Seed) -> Score:
    """The share of texts that repeat the corpus at length, beside that of unseen real ones."""
    corpus = Corpus.of(texts.reference)
    hits = corpus.runs(texts.synthetic, MEMORISED) > 0
    base = None if texts.holdout is None else corpus.runs(texts.holdout, MEMORISED) > 0
    return _share("text.memorised", hits, base)


def _contamination(texts: Texts) -> Score:
    if texts.tests is None:
        return Score("text.contamination", None, None, "lower", reason="no test sets were given")
    corpus = Corpus.of(texts.tests)
    held = [corpus.shares(side) >= SHARE for side in (texts.synthetic, texts.reference)]
    return _share("text.contamination", held[0], held[1])
