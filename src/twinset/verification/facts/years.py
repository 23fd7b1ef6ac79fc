"""Years that stand alone: "in 1987", "(1957)", "seit 1974", "1887–1961". Four figures without such a sign are a number."""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import re
from collections.abc import Iterator

from twinset.verification.facts.tongue import Tongue
from twinset.verification.facts.units import AFTER

_YEAR = re.compile(r"(?<![\w.,/$€£¥₹#:-])(1\d{3}|20\d\d|21\d\d)\b(?![\d%°/]|[.,]\d|\s?[$€£¥%])")
_RANGE = re.compile(r"(?<![\w.,/$€£-])(1\d{3}|20\d\d)\s?[–-]\s?(1\d{3}|20\d\d)\b(?![%\d])")
_CUE: dict[Tongue, str] = {
    "en": r"in|since|until|till|from|between|before|after|during|by|year|years|early|late|mid|of|and|to|circa|c\.|about|around|"
    r"for|was|dated?|born|died|knighted|built|than|fiscal|through|late|ending|ended",
    "de": r"in|seit|bis|von|ab|vor|nach|um|jahr|jahre|jahres|und|war|erst|von|starb|anno|ende|anfang|mitte|im|wurde|zwischen",
    "fr": r"en|depuis|de|dès|avant|après|vers|année|et|à|jusqu'en|entre|fin|début|est",
    "es": r"en|desde|de|hasta|hacia|año|y|a|entre|del|antes|tras|es",
}  # fmt: skip
_SURE: dict[Tongue, str] = {
    "en": r"in|since|until|till|during|year|years|early|late|mid|circa|c\.|dated?|born|died|knighted|fiscal|before",
    "de": r"seit|bis|jahr|jahre|jahres|anno|ende|anfang|mitte|im jahr|starb",
    "fr": r"en|depuis|dès|année|jusqu'en|fin|début",
    "es": r"en|desde|hasta|año",
}
_SMALL_NEXT = re.compile(r"\s(?!and\b|or\b|to\b|und\b|et\b|y\b|was\b|were\b|is\b|but\b|in\b|by\b|with\b|at\b|on\b|as\b|for\b|a\b|an\b|the\b|than\b|when\b|he\b|she\b|it\b|from\b|until\b|after\b|of\b|war\b|die\b|der\b|das\b|il\b|elle\b|fue\b|se\b|par\b|por\b|durch\b|von\b|wurde\b|had\b|has\b|only\b|lasted\b)[^\W\d_]")  # fmt: skip


_SEASON = re.compile(r"(?<![\w.,/-])(1\d|20)(\d\d)[/–-](\d\d)\b(?![\d/.–-])")


def years(text: str, tongue: Tongue) -> Iterator[tuple[int, int, int]]:
    """Start, end and value of each year."""
    for found in _RANGE.finditer(text):
        for side in (1, 2):
            yield *found.span(side), int(found[side])
    for found in _SEASON.finditer(text):
        if int(found[3]) == (int(found[2]) + 1) % 100:
            yield found.start(), found.end(2), int(found[1] + found[2])
            yield *found.span(3), int(found[1] + found[2]) + 1
    for found in _YEAR.finditer(text):
        if AFTER.match(text, found.end()):
            continue
        before = text[max(0, found.start() - 14) : found.start()]
        is_held = before.endswith("(") and text[found.end() : found.end() + 1] in (")", ",", ";", "–")
        is_sure = re.search(rf"(?:^|\W)(?:{_SURE[tongue]}) ?$", before, re.IGNORECASE) is not None
        may_be = re.search(rf"(?:^|\W)(?:{_CUE[tongue]}) ?$", before, re.IGNORECASE) is not None
        if is_held or is_sure or (may_be and not _SMALL_NEXT.match(text, found.end())):
            yield *found.span(), int(found[1])
