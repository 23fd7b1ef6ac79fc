"""Histories and streams of events: no gaps, no overlaps, the rates and chains that a plan says, whatever the parts."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats
from tests.rules import made, sampler_of

from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.testing import check_sampler

YEARS = 5.0
CUSTOMERS: dict[str, Any] = {
    "rows": 2_000,
    "key": "id",
    "columns": {
        "id": "sequence",
        "begin": {"rule": "date", "between": ["2020-01-01", "2020-01-01"]},
    },
}
HISTORY: dict[str, Any] = {
    "per": "customers",
    "key": ["id", "version"],
    "history": {"from": "begin", "until": "2025-01-01", "changes": {"tier": 0.6, "city": 0.2}},
    "columns": {
        "id": {"rule": "parent", "column": "id"},
        "version": "history.version",
        "valid_from": "history.valid_from",
        "valid_to": "history.valid_to",
        "is_current": "history.is_current",
        "changed": "history.changed",
        "tier": {"rule": "category", "values": {"gold": 1, "silver": 3, "none": 6}},
        "city": {"rule": "category", "values": list("ABCDEFGH")},
        "name": {"rule": "text"},
    },
}
STEPS = {"visit": {"view": 8, "end": 2}, "view": {"view": 4, "cart": 3, "end": 3}, "cart": {"pay": 5, "end": 5}}
EVENTS: dict[str, Any] = {
    "per": "customers",
    "key": ["id", "number"],
    "events": {
        "from": "begin",
        "start": "visit",
        "steps": STEPS,
        "wait": {"view": "20 s", "cart": "1 min", "pay": "10 min"},
    },
    "columns": {
        "id": {"rule": "parent", "column": "id"},
        "number": "events.number",
        "type": "events.type",
        "at": "events.at",
    },
}


def sized(part_rows: int) -> dict[str, int]:
    """Fewer parents where parts are tiny."""
    return {"customers": min(2_000, part_rows * 30)}


def history(part_rows: int = 100_000, **said: Any) -> list[dict[str, Any]]:
    spec = {**HISTORY, "history": {**HISTORY["history"], **said}}
    return made({"customers": CUSTOMERS, "versions": spec}, part_rows=part_rows, size=sized(part_rows))[
        "versions"
    ].to_pylist()


def events(part_rows: int = 100_000, **said: Any) -> list[dict[str, Any]]:
    spec = {**EVENTS, "events": {**EVENTS["events"], **said}}
    return made({"customers": CUSTOMERS, "events": spec}, part_rows=part_rows, size=sized(part_rows))["events"].to_pylist()


def by_parent(rows: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in rows:
        found[row["id"]].append(row)
    return found


@pytest.mark.parametrize("part_rows", [3, 100, 100_000])
def test_versions_follow_each_other_without_gap_or_overlap(part_rows):
    families = by_parent(history(part_rows))
    assert len(families) == sized(part_rows)["customers"], "each parent has a version"
    for rows in families.values():
        assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
        assert rows[0]["valid_from"] == dt.date(2020, 1, 1)
        assert rows[0]["changed"] is None
        assert [row["is_current"] for row in rows] == [False] * (len(rows) - 1) + [True]
        assert rows[-1]["valid_to"] is None
        for one, other in itertools.pairwise(rows):
            assert one["valid_from"] < one["valid_to"] == other["valid_from"] < dt.date(2025, 1, 1)


@pytest.mark.parametrize("part_rows", [3, 100_000])
def test_a_version_differs_in_the_column_that_changed_and_in_no_other(part_rows):
    n_same = n_changes = 0
    for rows in by_parent(history(part_rows)).values():
        for one, other in itertools.pairwise(rows):
            kept = {"tier", "city"} - {other["changed"]}
            assert all(one[name] == other[name] for name in kept)
            n_changes += 1
            n_same += one[other["changed"]] == other[other["changed"]]
    assert n_same / n_changes < 0.15, "of three draws one is another value, but for the commonest ones"


def test_changes_are_as_frequent_as_said_and_come_by_chance():
    rows = history()
    counts = Counter(row["changed"] for row in rows)
    for name, rate in (("tier", 0.6), ("city", 0.2)):
        expected = rate * YEARS * 2_000
        assert abs(counts[name] - expected) < 4 * np.sqrt(expected) + 0.005 * expected  # days are whole
    numbers = Counter(len(found) - 1 for found in by_parent(rows).values())
    law = stats.poisson(0.8 * YEARS * 0.998)
    observed = np.array([numbers[n] for n in range(9)] + [sum(numbers[n] for n in numbers if n >= 9)])
    expected = np.array([law.pmf(n) for n in range(9)] + [law.sf(8)])
    assert stats.chisquare(observed, expected * observed.sum()).pvalue > 1e-4


def test_an_end_beyond_all_others_can_be_said_and_moments_have_units():
    rows = history(last="9999-12-31", unit="h")
    assert rows[0]["valid_from"].isoformat() == "2020-01-01T00:00:00"
    assert all(row["valid_from"].minute == row["valid_from"].second == 0 for row in rows)
    assert {row["valid_to"].year for row in rows if row["is_current"]} == {9999}


def test_a_whole_row_may_change():
    rows = made({"customers": CUSTOMERS, "versions": {**HISTORY, "history": {**HISTORY["history"], "changes": 1.0}}})[
        "versions"
    ]
    assert set(rows["changed"].to_pylist()) == {None, "row"}
    assert abs(rows.num_rows - 2_000 * 6) < 4 * np.sqrt(10_000) + 50


def test_a_parent_without_beginning_has_no_version():
    columns = {**CUSTOMERS["columns"], "begin": {**CUSTOMERS["columns"]["begin"], "missing": 0.5}}
    found = made({"customers": {**CUSTOMERS, "columns": columns}, "versions": HISTORY})
    there = {row["id"] for row in found["customers"].to_pylist() if row["begin"] is not None}
    assert {row["id"] for row in found["versions"].to_pylist()} == there


@pytest.mark.parametrize("part_rows", [3, 100, 100_000])
def test_events_come_in_order_along_the_chain(part_rows):
    rows = events(part_rows)
    assert rows == [row for row in events() if row["id"] <= sized(part_rows)["customers"]]
    for found in by_parent(rows).values():
        assert [row["number"] for row in found] == list(range(1, len(found) + 1))
        assert found[0]["type"] == "visit"
        assert found[0]["at"] == dt.datetime(2020, 1, 1)
        for one, other in itertools.pairwise(found):
            assert STEPS[one["type"]].get(other["type"], 0) > 0
            assert one["at"] < other["at"]


def test_the_chain_has_its_probabilities_and_the_waits_their_means():
    steps: Counter[tuple[str, str]] = Counter()
    waits = defaultdict(list)
    for found in by_parent(events()).values():
        for one, other in itertools.pairwise([*found, None]):
            steps[one["type"], other["type"] if other else "end"] += 1
            if other:
                waits[other["type"]].append((other["at"] - one["at"]).total_seconds())
    for state, said in STEPS.items():
        observed = np.array([steps[state, after] for after in said])
        expected = np.array(list(said.values())) / sum(said.values())
        assert stats.chisquare(observed, expected * observed.sum()).pvalue > 1e-4, state
    assert steps["pay", "end"] == sum(n for (one, _), n in steps.items() if one == "pay")
    for state, mean in (("view", 20), ("cart", 60), ("pay", 600)):
        assert stats.kstest(waits[state], stats.expon(scale=mean).cdf).pvalue > 1e-4, state


def test_a_funnel_lets_its_shares_through():
    rows = events(start=None, steps=None, funnel={"visit": 1, "cart": 0.4, "pay": 0.5}, wait="1 min")
    counts = Counter(row["type"] for row in rows)
    assert counts["visit"] == 2_000
    assert stats.binomtest(counts["cart"], 2_000, 0.4).pvalue > 1e-4
    assert stats.binomtest(counts["pay"], counts["cart"], 0.5).pvalue > 1e-4


SAMPLER = sampler_of({"customers": CUSTOMERS, "versions": HISTORY, "events": EVENTS})


@pytest.mark.parametrize(
    "check",
    list(check_sampler(SAMPLER, Request({"customers": 12, "versions": 60, "events": 50}, Seed(3), part_rows=10))),
    ids=lambda check: check.name,
)
def test_the_sampler_keeps_the_contract(check):
    check.run()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"steps": {"visit": {"view": 1}, "view": {"visit": 1}}}, "never ends once it is at 'visit'"),
        ({"steps": {"visit": "end", "pay": "end"}}, "no step leads to the state 'pay'"),
        ({"start": None}, "start is the event that comes first"),
        ({"steps": None, "funnel": {"visit": 0.5, "pay": 1}}, "a funnel begins with all"),
        ({"funnel": {"visit": 1, "pay": 1}}, "say start and steps, or a funnel"),
        ({"wait": {"buy": "1 s"}}, "a wait for 'buy', which is no event"),
        ({"wait": "soon"}, "is a length of time such as"),
        ({"from": "id"}, "'id' is no column of days or moments"),
        ({"from": "beginn"}, "has no column 'beginn', did you mean 'begin'"),
    ],
)
def test_impossible_chains_are_named(said, message):
    with pytest.raises(PlanError, match=message):
        events(**said)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"changes": {"tiers": 1}}, "changes names 'tiers', which is no column, did you mean 'tier'"),
        ({"changes": {"version": 1}}, "'version' is unique or follows from other columns"),
        ({"changes": {"tier": -1}}, "the changes of 'tier' is a number from 0"),
        ({"until": "soon"}, "has no column 'soon'"),
        ({"until": "id"}, "'id' is no column of days or moments, but of int64"),
        ({"unit": "week"}, "unit is one of s, min, h, d"),
    ],
)
def test_impossible_histories_are_named(said, message):
    with pytest.raises(PlanError, match=message):
        history(**said)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"per": None, "rows": 5}, "are per another table"),
        ({"rows": 5}, "are per another table"),
        ({"per": {"table": "customers", "degree": 2}}, "leave out the degree"),
        ({"events": {"from": "begin"}}, "events or versions"),
    ],
)
def test_tables_that_are_no_timelines_are_named(spec, message):
    with pytest.raises(ValidationError, match=message):
        made({"customers": CUSTOMERS, "versions": {**HISTORY, **spec}})


@pytest.mark.parametrize(("n", "part_rows"), [(0, 100), (7, 2), (500, 11), (5_000, 100_000)])
def test_a_stated_number_of_rows_is_met_all_the_same(n, part_rows):
    tables = {"customers": CUSTOMERS, "events": EVENTS, "versions": HISTORY}
    found = made(tables, size={"customers": 300, "events": n, "versions": n}, part_rows=part_rows)
    assert found["events"].num_rows == found["versions"].num_rows == n
    for rows in by_parent(found["events"].to_pylist()).values():
        assert rows[0]["type"] == "visit"
        for one, other in itertools.pairwise(rows):
            assert one["at"] < other["at"]
            assert other["type"] == "visit" or STEPS[one["type"]].get(other["type"], 0) > 0
    for rows in by_parent(found["versions"].to_pylist()).values():
        assert rows[-1]["is_current"]
        for one, other in itertools.pairwise(rows):
            assert one["valid_from"] < one["valid_to"] == other["valid_from"]
            assert {name for name in ("tier", "city") if one[name] != other[name]} <= {other["changed"]}
