"""What charts are drawn from may be shown: no real cell stands for fewer than K rows or entities, no edge is an extreme."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some
from tests import flawed

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, Schema, Table
from twinset.core.score import Comparison
from twinset.core.seed import Seed
from twinset.evaluation.associations import associations
from twinset.evaluation.profile import profiles
from twinset.evaluation.result import Profile
from twinset.privacy import K


def one(kind: types.Type, values: pa.Array, entity: list[int] | None = None) -> Tables:
    columns, arrays = [Column("x", kind, values.type)], {"x": values}
    if entity is not None:
        columns.append(Column("who", types.Identifier(), pa.int64()))
        arrays["who"] = pa.array(entity)
    table = Table("t", tuple(columns), entity=("who",) if entity is not None else ())
    return Tables(Schema((table,)), {"t": pa.table(arrays)})


def profile(kind: types.Type, values: pa.Array, entity: list[int] | None = None) -> Profile:
    data = one(kind, values, entity)
    return next(iter(profiles(Comparison(data, data))))


def check(found: Profile, n_known: int) -> None:
    assert len(found.labels) == len(found.train) == len(found.synthetic)
    assert not found.edges or len(found.edges) == len(found.labels) + 1
    for share in found.train:
        assert share is None or share * n_known >= K - n_known / 2000  # as rounded to a thousandth
    assert sum(found.synthetic) == pytest.approx(1 if n_known else 0)


VALUES = st.one_of(st.integers(-40, 40).map(float), st.floats(-1e9, 1e9), st.just(float("nan")))


@given(some.arrays(np.float64, st.integers(1, 400), elements=VALUES), st.sampled_from([types.Real(), types.Integer()]))
def test_no_number_of_few_rows_is_shown(values: np.ndarray, kind: types.Type) -> None:
    values = np.round(values) if isinstance(kind, types.Integer) else values
    found = profile(kind, pa.array(values, from_pandas=True))
    n_known = int(np.isfinite(values).sum())
    check(found, n_known)
    inside = np.sort(values[np.isfinite(values)])
    if found.edges:
        assert found.edges[1] > inside[K - 1] or found.edges[0] <= inside[K - 1]
        assert len(found.edges) <= 30


@given(st.lists(st.sampled_from("aaaabbbcd"), min_size=1, max_size=120), st.integers(0, 60))
def test_no_label_of_few_rows_is_named(labels: list[str], n_missing: int) -> None:
    found = profile(types.Categorical(), pa.array([*labels, *[None] * n_missing], pa.string()))
    check(found, len(labels))
    assert {label for label in found.labels if labels.count(label) < K} <= {"other"}
    assert n_missing >= K or found.train_missing == 0


def test_entities_are_counted_and_not_rows() -> None:
    """Label b has sixty rows, of three people."""
    labels, who = ["a"] * 100 + ["b"] * 60, [*range(100), *([100, 101, 102] * 20)]
    found = profile(types.Categorical(), pa.array(labels), who)
    assert found.labels == ("a", "other")
    assert found.train == (0.625, None)
    far = profile(types.Real(), pa.array([*range(100), *[1000.0] * 60], pa.float64()), who)
    assert far.edges[-1] < 200


DAYS = [dt.date(2024, 1, 1) + dt.timedelta(i % 140) for i in range(2_000)]
HOURS = [dt.time(i % 24) for i in range(960)]
LABELS = {
    "whole numbers": (types.Integer(), pa.array([*range(10)] * 20), ("up to 0", "1", "9 and more")),
    "steps of numbers": (types.Integer(), pa.array([*range(100)] * 20), ("up to 4", "5 to 9", "95 and more")),
    "decimals": (types.Real(), pa.array(np.arange(400) / 100), ("below 0.2", "0.2 to 0.4", "3.8 and more")),
    "a spike": (types.Real(), pa.array([*[0.0] * 990, *np.arange(10.0)]), ("0", "other values", "other values")),
    "days": (types.Date(), pa.array(DAYS), ("below 2024-01-04", "2024-01-04 to 2024-01-11", "2024-05-16 and more")),
    "times of day": (types.Time(), pa.array(HOURS), ("below 02:00", "02:00 to 04:00", "22:00 and more")),
    "constant": (types.Real(), pa.array([7.5] * 50), ("7.5", "other values", "other values")),
    "too few": (types.Real(), pa.array([1.0, 2.0]), ("all values",) * 3),
}  # fmt: skip


@pytest.mark.parametrize("case", LABELS)
def test_bins_have_round_ends_in_words(case: str) -> None:
    kind, values, (first, second, last) = LABELS[case]
    labels = profile(kind, values).labels
    assert (labels[0], labels[min(1, len(labels) - 1)], labels[-1]) == (first, second, last)


def test_the_twin_that_lies_elsewhere_is_counted_in_the_end_bins() -> None:
    train, twin = one(types.Real(), pa.array(np.arange(400.0))), one(types.Real(), pa.array([-5.0, 1e6, None]))
    found = next(iter(profiles(Comparison(train, twin))))
    assert (found.synthetic[0], found.synthetic[-1]) == (0.5, 0.5)
    assert found.synthetic_missing == pytest.approx(1 / 3)


def test_associations_are_symmetric_and_strong_where_columns_follow_each_other() -> None:
    train = flawed.dataset(flawed.rows(3_000, 1))
    found = associations(Comparison(train, flawed.twin(flawed.independent, 3_000, 2)), Seed(1))
    real, made = np.array(found.train), np.array(found.synthetic)
    at = {name: place for place, name in enumerate(found.columns)}
    assert np.allclose(real, real.T)
    assert np.allclose(np.diag(made), 1)
    assert ((real >= 0) & (real <= 1 + 1e-9)).all()
    assert real[at["plan"], at["fee"]] > 0.99
    assert made[at["plan"], at["fee"]] < 0.1
    assert real[at["age"], at["income"]] > 0.7
