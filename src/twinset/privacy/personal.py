"""Personal data by kind, found by a column's name and by what stands in it.

A name alone proves nothing (a column "name" can hold products) and content alone is strong only where it has a shape of its
own: an at-sign, a check digit, a dialling code. So each kind has a weak test, which a fitting column name is enough to
complete, and most have a strong one, which needs no name. All tests look at distinct values, and at a sample of those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.types import PersonalKind
from twinset.privacy import national_ids, person_names
from twinset.privacy.column_names import words

_SAMPLE = 500
_NAMED = 0.6  # share of values that must pass the weak test where the column's name speaks of the kind
_UNNAMED = 0.9  # share that must pass the strong test where it does not
_FEW = 10  # distinct values below which check digits prove nothing: one number in ten has the right one

_EMAIL = r"^[^\s@,;<>]+@[^\s@,;<>]+\.[^\W\d_]{2,}$"
_PHONE = r"^[+(]?\d(?:[\s().\-/]{0,3}\d){5,14}(?:\s?(?:x|ext\.?)\s?\d{1,5})?$"
_DIALLED = (
    r"^(?:\+|00)[1-9][\d\s().\-/]{6,18}\d$"
    r"|^(?:\+?1[\s.-])?\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}(?:\s?x\d{1,5})?$"
)
_IBAN = r"^[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{2,4}){3,8}$"
_CARD = r"^[\d*xX]{4}[ -]?[\d*xX]{4,6}[ -]?[\d*xX]{4,5}[ -]?\d{0,4}(?:[ -]?\d{3})?$"
_SOCIAL_SECURITY = (  # no area 000, 666 or 9xx, no group 00, no serial 0000
    r"^(?:00[1-9]|0[1-9]\d|[1-57-8]\d\d|6[0-57-9]\d|66[0-57-9])"
    r"-(?:0[1-9]|[1-9]\d)-(?:\d{3}[1-9]|\d\d[1-9]0|\d[1-9]00|[1-9]000)$"
)
_NUMBERED = r"^[A-Za-z0-9](?:[\s.\-/]?[A-Za-z0-9]){4,24}$"
_SOME_DIGITS = r"\d.*\d.*\d.*\d"
_DECIMAL = r"^[+-]?\d+[.,]\d+$"
_HANDLE = r"^@?(?:[^\W\d_A-Z][^\WA-Z]*|[^\W\d_][\w.\-]*[\d._\-][\w.\-]*)$"  # small letters, or digits and dots among them
_PLACE = r"\d.*[^\W\d_]{2}|[^\W\d_]{2}.*\d"
_STREET = (
    r"(?i)^(?:(?:apt|unit|suite|flat)\.? ?\w+,? )?\d{1,5}[a-z]?,? [^\d].*\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr"
    r"|boulevard|blvd|court|ct|way|place|pl|square|sq|terrace|highway|hwy|parkway|pkwy|circle|close|crescent|gardens|rue"
    r"|chemin|allée)\b"
    r"|(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|straat|laan|plein|gatan|vägen|vej) \d{1,4} ?[a-z]?\b"
    r"|^(?:calle|avenida|av\.|via|viale|piazza|corso|rua|ul\.|ulica|rue|avenue|boulevard|plaza|paseo) .*\d"
)

_WORDS: tuple[tuple[PersonalKind, str], ...] = (
    ("email", r"e mail|email|emails|mail|courriel"),
    ("phone", r"phone|phones|telephone|tel|telefon|telefono|mobile|cell|cellphone|fax|whatsapp|handy|msisdn"),
    ("iban", r"iban|bank account|account (?:number|no)"),
    ("card", r"card|cc (?:number|num|no)|pan|ccn"),
    (
        "national_id",
        r"ssn|social security|nino|national insurance|national (?:id|number)|numero insee|nir|steuer (?:id|nummer)|idnr|tin"
        r"|steueridentifikationsnummer|tax (?:id|number|code)|dni|nie|nif|codice fiscale|pesel|personnummer|bsn|cpf"
        r"|aadhaar|aadhar|passport|passeport|driver s? ?licen[cs]e|drivers? licen[cs]e|driving licen[cs]e"
        r"|identity (?:number|card|no)|citizen (?:id|number)|personal (?:id|number|code)",
    ),
    ("address", r"address|addr|adresse|direccion|indirizzo|street|strasse|straße|rue"),
    (
        "user_name",
        r"(?:user|login|screen|account) name|login id|benutzername|nutzername|anmeldename|gebruikersnaam|brugernavn"
        r"|nom d? ?utilisateur|pseudo|nombre (?:de )?usuario|usuario|nome utente"
        r"|(?:created|updated|modified|changed|entered|posted|approved|handled|assigned|erfasst|bearbeitet) (?:by|to|von)"
        r"|^(?:user|actor|author|assignee|clerk|agent|owner|handler|sachbearbeiter|bearbeiter)$",
    ),
)
_SAID: dict[PersonalKind, str] = {
    "email": "e-mail addresses", "phone": "telephone numbers", "iban": "bank account numbers", "name": "names of persons",
    "card": "payment card numbers", "national_id": "identity or tax numbers", "address": "addresses",
    "user_name": "user names",
}  # fmt: skip
_NO_ADDRESS = re.compile(r"\b(?:ip|mac|e?mail|web|url|network|wallet|memory|hardware)\b")
_GIVEN = re.compile(r"\b(?:first|given|fore) ?name\b|\b(?:vorname|prenom|prénom|voornaam|fornavn|förnamn|imie|imię)\b")
_PART_OF_NAME = re.compile(
    r"(?:first|last|given|family|sur|middle|full|maiden|fore|christian|legal|birth|nick) ?names?\b"
    r"|\b(?:[fl] ?name|vorname|nachname|familienname|prenom|prénom|nombres?|apellidos?|cognome|imie|nazwisko|fornamn"
    r"|efternamn)\b"
)
_NAME = re.compile(r"\b(?:names?|nom|naam|namn|nome)\b")
_PERSON = re.compile(
    r"\b(?:person|customer|client|patient|user|member|employee|staff|student|teacher|contact|passenger|applicant|citizen"
    r"|guest|author|owner|agent|manager|doctor|physician|nurse|actor|director|player|driver|seller|buyer|salesperson|rep"
    r"|holder|beneficiary|sender|recipient|tenant|parent|father|mother|spouse|child|candidate|participant|supervisor"
    r"|attendee|instructor|lead)\b"
)
_THING = re.compile(
    r"\b(?:file|domain|business|company|product|brand|city|town|county|state|country|region|district|school|team|station"
    r"|airport|airline|store|shop|hotel|restaurant|event|project|course|department|column|table|item|category)\b"
)
_MEASURED = re.compile(
    r"\b(?:counts?|calls|usage|minutes|seconds|price|cost|rate|size|length|score|amount|balance|limit|total|usd|eur)\b"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A kind of personal data, and how it was found, in words that show none of it."""

    kind: PersonalKind
    how: str


def find(name: str, texts: pa.Array, others: Sequence[str] = ()) -> Found | None:
    """The personal data that a column of this name with these distinct, trimmed texts holds, if it holds any.

    ``others`` are the names of the table's columns: beside first names, what is just called name is a person's.
    """
    if not len(texts):
        return None
    texts = _few(texts)
    said = " ".join(words(name))
    if _NAME.fullmatch(said) and any(_GIVEN.search(" ".join(words(other))) for other in others):
        said = "last name"
    return _by_name(said, texts) or _person_by_name(said, texts) or _by_content(texts)


def _few(texts: pa.Array) -> pa.Array:
    if len(texts) <= _SAMPLE:
        return texts
    return texts.take(pa.array(np.linspace(0, len(texts) - 1, _SAMPLE).astype(np.int64)))


def _share(texts: pa.Array, pattern: str) -> float:
    """Share of texts that match; 0 if none of the first few does."""
    if not any(re.search(pattern, text) for text in texts.slice(0, 10).to_pylist()):
        return 0.0
    return float(pc.mean(pc.match_substring_regex(texts, pattern).cast(pa.float64())).as_py())


_WEAK: dict[PersonalKind, Callable[[pa.Array], float]] = {
    "email": lambda texts: _share(texts, _EMAIL),
    "phone": lambda texts: _share(texts, _PHONE),
    "iban": lambda texts: _share(texts, _IBAN),
    "card": lambda texts: _share(texts, _CARD),
    "national_id": lambda texts: min(_share(texts, _NUMBERED), _share(texts, _SOME_DIGITS)),
    "address": lambda texts: _share(texts, _PLACE),
    "user_name": lambda texts: _share(texts, _HANDLE) if len(texts) >= _FEW else 0.0,
}


def _by_name(said: str, texts: pa.Array) -> Found | None:
    if _MEASURED.search(said) or _share(texts, _DECIMAL) > 0.5:
        return None
    for kind, pattern in _WORDS:
        if not re.search(rf"\b(?:{pattern})\b", said) or (kind == "address" and _NO_ADDRESS.search(said)):
            continue
        if _WEAK[kind](texts) >= _NAMED:
            return Found(kind, f"{_SAID[kind]}, by the column's name and its content")
    return None


def _person_by_name(said: str, texts: pa.Array) -> Found | None:
    """Names of persons in a column whose name speaks of them; bare "name" needs given names that are known."""
    is_part, is_name, is_person = (pattern.search(said) is not None for pattern in (_PART_OF_NAME, _NAME, _PERSON))
    if not (is_part or is_name or is_person) or (_THING.search(said) and not is_person):
        return None
    values: list[str] = texts.to_pylist()
    shape, firms = person_names.share_of_shape(values), person_names.share_of_firms(values)
    if is_part and shape > 0.7 and firms < 0.3:
        return Found("name", "names of persons, by the column's name")
    if is_name and is_person and person_names.share_of_full(values) > 0.5 and shape > 0.7 and firms < 0.2:
        return Found("name", "names of persons, by the column's name and the values' shape")
    if shape > 0.7 and firms < 0.3 and len(values) > 4 and person_names.share_known(values) >= 0.3:
        return Found("name", "names of persons, by the given names in it")
    return None


def _by_content(texts: pa.Array) -> Found | None:
    values: list[str] = texts.slice(0, 10).to_pylist()
    if sum("@" in value for value in values) >= 0.5 * len(values) and _share(texts, _EMAIL) >= 0.8:
        return Found("email", "e-mail addresses, by their shape")
    n_digits = sorted(sum(map(str.isdigit, value)) for value in values)[len(values) // 2]
    has_words = sum(any(map(str.isalpha, value)) and " " in value for value in values) > 0.5 * len(values)
    if n_digits >= 8 and len(texts) >= 5:
        return _numbers_by_content(texts)
    if has_words and len(texts) >= 5:
        return _words_by_content(texts)
    return None


def _numbers_by_content(texts: pa.Array) -> Found | None:
    if _share(texts, _DIALLED) >= _UNNAMED:
        return Found("phone", "telephone numbers, by their shape")
    if _share(texts, _SOCIAL_SECURITY) >= _UNNAMED:
        return Found("national_id", "United States social security numbers, by their shape")
    if float(national_ids.is_iban(texts).mean()) >= _UNNAMED:
        return Found("iban", "bank account numbers, by their check digits")
    if len(texts) < _FEW:
        return None
    if float(national_ids.is_card(texts).mean()) >= _UNNAMED:
        return Found("card", "payment card numbers, by their check digits")
    national = national_ids.is_national_id(texts)
    if national and national[1] >= _UNNAMED:
        return Found("national_id", f"{national[0]}, by their check digits")
    return None


def _words_by_content(texts: pa.Array) -> Found | None:
    if _share(texts, _STREET) >= _NAMED:
        return Found("address", "addresses, by their shape")
    values: list[str] = texts.to_pylist()
    if len(values) < _FEW or person_names.share_of_full(values) < 0.8 or person_names.share_of_shape(values) < 0.8:
        return None
    return Found("name", "names of persons, by the given names in it") if person_names.share_known(values) >= 0.5 else None
