"""Streets of a locale: names as they stand in an address, without the house's number."""

from __future__ import annotations

import pyarrow as pa

from twinset.synthesizers.people.facts.locales import Locale
from twinset.synthesizers.people.words import packages
from twinset.synthesizers.people.words.books import Books

_MOST = 4000
_ENDINGS = {"en_IN": ("Road", "Nagar", "Marg", "Street"), "hi_IN": ("मार्ग", "नगर", "रोड"), "ro_RO": ()}
_KINDS = {
    "en_AU": ("Street", "Road", "Avenue", "Drive", "Court", "Crescent"),
    "en_GB": ("Road", "Street", "Lane", "Avenue", "Close", "Drive"),
    "en_NZ": ("Road", "Street", "Avenue", "Place", "Terrace"),
    "es_MX": ("Calle", "Avenida"),
    "it_IT": ("Via", "Viale"),
    "pl_PL": ("ul.", "ul.", "ul.", "al."),
    "ru_RU": ("ул.", "ул.", "пр.", "пер."),
    "uk_UA": ("вул.",),
}
_SPANISH = ("Alameda ", "Avenida ", "Calle ", "Camino ", "Paseo ", "Plaza ", "Ronda ", "Rua ", "Rúa ", "Travesía ", "Vía ")
_NORWEGIAN = ("vei", "veien", "gate", "gata", "plass", "vegen", "veg", "stien", "bakken", "svingen", "lia")
_VOWELS = ("la", "lä", "a", "o")
_NO_KINDS = ("de", "cs", "sk", "sv", "da", "no", "nl", "el", "es-mx", "pt-br", "hi")


def books(locale: Locale, last_names: list[str]) -> Books:
    """The books ``street`` and ``number``."""
    found = [name for name in dict.fromkeys(_streets(locale, last_names)) if 3 <= len(name) <= 40]
    if not locale.line.startswith("{number}"):  # a number of the name's own would stand beside the house's
        found = [name for name in found if not name[-1].isdigit()]
    if locale.language in ("ja", "zh", "ko"):
        found = list(dict.fromkeys(_streets(locale, last_names)))
    return {"street": pa.array(_thinned(found)), "number": pa.array(_numbers(locale))}


def _numbers(locale: Locale) -> list[str]:
    """House numbers: 1 to 199, low ones as often as high ones; blocks within a district in Japan."""
    if locale.language == "ja":
        return [f"{chome}-{block}-{house}" for chome in range(1, 6) for block in range(1, 25) for house in range(1, 21)]
    return [str(number) for number in range(1, 200)]


def _streets(locale: Locale, last_names: list[str]) -> list[str]:
    if locale.code in _ENDINGS:
        if not _ENDINGS[locale.code]:
            prefixes = packages.listed(packages.faker("address", locale.code), "street_prefixes")
            return [f"{kind} {name}" for kind in prefixes for name in last_names]
        return [f"{name} {kind}" for kind in _ENDINGS[locale.code] for name in last_names]
    if not locale.mimesis:
        return list(packages.listed(packages.faker("address", locale.code), "street_titles", "streets"))
    address = packages.mimesis(locale.mimesis, "address")
    names = [" ".join(name.split()) for name in address["street"]["name"]]
    kinds = list(_KINDS.get(locale.code, address["street"].get("suffix", ())))
    if locale.language == "no":
        return [name for name in names if name.endswith(_NORWEGIAN)]
    if locale.language == "fi":
        return [
            f"{name}{kind}" for kind in ("nkatu", "ntie", "npolku", "nkuja") for name in last_names if name.endswith(_VOWELS)
        ]
    if not kinds or (locale.code not in _KINDS and locale.mimesis.startswith(_NO_KINDS)):
        return names
    form = _form(str(address.get("address_fmt") or ""), locale)
    named = [form.format(name=name, kind=kinds[place % len(kinds)]) for place, name in enumerate(names)]
    return [name if name.startswith(_SPANISH) else full for name, full in zip(names, named, strict=True)]


def _form(form: str, locale: Locale) -> str:
    """Where the kind of street stands beside its name."""
    if locale.language in ("ja", "zh", "ko"):
        return "{name}{kind}"
    before = form.find("{st_sfx}") < form.find("{st_name}") or locale.language in ("es", "pt", "fr", "it")
    return "{kind} {name}" if before and locale.language not in ("en", "fi") else "{name} {kind}"


def _thinned(words: list[str]) -> list[str]:
    """At most so many words, evenly from all of them."""
    if len(words) <= _MOST:
        return words
    return [words[place * len(words) // _MOST] for place in range(_MOST)]
