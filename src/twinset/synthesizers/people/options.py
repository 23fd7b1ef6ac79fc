"""The options of records, checked: what was given, what may be, and what to write instead."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.synthesizers.people.facts import locales
from twinset.synthesizers.people.numbers.banking import BRANDS
from twinset.synthesizers.people.words import counts

_FIRST = "1000-01-01"


def check(record: str, known: tuple[str, ...], given: Mapping[str, object]) -> None:
    """PlanError for an option that the record has not, or a value that it can't have."""
    for name, value in given.items():
        if name not in known:
            raise PlanError(
                f"{record} has no option {name!r}{nearest(name, known)}; its options: {', '.join(known) or 'none'}"
            )
        wanted = _CHECKS[name](value)
        if wanted:
            raise PlanError(f"{name} of {record} is {wanted}, not {value!r:.200}")


def _ages(value: object) -> str:
    is_fine = (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(type(age) is int for age in value)
        and 0 <= value[0] <= value[1] <= 105
    )
    return "" if is_fine else "two whole numbers, youngest then oldest, from 0 to 105"


def _as_of(value: object) -> str:
    try:
        is_fine = str(datetime.date.fromisoformat(str(value))) == str(value) >= _FIRST
    except ValueError:
        is_fine = False
    return "" if is_fine else f"the day on which ages are counted, such as 2026-01-01, and not before {_FIRST}"


def _flag(value: object) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _women(value: object) -> str:
    is_share = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    return "" if is_share else "the share of women, from 0 to 1"


def _brand(value: object) -> str:
    return "" if isinstance(value, str) and value in BRANDS else f"one of {', '.join(BRANDS)}"


def _names(value: object) -> str:
    wrong = counts.fault(value)
    if not wrong:
        for code in counts.per_locale(value):
            if code:
                locales.find(code)
    return wrong


_CHECKS: dict[str, Callable[[object], str]] = {
    "ages": _ages,
    "as_of": _as_of,
    "brand": _brand,
    "ids_may_be_real": _flag,
    "names": _names,
    "unique_emails": _flag,
    "women": _women,
}
