"""Quotations: what stands between quotation marks is in the source word for word, whatever blanks, marks and capitals."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"“([^“”]{2,})”|\"([^\"\n]{2,})\"|«\s?([^«»]{2,}?)\s?»|„([^„“”]{2,})[“”]|(?<!\w)‘([^‘\n]{2,}?)’(?!\w)")


def quotes(text: str) -> list[str]:
    """What is quoted, without the marks."""
    return [next(part for part in found if part) for found in _QUOTED.findall(text)]


def plain(text: str) -> str:
    """A text to compare: small letters, single blanks, no punctuation but between figures."""
    return " ".join(re.findall(r"\w+(?:[.,'’-]\w+)*", text.casefold().replace("’", "'")))


def is_borne_out(quote: str, source: str) -> bool:
    """Whether the source (made plain) holds the quotation, in the pieces that an ellipsis leaves."""
    pieces = [plain(piece) for piece in re.split(r"\[?(?:\.\.\.|…)\]?", quote)]
    return all(f" {piece} " in f" {source} " for piece in pieces if piece)
