"""People as samples: words as often as their packages say, ages by their law, fields that know nothing of each other."""

from __future__ import annotations

import itertools
import zlib

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats
from tests.people import ask, table

from twinset.synthesizers.people.words import words

N = 200_000
ALPHA = 1e-4  # each test fails by chance once in ten thousand seeds; the seed is fixed


@pytest.fixture(scope="module")
def people() -> pa.Table:
    names = ("sex", "first_name", "last_name", "birth_date", "job", "email")
    places = ("city", "street", "postcode", "phone", "national_id")
    return table(ask("person", N, of=(*names, *places)))


def classes(people: pa.Table, name: str, n: int) -> np.ndarray:
    """Each row's value as one of n classes, by a hash; of e-mails, the domain."""
    values = people[name].cast(pa.string()).to_pylist()
    return np.array([zlib.crc32(value.rpartition("@")[2].encode()) % n for value in values])


@pytest.mark.parametrize(("field", "book"), [("last_name", "last_m"), ("city", "city")])
def test_words_are_as_often_as_their_shares(people, field, book):
    known = words("en_US")
    expected: dict[str, int] = {}
    for word, share in zip(known[book].to_pylist(), known[book + ":shares"].to_pylist(), strict=True):
        expected[word] = expected.get(word, 0) + share
    counts = people[field].value_counts()
    seen = dict(zip(counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True))
    common = [word for word, share in expected.items() if share * N / 65_536 >= 20]
    observed = np.array([seen.get(word, 0) for word in common] + [N - sum(seen.get(word, 0) for word in common)])
    wanted = np.array([expected[word] for word in common] + [65_536 - sum(expected[word] for word in common)]) * N / 65_536
    assert stats.chisquare(observed[wanted > 0], wanted[wanted > 0]).pvalue > ALPHA


def test_the_commonest_american_last_name_is_the_packages_commonest(people):
    counts = people["last_name"].value_counts().sort(by="counts", order="descending")
    assert counts[0].as_py()["values"] == "Smith"


def test_fields_know_nothing_of_each_other(people):
    codes = {name: classes(people, name, 7) for name in people.column_names}
    bound = {("city", "postcode"), ("sex", "first_name"), ("first_name", "birth_date")}
    for one, other in itertools.combinations(codes, 2):
        if (one, other) not in bound:
            tally = np.zeros((7, 7))
            np.add.at(tally, (codes[one], codes[other]), 1)
            tally = tally[tally.sum(axis=1) > 0][:, tally.sum(axis=0) > 0]
            assert stats.chi2_contingency(tally).pvalue > ALPHA, (one, other)


def test_rows_know_nothing_of_the_rows_before(people):
    for name in ("last_name", "city", "street", "birth_date"):
        codes = classes(people, name, 5)
        tally = np.zeros((5, 5))
        np.add.at(tally, (codes[:-1], codes[1:]), 1)
        assert stats.chi2_contingency(tally).pvalue > ALPHA, name


def test_ages_are_even_to_55_and_fall_from_there():
    days = table(ask("person", N, of=("birth_date",), ages=[0, 100]))["birth_date"]
    ages = ((np.datetime64("2026-01-01") - days.to_numpy()).astype(int) / 365.2425).astype(int)
    counts = np.bincount(ages, minlength=101)
    assert stats.chisquare(counts[1:54]).pvalue > ALPHA
    assert counts[60] > counts[75] > counts[90] > counts[98]
