"""Texts as rows of tokens that join to the very texts again: words with the blank before them, single digits, marks.

Characters of scripts that leave no blanks (Han, kana, Thai) are tokens of their own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]

_MARK = "\x1f"
_TOKEN = (
    r"( ?[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"
    r"| ?(?:[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Hangul}\p{M}]|['’])+"
    r"| ?\p{N}| ?\p{L}+| ?[^\s\p{L}\p{N}\p{M}]|\s)"
)


def tokens(texts: pa.Array) -> tuple[pa.Array, Codes]:
    """The tokens of all texts (missing ones have none), and whose each is."""
    plain = pc.replace_substring(pc.fill_null(texts.cast(pa.string()), ""), _MARK, " ")
    lists = pc.split_pattern(pc.replace_substring_regex(plain, _TOKEN, rf"{_MARK}\1"), _MARK)
    lengths = np.asarray(pc.list_value_length(lists).to_numpy(zero_copy_only=False), dtype=np.int64)
    row = np.repeat(np.arange(len(texts)), lengths)
    flat = lists.flatten()
    is_some = pc.not_equal(flat, "")
    return flat.filter(is_some), row[np.asarray(is_some.to_numpy(zero_copy_only=False), dtype=np.bool_)]


def joined(book: pa.Array, codes: Codes, lengths: Codes) -> pa.Array:
    """Texts of so many tokens each, one after another in ``codes``."""
    return pc.utf8_ltrim(strung(book, codes, lengths), " ")


def strung(book: pa.Array, codes: Codes, lengths: Codes) -> pa.Array:
    """So many pieces each in a row, blanks at the beginning as they are."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), book.take(pa.array(codes)))
    return pc.binary_join(lists, "")
