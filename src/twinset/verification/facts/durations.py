"""Times that something took: "2 hours, 9 minutes and 33 seconds", 2:09:33, 30:17.49, "an hour and 44 minutes", in seconds."""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from twinset.verification.facts.spelled import spelled
from twinset.verification.facts.tongue import Tongue

_MARKED = re.compile(r"(?<![\d:.,])(?:(\d{1,3}):)?(\d{1,2}):([0-5]\d)([.,]\d{1,3})?(?![\d:])")
_N = r"(\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eine?[rn]?|une|una)"
_SAID = re.compile(
    rf"\b{_N}\s?(?:h|hrs?|hours?|stunden?|heures?|horas?)(?:,?\s(?:and |und |et |y )?|)(\d+)\s?(?:mins?|minuten?|minutes?|minutos?)\b"
    r"(?:(?:,?\s(?:and |und |et |y )?|)(\d+(?:[.,]\d+)?)\s?(?:s|secs?|seconds?|sekunden?|secondes?|segundos?)\b)?"
    r"|\b(\d+)\s?(?:mins?|minuten?|minutes?|minutos?)(?:,?\s(?:and |und |et |y )?|)(\d+)\s?(?:s|secs?|seconds?|sekunden?|secondes?|segundos?)(?:\s(\d{1,2}))?\b",
    re.IGNORECASE,
)


_HALF_OF = re.compile(
    r"\b(?P<part>half an?|a half|three[ -]quarters of an|a quarter of an?|an? half-|a half|half-|dreiviertel|viertel|halbe[ns]?|halb|demi-|une demi-|media|un cuarto de)"
    r"\s?(?P<unit>hour|stunde|heure|hora|day|tag|year|jahr\w*|century|century|jahrhundert|decade|million|dozen)\b",
    re.IGNORECASE,
)
_SECONDS = {"hour": 3600, "stunde": 3600, "heure": 3600, "hora": 3600, "day": 86400, "tag": 86400}
_MONTHS = {"year": 12, "jahr": 12, "century": 1200, "jahrhundert": 1200, "decade": 120}


_AND_HALF = re.compile(
    r"\b(?:an?|one) (?P<unit>hour|day|year|million) and (?P<part>an? half|an? quarter|three quarters)\b", re.IGNORECASE
)


def halves(text: str) -> Iterator[tuple[int, int, Decimal, str]]:
    """Halves and quarters of hours, days, years and centuries, and half a million: start, end, worth and what it measures."""
    for found in (*_HALF_OF.finditer(text), *_AND_HALF.finditer(text)):
        part, unit = found["part"].lower(), found["unit"].lower()
        unit = "jahr" if unit.startswith("jahr") and unit != "jahrhundert" else unit
        share = _share(part) + (1 if found.re is _AND_HALF else 0)
        if unit in _SECONDS:
            yield *found.span(), share * _SECONDS[unit], "time"
        elif unit in _MONTHS:
            yield *found.span(), share * _MONTHS[unit], "months"
        else:
            yield *found.span(), share * (10**6 if unit == "million" else 12), ""


def _share(part: str) -> Decimal:
    if "three" in part or "drei" in part:
        return Decimal("0.75")
    return Decimal("0.25") if any(word in part for word in ("quart", "viertel", "cuarto")) else Decimal("0.5")


def durations(text: str, tongue: Tongue) -> Iterator[tuple[int, int, Decimal]]:
    """Start, end and seconds of times of two units or more; 21:40 is a time of day unless it goes on."""
    for found in _SAID.finditer(text):
        hours, minutes, seconds, minutes_alone, seconds_after, hundredths = found.groups()
        if hours:
            n = int(hours) if hours.isdigit() else next((int(one.value) for one in spelled(hours, tongue, True)), 1)
            yield *found.span(), Decimal(n * 3600 + int(minutes) * 60) + Decimal((seconds or "0").replace(",", "."))
        else:
            yield *found.span(), Decimal(int(minutes_alone) * 60 + int(seconds_after)) + Decimal(f"0.{hundredths or 0}")
    for found in _MARKED.finditer(text):
        hours, minutes, seconds, rest = found.groups()
        if hours or rest:
            whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
            yield *found.span(), Decimal(whole) + Decimal("0" + (rest or ".0").replace(",", "."))
