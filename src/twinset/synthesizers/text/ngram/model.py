"""An n-gram model of one column of texts: learned from runs that enough people share, drawn for all rows at once.

Words that fewer than ``k`` entities use are not in its vocabulary: they count as one unknown word, in the place of which a
shared one stands when texts are made. Numbers are made digit by digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.seed import Seed
from twinset.privacy.values import Owners, holders
from twinset.synthesizers.text.ngram.levels import LARGEST, Level, learn
from twinset.synthesizers.text.ngram.patterns import Patterns, in_text
from twinset.synthesizers.text.ngram.sentences import Found, Spoken, find
from twinset.synthesizers.text.ngram.tokens import Codes, joined, tokens

START, END, RARE, FIRST = 0, 1, 2, 3
"""The codes of no tokens: where a text begins and ends, and a word that is not shared; FIRST is that of the first token."""
MOST_TOKENS = 2000


@dataclass(frozen=True)
class Model:
    """``book`` holds the shared tokens in order, ``often`` how often each came; ``levels`` go from long contexts to short
    ones. A sentence of ``patterns`` is one token more.
    """

    book: pa.Array
    often: Codes
    levels: tuple[Level, ...]
    longest: int
    patterns: Patterns

    @property
    def n_tokens(self) -> int:
        """How many codes of tokens there are."""
        return FIRST + len(self.book) + len(self.patterns)

    def texts(self, labels: Codes, seed: Seed) -> pa.Array:
        """A text for each label (0 where there are none)."""
        n_rows, width = len(labels), max((level.n_before for level in self.levels), default=0)
        made = np.full((n_rows, width + self.longest), START, dtype=np.int64)
        lengths = np.full(n_rows, self.longest, dtype=np.int64)
        open_, random = np.arange(n_rows), seed.generator()
        for step in range(self.longest):
            if not len(open_):
                break
            drawn = self._next(made[open_, step : step + width], labels[open_], random)
            is_over = drawn == END
            lengths[open_[is_over]] = step
            open_ = open_[~is_over]
            made[open_, width + step] = drawn[~is_over]
        is_said = np.arange(self.longest) < lengths[:, None]
        return self._spelled(self._shared(made[:, width:][is_said], random), lengths, random)

    def _spelled(self, places: Codes, lengths: Codes, random: np.random.Generator) -> pa.Array:
        """Texts of so many tokens each, patterns filled."""
        is_pattern = places >= len(self.book)
        if not is_pattern.any():
            return joined(self.book, places, lengths)
        sentences = self.patterns.filled(places[is_pattern] - len(self.book), random)
        places[is_pattern] = len(self.book) + np.arange(len(sentences))
        made = joined(pa.concat_arrays([self.book, in_text(sentences)]), places, lengths)
        return pc.replace_substring(made, "\n ", "\n")

    def _next(self, before: Codes, labels: Codes, random: np.random.Generator) -> Codes:
        """The token after each row's last ones, from the longest context that knows one."""
        found = np.full(len(labels), -1, dtype=np.int64)
        n_known = (before != START).sum(axis=1) + 1
        for level in self.levels:
            rows = np.flatnonzero(found < 0)
            if not len(rows):
                break
            rows = rows[n_known[rows] >= level.n_before]
            found[rows] = level.draw(self._keys(level, before[rows], labels[rows]), random)
        return np.where(found < 0, END, found)

    def _keys(self, level: Level, before: Codes, labels: Codes) -> Codes:
        keys = labels + 1 if level.is_labelled else np.zeros(len(labels), dtype=np.int64)
        for place in range(before.shape[1] - level.n_before, before.shape[1]):
            keys = keys * self.n_tokens + before[:, place]
        return keys

    def _shared(self, codes: Codes, random: np.random.Generator) -> Codes:
        """Places in the book; for unknown words those of shared ones, as often as they come."""
        places = codes - FIRST
        rare = np.flatnonzero(codes == RARE)
        bounds = np.cumsum(self.often)
        if len(rare):
            places[rare] = np.searchsorted(bounds, (random.random(len(rare)) * bounds[-1]).astype(np.int64), side="right")
        return places


@dataclass(frozen=True, slots=True)
class Learned:
    """A model, and how many words and texts it left out or cut."""

    model: Model
    n_rare_words: int
    n_cut: int
    order: int


def learn_model(
    texts: pa.Array, labels: Codes, n_labels: int, owners: Owners, k: int, order: int, *, with_patterns: bool
) -> Learned:
    """The model of the texts that are there; ``labels`` are 0 where there are none to go by."""
    there = np.flatnonzero(np.asarray(texts.is_valid().to_numpy(zero_copy_only=False)))
    whose = there if owners is None else owners[there]
    _, whose = np.unique(whose, return_inverse=True)
    flat, row = tokens(texts.take(pa.array(there)))
    coded = flat.dictionary_encode()
    numbers = np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    held = holders(numbers, len(coded.dictionary), whose[row]) if len(row) else np.zeros(0, dtype=np.int64)
    spoken = np.array(coded.dictionary.to_pylist(), dtype=object)
    shared = np.array(sorted(np.flatnonzero(held >= k).tolist(), key=lambda number: spoken[number]), dtype=np.int64)
    code = np.full(len(held), RARE, dtype=np.int64)
    code[shared] = FIRST + np.arange(len(shared))
    book = pa.array(spoken[shared].tolist(), pa.string())
    codes, patterns = code[numbers], Patterns.none()
    if with_patterns and len(row):
        said = Spoken(coded.dictionary, numbers, row, labels[there], whose, held >= k)
        codes, row, patterns = _patterned(codes, row, find(said, k), FIRST + len(book))
    n_tokens = FIRST + len(book) + len(patterns)
    longest = _longest(np.bincount(row, minlength=len(there)), whose, k)
    order = _order(order, n_tokens, n_labels)
    levels = _levels(_Runs.of(codes, row, len(there), whose, labels[there]), n_tokens, n_labels, k, order)
    often = _often(np.bincount(code[numbers], minlength=FIRST + len(book))[FIRST:], book)
    n_cut = int((np.bincount(row, minlength=len(there)) > longest).sum())
    levels = levels if len(book) else ()
    return Learned(Model(book, often, levels, longest, patterns), int((held < k).sum()), n_cut, order)


def _patterned(codes: Codes, row: Codes, found: Found, n_codes: int) -> tuple[Codes, Codes, Patterns]:
    """Tokens in which a sentence of a pattern is a single one."""
    pattern = found.pattern[found.sentence]
    stays = pattern < 0
    stays[found.first] = True
    return np.where(pattern < 0, codes, n_codes + pattern)[stays], row[stays], found.patterns


def _often(counts: Codes, book: pa.Array) -> Codes:
    """How often each word comes; marks and digits stand for no unknown word."""
    is_word = np.array([token.strip().isalpha() for token in book.to_pylist()], dtype=np.bool_)
    return np.where(is_word, counts, 0) if is_word.any() else np.ones(len(book), dtype=np.int64)


def _longest(lengths: Codes, whose: Codes, k: int) -> int:
    """The most tokens that texts of k entities have at least."""
    most = np.zeros(int(whose.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(most, whose, lengths)
    return int(min(MOST_TOKENS, np.sort(most)[-k])) if len(most) >= k else 0


def _order(order: int, n_tokens: int, n_labels: int) -> int:
    """The order, or as much of it as keys of 62 bits can tell apart."""
    while order > 1 and (n_labels + 1) * n_tokens ** (order - 1) >= LARGEST:
        order -= 1
    return order


@dataclass(frozen=True, slots=True)
class _Runs:
    """All tokens, each text between START and END, with whose and of which label it is."""

    codes: Codes
    row: Codes
    owners: Codes
    labels: Codes

    @classmethod
    def of(cls, codes: Codes, row: Codes, n_rows: int, whose: Codes, labels: Codes) -> _Runs:
        lengths = np.bincount(row, minlength=n_rows) + 2
        rows = np.repeat(np.arange(n_rows), lengths)
        framed = np.full(len(rows), START, dtype=np.int64)
        framed[np.cumsum(lengths) - 1] = END
        is_inner = np.ones(len(rows), dtype=np.bool_)
        is_inner[np.cumsum(lengths) - 1] = False
        is_inner[np.cumsum(lengths) - lengths] = False
        framed[is_inner] = codes
        return cls(framed, rows, whose[rows], labels[rows])


def _levels(runs: _Runs, n_tokens: int, n_labels: int, k: int, order: int) -> tuple[Level, ...]:
    """With labels first, then without, each from long contexts to short ones."""
    return tuple(
        level
        for is_labelled in ((True, False) if n_labels > 1 else (False,))
        for n_before in range(order - 1, -1, -1)
        for level in _level(runs, n_tokens, k, (n_before, is_labelled))
    )


def _level(runs: _Runs, n_tokens: int, k: int, shape: tuple[int, bool]) -> Iterator[Level]:
    n_before, is_labelled = shape
    at = np.flatnonzero(runs.codes != START)
    at = at[(at >= n_before) & (runs.row[at] == runs.row[np.maximum(at - n_before, 0)])]
    keys = runs.labels[at] + 1 if is_labelled else np.zeros(len(at), dtype=np.int64)
    for back in range(n_before, 0, -1):
        keys = keys * n_tokens + runs.codes[at - back]
    level = learn(keys, runs.codes[at], n_tokens, runs.owners[at], k, shape)
    if len(level.keys):
        yield level
