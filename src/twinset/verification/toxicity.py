"""``toxicity``: no text holds a word of a list. This is a list of words and no judgement of what is said.

The list is the user's, a word or phrase a line; or that of the package better-profanity (an extra, English, MIT). It finds
words that are ugly by themselves. It does not find contempt in polite words, threats or irony, and takes a quotation, a
place called Scunthorpe (whole words alone are looked at, so that one is safe) or a text about insults for what it names.
Where that matters let a model that you trust judge, or people (``twinset review``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import ClassVar

import numpy as np
import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.optional import require
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.texts.files import read_texts, stamp
from twinset.texts.overlap import is_among
from twinset.texts.pieces import Hashes, plain, word_pieces
from twinset.verification.columns import as_names, joined, need

_LONGEST = 6  # words of a phrase


@dataclass(frozen=True, slots=True)
class Toxicity:
    """No word or phrase of ``words`` (a file, one a line; '': the list of better-profanity) stands in ``columns``."""

    columns: tuple[str, ...] | str
    words: str = ""
    file_options: ClassVar[tuple[str, ...]] = ("words",)

    def fits(self, table: Table) -> None:
        need(table, "columns", *as_names(self.columns), textual=False)
        self._listed()

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        texts = pa.array(joined(rows, as_names(self.columns)), pa.string())
        has_some = np.zeros(len(texts), dtype=np.bool_)
        for n, known in self._listed():
            pieces = word_pieces(texts, n)
            has_some[pieces.row[is_among(pieces.hashes, known)]] = True
        return ["it holds a word of the list" if found else None for found in has_some]

    def _listed(self) -> tuple[tuple[int, Hashes], ...]:
        return _of_file(self.words, stamp(self.words)) if self.words else _of_package()


@lru_cache(maxsize=4)
def _of_file(path: str, known: tuple[int, int]) -> tuple[tuple[int, Hashes], ...]:
    return _by_length(read_texts(path))


@lru_cache(maxsize=1)
def _of_package() -> tuple[tuple[int, Hashes], ...]:
    require("better_profanity", extra="toxicity")
    listed = files("better_profanity").joinpath("profanity_wordlist.txt").read_text(encoding="utf-8")
    return _by_length(pa.array(listed.splitlines(), pa.string()))


def _by_length(phrases: pa.Array) -> tuple[tuple[int, Hashes], ...]:
    """The hashes of phrases of each number of words."""
    found = []
    lengths = np.array([len(one.split()) for one in plain(phrases).to_pylist()], dtype=np.int64)
    if not lengths.any():
        raise PlanError("the list of words holds no word; it has one word or phrase a line")
    for n in range(1, _LONGEST + 1):
        some = phrases.filter(pa.array(lengths == n))
        if len(some):
            found.append((n, np.unique(word_pieces(some, n).hashes)))
    return tuple(found)
