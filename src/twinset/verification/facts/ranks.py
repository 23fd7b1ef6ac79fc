"""Ranks: 3rd, third, "dritter", "huitième", "3º". First and second are words of many uses, and told apart by whoever asks."""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import re
from collections.abc import Iterator

from twinset.verification.facts.tongue import Tongue, all_of

_ONES = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
_ENGLISH = {word: value for value, word in enumerate(f"{_ONES} sixteenth seventeenth eighteenth nineteenth".split(), 1)}
_TIES = "twent thirt fort fift sixt sevent eight ninet"
_ENGLISH |= {f"{tie}ieth": 10 * value for value, tie in enumerate(_TIES.split(), 2)}
_ENGLISH |= {
    f"{tie}y-{word}": 10 * value + one
    for value, tie in enumerate(_TIES.split(), 2)
    for one, word in enumerate(_ONES.split()[:9], 1)
}
_GERMAN = "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte"
_FRENCH = "premi deuxi troisi quatri cinqui sixi septi huiti neuvi dixi onzi douzi"
_SPANISH = "primer segund tercer cuart quint sext séptim octav noven décim"
_KNOWN: dict[Tongue, dict[str, int]] = {
    "en": _ENGLISH,
    "de": {word + end: value for value, word in enumerate(_GERMAN.split(), 1) for end in ("", "r", "s", "n", "m")},
    "fr": {
        word + end: value for value, word in enumerate(_FRENCH.split(), 1) for end in ("er", "ère", "ème", "èmes", "ers")
    },
    "es": {word + end: value for value, word in enumerate(_SPANISH.split(), 1) for end in ("o", "a", "os", "as", "")},
}
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_UNSURE = all_of("segundo segundos segunda cuarto cuartos quinta quint sext cuart noven segund")


def ranks(text: str, tongue: Tongue) -> Iterator[tuple[int, int, int]]:
    """Start, end and value of each rank in words."""
    for found in _WORDS.finditer(text):
        value = _KNOWN[tongue].get(found[0].casefold())
        if value is not None and found[0].casefold() not in _UNSURE:
            yield found.start(), found.end(), value
