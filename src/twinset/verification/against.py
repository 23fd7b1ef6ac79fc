"""``contamination``, ``near_copies`` and ``memorised``: made texts beside texts that they must not repeat.

The first two compare with named files: test sets that a model trained on these rows will be judged by, and a private corpus.
The third compares each text with its own row's source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.texts.files import read_texts, stamp
from twinset.texts.minhash import repeats, signatures, similar_pairs
from twinset.texts.overlap import Corpus, own_runs
from twinset.verification.columns import as_names, joined, need, share, whole


@dataclass(frozen=True, slots=True)
class Contamination:
    """No item of the test sets in ``files`` stands in ``columns``.

    Refused is a text with a run of ``words`` words of any item, or with a ``share`` of one item's runs of three words: so
    items are found that had a word changed or stand in the midst of more. ``column`` is the one to read of the files.
    """

    columns: tuple[str, ...] | str
    files: tuple[str, ...] | str
    column: str | None = None
    words: int = 20
    share: float = 0.5
    file_options: ClassVar[tuple[str, ...]] = ("files",)

    def __post_init__(self) -> None:
        _check_files(self.files)
        whole(self.words, "words", 4, 1000)
        share(self.share, "share")

    def fits(self, table: Table) -> None:
        _fits(self, table)

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        texts, corpus = _sides(self, rows)
        has_run, has_item = corpus.runs(texts, self.words) > 0, corpus.shares(texts) >= self.share
        return ["it holds an item of a test set" if found else None for found in has_run | has_item]


@dataclass(frozen=True, slots=True)
class NearCopies:
    """No text in ``columns`` is nearly one of the private corpus in ``files``, or repeats ``words`` words of it."""

    columns: tuple[str, ...] | str
    files: tuple[str, ...] | str
    column: str | None = None
    words: int = 20
    likeness: float = 0.6
    file_options: ClassVar[tuple[str, ...]] = ("files",)

    def __post_init__(self) -> None:
        _check_files(self.files)
        whole(self.words, "words", 4, 1000)
        share(self.likeness, "likeness")

    def fits(self, table: Table) -> None:
        _fits(self, table)

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        texts, corpus = _sides(self, rows)
        made = np.concatenate([corpus.signatures, signatures(texts)])
        n_known = len(corpus.texts)
        earlier, later = similar_pairs(made, self.likeness, n_known)
        of_corpus = earlier < n_known
        is_near = repeats((earlier[of_corpus], later[of_corpus]), len(made), n_known)[n_known:]
        is_copy = is_near | (corpus.runs(texts, self.words) > 0)
        return ["it is nearly a text of the private corpus" if found else None for found in is_copy]


@dataclass(frozen=True, slots=True)
class Memorised:
    """No text repeats ``words`` words in a row of its own source: what is quoted at length is not written anew."""

    text: str
    source: tuple[str, ...] | str
    words: int = 12

    def __post_init__(self) -> None:
        whole(self.words, "words", 3, 1000)

    def fits(self, table: Table) -> None:
        need(table, "text", self.text)
        need(table, "source", *as_names(self.source), textual=False)

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        texts, sources = (pa.array(joined(rows, names), pa.string()) for names in ((self.text,), as_names(self.source)))
        longest = own_runs(texts, sources, self.words)
        return ["it repeats its source word for word" if length else None for length in longest]


def _check_files(files: tuple[str, ...] | str) -> None:
    if not as_names(files):
        raise PlanError("files names at least one file of texts")


def _fits(check: Contamination | NearCopies, table: Table) -> None:
    """The columns are there, and the files can be read."""
    need(table, "columns", *as_names(check.columns), textual=False)
    for file in as_names(check.files):
        read_texts(file, check.column)


def _sides(check: Contamination | NearCopies, rows: pa.RecordBatch) -> tuple[pa.Array, Corpus]:
    """The texts of the rows, and what they must not repeat."""
    return pa.array(joined(rows, as_names(check.columns)), pa.string()), corpus_of(check.files, check.column)


def corpus_of(files: tuple[str, ...] | str, column: str | None) -> Corpus:
    """The texts of some files, read and taken apart once for all parts that are made in this process."""
    return _corpus(as_names(files), column, tuple(stamp(file) for file in as_names(files)))


@lru_cache(maxsize=4)
def _corpus(files: tuple[str, ...], column: str | None, stamps: tuple[tuple[int, int], ...]) -> Corpus:
    return Corpus.of(pa.concat_arrays([read_texts(file, column).cast(pa.string()) for file in files]))
