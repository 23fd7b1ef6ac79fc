"""What follows from a source by one step of arithmetic: differences, sums, products, the rest of a hundred, ages and spans.

Ten numbers have a hundred differences and sums, among which almost any wrong number would find its like. So a step counts
only in a sentence that says so: "more than", "together", "left", "years later", "aged"; and it must come out exactly.
"""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from twinset.verification.facts.dates import Dated
from twinset.verification.facts.numbers import Number
from twinset.verification.facts.tongue import all_of

_APART = re.compile(
    r"\b(?:more|less|fewer|than|below|above|higher|lower|up|down|rose|ris\w+|fell|fall\w*|drop\w*|increas\w*|decreas\w*|"
    r"declin\w*|grew|grow\w*|shrank|shrunk|cut|lost|gain\w*|cheaper|dearer|longer|shorter|older|younger|larger|smaller|"
    r"taller|heavier|lighter|difference|left|remain\w*|missing|another|additional|extra|ahead|behind|surplus|still|"
    r"intact|repaid|spent|survived|passed|failed|started|already|so far|last year|previous\w*|before|used to|sav\w+|mehr|weniger|übrig|rest\w*|unterschied|teurer|billiger|stieg|sank|"
    r"plus|moins|reste\w*|baisse\w*|hausse|augment\w*|más|menos|queda\w*|subi\w*|baj\w*)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:together|total\w*|altogether|in total|in all|combined|sum|both|worth|overall|raised|amount\w*|deposit|whole|joint\w*|"
    r"insgesamt|zusammen|gesamt\w*|summe|ensemble|somme|conjunto|juntos|suma)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?:together|both|beide|zusammen|ensemble|juntos)\b", re.IGNORECASE)
_CURRENCIES = all_of("dollars euros sterling yen rupees francs kroner pounds pence")
_SPANS = re.compile(
    r"\b(?:after|later|before|earlier|since|aged?|ages?|old|over|for|within|lasted|took|lived|valid|during|ago|between|"
    r"nach|später|vor|früher|seit|alt|lang|dauerte|après|plus tard|avant|depuis|âgée?|pendant|durant|después|tarde|antes|"
    r"desde|edad|durante)\b",
    re.IGNORECASE,
)
_AGES = re.compile(r"\b(?:aged?|old|alt|âgée?|edad|lived)\b", re.IGNORECASE)
_MOST = 60
"""Numbers of a source that are combined; more make coincidences and cost time."""


def follows(one: Number, known: Sequence[Number], dates: Sequence[Dated], sentence: str) -> bool:
    """Whether a number follows from those of the source, and its dates, by a step that the sentence speaks of."""
    if one.is_rank or one.parts:
        return False
    plain = [other for other in known if not (other.is_rank or other.is_second)][:_MOST]
    return (
        _is_rest(one, plain)
        or _is_part(one, plain)
        or (_APART.search(sentence) is not None and any(_is(one, *made) for made in _differences(plain)))
        or (_APART.search(sentence) is not None and _is_rest_of_two(one, plain))
        or (_TOGETHER.search(sentence) is not None and any(_is(one, *made) for made in _totals(plain)))
        or (
            _BOTH.search(sentence) is not None and any(_is(one, 2 * other.figure, other.kind, other.size) for other in plain)
        )
        or (_SPANS.search(sentence) is not None and _is_span(one, plain, dates, sentence))
    )


def _is(one: Number, figure: Decimal, kind: str, size: Decimal) -> bool:
    """Whether a number is a worked-out figure; a unit that one of them leaves out is the other's."""
    if one.kind and kind:
        return one.kind == kind and one.figure * one.size == figure * size
    return one.figure == figure


def _is_rest_of_two(one: Number, known: Sequence[Number]) -> bool:
    """The rest of a hundred, or what two shares of it come to."""
    percents = [other.figure * other.size * 100 for other in known if other.kind == "share"]
    sums = {first + second for first, second in itertools.combinations(percents, 2)}
    return one.kind == "share" and one.figure * one.size * 100 in sums | {100 - sum_ for sum_ in sums}


def _is_rest(one: Number, known: Iterable[Number]) -> bool:
    """88% where the source has 12%."""
    return one.kind == "share" and any(
        other.kind == "share" and _is(one, 100 - other.figure, "share", other.size) for other in known
    )


def _is_part(one: Number, known: Sequence[Number]) -> bool:
    """So many percent of a number of the source, rounded to the whole."""
    percents = [other.figure * other.size for other in known if other.kind == "share" and other.figure < 100]
    wholes = [other for other in known if not other.kind and other.figure >= 20 and other.figure % 1 == 0]
    if one.kind or one.is_word or one.figure < 10:
        return False
    gap = one.step / 2 if one.is_loose else Decimal("0.5")
    return any(abs(one.figure - percent * whole.figure) < gap and percent < 1 for percent in percents for whole in wholes)


def _differences(known: Sequence[Number]) -> Iterable[tuple[Decimal, str, Decimal]]:
    for first, second in itertools.permutations(known, 2):
        if first.kind == second.kind or not (first.kind and second.kind):
            kind = first.kind or second.kind
            size = first.size if first.kind else second.size
            apart = first.figure - second.figure * (second.size / size if second.kind and first.kind else 1)
            yield abs(apart), kind, size
            if apart < 0 or first.at > second.at:
                continue
            yield first.figure + second.figure * (second.size / size if second.kind and first.kind else 1), kind, size


def _totals(known: Sequence[Number]) -> Iterable[tuple[Decimal, str, Decimal]]:
    for first, second in itertools.combinations(known, 2):
        if first.kind == second.kind:
            yield first.figure + second.figure * second.size / first.size, first.kind, first.size
        if not (first.kind and second.kind) or "share" in (first.kind, second.kind):
            main = first if first.kind not in ("", "share") or not second.kind else second
            part = second if main is first else first
            factor = part.figure * (part.size if part.kind == "share" else 1)
            yield main.figure * factor, main.kind, main.size
        elif len({first.kind, second.kind} & _CURRENCIES) == 1:
            main, part = (first, second) if first.kind in _CURRENCIES else (second, first)
            yield main.figure * part.figure, main.kind, main.size
        elif "months" in (first.kind, second.kind) or "time" in (first.kind, second.kind):
            main, part = (second, first) if first.kind in ("months", "time") else (first, second)
            yield main.figure * part.figure, main.kind, main.size


def _is_span(one: Number, known: Sequence[Number], dates: Sequence[Dated], sentence: str) -> bool:
    """Years between two years, days between two days; an age may be a year less."""
    if one.kind not in ("", "months", "time"):
        return False
    years = years_of(known, dates)
    gaps = {abs(first - second) for first, second in itertools.combinations(sorted(years), 2)}
    spare = {gap - 1 for gap in gaps} if one.is_loose or _AGES.search(sentence) else set()
    if one.kind == "time":
        return one.figure * one.size / 86400 in _days_apart(dates) or one.figure * one.size in _clocks_apart(dates)
    if one.kind == "months" and one.size == 1:
        return one.figure in _months_apart(dates)
    figure = one.figure * one.size / (12 if one.kind else 1)
    if one.is_loose and any(abs(gap - figure) <= min(figure / 20, Decimal(5)) for gap in gaps):
        return True
    return (one.kind == "months" or _AGES.search(sentence) is not None) and figure in gaps | spare


def years_of(known: Iterable[Number], dates: Iterable[Dated]) -> set[int]:
    """The years of a source, whether they stand in dates or alone."""
    made = {moment.year for one in dates for moment in one.readings if moment.year}
    made |= {int(one.figure) for one in known if not one.kind and one.figure % 1 == 0 and 1000 <= one.figure < 2200}
    return made


def _days_apart(dates: Iterable[Dated]) -> set[int]:
    """The days between any two days of the source, one without a year being of the same as the other."""
    days = [moment for one in dates for moment in one.readings[:1] if moment.month and moment.day]
    years = [day.year for day in days if day.year] or [2001]
    whole = {(day.year or years[0], day.month or 1, day.day or 1) for day in days}
    held = sorted(datetime.date(*day) for day in whole if day[1:] != (2, 29))
    return {(second - first).days for first, second in itertools.combinations(held, 2)}


def _months_apart(dates: Iterable[Dated]) -> set[int]:
    months = {12 * one.year + one.month for dated in dates for one in dated.readings[:1] if one.year and one.month}
    return {abs(first - second) for first, second in itertools.combinations(sorted(months), 2)}


def _clocks_apart(dates: Iterable[Dated]) -> set[int]:
    held = sorted({one.clock for dated in dates for one in dated.readings[:1] if one.clock is not None})
    return {second - first for first, second in itertools.combinations(held, 2)}


_YEARS_ON = re.compile(
    r"\b(?:(?:a|one|the|last|next|previous|following|same) year(?: (?:earlier|before|ago|later|after))?|year-earlier|last year|"
    r"vorjahr\w*|im jahr (?:davor|danach)|l'an(?:née)? (?:dernier|dernière|précédente?|suivante?)|año (?:anterior|pasado|siguiente))\b",
    re.IGNORECASE,
)


def year_follows(year: int, source: str, known: Sequence[Number], dates: Sequence[Dated]) -> bool:
    """Whether a year is one of the source's, so many years on or back as the source names."""
    steps = {int(one.figure) for one in known if one.kind == "months" and one.size == 12 and one.figure % 1 == 0}
    if _YEARS_ON.search(source):
        steps.add(1)
    return any(abs(year - other) in steps for other in years_of(known, dates))
