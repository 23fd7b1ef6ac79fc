"""Days and moments: within their ends, by their weights, after other columns."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from scipy import stats
from tests.rules import column, made, plain

from twinset.errors import PlanError

N = 20_000
YEAR = ["2023-01-01", "2023-12-31"]


def test_days_are_spread_evenly_and_both_ends_occur():
    days = column({"rule": "date", "between": ["2024-02-01", "2024-02-29"]}, N).to_numpy()
    counts = np.unique(days, return_counts=True)[1]
    assert (days.min(), days.max()) == (np.datetime64("2024-02-01"), np.datetime64("2024-02-29"))
    assert stats.chisquare(counts).pvalue > 1e-4
    assert len(counts) == 29


def test_moments_go_to_the_end_of_the_last_day_in_whole_seconds():
    moments = column({"rule": "datetime", "between": ["2024-02-29", "2024-02-29"]}, N).to_numpy()
    assert moments.min() >= np.datetime64("2024-02-29T00:00:00")
    assert np.datetime64("2024-02-29T23:59:00") < moments.max() <= np.datetime64("2024-02-29T23:59:59")
    assert (moments.astype("int64") % 1_000_000 == 0).all()
    seconds = (moments - np.datetime64("2024-02-29")).astype("int64") / 86_400e6
    assert stats.kstest(seconds, "uniform").pvalue > 1e-4


def test_hours_weekdays_and_months_have_their_weights():
    rule = {"rule": "datetime", "between": YEAR, "hours": {9: 3, 15: 1}, "weekdays": {"mon": 2, "Sat": 1}, "months": {12: 3}}
    moments = column(rule, N).to_pandas()
    hours = moments.dt.hour.value_counts(normalize=True)
    assert set(hours.index) == {9, 15}
    assert abs(hours[9] - 0.75) < 0.0125
    days = moments.dt.day_of_week.value_counts(normalize=True)
    weights = {0: 52 * 2 + 4 * 2 * 2, 5: 52 + 5 * 2}  # 52 Mondays and Saturdays, of them 4 and 5 in December
    assert set(days.index) == {0, 5}
    assert abs(days[0] - weights[0] / sum(weights.values())) < 0.0135
    assert abs((moments.dt.month == 12).mean() - (4 * 2 * 3 + 5 * 3) / sum(weights.values())) < 0.013


def test_office_hours_are_mostly_by_day_and_within_the_week():
    moments = column({"rule": "datetime", "between": YEAR, "hours": "office"}, N).to_pandas()
    assert (moments.dt.day_of_week < 5).mean() > 0.95
    assert moments.dt.hour.between(8, 17).mean() > 0.9


def test_growth_is_the_factor_between_years():
    moments = column({"rule": "datetime", "between": ["2022-01-01", "2023-12-31"], "growth": 3}, N).to_pandas()
    assert abs((moments.dt.year == 2023).mean() - 0.75) < 0.0125


def test_moments_come_after_a_column_within_a_span_and_before_another():
    tables = made({"t": {"rows": N, "columns": {
        "a": {"rule": "datetime", "between": YEAR, "missing": 0.1},
        "b": {"rule": "datetime", "after": "a", "within": "10 d", "least": "36 h", "hours": "office"},
        "c": {"rule": "datetime", "after": "a", "before": "b"},
        "d": {"rule": "date", "after": "a", "within": "2 d"},
        "e": {"rule": "datetime", "after": "a", "before": "2024-06-01"},
    }}})  # fmt: skip
    frame = tables["t"].to_pandas()
    gap = (frame.b - frame.a).dropna().dt.total_seconds() / 3600
    assert 36 <= gap.min() < 37
    assert 238 < gap.max() <= 240
    assert (frame.a.isna() == frame.b.isna()).all()
    assert 0.085 < frame.a.isna().mean() < 0.115
    there = frame.dropna()
    assert ((there.a <= there.c) & (there.c < there.b)).all()
    assert (there.e < datetime(2024, 6, 1)).all()
    after = there.d.map(lambda day: np.datetime64(day)) - there.a
    assert (after >= np.timedelta64(0)).all()
    assert (after <= np.timedelta64(2, "D")).all()


def test_children_come_after_their_parents_and_in_order():
    tables = made({
        "customers": {"rows": 500, "key": "id", "columns": {
            "id": "sequence", "signup": {"rule": "datetime", "between": YEAR},
        }},
        "events": {"per": {"table": "customers", "degree": {"rule": "poisson", "mean": 4}}, "columns": {
            "id": {"rule": "parent", "column": "id"},
            "signup": "customers.signup",
            "at": {"rule": "datetime", "after": "customers.signup", "within": "30 d", "ordered": True},
        }},
    }, part_rows=64)  # fmt: skip
    events = tables["events"].to_pandas()
    gap = (events["at"] - events.signup).dt.total_seconds() / 86_400
    assert gap.min() >= 0
    assert gap.max() <= 30
    assert stats.kstest(gap / 30, "uniform").pvalue > 1e-4
    assert events.groupby("id")["at"].apply(lambda moments: moments.is_monotonic_increasing).all()


def test_a_zone_is_kept_and_its_gaps_are_met():
    made = column({"rule": "datetime", "between": ["2024-03-31", "2024-03-31"], "zone": "Europe/Berlin"}, 2_000)
    assert str(made.type) == "timestamp[us, tz=Europe/Berlin]"
    assert {moment.date() for moment in made.to_pylist()} == {date(2024, 3, 31)}


def test_identifiers_take_the_time_of_a_column():
    tables = made({"t": {"rows": 300, "columns": {
        "at": {"rule": "datetime", "between": YEAR}, "id": {"rule": "uuid", "version": 7, "time": "at"},
    }}})  # fmt: skip
    for row in tables["t"].to_pylist():
        since = int(row["id"].replace("-", "")[:12], 16)
        assert since == int(np.datetime64(row["at"], "ms").astype(int))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"rule": "date"}, r"say between: \[first, last\], or after"),
        ({"rule": "date", "between": ["2024-02-30", "2024-03-01"]}, "is a day or time without a zone"),
        ({"rule": "date", "between": ["2024-03-02", "2024-03-01"]}, "from the earlier to the later"),
        ({"rule": "date", "between": YEAR, "within": "3 d"}, "go with after"),
        ({"rule": "date", "after": "2024-01-01"}, "after needs within"),
        ({"rule": "date", "after": "2024-01-01", "within": "3 moons"}, "within is a length of time"),
        ({"rule": "date", "after": "2024-01-01", "before": "2023-01-01"}, "10 rows leave no room after"),
        ({"rule": "datetime", "between": YEAR, "hours": {25: 1}}, "each of hours is one of 0, 1"),
        ({"rule": "datetime", "between": YEAR, "weekdays": {"mon": 0}}, "at least one weight of weekdays is above 0"),
        ({"rule": "datetime", "between": YEAR, "weekdays": ["monday"]}, "each of weekdays is one of mon"),
        ({"rule": "datetime", "between": ["2024-06-01", "2024-06-02"], "weekdays": ["mon"]}, "all weights are 0"),
        ({"rule": "datetime", "between": YEAR, "zone": "Mars/Olympus"}, "zone is the name of a time zone"),
        ({"rule": "datetime", "after": "no", "within": "3 d"}, "has no column 'no'"),
        (
            {"rule": "date", "after": "2024-01-01", "within": "9999999 y"},
            "is a length of time .*, to 10,000 y, not '9999999 y'",
        ),
        ({"rule": "date", "after": "9999-12-01", "within": "90 d"}, "may lie before the year 1 or after the year 9999"),
        (
            {"rule": "datetime", "after": "2024-01-01", "within": "9000 y"},
            "may lie before the year 1 or after the year 9999",
        ),
        ({"rule": "datetime", "between": YEAR, "growth": 0}, "growth is a number above 0 and at most 1,000"),
    ],
    ids=plain,
)
def test_wrong_options_are_named(rule, said):
    with pytest.raises(PlanError, match=said):
        column(rule, 10)
