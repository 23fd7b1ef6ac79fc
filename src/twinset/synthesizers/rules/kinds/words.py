"""Texts without meaning: words put together from syllables by a fixed seed, common ones more often. No word list is used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope
from twinset.synthesizers.rules.weights import zipf_ranks

N_WORDS = 4_000
MOST_WORDS = 100_000_000
"""Of all texts of one part."""
_ONSETS = ("", "b", "br", "c", "d", "f", "g", "gr", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "v", "qu")
_VOWELS = ("a", "e", "i", "o", "u", "a", "e", "i", "o", "ae", "ei", "io")
_ENDS = ("", "", "", "n", "r", "s", "t", "l", "m")


@cache
def vocabulary() -> pa.Array:
    """Words of one to four syllables, the short ones first."""
    rng = Seed(0).child("rules", "vocabulary").generator()
    made = [_syllables(n, count, rng) for n, count in ((1, 150), (2, 1_500), (3, 3_000), (4, 3_000))]
    words = pc.unique(pa.concat_arrays(made))
    return words.filter(pc.greater(pc.utf8_length(words), 1)).slice(0, N_WORDS)


def _syllables(n: int, count: int, rng: np.random.Generator) -> pa.Array:
    """So many words of ``n`` syllables."""
    pieces = [letters for _ in range(n) for letters in (_ONSETS, _VOWELS)] + [_ENDS]
    drawn = [pa.array(letters).take(pa.array(rng.integers(0, len(letters), count))) for letters in pieces]
    return pc.binary_join_element_wise(*drawn, "")


@cache
def _spellings() -> pa.Array:
    """Every word plain, with a capital, before a comma, at the end of a sentence, and as a whole sentence."""
    words = vocabulary()
    capitals = pc.utf8_capitalize(words)
    ended = [pc.binary_join_element_wise(one, sign, "") for one, sign in ((words, ","), (words, "."), (capitals, "."))]
    return pa.concat_arrays([words, capitals, *ended])


@dataclass(frozen=True, slots=True)
class Text(Options):
    """``words`` (a number, or [fewest, most]) in ``sentences`` (a number, or [fewest, most]; 0: bare words)."""

    word: ClassVar[str] = "text"
    words: Any = (4, 12)
    sentences: Any = 1

    def __post_init__(self) -> None:
        if _ends(self.words, "words", 1)[1] * max(1, _ends(self.sentences, "sentences", 0)[1]) > 10_000:
            raise PlanError("a text has at most 10,000 words")

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Text(), pa.string(), origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        rng = rows.seed.generator()
        n_sentences = _counts(self.sentences, rows.n, rng, 0)
        are_bare = _ends(self.sentences, "sentences", 0)[1] == 0
        lengths = _counts(self.words, rows.n if are_bare else int(n_sentences.sum()), rng, 1)
        if (total := int(lengths.sum())) > MOST_WORDS:
            raise PlanError(f"the texts of one part have at most {MOST_WORDS:,} words, not {total:,}; say smaller part_rows")
        codes = zipf_ranks(total, N_WORDS, 0.9, rng)
        ends = np.cumsum(lengths)
        if not are_bare:
            _punctuate(codes, ends, lengths, rng)
            ends = np.concatenate([[0], ends])[np.cumsum(n_sentences)]
        offsets = pa.array(np.concatenate([[0], ends]).astype(np.int32))
        return pc.binary_join(pa.ListArray.from_arrays(offsets, _spellings().take(pa.array(codes))), " ")


def _punctuate(codes: Index, ends: Index, lengths: Index, rng: np.random.Generator) -> None:
    """Capitals at the beginnings, full stops at the ends, some commas between."""
    last, first = ends - 1, ends - lengths
    commas = rng.random(len(codes)) < 0.07
    commas[last] = commas[first] = False
    codes[commas] += 2 * N_WORDS
    codes[first] += N_WORDS
    codes[last] += 3 * N_WORDS


def _ends(said: Any, name: str, least: int) -> tuple[int, int]:
    if isinstance(said, int):
        said = (said, said)
    low, high = (options.whole(one, name, least, 10_000) for one in options.listed(said, name, least=2, most=2))
    if low > high:
        raise PlanError(f"{name} goes from few to many, unlike {low} and {high}")
    return low, high


def _counts(said: Any, n: int, rng: np.random.Generator, least: int) -> Index:
    low, high = _ends(said, "words", least)
    return rng.integers(low, high + 1, n, dtype=np.int64)
