"""What a column's name says: its words, and whether they are the words of a key, a code, a person, a place or a time."""

from __future__ import annotations

import re
from functools import cache

_KEY = frozenset("id ids key pk uid uuid guid identifier rowid rownum rownumber index idx serial".split())
_NUMBER = frozenset("no nr num number ref reference".split())
_CODE = frozenset(
    "code codes cd zip zipcode postcode postal plz type category class status region district cluster segment group"
    " channel department dept sector kind label".split()
)
_PEOPLE = frozenset(
    "person people customer client patient user member employee staff student teacher subject participant passenger"
    " contact applicant citizen guest subscriber borrower policyholder cardholder holder account device visitor owner"
    " donor voter driver worker resident household".split()
)
_PERIOD = frozenset("year month day hour minute second week quarter weekday age rank decade".split())
_MOMENT = frozenset("timestamp ts epoch unixtime time date datetime created updated modified at when".split())
_LENGTH = frozenset("duration elapsed length runtime uptime lap laptime took delay interval".split())
_STUCK = re.compile(r"^(.{3,})(id|code|number|name|date|time|key|uuid)$")


@cache
def words(name: str) -> tuple[str, ...]:
    """The small-letter words of a name: ``customerID``, ``customer_id`` and ``Customer Id`` are customer and id."""
    spaced = re.sub(r"([a-z\d])([A-Z])", r"\1 \2", name)
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", spaced)
    return tuple(word for word in re.split(r"[^\w]+|_+|(?<=\D)(?=\d)", spaced.casefold()) if word)


def _parts(name: str) -> tuple[str, ...]:
    """The words, and the two halves of a word that ends in a known one: customerid."""
    parts: list[str] = []
    for word in words(name):
        stuck = _STUCK.match(word)
        parts += stuck.groups() if stuck and (stuck[1] in _PEOPLE or stuck[1] in _MORE) else (word,)
    return tuple(parts)


_MORE = frozenset("order product item store shop invoice transaction zip post first last full family given phone".split())


def is_key(name: str) -> bool:
    """Whether the name is that of an identifier: it ends in id, key, uuid ... or is such a word and a number's."""
    parts = _parts(name)
    return bool(parts) and (parts[-1] in _KEY or (len(parts) > 1 and parts[-1] in _NUMBER) or parts[0] in ("id", "uuid", "guid"))


def is_code(name: str) -> bool:
    """Whether numbers of this name only stand for kinds of things: zip_code, region, store_id."""
    return bool(set(_parts(name)) & _CODE) or is_key(name)


def is_of_people(name: str) -> bool:
    """Whether the name speaks of persons, or of what stands for one (an account, a device)."""
    return bool(set(_parts(name)) & _PEOPLE)


def is_period(name: str) -> bool:
    """Whether numbers of this name count years, days, ages or ranks, which run in sequence and are no keys."""
    return bool(set(words(name)) & _PERIOD)


def is_moment(name: str) -> bool:
    """Whether the name is that of a point in time."""
    return bool(set(_parts(name)) & _MOMENT)


def is_length_of_time(name: str) -> bool:
    """Whether the name is that of a duration."""
    return bool(set(words(name)) & _LENGTH)


def axis(name: str, others: tuple[str, ...]) -> str | None:
    """latitude, longitude or None; "long" counts only beside a column of latitudes."""
    parts = set(words(name))
    if parts & {"lat", "latitude"}:
        return "latitude"
    if parts & {"lon", "lng", "longitude"}:
        return "longitude"
    has_latitude = any({"lat", "latitude"} & set(words(other)) for other in others)
    return "longitude" if "long" in parts and has_latitude else None
