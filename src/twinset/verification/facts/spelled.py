"""Numbers in words, in English: "twenty-three", "two hundred and five", "three million"; "one" alone claims nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TIES = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: value for value, word in enumerate(_ONES.split())}
_TENS = {word: 10 * value for value, word in enumerate(_TIES.split(), 2)}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_OTHERS = {"dozen": 12, "twice": 2, "thrice": 3}
_WORDS = {**_SMALL, **_TENS}
_ANY = "|".join(sorted({*_WORDS, *SCALES}, key=len, reverse=True))
_RUN = re.compile(
    rf"(?<![\w.,-])(?:{_ANY})(?:(?:[\s-]+(?:and[\s-]+)?)(?:{_ANY}))*(?![\w])|\b(?:{'|'.join(_OTHERS)})\b", re.IGNORECASE
)


def spelled(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Start, end and value of each number in words."""
    for found in _RUN.finditer(text):
        words = [word for word in re.split(r"[\s-]+", found[0].lower()) if word != "and"]
        if words in (["one"], ["zero"]) or words[0] in SCALES:
            continue
        yield found.start(), found.end(), Decimal(_OTHERS[words[0]] if words[0] in _OTHERS else _value(words))


def _value(words: list[str]) -> int:
    total = group = 0
    for word in words:
        if word == "hundred":
            group = max(group, 1) * 100
        elif word in SCALES:
            total, group = total + max(group, 1) * SCALES[word], 0
        else:
            group += _WORDS[word]
    return total + group
