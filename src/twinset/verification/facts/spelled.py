"""Numbers in words, in English, German, French and Spanish: "twenty-three", "zweihundertfünf", "quatre-vingt-dix", "mil".

Words for one are articles as often as numbers, and claim nothing; a source may say "one" and mean it.
"""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from twinset.verification.facts.tongue import Tongue, all_of

SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def _listed(words: str, first: int = 0, step: int = 1) -> dict[str, int]:
    return {word: first + step * place for place, words_ in enumerate(words.split()) for word in words_.split("/")}


_ADDED: dict[Tongue, dict[str, int]] = {
    "en": _listed(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen"
    )
    | _listed("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
    "de": _listed(
        "null ein/eins zwei/zwo drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
        "siebzehn achtzehn neunzehn"
    )
    | _listed("zwanzig dreißig/dreissig vierzig fünfzig sechzig siebzig achtzig neunzig", 20, 10),
    "fr": _listed(
        "zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    )
    | _listed("vingt/vingts trente quarante cinquante soixante septante octante/huitante nonante", 20, 10),
    "es": _listed(
        "cero un/uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
        "dieciocho diecinueve veinte veintiuno/veintiún/veintiuna veintidós veintitrés veinticuatro veinticinco veintiséis "
        "veintisiete veintiocho veintinueve"
    )
    | _listed("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10)
    | _listed("cien/ciento doscientos/doscientas trescientos/trescientas cuatrocientos/cuatrocientas quinientos/quinientas "
              "seiscientos/seiscientas setecientos/setecientas ochocientos/ochocientas novecientos/novecientas", 100, 100),
}  # fmt: skip
_TIMES: dict[Tongue, dict[str, int]] = {
    "en": {**SCALES, "dozen": 12, "dozens": 12},
    "de": {"hundert": 100, "tausend": 1000, "million": 10**6, "millionen": 10**6, "milliarde": 10**9, "milliarden": 10**9,
           "dutzend": 12},
    "fr": {"cent": 100, "cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6, "milliard": 10**9,
           "milliards": 10**9, "douzaine": 12},
    "es": {"mil": 1000, "millón": 10**6, "millones": 10**6, "docena": 12, "docenas": 12},
}  # fmt: skip
_JOINS: dict[Tongue, str] = {"en": "and", "de": "und", "fr": "et", "es": "y"}
_ALONE: dict[Tongue, dict[str, str]] = {
    "en": {"twice": "2", "thrice": "3"},
    "de": {"anderthalb": "1.5", "eineinhalb": "1.5", "zweimal": "2", "dreimal": "3", "viermal": "4"},
    "fr": {}, "es": {},
}  # fmt: skip
_BEFORE: dict[Tongue, tuple[str, ...]] = {"en": ("a",), "de": ("ein", "einem"), "fr": ("un", "une"), "es": ("un", "una")}
_ARTICLES = all_of("a an one ein eine eins un une uno una zero null zéro cero")
_LONGEST = 60
_GERMAN = re.compile(r"(?:(.+?)?(tausend))?(?:(.*?)(hundert))?(?:und)?(?:(.+?)und)?(.*)")
_WORD = re.compile(r"[^\W\d_]+")


AND_A_PART = re.compile(
    r"(?:-| )and(?:-| )(?:an? |one )?(?:half|quarter|three quarters)\b|\s?½| et demie?\b| y (?:medi[oa]|cuarto)\b",
    re.IGNORECASE,
)
"""What follows a number and makes it half a one more."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number in words: where it stands and what it is worth."""

    start: int
    end: int
    value: Decimal


def spelled(text: str, tongue: Tongue = "en", is_source: bool = False) -> Iterator[Spelled]:
    """Each number in words, the longest that its words make; bare "one" in a source alone."""
    words = [(found[0].casefold(), found.start(), found.end()) for found in _WORD.finditer(text)]
    place = 0
    while place < len(words):
        end, value = _run(words, place, text, tongue)
        said = [word for word, _, _ in words[place:end]]
        of_hundred = place > 0 and words[place - 1][0] in ("per", "pour", "por") and said[:1] in (["cent"], ["ciento"])
        if words[place][0].endswith("einhalb") and tongue == "de" and words[place][0] not in _ALONE["de"]:
            whole = value_of(words[place][0].removesuffix("einhalb"), "de")
            end, value, said = (
                (place + 1, Decimal(whole) + Decimal("0.5"), [words[place][0]]) if whole else (end, value, said)
            )
        if (
            end > place
            and not of_hundred
            and not (len(said) == 1 and (said[0] in _ARTICLES or said[0] in SCALES) and not is_source)
        ):
            half = AND_A_PART.match(text, words[end - 1][2])
            yield Spelled(words[place][1], half.end() if half else words[end - 1][2], value + (part_of(half) if half else 0))
        place = max(end, place + 1)


def part_of(found: re.Match[str]) -> Decimal:
    """What "and a half" adds."""
    said = found[0].lower()
    return (
        Decimal("0.75")
        if "three quarters" in said
        else Decimal("0.25")
        if "quarter" in said or "cuarto" in said
        else Decimal("0.5")
    )


def _run(words: list[tuple[str, int, int]], start: int, text: str, tongue: Tongue) -> tuple[int, Decimal]:
    """The word after the number that begins here, and its value; the same word where none does."""
    first = words[start][0]
    if first in _ALONE[tongue]:
        return start + 1, Decimal(_ALONE[tongue][first])
    total, group, last, place = 0, 0, "", start
    while place < len(words):
        at = place
        if last and words[at][0] == _JOINS[tongue] and _may_join(tongue, last) and at + 1 < len(words):
            at += 1
        word = words[at][0]
        added, times = value_of(word, tongue), _TIMES[tongue].get(word)
        if last and text[words[at - 1][2] : words[at][1]].strip("-\u2010\u2011 \u00a0\n"):
            break
        if added is not None and _goes_on(last, added, group, tongue, is_joined=at > place):
            group, last = _added(group, added, tongue), str(added)
        elif times is not None and at == place and (last or _may_lead(words, start, tongue)):
            group = max(group, 1) * times
            total, group = (total + group, 0) if times >= 1000 else (total, group)
            last = word
        else:
            break
        place = at + 1
    return place, Decimal(total + group)


def _may_lead(words: list[tuple[str, int, int]], start: int, tongue: Tongue) -> bool:
    """Whether a hundred or a dozen may begin a number: after an article, and in the languages that need none."""
    return words[start][0] in ("mil", "hundert", "tausend", "cent", "mille") or (
        start > 0 and words[start - 1][0] in _BEFORE[tongue]
    )


def _may_join(tongue: Tongue, last: str) -> bool:
    """Whether "and" may follow: in English a hundred or more, in French and Spanish tens."""
    is_round = last.isdigit() and int(last) >= 20 and int(last) % 10 == 0
    return (not last.isdigit() and last not in ("dozen", "dozens")) if tongue == "en" else is_round


def _goes_on(last: str, added: int, group: int, tongue: Tongue, is_joined: bool) -> bool:
    """Whether a number may follow the words so far: twenty three, hundred five, quatre vingt dix; never five six."""
    if not last:
        return True
    if not last.isdigit():
        return last not in ("dozen", "dozens") and (added < 100 or (tongue == "es" and added < 1000))
    if tongue == "fr" and added == 20 and group % 100 == 4:
        return True
    if tongue == "es" and int(last) >= 100:
        return added < 100
    ties = int(last)
    if tongue == "fr" and ties == 10 and 7 <= added <= 9:
        return True
    widest = 20 if tongue == "fr" and ties in (20, 60) and group % 100 in (60, 80) else 10
    return ties >= 20 and ties % 10 == 0 and 0 < added < widest and (tongue != "es" or is_joined)


def _added(group: int, added: int, tongue: Tongue) -> int:
    return group - 4 + 80 if tongue == "fr" and added == 20 and group % 100 == 4 else group + added


@lru_cache(maxsize=4096)
def value_of(word: str, tongue: Tongue) -> int | None:
    """What one word adds; German ones are taken apart."""
    if word in _ADDED[tongue] or tongue != "de":
        return _ADDED[tongue].get(word)
    if word in _TIMES["de"] or not 6 <= len(word) <= _LONGEST or not re.search("zig|ßig|hundert|tausend|zehn", word):
        return None
    found = _GERMAN.fullmatch(word)
    if found is None:
        return None
    thousands, is_thousand, hundreds, is_hundred, ones, rest = found.groups()
    parts = [value_of(part, "de") if part else 0 for part in (thousands, hundreds, ones, rest)]
    if any(part is None for part in parts) or (ones and not (parts[3] and parts[3] % 10 == 0)):
        return None
    high, middle, low, ties = (part or 0 for part in parts)
    return (max(high, 1) * 1000 if is_thousand else 0) + (max(middle, 1) * 100 if is_hundred else 0) + low + ties
