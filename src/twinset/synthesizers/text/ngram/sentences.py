"""Patterns found in a corpus: sentences of one label that differ in few words, of which each is shared by enough people.

In rounds: of each sentence the word is left open which, left open, makes it the same as most others. A third of its words
may be open, those that few people use among them; digits always are, each on its own. Open words side by side are one slot.
What is learned is then what ``k`` entities share: the sentence with its gaps, and each filler of a gap.

Related: log templates by positions of frequent words (Vaarandi, "A data clustering algorithm for mining patterns from event
logs", 2003).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.privacy.values import holders
from twinset.synthesizers.text.ngram.patterns import Patterns
from twinset.synthesizers.text.ngram.tokens import Codes, strung

Flags = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]

FEWEST_WORDS = 3
_OPEN_SHARE = 3
_ROUNDS = 4
_GAP, _DIGIT = 1, 2  # what stands for a slot in a hash; tokens are further up
_ENDS = r"^ ?[.!?…。！？]$"


@dataclass(frozen=True, slots=True)
class Spoken:
    """All tokens of a corpus as places in ``book``; whose text each is of, and the text's label and owner."""

    book: pa.Array
    codes: Codes
    row: Codes
    labels: Codes
    whose: Codes
    is_shared: Flags


@dataclass(frozen=True, slots=True)
class Found:
    """Patterns; of each token the sentence that it is in, of each sentence its first token and its pattern, or -1."""

    patterns: Patterns
    sentence: Codes
    first: Codes
    pattern: Codes


def find(said: Spoken, k: int) -> Found:
    """The patterns of a corpus that has tokens."""
    first = _firsts(said)
    sentence = np.repeat(np.arange(len(first)), np.diff(first, append=len(said.codes)))
    words = _Words.of(said, first, sentence)
    is_open = _opened(words)
    pieces = _Pieces.of(words, is_open)
    patterns, of_sentence = _shared(said, words, pieces, k)
    return Found(patterns, sentence, first, of_sentence)


def _firsts(said: Spoken) -> Codes:
    """Where sentences begin: at a text's beginning, after a mark that ends one, around a line break."""
    ends = _flags(pc.match_substring_regex(said.book, _ENDS))[said.codes]
    leads = _flags(pc.starts_with(said.book, " "))[said.codes]
    breaks = _flags(pc.equal(pc.utf8_trim_whitespace(said.book), ""))[said.codes]
    is_first = np.diff(said.row, prepend=-1) != 0
    is_first[1:] |= breaks[1:] | breaks[:-1] | (ends[:-1] & leads[1:])
    return np.flatnonzero(is_first)


@dataclass(frozen=True, slots=True)
class _Words:
    """Tokens with what is known of them.

    Of each sentence ``n_may`` more words may be open; ``is_able``: it may have a pattern at all.
    """

    codes: Codes
    sentence: Codes
    first: Codes
    place: Codes
    is_word: Flags
    is_digit: Flags
    is_rare: Flags
    labels: Codes
    n_may: Codes
    is_able: Flags

    @classmethod
    def of(cls, said: Spoken, first: Codes, sentence: Codes) -> _Words:
        bare = pc.fill_null(pc.index_in(pc.utf8_ltrim(said.book, " "), value_set=said.book), -1)
        bare = np.asarray(bare.to_numpy(zero_copy_only=False), dtype=np.int64)
        codes = said.codes.copy()
        codes[first] = np.where(bare[codes[first]] < 0, codes[first], bare[codes[first]])
        is_word = _flags(pc.match_substring_regex(said.book, r"\p{L}"))[said.codes]
        is_digit = _flags(pc.match_substring_regex(said.book, r"^ ?\p{N}$"))[said.codes]
        is_rare = is_word & ~said.is_shared[said.codes]
        n_words, n_rare = (np.bincount(sentence[one], minlength=len(first)) for one in (is_word, is_rare))
        n_may = np.maximum(1, n_words // _OPEN_SHARE) - n_rare
        is_able = (n_words >= FEWEST_WORDS) & (n_may >= 0)
        place = np.arange(len(codes)) - first[sentence]
        return cls(codes, sentence, first, place, is_word, is_digit, is_rare, said.labels[said.row[first]], n_may, is_able)


def _opened(words: _Words) -> Flags:
    """Which tokens are left open."""
    is_open = words.is_rare | words.is_digit
    n_may = words.n_may.copy()
    whole = _mixed(np.where(is_open, _GAP, words.codes + _DIGIT + 1), words.place)
    gap = _mixed(np.full(len(words.codes), _GAP), words.place)
    sums = _summed(whole, words.first) + _label_of(words)
    for _ in range(_ROUNDS):
        at = np.flatnonzero(words.is_word & ~is_open & (words.is_able & (n_may > 0))[words.sentence])
        keys = sums[words.sentence[at]] - whole[at] + gap[at]
        chosen = at[_chosen(keys, words.codes[at], words.sentence[at])]
        if not len(chosen):
            break
        is_open[chosen] = True
        sums[words.sentence[chosen]] += gap[chosen] - whole[chosen]
        n_may[words.sentence[chosen]] -= 1
    return is_open


def _chosen(keys: Hashes, codes: Codes, sentence: Codes) -> Codes:
    """Of each sentence the candidate that most different words stand for in the same surroundings, if it is not alone."""
    _, group = np.unique(keys, return_inverse=True)
    pairs = np.unique(group * (int(codes.max(initial=0)) + 1) + codes)
    n_kinds = np.bincount(pairs // (int(codes.max(initial=0)) + 1), minlength=int(group.max(initial=-1)) + 1)[group]
    order = np.lexsort((-n_kinds, sentence))
    best = order[np.flatnonzero(np.diff(sentence[order], prepend=-1))]
    return best[n_kinds[best] > 1]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Runs of tokens that stay, and slots: where each begins, its sentence and place in it, and a hash of its tokens."""

    first: Codes
    sentence: Codes
    place: Codes
    is_slot: Flags
    is_digit: Flags
    hash: Hashes

    @classmethod
    def of(cls, words: _Words, is_open: Flags) -> _Pieces:
        is_first = np.diff(words.sentence, prepend=-1) != 0
        is_first[1:] |= (is_open[1:] != is_open[:-1]) | (is_open[1:] & (words.is_digit[1:] | words.is_digit[:-1]))
        first = np.flatnonzero(is_first)
        offset = np.arange(len(is_open)) - np.repeat(first, np.diff(first, append=len(is_open)))
        sentence = words.sentence[first]
        of_sentence = np.flatnonzero(np.diff(sentence, prepend=-1))
        place = np.arange(len(first)) - np.repeat(of_sentence, np.diff(of_sentence, append=len(first)))
        hashed = _summed(_mixed(words.codes + _DIGIT + 1, offset), first)
        return cls(first, sentence, place, is_open[first], words.is_digit[first] & is_open[first], hashed)


def _shared(said: Spoken, words: _Words, pieces: _Pieces, k: int) -> tuple[Patterns, Codes]:
    """The patterns that k entities share, of which k share a filler for every slot; and the pattern of each sentence."""
    whose = said.whose[said.row[words.first]]
    shown = np.where(pieces.is_slot, np.where(pieces.is_digit, _DIGIT, _GAP).astype(np.uint64), pieces.hash)
    firsts = np.flatnonzero(np.diff(pieces.sentence, prepend=-1))
    sums = _summed(_mixed(shown, pieces.place), firsts) + _label_of(words)
    able = np.flatnonzero(words.is_able)
    _, example, kind = np.unique(sums[able], return_index=True, return_inverse=True)
    is_kept = holders(kind, len(example), whose[able]) >= k
    of_sentence = np.full(len(words.first), -1, dtype=np.int64)
    of_sentence[able] = np.where(is_kept[kind], kind, -1)
    slots = _Slots.of(pieces, of_sentence, whose, k)
    is_kept[slots.kind[~slots.has_some]] = False
    number = np.append(np.where(is_kept, np.cumsum(is_kept) - 1, -1), -1)  # the last one is for sentences of no kind
    of_sentence = number[of_sentence]
    return _built(said, pieces, firsts[able[example[is_kept]]], slots.of_kinds(is_kept)), of_sentence


@dataclass(frozen=True, slots=True)
class _Slots:
    """The slots of all kinds of sentences in the order of kinds and places; what fills them, in the order of slots.

    ``filler`` is a piece that holds the filler, ``count`` how often it comes.
    """

    kind: Codes
    slot: Codes
    filler: Codes
    count: Codes

    @classmethod
    def of(cls, pieces: _Pieces, of_sentence: Codes, whose: Codes, k: int) -> _Slots:
        at = np.flatnonzero(pieces.is_slot & (of_sentence[pieces.sentence] >= 0))
        width = int(pieces.place.max(initial=0)) + 1
        slots, slot = np.unique(of_sentence[pieces.sentence[at]] * width + pieces.place[at], return_inverse=True)
        _, example, filler = np.unique(_mixed(pieces.hash[at], slot), return_index=True, return_inverse=True)
        is_shared = holders(filler, len(example), whose[pieces.sentence[at]]) >= k
        order = np.flatnonzero(is_shared)[np.argsort(slot[example[is_shared]], kind="stable")]
        count = np.bincount(filler, minlength=len(example))
        return cls(slots // width, slot[example[order]], at[example[order]], count[order])

    @property
    def has_some(self) -> Flags:
        """Which slots have a filler."""
        return np.bincount(self.slot, minlength=len(self.kind)) > 0

    def of_kinds(self, is_kept: Flags) -> _Slots:
        """The slots of the kinds that are kept."""
        keeps = is_kept[self.kind]
        number, stays = np.cumsum(keeps) - 1, keeps[self.slot]
        return _Slots(self.kind[keeps], number[self.slot[stays]], self.filler[stays], self.count[stays])


def _built(said: Spoken, pieces: _Pieces, examples: Codes, slots: _Slots) -> Patterns:
    """Patterns as they are drawn; ``examples`` are the first pieces of a sentence of each."""
    ends = np.searchsorted(pieces.sentence, pieces.sentence[examples], side="right")
    lengths = ends - examples
    start = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.repeat(examples - start[:-1], lengths) + np.arange(lengths.sum())
    is_slot = pieces.is_slot[flat]
    stays = flat[~is_slot]
    made = np.zeros(len(flat), dtype=np.int64)
    made[~is_slot] = np.arange(len(stays))
    made[is_slot] = ~np.arange(int(is_slot.sum()))
    texts = _texts(said, pieces, np.concatenate([stays, slots.filler]))
    slot_start = np.searchsorted(slots.slot, np.arange(len(slots.kind) + 1))
    return Patterns(texts, made, start, len(stays) + np.arange(len(slots.filler)), slot_start, np.cumsum(slots.count))


def _texts(said: Spoken, pieces: _Pieces, which: Codes) -> pa.Array:
    """The text of each of some pieces."""
    ends = np.append(pieces.first[1:], len(said.codes))
    lengths = ends[which] - pieces.first[which]
    begins = np.cumsum(lengths) - lengths
    places = np.repeat(pieces.first[which] - begins, lengths) + np.arange(lengths.sum())
    texts = strung(said.book, said.codes[places], lengths)
    return pc.if_else(pa.array(pieces.place[which] == 0), pc.utf8_ltrim(texts, " "), texts)


def _label_of(words: _Words) -> Hashes:
    return _mixed(words.labels, np.full(len(words.labels), -1))


def _mixed(one: npt.NDArray[np.generic], other: Codes) -> Hashes:
    """A hash of pairs of numbers (the finaliser of SplitMix64), whose sums tell sets of such pairs apart."""
    mixed = one.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + other.astype(np.uint64) * np.uint64(0xD1B54A32D192ED03)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def _summed(values: Hashes, firsts: Codes) -> Hashes:
    """The sum of each run."""
    return np.add.reduceat(values, firsts)


def _flags(array: pa.Array) -> Flags:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.bool_)
