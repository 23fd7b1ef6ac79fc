"""Whether texts are names of persons: their shape, titles, and given names that are common somewhere in the world.

A list of given names can't know all of them; it is enough that it knows a good share of those in a column.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_TITLES = "mr mrs ms miss dr prof sir madam master rev hon herr frau mme mlle señor señora sr sra sri smt"
_OF_FIRMS = (
    "inc llc ltd limited corp corporation company co gmbh ag kg plc sa srl bv nv oy ab as group holdings partners airlines"
    " airways air bank university school hospital hotel center centre airport store shop services solutions systems"
    " international foundation institute association club restaurant cafe market industries technologies"
)
_SHAPE = re.compile(r"[^\W\d_]['’.\w-]*(?:[ ,]+[^\W\d_]['’.\w-]*){0,5}(?: ?\(.*\))?")
_PLAIN = re.compile(r"[^\d_@/\\:;#+=]{2,60}")


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Given names and titles; and what firms are called."""
    given = files("twinset.privacy").joinpath("given_names.txt").read_text(encoding="utf-8")
    return frozenset(f"{given} {_TITLES}".split()), frozenset(_OF_FIRMS.split())


def words(text: str) -> list[str]:
    """The small-letter words of a text, without punctuation."""
    return re.findall(r"[^\W\d_]+", text.casefold())


def share_of_shape(texts: list[str]) -> float:
    """Share of texts that are one to six words of letters, each beginning with a capital but for particles such as "de"."""
    return _mean(
        [_PLAIN.fullmatch(text) is not None and _SHAPE.fullmatch(text) is not None and not text.islower() for text in texts]
    )


def share_of_full(texts: list[str]) -> float:
    """Share of texts of at least two words."""
    return _mean([len(words(text)) >= 2 for text in texts])


def share_known(texts: list[str]) -> float:
    """Share of texts with a common given name or a title in them and nothing that firms are called."""
    given, of_firms = _known()
    said = [words(text) for text in texts]
    return _mean([not given.isdisjoint(one) and of_firms.isdisjoint(one) for one in said])


def share_of_firms(texts: list[str]) -> float:
    """Share of texts with a word in them that firms, shops and institutions are called."""
    of_firms = _known()[1]
    return _mean([not of_firms.isdisjoint(words(text)) for text in texts])


def _mean(truths: list[bool]) -> float:
    return sum(truths) / max(len(truths), 1)
