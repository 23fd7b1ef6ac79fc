"""Which of four languages a text is in, by its small words: enough to know how it writes numbers, days and names.

English, German, French and Spanish are told apart; any other text is read as English is. Whoever wants to refuse texts in
the wrong language takes the check ``language``, which knows many more.
"""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import re
from collections import Counter
from typing import Literal, get_args

Tongue = Literal["en", "de", "fr", "es"]


def all_of(words: str) -> frozenset[str]:
    """The words of a list, each between blanks."""
    return frozenset(words.split())


SMALL_WORDS: dict[Tongue, frozenset[str]] = {
    "en": all_of(
        "the of and to in is was were for with on at by from it its he she they that this which who has had have are be as "
        "not an a but or his her their will would there than after before about more between"
    ),
    "de": all_of(
        "der die das und ist war wurde wurden im am zum zur von mit den dem des ein eine einen einem einer für auf bei nach "
        "aus nicht sich auch seit bis er sie es hat haben sind wird werden als dass vom beim wie über um sein seine ihr ihre "
        "man unter durch gegen kam kein keine"
    ),
    "fr": all_of(
        "le la les des du un une est et à au aux en dans par pour sur avec que qui il elle ils elles a ont été sont ce cette "
        "son sa ses leur se ne pas plus soit dont c'est ou était de"
    ),
    "es": all_of(
        "el los las del un una es fue y en con por para que se su sus al lo como más sobre entre desde hasta no son está "
        "cada según tiene hay la de"
    ),
}  # fmt: skip
_LEADING = re.compile(r"\b[cdjlmnqst]['’]", re.IGNORECASE)


def tongue(text: str, otherwise: Tongue = "en") -> Tongue:
    """The language whose small words are most of the text's; the other one where none is clearly in front."""
    words = Counter(re.findall(r"[^\W\d_]+", _LEADING.sub(r"le ", text.casefold())))
    marks = {one: sum(words[word] for word in small) for one, small in SMALL_WORDS.items()}
    known: tuple[Tongue, ...] = get_args(Tongue)
    first, second, *_ = sorted(known, key=lambda one: -marks[one])
    if marks[first] == marks[second]:
        return otherwise
    return first
