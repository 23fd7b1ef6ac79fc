"""Times of day: 14:30, 2.30 pm, 21 h 40, half past eight, ten to nine, "halb acht", noon; in seconds since midnight."""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import re
from collections.abc import Iterator

from twinset.verification.facts.spelled import value_of
from twinset.verification.facts.tongue import Tongue, all_of

_CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:h]|\sh\s)(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?(?:\s?(?P<half>[ap])\.?m\b\.?)?"
    r"|\b(?P<hour2>1[0-2]|[1-9])(?:\.(?P<minute2>[0-5]\d))?\s?(?P<half2>[ap])\.?m\b\.?"
    r"|\b(?P<hour3>[01]?\d|2[0-3])(?:\.(?P<minute3>[0-5]\d))?\s(?:uhr|o'clock|heures(?= du| précises))\b"
    r"|\b(?P<word>noon|midnight|mittags?|mitternacht|midi|minuit|mediodía|medianoche)\b",
    re.IGNORECASE,
)
_N = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}"
_PAST = re.compile(
    rf"\b(?P<part>half|quarter|five|ten|twenty|twenty-five|\d{{1,2}} minutes) (?P<way>past|to) (?P<hour>{_N})\b",
    re.IGNORECASE,
)
_HALB = re.compile(
    r"\b(?P<part>halb|viertel vor|viertel nach) (?P<hour>eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)\b",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"\b(?:mon|tues?|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\.?,? (?P<from>\d{1,2})\s?[–-]\s?(?P<to>\d{1,2})\b(?!:)",
    re.IGNORECASE,
)
_NOON = all_of("noon mittag mittags midi mediodía")
_PARTS = {"half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}


def clocks(text: str, tongue: Tongue) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Start, end and readings of each time of day; one in words may be before or after noon."""
    for found in _PAST.finditer(text):
        part = found["part"].lower()
        minutes = int(part.split()[0]) if part[0].isdigit() else _PARTS[part]
        hour = _hour(found["hour"], tongue)
        yield *found.span(), _both(hour * 60 + (minutes if found["way"].lower() == "past" else -minutes))
    for found in _HALB.finditer(text):
        minutes = {"halb": -30, "viertel vor": -15, "viertel nach": 15}[found["part"].lower()]
        yield *found.span(), _both(_hour(found["hour"], "de") * 60 + minutes)
    for found in _CLOCK.finditer(text):
        yield *found.span(), (_seconds(found),)
    for found in _HOURS.finditer(text):
        for side in ("from", "to"):
            if int(found["from"]) < int(found["to"]) < 24:
                yield *found.span(side), (int(found[side]) * 3600,)


def _seconds(found: re.Match[str]) -> int:
    if found["word"]:
        return 43200 if found["word"].lower() in _NOON else 0
    hour = int(found["hour"] or found["hour2"] or found["hour3"])
    minute = int(found["minute"] or found["minute2"] or found["minute3"] or 0)
    half = (found["half"] or found["half2"] or "").lower()
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return hour * 3600 + minute * 60 + int(found["second"] or 0)


def _hour(said: str, tongue: Tongue) -> int:
    return int(said) if said.isdigit() else int(value_of(said.casefold(), tongue) or value_of(said.casefold(), "en") or 0)


def _both(minutes: int) -> tuple[int, ...]:
    return (minutes % 720 * 60, (minutes % 720 + 720) * 60)
