"""Names in German, where all nouns have capitals: told by what stands before them.

A name is what follows a given name or a title; what follows a word that in the source is followed by another ("Schloss
Greifenau"); a word in capitals alone after "in", "aus", "nach", "bei" or "gegen"; and letters in capitals. Others go unseen.
"""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import re

from twinset.verification.facts.names import (
    Known,
    Name,
    end_of_run,
    folded,
    is_capital,
    is_given,
    is_of_calendar,
)
from twinset.verification.facts.tongue import all_of
from twinset.verification.facts.units import unit

_TITLES = all_of(
    "herr herrn frau fräulein dr prof graf gräfin baron freiherr fürst könig königin kaiser bischof papst pater bürgermeister "
    "bürgermeisterin minister ministerin präsident präsidentin kanzler kanzlerin professor professorin familie oma opa onkel "
    "tante wirt wirtin direktor direktorin trainer trainerin sprecher sprecherin leiter leiterin"
)
_BEFORE_PLACES = all_of("in aus nach bei gegen")
_NOUNS = re.compile(
    r"(?:ung|ungen|heit|keit|schaft|schaften|tion|tionen|tät|nis|nisse|ment|mus|ik|ie|tum|ling|chen|lein|eln|ten|zeit|"
    r"betrieb|kraft|arbeit|euro|prozent|hand|form|folge|zukunft|ruhe|not|gefahr|ordnung|serie|stunden|tagen|wochen|"
    r"monaten|jahren|minuten|sekunden)$"
)


def german_names(text: str, tokens: list[tuple[str, int]], known: Known) -> list[Name]:
    """The names of a German text that can be told from nouns."""
    found: list[Name] = []
    place = 0
    while place < len(tokens):
        end = end_of_run(tokens, place, text)
        if end > place:
            run = [word.rstrip(".") for word, _ in tokens[place:end]]
            before = folded(tokens[place - 1][0]) if place else ""
            found += _of_run(run, before, known)
        place = max(end, place + 1)
    return found


def _of_run(run: list[str], before: str, known: Known) -> list[Name]:
    words = [folded(word) for word in run]
    for at, word in enumerate(words):
        if word in _TITLES or (is_given(word) and not known.places.get(word) and len(words) > at + 1) or is_given(word):
            start = at + 1 if word in _TITLES else at
            name = _named(run[start:])
            return [name] if name else []
    pairs = [(at, known.followers[word]) for at, word in enumerate(words[:-1]) if word in known.followers]
    for at, followers in pairs:
        if words[at + 1] not in followers and not known.has(words[at + 1]) and _is_open(words[at + 1]):
            return [Name(" ".join(run[at : at + 2]), tuple(words[at : at + 2]))]
    if len(run) == 1 and before in _BEFORE_PLACES and _is_open(words[0]) and not _NOUNS.search(words[0]):
        return [Name(run[0], (words[0],))]
    return [Name(word, (folded(word),)) for word in run if word.isupper() and len(word) > 1 and _is_open(folded(word))]


def _named(run: list[str]) -> Name | None:
    words = tuple(folded(word) for word in run if is_capital(word) and _is_open(folded(word)))
    words = tuple(word for word in words if word not in _TITLES and len(word) > 1)
    return Name(" ".join(run), words) if words else None


def _is_open(word: str) -> bool:
    return not is_of_calendar(word) and unit(word) is None
