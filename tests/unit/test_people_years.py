"""First names follow the year of birth: against the packages' own counts, and from files of official statistics."""

from __future__ import annotations

import datetime
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from scipy import stats
from tests.people import ask, table
from tests.rules import made as made_by_rules

from twinset.errors import PlanError
from twinset.pipeline.lookups import with_files
from twinset.plan import Plan, from_data
from twinset.synthesizers.people.words import build, counts, packages, words, years

ALPHA = 1e-4
FIELDS = ("first_name", "sex", "birth_date")
FRENCH = "sexe;preusuel;annais;nombre\n" + "\n".join(
    [
        "1;JEAN-PIERRE;1950;900", "1;LOUIS;1950;100", "1;_PRENOMS_RARES;1950;500", "1;KEVIN;1995;50",
        "2;MARIE;1950;1000", "2;ÉLODIE;1995;40", "2;LÉA;1995;60", "2;LÉA;XXXX;60",
    ]
)  # fmt: skip
KEPT = {
    "female": {"1950": "Marie 1000", "1995": "Léa 60, Élodie 40"},
    "male": {"1950": "Jean-Pierre 900, Louis 100", "1995": "Kevin 50"},
}


def published(locale: str) -> pa.Table:
    """The statistic as the package has it."""
    package, file = counts.PACKAGED[locale]
    return pq.read_table(Path(find_spec(package).origin).parent / file)


def born_in(year: int, *, n: int = 20_000, locale: str = "en_US", **options: object) -> pa.Table:
    """People who were born in one year."""
    people = table(ask("person", 3 * n, locale=locale, of=FIELDS, as_of=f"{year + 30}-12-31", ages=[30, 30], **options))
    assert set(pc.year(people["birth_date"]).to_pylist()) == {year}
    return people


def plan_of(rule: dict[str, object]) -> Plan:
    """A plan of one column."""
    tables = {"t": {"rows": 1, "columns": {"p": rule}}}
    return from_data({"twinset": 1, "stages": {"s": {"synthesizer": "rules", "tables": tables}}})


@pytest.mark.parametrize("year", [1925, 1950, 1984, 2005])
@pytest.mark.parametrize("sex", ["female", "male"])
def test_names_are_as_frequent_as_in_the_year_of_birth(year, sex):
    truth = published("en_US").to_pandas()
    truth = truth[(truth["year"] == year) & (truth["sex"] == sex[0].upper())].nlargest(1000, "n").set_index("name")["n"]
    names = born_in(year).filter(pc.field("sex") == sex)["first_name"].to_pylist()
    seen, shares = Counter(names), truth / truth.sum()
    common = shares[shares * len(names) > 20].index
    observed = [*(seen[name] for name in common), len(names) - sum(seen[name] for name in common)]
    expected = [*(shares[name] * len(names) for name in common), (1 - shares[common].sum()) * len(names)]
    assert len(common) > 40
    assert set(seen) <= set(truth.index)
    assert stats.chisquare(observed, expected).pvalue > ALPHA


@pytest.mark.parametrize(
    ("year", "sex", "name"),
    [(1925, "female", "Mary"), (1975, "male", "Michael"), (1984, "female", "Jennifer"), (2005, "female", "Emily")],
)
def test_the_commonest_name_is_the_years(year, sex, name):
    names = born_in(year).filter(pc.field("sex") == sex)["first_name"].to_pylist()
    assert Counter(names).most_common(1)[0][0] == name


def test_israelis_too_have_the_names_of_their_year():
    truth = published("he_IL").to_pandas()
    for year in (1955, 2010):
        rows = truth[(truth["year"] == year) & (truth["sex"] == "F")].groupby("name")["n"].sum()
        names = born_in(year, locale="he_IL").filter(pc.field("sex") == "female")["first_name"].to_pylist()
        assert Counter(names).most_common(1)[0][0] == rows.idxmax()


def test_beyond_the_statistic_stand_the_names_of_its_nearest_year():
    first, last = (set(born_in(year, n=5000)["first_name"].to_pylist()) for year in (1860, 2024))
    truth = published("en_US")
    assert first <= set(truth.filter(pc.field("year") == 1880)["name"].to_pylist())
    assert last <= set(truth.filter(pc.field("year") == 2017)["name"].to_pylist())
    assert len(last) > 500


def test_a_table_has_exactly_the_shares_of_its_counts():
    given = {"f": {1990: {"A": 5.0, "B": 3.0, "C": 1.0}}, "m": {1990: {"D": 1.0}}}
    books = years.books(given)
    places = books["first:places"].to_numpy().reshape(2, years.SLOTS)
    bound, above, below = places >> 32, places >> 16 & 0xFFFF, places & 0xFFFF
    total = np.zeros((2, 4))
    for letter in (0, 1):
        np.add.at(total[letter], below[letter], bound[letter])
        np.add.at(total[letter], above[letter], 65_536 - bound[letter])
    assert np.abs(total / (1024 * 65_536) - [[5 / 9, 3 / 9, 1 / 9, 0], [0, 0, 0, 1]]).max() < 1e-7


def test_without_the_package_names_are_fakers_in_all_years(monkeypatch):
    with_it = build.build("en_US")
    monkeypatch.setattr(packages, "folder_of", lambda package: None)
    without = build.build("en_US")
    from faker.providers.person.en_US import Provider

    assert without["first_f"].to_pylist() == list(Provider.first_names_female)
    assert "first:places" not in without
    others = [name for name in without if not name.startswith("first")]
    assert all(without[name].equals(with_it[name]) for name in others)


def test_other_locales_do_not_follow_the_year_unless_a_plan_says_their_names():
    assert not words("fr_FR").is_by_year
    old, young = (born_in(year, locale="fr_FR", names=KEPT, n=500) for year in (1949, 2001))
    assert set(old["first_name"].to_pylist()) == {"Marie", "Jean-Pierre", "Louis"}
    assert set(young["first_name"].to_pylist()) == {"Léa", "Élodie", "Kevin"}
    shares = Counter(old.filter(pc.field("sex") == "male")["first_name"].to_pylist())
    assert 0.05 < shares["Louis"] / shares.total() < 0.15


@pytest.mark.parametrize("year", [1990, "1990"])
@pytest.mark.parametrize("is_by_locale", [False, True])
def test_counts_are_written_into_a_plan_by_hand(year, is_by_locale):
    said = {"female": {year: "Anna 1, Bea 3"}, "male": {year: "Bob 2"}}
    person = {"rule": "person", "locale": "fr_FR", "names": {"fr_FR": said} if is_by_locale else said, "hidden": True}
    rows = made_by_rules({"t": {"rows": 200, "columns": {"person": person, "first": "person.first_name"}}})["t"]
    assert set(rows["first"].to_pylist()) == {"Anna", "Bea", "Bob"}


def test_households_have_names_of_their_years_and_blocks_do_not_matter():
    whole = table(ask("household", 4000, of=(*FIELDS, "email"), names=KEPT))
    parts = [table(ask("household", 1000, start=start, of=(*FIELDS, "email"), names=KEPT)) for start in range(0, 4000, 1000)]
    assert pa.concat_tables(parts).equals(whole)
    for name, sex, born in zip(*(whole[field].to_pylist() for field in FIELDS), strict=True):
        year = "1950" if born < datetime.date(1973, 1, 1) else "1995"
        assert name in KEPT[sex][year]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("insee.csv", FRENCH),
        ("ssa.csv", "name,sex,count,year\nMarie,F,1000,1950\nLéa,F,60,1995\nÉlodie,F,40,1995\n"
                    "Jean-Pierre,M,900,1950\nLouis,M,100,1950\nKevin,M,50,1995\n"),
        ("stadt.csv", "vorname;anzahl;geschlecht;jahr\nMarie;1000;w;1950\nLéa;60;w;1995\nÉlodie;40;w;1995\n"
                      "Jean-Pierre;900;m;1950\nLouis;100;m;1950\nKevin;50;m;1995\n"),
    ],
)  # fmt: skip
def test_files_of_official_statistics_are_put_into_the_plan(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    plan = plan_of({"rule": "person", "names": {"fr_FR": name}})
    kept = with_files(plan, tmp_path).stages["s"].tables["t"].columns["p"]["names"]
    assert kept == {"fr_FR": KEPT}
    columns = {"p": {"rule": "person", "names": kept, "locale": "fr_FR"}, "name": "p.first_name"}
    rows = made_by_rules({"t": {"rows": 300, "columns": columns}})["t"]
    assert set(rows["name"].to_pylist()) == {"Marie", "Léa", "Élodie", "Jean-Pierre", "Louis", "Kevin"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name,sex,count\nAnna,F,3\n", "has no column of years: it is called year, year_of_birth"),
        ("year,name,sex,n\n1990,Anna,F,3\n", "no names of both sexes"),
        ("year,name,sex,n\n1990,Anna,F,many\n1990,Tom,M,2\n", "the counts in names.csv are numbers"),
    ],
)
def test_a_file_that_is_none_is_told(tmp_path, content, message):
    (tmp_path / "names.csv").write_text(content)
    with pytest.raises(PlanError, match=message):
        with_files(plan_of({"rule": "person", "names": "names.csv"}), tmp_path)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("names.csv", "read when a plan is run"),
        ({"fr_FR": "names.csv"}, "read when a plan is run"),
        ({"female": {1950: "Marie"}, "male": {1950: "Jean 3"}}, "counts such as"),
        ({"female": {1950: "Marie 4"}}, "counts such as|a file"),
        ({"xx_XX": {"female": {1950: "Marie 4"}, "male": {1950: "Jean 3"}}}, "no locale 'xx_XX'"),
        (7, "counts such as"),
    ],
)
def test_names_that_are_none_are_told(said, message):
    with pytest.raises(PlanError, match=message):
        table(ask("person", 1, names=said))
