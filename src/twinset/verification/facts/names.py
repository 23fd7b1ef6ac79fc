"""Names in texts: words in capitals that are no beginnings of sentences; and whether a source holds them.

This is a rule about capitals, for languages that write names alone that way (German is none of them). Whether a name at the
beginning of a sentence is one can't be told from a single word: it counts where it goes on in capitals, is a given name
that is known, or stands in capitals elsewhere in the text.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from twinset.privacy import person_names
from twinset.verification.facts.dates import MONTHS, WEEKDAYS

_WORD = r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?"
_TOKEN = re.compile(rf"\w*\d[\w-]*|{_WORD}|\S", re.UNICODE)


def _all(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PARTICLES = _all("de da do dos del della di du la le van von der den bin al el y e & zu zum")
_NO_NAMES = _all(
    "i a an the this that these those he she it we you they his her its our your their there here in on at by for "
    "from to with as if when while after before since because although though however but and or so yet not no yes is "
    "are was were be been has have had do does did will would can could may might must shall should one two three "
    "four five six seven eight nine ten mr mrs ms miss dr prof sir madam lady lord president chairman chairwoman "
    "minister king queen director captain st what who whom whose which why how where all both each every some any "
    "many most much more several few other another such during under over between among about around into through "
    "within without against according despite overall today now then hello hi hey dear thanks thank regards sincerely "
    "signed welcome please sorry congratulations also finally first second third next last later meanwhile moreover "
    "furthermore additionally patient customer ok "
)
_LONGEST_SHORT = 6  # words behind the letters of a short name such as WHO
_TITLES = _all("mr mrs ms dr prof sir lady lord")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in a text, and its words to look for."""

    said: str
    words: tuple[str, ...]


def folded(word: str) -> str:
    """A word to compare: without accents, ending, dots and capitals."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))
    return re.sub(r"['’]s$|['’]$", "", plain.casefold()).replace(".", "").replace("’", "'")


def words_of(text: str) -> list[str]:
    """The words of a text, ready to compare."""
    return [part for word in re.findall(r"(?:[^\W_]|['’.-])+", text) for part in [folded(word.strip(".'’-"))] if part]


def names(text: str) -> list[Name]:
    """The names of a text, in order."""
    tokens = [(found[0], found.start()) for found in _TOKEN.finditer(text)]
    inside = {folded(word) for place, (word, _) in enumerate(tokens) if _is_capital(word) and not _begins(tokens, place)}
    found: list[Name] = []
    place = 0
    while place < len(tokens):
        end = _end_of_run(tokens, place, text)
        if end > place:
            found += _named(tokens, place, end, inside)
        place = max(end, place + 1)
    return found


def _is_capital(word: str) -> bool:
    return word[0].isupper()


def _begins(tokens: list[tuple[str, int]], place: int) -> bool:
    """Whether a sentence, a line or a quotation begins here."""
    before = tokens[place - 1][0] if place else "."
    return before in '.!?:;“”"«»‘(•*-–—' or (before[-1] == "." and len(before) > 3 and folded(before) not in _TITLES)


def _end_of_run(tokens: list[tuple[str, int]], place: int, text: str) -> int:
    """The token after the words in capitals that begin here, with the small ones that join them."""
    if not _is_capital(tokens[place][0]) or not tokens[place][0][0].isalpha():
        return place
    end = place + 1
    while end < len(tokens):
        gap = text[tokens[end - 1][1] + len(tokens[end - 1][0]) : tokens[end][1]]
        if "\n" in gap or (tokens[end - 1][0][-1] == "." and len(tokens[end - 1][0]) > 4):
            break
        if tokens[end][0][0].isalpha() and _is_capital(tokens[end][0]):
            end += 1
            continue
        joins = end + 1 < len(tokens) and tokens[end][0] in _PARTICLES and _is_capital(tokens[end + 1][0])
        if not joins:
            break
        end += 2
    return end


def _named(tokens: list[tuple[str, int]], start: int, end: int, inside: set[str]) -> list[Name]:
    run = [word for word, _ in tokens[start:end]]
    begins = _begins(tokens, start)
    while run and (folded(run[0]) in _NO_NAMES or is_of_calendar(run[0])):
        run, begins = run[1:], False
        while run and run[0] in _PARTICLES:
            run = run[1:]
    words = tuple(folded(word) for word in run if word not in _PARTICLES and not is_of_calendar(word))
    if not words or all(word in _NO_NAMES or len(word) < 2 for word in words):
        return []
    if begins and len(words) == 1 and not (words[0] in inside or run[0].isupper() or _is_given(words[0])):
        return []
    return [Name(" ".join(run), words)]


def is_of_calendar(word: str) -> bool:
    """Whether a word is a month or a weekday."""
    plain = folded(word)
    return plain in MONTHS or plain.removesuffix("s") in WEEKDAYS


def _is_given(word: str) -> bool:
    return person_names.share_known([word]) > 0


@dataclass(frozen=True, slots=True)
class Known:
    """The words of a source, where each stands, and the initials of words that follow each other."""

    places: dict[str, list[int]]
    initials: frozenset[str]

    @classmethod
    def of(cls, source: str) -> Known:
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words_of(source)):
            for part in {word, *word.split("-")}:
                places.setdefault(part, []).append(place)
        first = [word[0] for word in words_of(source)]
        runs = range(2, _LONGEST_SHORT + 1)
        return cls(places, frozenset("".join(first[at : at + n]) for n in runs for at in range(len(first) - n + 1)))

    def holds(self, name: Name) -> bool:
        """Whether all words of a name stand in the source, those beside each other near each other."""
        if len(name.words) == 1 and (name.words[0] in self.initials or self._has(name.words[0])):
            return True
        words = [word for word in name.words if word not in _NO_NAMES] or list(name.words)
        if not all(self._has(word) for word in words):
            return False
        return all(self._are_near(*pair) for pair in itertools.pairwise(words))

    def _has(self, word: str) -> bool:
        return any(one in self.places for one in _forms(word)) or (
            "-" in word and all(any(form in self.places for form in _forms(part)) for part in word.split("-"))
        )

    def _are_near(self, first: str, second: str) -> bool:
        one = [place for form in _forms(first) for place in self.places.get(form, ())]
        other = [place for form in _forms(second) for place in self.places.get(form, ())]
        return (
            not one or not other or any(0 < after - before <= 3 or after - before == -1 for before in one for after in other)
        )


def _forms(word: str) -> Iterable[str]:
    """A word, its singular, its plural."""
    return (word, word.removesuffix("s"), word + "s", word.removesuffix("es"))
