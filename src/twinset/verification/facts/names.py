"""Names in texts: words in capitals that are no beginnings of sentences; and whether a source holds them.

This is a rule about capitals, for languages that write names alone that way; German has a rule of its own
(:mod:`twinset.verification.facts.german`). Whether a name at the beginning of a sentence is one can't be told from a single
word: it counts where it goes on in capitals, is a given name that is known, stands in capitals elsewhere in the text, or is
a name of the source but for a letter or two.
"""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import difflib
import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from twinset.privacy import person_names
from twinset.verification.facts.calendar import MONTHS, WEEKDAYS
from twinset.verification.facts.peoples import are_of_one, related
from twinset.verification.facts.tongue import SMALL_WORDS, Tongue, all_of
from twinset.verification.facts.units import unit

_WORD = r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?"
_TOKEN = re.compile(rf"\w*\d[\w-]*|{_WORD}|\S", re.UNICODE)


_PARTICLES = all_of("de da do dos del della di du la le van von der den bin al el y e & zu zum")
_NO_NAMES_SAID = all_of(
    "i a an the this that these those he she it we you they his her its our your their there here in on at by for "
    "from to with as if when while after before since because although though however but and or so yet not no yes is "
    "are was were be been has have had do does did will would can could may might must shall should one two three "
    "four five six seven eight nine ten mr mrs ms miss dr prof sir madam lady lord president chairman chairwoman "
    "minister king queen director captain st what who whom whose which why how where all both each every some any "
    "many most much more several few other another such during under over between among about around into through "
    "within without against according despite overall today now then hello hi hey dear thanks thank regards sincerely "
    "signed welcome please sorry congratulations also finally first second third next last later meanwhile moreover "
    "furthermore additionally patient customer ok m mme mlle don doña sr sra señor señora herr frau graf baron count sir "
    "selon chez d'après según tras ante depuis pour sans mais lors pendant après avant quand comme aussi ainsi cet ces mon ma "
    "mes notre votre chaque toute tous esta este estos estas cuando donde pero porque durante hubo sin jeder jede jedes dies "
    "dieser diese dieses gut rund etwa mehr"
)
_NO_NAMES = frozenset(
    "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one)) for word in _NO_NAMES_SAID
)
_LONGEST_SHORT = 6  # words behind the letters of a short name such as WHO
_TITLES = all_of("mr mrs ms dr prof sir lady lord m mme mlle don sr sra herr frau")
_ALIKE = 0.75
_QUARTER = re.compile(r"[QH][1-4]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in a text, and its words to look for."""

    said: str
    words: tuple[str, ...]


@lru_cache(maxsize=1 << 16)
def folded(word: str) -> str:
    """A word to compare: without accents, ending, dots and capitals."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))
    return re.sub(r"['’]s$|['’]$", "", plain.casefold()).replace(".", "").replace("’", "'")


def words_of(text: str) -> list[str]:
    """The words of a text, ready to compare."""
    return [part for word in re.findall(r"(?:[^\W_]|['’.-])+", text) for part in [folded(word.strip(".'’-"))] if part]


def names(text: str, tongue: Tongue = "en", known: Known | None = None) -> list[Name]:
    """The names of a text, in order; ``known`` are those of the source, of which some may be misspelt."""
    tokens = tokens_of(text)
    if tongue == "de":
        from twinset.verification.facts.german import german_names

        return german_names(text, tokens, known or Known.of(""))
    inside = {folded(word) for place, (word, _) in enumerate(tokens) if is_capital(word) and not begins_at(tokens, place)}
    found: list[Name] = []
    place = 0
    while place < len(tokens):
        end = end_of_run(tokens, place, text)
        if end > place:
            found += _named(tokens, place, end, (inside, SMALL_WORDS[tongue], known))
        place = max(end, place + 1)
    return found


def tokens_of(text: str) -> list[tuple[str, int]]:
    """Words and marks, and where each begins."""
    return [(found[0], found.start()) for found in _TOKEN.finditer(text)]


def is_capital(word: str) -> bool:
    """Whether a word begins with a capital."""
    return word[0].isupper()


def begins_at(tokens: list[tuple[str, int]], place: int) -> bool:
    """Whether a sentence, a line or a quotation begins here."""
    before = tokens[place - 1][0] if place else "."
    return before in '.!?:;“”"«»‘(•*-–—' or (before[-1] == "." and len(before) > 3 and folded(before) not in _TITLES)


def end_of_run(tokens: list[tuple[str, int]], place: int, text: str) -> int:
    """The token after the words in capitals that begin here, with the small ones that join them."""
    if not is_capital(tokens[place][0]) or not tokens[place][0][0].isalpha():
        return place
    end = place + 1
    while end < len(tokens):
        gap = text[tokens[end - 1][1] + len(tokens[end - 1][0]) : tokens[end][1]]
        last = tokens[end - 1][0]
        if "\n" in gap or (last[-1] == "." and len(last) > 4) or re.search(r"['’]s?$", last):
            break
        if tokens[end][0][0].isalpha() and is_capital(tokens[end][0]):
            end += 1
            continue
        joins = end + 1 < len(tokens) and tokens[end][0] in _PARTICLES and is_capital(tokens[end + 1][0])
        if not joins:
            break
        end += 2
    return end


def _named(
    tokens: list[tuple[str, int]], start: int, end: int, around: tuple[set[str], frozenset[str], Known | None]
) -> list[Name]:
    run = [word for word, _ in tokens[start:end]]
    begins = begins_at(tokens, start)
    inside, small, known = around
    while run and (folded(run[0]) in _NO_NAMES or is_of_calendar(run[0]) or (begins and folded(run[0]) in small)):
        run, begins = run[1:], False
        while run and run[0] in _PARTICLES:
            run = run[1:]
    words = tuple(folded(word) for word in run if word not in _PARTICLES and not is_of_calendar(word))
    words = tuple(word for word in words if unit(word) is None)
    if not words or all(word in _NO_NAMES or len(word) < 2 or _QUARTER.fullmatch(word.upper()) for word in words):
        return []
    if begins and len(words) == 1 and not (words[0] in inside or run[0].isupper() or is_given(words[0])):
        return [Name(run[0], words)] if known is not None and known.is_nearly(words[0]) else []
    return [Name(" ".join(run), words)]


def is_of_calendar(word: str) -> bool:
    """Whether a word is a month or a weekday."""
    plain = folded(word)
    return plain in MONTHS or plain.removesuffix("s") in WEEKDAYS


def is_given(word: str) -> bool:
    """Whether a word is a given name that is common somewhere."""
    return person_names.share_known([word]) > 0


@dataclass(frozen=True, slots=True)
class Known:
    """The words of a source, where each stands, the initials of words that follow each other, and its words in capitals.

    ``followers`` are, for each word in capitals, those in capitals that come next.
    """

    places: dict[str, list[int]]
    initials: frozenset[str]
    capitals: frozenset[str] = frozenset()
    followers: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, source: str) -> Known:
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words_of(source)):
            for part in {word, *word.split("-")}:
                places.setdefault(part, []).append(place)
        first = [word[0] for word in words_of(source)]
        runs = range(2, _LONGEST_SHORT + 1)
        initials = frozenset("".join(first[at : at + n]) for n in runs for at in range(len(first) - n + 1))
        tokens = [word for word, _ in tokens_of(source)]
        small = {folded(word) for word in tokens if not is_capital(word)}
        capitals = frozenset(folded(word) for word in tokens if is_capital(word) and folded(word) not in small)
        followers: dict[str, frozenset[str]] = {}
        for one, other in itertools.pairwise(tokens):
            if is_capital(one) and is_capital(other):
                followers[folded(one)] = followers.get(folded(one), frozenset()) | {folded(other)}
        return cls(places, initials, capitals, followers)

    def holds(self, name: Name) -> bool:
        """Whether all words of a name stand in the source, those beside each other near each other."""
        if len(name.words) == 1 and (name.words[0] in self.initials or self.has(name.words[0])):
            return True
        words = [word for word in name.words if word not in _NO_NAMES] or list(name.words)
        if all(self.has(word) for word in words) and all(self._are_near(*pair) for pair in itertools.pairwise(words)):
            return True
        return any(self._holds_both(name.said, joint) for joint in (" y ", " e ", " & ", " und ", " et "))

    def _holds_both(self, said: str, joint: str) -> bool:
        parts = said.split(joint)
        return len(parts) > 1 and all(
            self.holds(Name(part, tuple(word for word in words_of(part) if word not in _PARTICLES))) for part in parts
        )

    def has(self, word: str) -> bool:
        """Whether a word stands in the source, in some form, in parts, or as the people of a country that does."""
        if any(one in self.places for one in forms(word)) or any(one in self.places for one in related(word)):
            return True
        if "-" in word and all(any(form in self.places for form in forms(part)) for part in word.split("-")):
            return True
        return any(are_of_one(word, one) for one in self.capitals)

    def is_nearly(self, word: str) -> bool:
        """Whether a word is no word of the source, but nearly one of those in capitals."""
        if self.has(word) or len(word) < 5:
            return False
        return any(
            one[0] == word[0] and difflib.SequenceMatcher(None, one, word).ratio() >= _ALIKE
            for one in self.capitals
            if len(one) >= 5
        )

    def _are_near(self, first: str, second: str) -> bool:
        one, other = self._all_places(first), self._all_places(second)
        return (
            not one or not other or any(0 < after - before <= 3 or after - before == -1 for before in one for after in other)
        )

    def _all_places(self, word: str) -> list[int]:
        same = {*forms(word), *related(word), *(one for one in self.capitals if are_of_one(word, one))}
        return [place for form in same for place in self.places.get(form, ())]


def forms(word: str) -> Iterable[str]:
    """A word, its singular, its plural; ü as ue, too."""
    plain = re.sub("([aou])e", r"\1", word)
    return (word, word.removesuffix("s"), word + "s", word.removesuffix("es"), plain, word.replace("ß", "ss"))
