"""What a text claims beside what its source holds: quotations, dates, numbers and names, each read when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from twinset.verification.facts import dates as _dates
from twinset.verification.facts import derived as _derived
from twinset.verification.facts import names as _names
from twinset.verification.facts import numbers as _numbers
from twinset.verification.facts import quotes as _quotes
from twinset.verification.facts.durations import durations
from twinset.verification.facts.entities import entities
from twinset.verification.facts.lists import lengths
from twinset.verification.facts.tongue import Tongue, tongue

_CENTURY = re.compile(r"[\w-]+\.? (?:century|centuries|jahrhundert\w*|siècle|siglo)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3}[.!?;])\s|\n")


class Source:
    """A text read for its claims; ``beside`` is the source that it is held against, whose language it shares if in doubt."""

    def __init__(self, text: str, spacy: bool = False, beside: Source | None = None) -> None:
        self.text = text
        self.spacy = spacy
        self.beside = beside

    @cached_property
    def tongue(self) -> Tongue:
        return tongue(self.text, self.beside.tongue if self.beside else "en")

    @cached_property
    def dates(self) -> list[_dates.Dated]:
        return _dates.dates(self.text, self.tongue)

    @cached_property
    def without_dates(self) -> str:
        """A source keeps its years: they may be numbers after all."""
        is_source = self.beside is None
        spans = [one.span for one in self.dates if not (is_source and _is_year(one))]
        return _numbers.blanked(self.text, spans)

    @cached_property
    def numbers(self) -> list[_numbers.Number]:
        return _numbers.numbers(self.without_dates, self.beside is None, self.tongue)

    @cached_property
    def years(self) -> set[int]:
        return _derived.years_of(self.numbers, self.dates)

    @cached_property
    def lists(self) -> set[int]:
        return lengths(self.text)

    @cached_property
    def plain(self) -> str:
        return _quotes.plain(self.text)

    @cached_property
    def known(self) -> _names.Known:
        return _names.Known.of(self.text)

    def sentence(self, at: int) -> str:
        """The sentence that holds this place."""
        ends = [found.start() for found in _SENTENCE_END.finditer(self.text)]
        start = max((end for end in ends if end <= at), default=0)
        return self.text[start : min((end for end in ends if end > at), default=len(self.text))]

    def unfounded(self, kind: str, source: Source) -> list[str]:
        """The claims of one kind that a source does not bear out, as they stand in the text."""
        finders: dict[str, Callable[[Source], list[str]]] = {
            "quotes": self._wrong_quotes, "dates": self._wrong_dates, "numbers": self._wrong_numbers,
            "names": self._wrong_names,
        }  # fmt: skip
        return finders[kind](source)

    def _wrong_quotes(self, source: Source) -> list[str]:
        return [quote for quote in _quotes.quotes(self.text) if not _quotes.is_borne_out(quote, source.plain)]

    def _wrong_dates(self, source: Source) -> list[str]:
        wrong = [one.said.strip() for one in self.dates if not self._has_date(one, source)]
        days = {*_dates.weekdays(source.text, source.tongue), *_dates.weekdays_of(source.dates)}
        wrong += [str(day) for day in _dates.weekdays(self.text, self.tongue) if day not in days]
        relative = {found[0].lower() for found in _dates.RELATIVE.finditer(source.text)}
        return wrong + [one[0] for one in _dates.RELATIVE.finditer(self.text) if one[0].lower() not in relative]

    def _has_date(self, one: _dates.Dated, source: Source) -> bool:
        if _dates.is_borne_out(one, source.dates, source.years):
            return True
        first = one.readings[0]
        if first.clock is not None:
            return any(int(seconds) == first.clock for _, _, seconds in durations(source.text, source.tongue))
        if not _is_year(one) or first.year is None:
            return False
        return first.year in source.years or _derived.year_follows(first.year, source.text, source.numbers, source.dates)

    def _wrong_numbers(self, source: Source) -> list[str]:
        years = {str(year) for year in source.years}
        claims = [one for one in self.numbers if one.said not in years]
        wrong = [one.said for one in claims if not self._has_number(one, source)]
        held = {_names.folded(code) for code in _numbers.codes(source.text)} | set(source.known.places)
        said = years | {str(one.figure) for one in source.numbers}
        decades = {f"{year[:3]}0s" for year in said if len(year) == 4}
        return wrong + [code for code in _numbers.codes(self.without_dates) if _names.folded(code) not in held | decades]

    def _has_number(self, one: _numbers.Number, source: Source) -> bool:
        if one.is_rank and _CENTURY.match(self.text, one.at):
            return any((year - 1) // 100 + 1 == one.figure for year in source.years) or _numbers.is_borne_out(
                one, source.numbers
            )
        if one.is_rank and one.is_word and one.figure == 2 and not any(other.is_rank for other in source.numbers):
            return True  # "a second" says little, where nothing is counted
        if not one.kind and one.is_word and not one.is_rank and one.figure in source.lists:
            return True
        if re.fullmatch(r"\d+(?: \d{3})+\D*", one.said) and not _numbers.is_borne_out(one, source.numbers):
            parts = _numbers.numbers(one.said.replace(" ", " ; "), tongue=self.tongue)
            return len(parts) > 1 and all(_numbers.is_borne_out(part, source.numbers) for part in parts)
        return _numbers.is_borne_out(one, source.numbers) or _derived.follows(
            one, source.numbers, source.dates, self.sentence(one.at)
        )

    def _wrong_names(self, source: Source) -> list[str]:
        found = [*_names.names(self.text, self.tongue, source.known), *(entities(self.text) if self.spacy else ())]
        return [name.said for name in found if not source.known.holds(name)]


def _is_year(one: _dates.Dated) -> bool:
    first = one.readings[0]
    return first.year is not None and first.month is None and not first.months
