"""Whether texts are prose, which may tell anything of anybody, or name a person in their midst."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_WORDS, _LENGTH = 5, 40
_TOLD = r"[^\s@]@[^\s@]+\.[^\W\d_]{2,}|(?:\+|\b00)[1-9][\d ().\-/]{6,18}\d"
"""An e-mail address or a telephone number that is dialled from abroad, anywhere in a text."""


def is_prose(texts: pa.Array) -> bool:
    """Whether texts, none of them missing, have five words or 40 letters on average, or lines."""
    if not len(texts):
        return False
    n_words = pc.mean(pc.add(pc.count_substring(texts, " "), 1)).as_py()
    length = pc.mean(pc.utf8_length(texts)).as_py()
    return bool(n_words >= _WORDS or (length >= _LENGTH and n_words >= 2) or pc.any(pc.match_substring(texts, "\n")).as_py())


def tells_people(texts: pa.Array) -> bool:
    """Whether any text tells an e-mail address or a telephone number."""
    return bool(pc.any(pc.match_substring_regex(texts, _TOLD)).as_py())
