"""The rule of a column by its logical type: what is learned from its values, and what is made without looking at them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column, Values
from twinset.synthesizers.rules.fitted.found import Found, ends, figures, step_of
from twinset.synthesizers.rules.fitted.labels import of_labels, of_truths
from twinset.synthesizers.rules.fitted.moments import of_moments
from twinset.synthesizers.rules.fitted.numbers import decimals_of, of_numbers

LARGEST = 9e14
"""Numbers beyond are no values of rules, nor are NaN and infinities."""
_PEOPLE = {
    "name": "person.name", "email": "person.email", "phone": "person.phone", "address": "person.address",
    "iban": "person.iban", "user_name": "person.user_name", "national_id": "person.national_id", "card": "card.number",
}  # fmt: skip
_PATTERNS = {
    "name": "[A-Z][a-z]{3,8} [A-Z][a-z]{4,10}", "email": r"[a-z]{4,9}@example\.com", "phone": "555-01[0-9]{2}",
    "address": "[1-9][0-9]? [A-Z][a-z]{4,9} Street", "iban": "XX00 [0-9]{16}", "national_id": "000-00-[0-9]{4}",
    "card": "4111 1111 [0-9]{4} [0-9]{4}", "user_name": "[a-z]{4,9}[0-9]{2}",
}  # fmt: skip


def found(column: Column, values: pa.Array, k: int, *, has_people: bool) -> Found | None:
    """A rule for the values that are there (some, none of them missing); None for columns that no rule makes."""
    kind = column.type
    match kind:
        case types.Personal(what):
            if has_people:
                return Found(_PEOPLE[what], f"{what.replace('_', ' ')}: never copied")
            return Found({"rule": "pattern", "regex": _PATTERNS[what]}, f"{what.replace('_', ' ')}: never copied")
        case types.Identifier():
            return _identifier(kind, values, k)
        case types.Boolean():
            return of_truths(values, k)
        case types.Categorical() | types.Ordinal():
            order = column.domain.values if isinstance(column.domain, Values) and isinstance(kind, types.Ordinal) else ()
            return of_labels(_plain(values), order, k) or _words(values, k)
        case types.Date() | types.DateTime():
            return of_moments(values, getattr(kind, "zone", None), k)
        case types.Integer() | types.Real() | types.Geo() if not pa.types.is_string(values.type):
            return _numbers(kind, values, k)
        case types.Time():
            return Found({"rule": "pattern", "regex": "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"}, "a time of day, as text")
        case types.Duration():
            return _durations(column.name, values, k)
        case types.Json():
            return Found({"rule": "constant", "value": "{}"}, "documents: never copied")
        case types.Text() | types.Geo():
            return _words(values, k)
    return None


def _plain(values: pa.Array) -> pa.Array:
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _numbers(kind: types.Type, values: pa.Array, k: int) -> Found:
    numbers = np.asarray(pc.cast(values, pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
    numbers = numbers[np.abs(numbers) < LARGEST]
    if len(numbers) < 2 * k:
        return Found({"rule": "constant", "value": "", "missing": 1}, "next to all are beyond any rule")
    said = getattr(kind, "decimals", None)
    decimals = 0 if isinstance(kind, types.Integer) else said if said is not None else decimals_of(numbers)
    if decimals == 0 and not isinstance(kind, types.Integer):
        decimals = 1 if getattr(kind, "is_bare", True) is False else 0
    return of_numbers(numbers, decimals, k)


def _durations(name: str, values: pa.Array, k: int) -> Found:
    seconds = np.asarray(values.cast(pa.duration("us"), safe=False).cast(pa.int64())) // 10**6
    own = of_numbers(seconds.astype(np.float64), 0, k)
    hidden = f"_{name}_seconds"
    from twinset.core.expression import quoted

    assert isinstance(own.rule, dict)
    return Found({"rule": "formula", "of": f"seconds({quoted(hidden)})"}, own.reason, hidden={hidden: own.rule})


def _identifier(kind: types.Identifier, values: pa.Array, k: int) -> Found:
    """Identifiers of the same form; unique where the rows' are."""
    is_unique = pc.count_distinct(values).as_py() == len(values)
    once: dict[str, Any] = {"unique": True} if is_unique else {}
    if kind.form == "uuid":
        return Found({"rule": "uuid"}, "never copied")
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        if kind.form == "sequence" and is_unique:
            return Found({"rule": "sequence"}, "counts the rows")
        numbers = np.sort(np.clip(np.asarray(pc.cast(values, pa.float64(), safe=False)), -LARGEST / 2, LARGEST / 2))
        low, high = ends(numbers, k, step_of(float(numbers[-1] - numbers[0]) or 1.0, 1))
        room = int(high) - int(low) if not is_unique else max(int(high) - int(low), 4 * len(values))
        return Found({"rule": "integer", "low": int(low), "high": int(low) + max(room, 1), **once}, "never copied")
    if kind.form == "pattern" and kind.pattern and kind.pattern.isascii():
        enough = not is_unique or (kind.n_values or 0) >= 2 * len(values)
        if enough and len(kind.pattern) <= 100:
            return Found({"rule": "code", "pattern": kind.pattern, **once}, "never copied, but for the form that all have")
    return _letters(_plain(values).cast(pa.string()), once)


def _letters(texts: pa.Array, once: dict[str, Any]) -> Found:
    """Letters and digits, as many as most values have."""
    width = int(np.clip(np.median(np.asarray(pc.utf8_length(texts))), 4 if once else 1, 40))
    return Found({"rule": "code", "pattern": "*" * width, **once}, "letters and digits: never copied")


def _words(values: pa.Array, k: int) -> Found:
    """Texts of about as many words."""
    texts = _plain(values).cast(pa.string())
    if not pc.any(pc.match_substring_regex(texts, r"\s")).as_py():
        return _letters(texts, {})
    counts = np.sort(np.asarray(pc.list_value_length(pc.utf8_split_whitespace(pc.utf8_trim_whitespace(texts)))))
    few, many = (int(max(1, np.quantile(counts, at))) for at in (0.1, 0.9))
    many = min(max(few, int(figures(many, 1))), 200)
    return Found({"rule": "text", "words": [min(few, many), many], "sentences": 0 if many < 4 else 1}, "texts: never copied")
