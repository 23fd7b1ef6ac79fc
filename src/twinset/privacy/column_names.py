"""The words that a column's name is made of."""

from __future__ import annotations

import re
from functools import cache

_ENDING = re.compile(r"^(.{2,})(id|code|number|no|name|date|time|key|uuid|address)$")
_BEFORE = (
    "order product item store shop invoice transaction zip post first last full family given middle maiden user customer"
    " client patient member employee student account device session phone mobile email mail card street home birth start"
    " end person contact passenger guest sur fore nick file host event parent tax national"
)


@cache
def words(name: str) -> tuple[str, ...]:
    """The small-letter words of a name: ``customerID``, ``customer_id`` and ``customerid`` are customer and id."""
    spaced = re.sub(r"([a-z\d])([A-Z])", r"\1 \2", name)
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", spaced)
    found = (word for word in re.split(r"[\W_]+|(?<=[^\W\d])(?=\d)", spaced.casefold()) if word)
    return tuple(part for word in found for part in _halves(word))


def _halves(word: str) -> tuple[str, ...]:
    stuck = _ENDING.match(word)
    return (stuck[1], stuck[2]) if stuck and stuck[1] in _BEFORE.split() else (word,)
