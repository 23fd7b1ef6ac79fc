"""What the name of a column hints at. Only plain words count, and every hint is told in the plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from twinset.contracts.described import Column, Table

Rule = str | dict[str, Any]
_PEOPLE = {
    "customer", "user", "employee", "person", "people", "patient", "student", "contact", "author", "member", "staff",
    "client", "teacher", "actor", "subscriber", "guest", "passenger", "driver", "doctor", "owner", "applicant", "buyer",
    "seller",
}  # fmt: skip
_COMPANIES = {
    "company", "companies", "supplier", "vendor", "organization", "organisation", "shipper", "employer", "manufacturer",
    "publisher", "airline", "bank", "business", "merchant", "store", "shop",
}  # fmt: skip
_PRODUCTS = {"product", "item", "article", "goods"}


def _by_word(*fields: tuple[str, int, str]) -> dict[str, tuple[str, int]]:
    """The field that each word means, and the fewest letters that a column of it has room for."""
    return {word: (field, least) for field, least, words in fields for word in words.split()}


_FIELDS = _by_word(
    ("first_name", 12, "first_name firstname given_name forename"),
    ("last_name", 15, "last_name lastname surname family_name"),
    ("name", 25, "full_name fullname"),
    ("email", 32, "email e_mail email_address mail"),
    ("phone", 20, "phone phone_number telephone mobile mobile_phone fax"),
    ("user_name", 20, "username user_name login"),
    ("job", 40, "job_title occupation"),
    ("iban", 34, "iban"),
)
_ADDRESS = _by_word(
    ("street", 30, "street street_address address_line1 address1"),
    ("address", 80, "address"),
    ("city", 20, "city town"),
    ("region", 20, "state region province"),
    ("postcode", 10, "zip zip_code zipcode postcode postal_code"),
    ("country", 30, "country"),
)
_OF_COMPANIES = {"email", "phone"}
_OWN = ("", "contact", "customer", "user", "company", "person", "home")
_VAGUE = ("state", "region", "mail", "login", "address", "province")
"""Words that mean something else after another word: ``order_state``."""
_MONEY = {
    "price",
    "amount",
    "total",
    "cost",
    "salary",
    "fee",
    "balance",
    "revenue",
    "subtotal",
    "payment",
    "budget",
    "value",
}
_COUNTS = {"quantity", "qty", "count", "stock", "pieces"}


@dataclass(frozen=True, slots=True)
class Hint:
    """A rule and why; ``record`` is the record whose field it takes."""

    rule: Rule
    reason: str
    record: str = ""


def words(name: str) -> str:
    """A name in small letters with lines between its words: ``createdAt`` is ``created_at``."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")


def _is_about(table: str, known: set[str]) -> bool:
    last = words(table).split("_")[-1]
    return bool({last, last.removesuffix("s"), last.removesuffix("es")} & known)


def hint(column: Column, table: Table, *, has_people: bool) -> Hint | None:
    """What the column's name hints at."""
    name = words(column.name)
    if column.kind == "text":
        longest = column.limits.longest or 10_000
        if has_people and (found := _of_record(name, table, longest)) is not None:
            return found
        return _of_text(name, longest)
    if column.kind in ("integer", "decimal", "real"):
        return _of_number(name, column)
    if (
        has_people
        and column.kind == "date"
        and name in ("birth_date", "date_of_birth", "dob", "birthday", "birthdate", "born")
    ):
        return Hint("person.birth_date", "a date of birth by its name", "person")
    return _of_moment(name, column, table)


def _of_record(name: str, table: Table, longest: int) -> Hint | None:
    """The field of a record: of the table's own person or company, or of another one (``billing_city``)."""
    parts = name.split("_")
    for cut in range(len(parts)):
        prefix, own = "_".join(parts[:cut]), "_".join(parts[cut:])
        found = (_FIELDS | _ADDRESS).get(own)
        if found is None or longest < found[1] or (prefix and own in _VAGUE):
            continue
        record = (
            prefix if prefix not in _OWN and prefix != words(table.name).removesuffix("s") else _about(table, own, found[0])
        )
        kind = record if record in ("person", "company") else "address" if own in _ADDRESS else "person"
        return Hint(f"{record}.{found[0]}", f"{found[0].replace('_', ' ')} by its name", f"{record}:{kind}")
    return _whole_name(name, table, longest)


def _about(table: Table, own: str, field: str) -> str:
    """Whom a table is about."""
    is_company = _is_about(table.name, _COMPANIES) and (own in _ADDRESS or field in _OF_COMPANIES)
    return "company" if is_company else "person"


def _whole_name(name: str, table: Table, longest: int) -> Hint | None:
    """``name`` alone says little; beside the name of its table it does."""
    single = words(table.name).removesuffix("s")
    if name not in ("name", f"{single}_name", "company_name", "product_name"):
        return None
    for record, known, least in (("person", _PEOPLE, 25), ("company", _COMPANIES, 40), ("product", _PRODUCTS, 40)):
        is_meant = name == f"{record}_name" or (
            name != "company_name" and name != "product_name" and _is_about(table.name, known)
        )
        if is_meant and longest >= least:
            return Hint(f"{record}.name", f"the name of a {record} by its own and its table's name", f"{record}:{record}")
    return None


def _of_text(name: str, longest: int) -> Hint | None:
    last = name.split("_")[-1]
    for known, least, rule, what in _TEXTS:
        if (name in known or last in known) and longest >= least:
            return Hint(dict(rule), f"{what} by its name")
    return None


_TEXTS: tuple[tuple[tuple[str, ...], int, dict[str, Any], str], ...] = (
    (("uuid", "guid"), 36, {"rule": "uuid"}, "a UUID"),
    (("url", "website", "homepage", "link"), 100, {"rule": "url"}, "a URL"),
    (("domain", "hostname"), 40, {"rule": "domain"}, "a domain"),
    (("ip", "ip_address", "ipaddress"), 15, {"rule": "ipv4"}, "an IP address"),
    (("user_agent",), 200, {"rule": "user_agent"}, "a user agent"),
    (("hash", "token", "sha256", "checksum", "digest", "fingerprint"), 32, {"rule": "code", "pattern": "h" * 32}, "a hash"),
    (("color", "colour"), 7, {"rule": "pattern", "regex": "#[0-9a-f]{6}"}, "a colour"),
    (("currency", "currency_code"), 3, {"rule": "category", "values": {"EUR": 4, "USD": 5, "GBP": 2}}, "a currency"),
    (("country_code",), 2, {"rule": "category", "values": ["DE", "FR", "GB", "IT", "US"]}, "a country's code"),
    (("isbn",), 13, {"rule": "code", "check": "isbn13"}, "an ISBN"),
    (("ean", "barcode", "gtin"), 13, {"rule": "code", "check": "ean13"}, "an EAN"),
    (("sku",), 8, {"rule": "code", "pattern": "AAA-9999"}, "an article's number"),
    (("title", "subject", "headline", "label"), 70, {"rule": "text", "words": [2, 4], "sentences": 0}, "a title"),
    (("description", "comment", "comments", "notes", "note", "body", "content", "message", "bio", "summary", "remarks"), 600,
     {"rule": "text", "words": [5, 12], "sentences": [1, 3]}, "sentences"),
)  # fmt: skip


def _of_number(name: str, column: Column) -> Hint | None:
    parts = set(name.split("_"))
    low = column.limits.low if isinstance(column.limits.low, int | float) else None
    said = [one for one in (column.limits.high, column.highest) if isinstance(one, int | float)]
    high = min(said) if said else None
    if column.kind != "integer" and parts & _MONEY and (high is None or high > 1_000) and not (low and low > 10):
        ends: dict[str, Any] = {"low": low or 0} | ({"high": high} if high is not None and high < 10**5 else {})
        rule = {"rule": "lognormal", "median": 40, "sigma": 0.9, "decimals": column.scale or 2, **ends}
        return Hint(rule, "an amount of money by its name")
    for known, fewest, most, what in _NUMBERS:
        if parts & known and low in (None, 0, 1) and (high is None or high >= most):
            if column.kind == "integer":
                return Hint({"rule": "integer", "low": fewest, "high": most}, f"{what} by its name")
            if what in ("a latitude", "a longitude", "a share", "percent"):
                return Hint({"rule": "uniform", "low": fewest, "high": most, "decimals": min(column.scale or 6, 6)},
                            f"{what} by its name")  # fmt: skip
    return None


_NUMBERS: tuple[tuple[set[str], int, int, str], ...] = (
    (_COUNTS, 1, 20, "a number of things"),
    ({"age"}, 18, 90, "an age"),
    ({"year"}, 1990, 2025, "a year"),
    ({"rating", "stars"}, 1, 5, "a rating"),
    ({"percent", "percentage", "pct"}, 0, 100, "percent"),
    ({"latitude", "lat"}, -90, 90, "a latitude"),
    ({"longitude", "lng", "lon"}, -180, 180, "a longitude"),
)


def _of_moment(name: str, column: Column, table: Table) -> Hint | None:
    """What ends, or is changed, comes after what begins."""
    if column.kind not in ("date", "datetime") or column.limits.low or column.limits.high:
        return None
    for after, before in _AFTER:
        found = re.fullmatch(after, name)
        if found is None:
            continue
        wanted = [before.replace("*", part) for part in (found.groups() or ("",))]
        for other in table.columns.values():
            is_fine = other.kind == column.kind and (column.nullable or not other.nullable) and other.formula is None
            if words(other.name) in wanted and is_fine and other is not column:
                return Hint({"rule": column.kind, "after": other.name, "within": "60 d"}, f"after {other.name} by its name")
    return None


_AFTER = (
    (r"(?:updated|modified|changed|deleted|closed|finished|completed|cancelled|shipped|paid|delivered)_(at|on|date)",
     "created_*"),
    (r"end_(\w+)", "start_*"), (r"(\w+)_end", "*_start"), (r"end", "start"), (r"valid_(?:to|until)", "valid_from"),
    (r"(?:shipped|delivered|paid|required)_(date)", "order_*"), (r"(?:return|due)_date", "rental_date"),
)  # fmt: skip
