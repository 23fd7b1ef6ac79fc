"""What a column's name says: whether its words are those of a key, a code, a person, a place or a time."""

from __future__ import annotations

from twinset.privacy.column_names import words


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KEY = _set("id ids key pk uid uuid guid identifier rowid rownum rownumber index idx serial")
_NUMBER = _set("no nr num number ref reference")
_NUMBERED = _set(
    "order invoice account customer client patient member employee policy contract case ticket receipt serial booking"
    " registration student transaction claim document file record row shipment tracking batch lot card"
)
_KIND = _set(
    "type category class status region district cluster segment group channel department dept sector kind label level tier"
)
_CODE = _KIND | _set("code codes cd zip zipcode postcode postal plz")
_PEOPLE = _set(
    "person people customer client patient user member employee staff student teacher subject participant passenger"
    " contact applicant citizen guest subscriber borrower policyholder cardholder holder account device visitor owner"
    " donor voter driver worker resident household card"
)
_PERIOD = _set("year month day hour minute second week quarter weekday age rank decade")
_MOMENT = _set("timestamp ts epoch unixtime time date datetime created updated modified at when")
_BIRTH = _set("birth born dob birthday birthdate geburtsdatum naissance nacimiento")
_POSTAL = _set("zip zipcode postcode postal plz")
_LENGTH = _set("duration elapsed length runtime uptime lap laptime took delay interval")


def is_key(name: str) -> bool:
    """Whether the name is an identifier's: it ends in id, key, uuid ..., or is the number of an order, an account ..."""
    said = words(name)
    is_numbered = len(said) > 1 and said[-1] in _NUMBER and said[-2] in _NUMBERED
    return bool(said) and (said[-1] in _KEY or said[0] in ("id", "uuid", "guid") or is_numbered)


def is_code(name: str) -> bool:
    """Whether numbers of this name only stand for kinds of things: zip_code, region, store_id."""
    return not _CODE.isdisjoint(words(name)) or is_key(name)


def is_of_people(name: str) -> bool:
    """Whether the name speaks of persons, or of what stands for one (an account, a device), and not of kinds of them."""
    return not _PEOPLE.isdisjoint(words(name)) and _KIND.isdisjoint(words(name))


def is_period(name: str) -> bool:
    """Whether numbers of this name count years, days, ages or ranks, which run in sequence and are no keys."""
    return not _PERIOD.isdisjoint(words(name))


def is_moment(name: str) -> bool:
    """Whether the name is that of a point in time."""
    return not _MOMENT.isdisjoint(words(name))


def is_birth(name: str) -> bool:
    """Whether the name is that of a birthday."""
    return not _BIRTH.isdisjoint(words(name))


def is_postal(name: str) -> bool:
    """Whether the name is that of a postal code, which names no row even where it differs in all of them."""
    return not _POSTAL.isdisjoint(words(name))


def is_length_of_time(name: str) -> bool:
    """Whether the name is that of a duration."""
    return not _LENGTH.isdisjoint(words(name))


def axis(name: str, others: tuple[str, ...]) -> str | None:
    """latitude, longitude or None; "long" counts only beside a column of latitudes."""
    said = set(words(name))
    if said & {"lat", "latitude"}:
        return "latitude"
    if said & {"lon", "lng", "longitude"}:
        return "longitude"
    if "long" in said and any({"lat", "latitude"} & set(words(other)) for other in others):
        return "longitude"
    return None
