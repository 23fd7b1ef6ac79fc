"""All books of one locale, made from the packages: people here, places and streets in modules of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

import pyarrow as pa

from twinset.synthesizers.people import weights
from twinset.synthesizers.people.facts import locales, phones
from twinset.synthesizers.people.words import counts, packages, places, streets, years
from twinset.synthesizers.people.words.books import Books
from twinset.synthesizers.people.words.packages import Weighted

_ENOUGH = 150
_MOST = 3000


def build(code: str) -> Books:
    """The books of a locale."""
    locale = locales.find(code)
    books: Books = {}
    lasts = dict(islice(_last_names(locale).items(), _MOST))
    books |= _first_books(locale)
    women, men = zip(*lasts, strict=True)
    _put_names(books, "last_m", dict(zip(men, lasts.values(), strict=True)), locale)
    books["last_f"] = pa.array(women)
    books["last_f:ascii"] = pa.array(_ascii(women, locale))
    books["job"] = pa.array(_jobs(locale))
    books |= places.books(locale)
    books |= streets.books(locale, list(dict.fromkeys(men)))
    books |= _area_codes(locale)
    books |= _vehicles() | _products(locale)
    return books


def _first_books(locale: locales.Locale) -> Books:
    """First names, by year of birth where a package has them so."""
    known = counts.packaged(locale.code)
    if known is not None:
        return by_year(locale, known)
    books: Books = {}
    for letter, sex in years.SEXES.items():
        _put_names(books, f"first_{letter}", dict(islice(_first_names(locale, sex).items(), _MOST)), locale)
    return books


def by_year(locale: locales.Locale, known: Mapping[str, years.Years]) -> Books:
    """The books of first names, of how often each was given in each year."""
    books: Books = {}
    for letter, names in years.vocabulary(known).items():
        _put_names(books, f"first_{letter}", names, locale)
    return books | years.books(known)


def _put_names(books: Books, name: str, chosen: Weighted, locale: locales.Locale) -> None:
    books[name] = pa.array(list(chosen))
    books[name + ":ascii"] = pa.array(_ascii(list(chosen), locale))
    books[name + ":shares"] = pa.array(weights.shares(list(chosen.values())))


def _ascii(words: Sequence[str], locale: locales.Locale) -> list[str]:
    readings = _readings(locale)
    spelling = locales.SPELLING.get(locale.language, {})
    return [packages.ascii_of(readings.get(word, word), spelling) for word in words]


def _readings(locale: locales.Locale) -> dict[str, str]:
    """How words are read that their writing does not tell: Japanese names, of which Faker has the Latin form."""
    person = packages.faker("person", locale.faker)
    found = {}
    for pair in [*getattr(person, "first_name_pairs", ()), *getattr(person, "last_name_pairs", ())]:
        found[pair[0]] = pair[2]
    return found


def _first_names(locale: locales.Locale, sex: str) -> Weighted:
    person = packages.faker("person", locale.faker)
    found = packages.listed(person, f"first_names_{sex}")
    if len(found) >= _ENOUGH or len(set(found.values())) > 1 or not locale.mimesis:
        return _clean(found)
    more = packages.mimesis(locale.mimesis, "person").get("names", {}).get(sex, [])
    if locale.language == "ja":
        more = [
            name for name in more if all("ぁ" <= letter <= "ー" for letter in name)
        ]  # kana, which tell how they are read
    return _clean(found | dict.fromkeys(more, 1.0) if found else dict.fromkeys(more, 1.0))


def _last_names(locale: locales.Locale) -> dict[tuple[str, str], float]:
    """Last names as pairs of a woman's and a man's form."""
    person = packages.faker("person", locale.faker)
    men = packages.listed(person, "last_names_male", "male_last_names", "last_names") if locale.has_pairs else {}
    if not men:
        return {(word, word): weight for word, weight in _clean(_family_names(locale, person)).items()}
    women = packages.listed(person, "last_names_female")
    men, women = _with_mimesis(locale, men, women)
    men |= packages.listed(person, "unisex_last_names")
    return _paired(_clean(men), women, locale.language)


def _family_names(locale: locales.Locale, person: object) -> Weighted:
    found = packages.listed(person, "last_names")
    surnames = packages.mimesis(locale.mimesis, "person").get("surnames", []) if locale.mimesis else []
    if len(found) < _ENOUGH and isinstance(surnames, list) and len(set(found.values())) <= 1 and locale.language != "ja":
        found = found | dict.fromkeys(surnames, 1.0)
    return found


def _with_mimesis(locale: locales.Locale, men: Weighted, women: Weighted) -> tuple[Weighted, Weighted]:
    surnames = packages.mimesis(locale.mimesis, "person").get("surnames", {})
    if isinstance(surnames, dict):
        men = men | dict.fromkeys(surnames["male"], 1.0)
        women = women | dict.fromkeys(surnames["female"], 1.0)
    return men, women


def _paired(men: Weighted, women: Weighted, language: str) -> dict[tuple[str, str], float]:
    """Each man's form with the woman's that the language gives and the packages know; others are left out.

    Polish forms follow from their endings alone, and other Polish names have one form.
    """
    rules = [rule.split(":") for rule in locales.LAST_NAMES[language].split()]
    pairs = {}
    for man, weight in men.items():
        forms = [man.removesuffix(his) + hers for his, hers in rules if man.endswith(his)]
        known = forms if language == "pl" else [form for form in forms if form in women]
        if language == "pl" and not forms:
            known = [man]
        if known or man in women:
            pairs[(known or [man])[0], man] = weight
    return pairs


def _jobs(locale: locales.Locale) -> list[str]:
    found = packages.mimesis(locale.mimesis or "en", "person").get("occupation", []) if locale.mimesis else []
    return list(_clean(dict.fromkeys(found, 1.0) or packages.listed(packages.faker("job", locale.code), "jobs")))


def _clean(words: Weighted) -> Weighted:
    """Words of one line without blanks at the ends, numbers or nothing in them."""
    stripped = {word.strip(): weight for word, weight in words.items() if isinstance(word, str)}
    return {word: weight for word, weight in stripped.items() if word and not any(letter.isdigit() for letter in word)}


def _area_codes(locale: locales.Locale) -> Books:
    """The area codes of North America as numbers begin with them: ``(212) ``."""
    if locale.country not in ("US", "CA"):
        return {}
    codes = (phones.QUEBEC if locale.language == "fr" else phones.CANADA).split()
    if locale.country == "US":
        forms = packages.mimesis("en", "person")["telephone_fmt"]
        found = {match[1] for form in forms if (match := re.search(r"(?:^|\D)([2-9]\d\d)\D", form))}
        codes = sorted(found - {"800", "888"} - set(phones.CANADA.split()))
    return {"area": pa.array([f"({code}) " for code in codes])}


def _vehicles() -> Books:
    transport = packages.module("mimesis", "datasets/int/transport.py")
    makers = sorted(map(str, transport["AUTO_MANUFACTURERS"]), key=len, reverse=True)
    pairs = []
    for car in dict.fromkeys(map(str, transport["CARS"])):
        maker = next((maker for maker in makers if car.startswith(maker + " ")), None)
        if maker:
            pairs.append((maker, car.removeprefix(maker + " ")))
    return {"make": pa.array([make for make, _ in pairs]), "model": pa.array([model for _, model in pairs])}


def _products(locale: locales.Locale) -> Books:
    food = packages.mimesis(locale.mimesis or "en", "food") or packages.mimesis("en", "food")
    pairs = [(kind, name) for kind, names in sorted(food.items()) for name in dict.fromkeys(names) if "Ã" not in name]
    return {"product": pa.array([name for _, name in pairs]), "product_kind": pa.array([kind for kind, _ in pairs])}
