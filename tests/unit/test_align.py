"""A twin from any tool, read from CSV, is brought into train's schema; what can't be is named and counted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, Schema, Table
from twinset.core.score import Comparison
from twinset.errors import DataError
from twinset.evaluation.align import align
from twinset.evaluation.encode import encoded

DAY = dt.date(2024, 2, 29)
NOON = dt.datetime(2024, 2, 29, 12, 0, 5)
H = dt.timedelta(hours=1)


def table(types_: dict[str, types.Type], arrays: dict[str, pa.Array], entity: tuple[str, ...] = ()) -> Tables:
    columns = tuple(Column(name, types_[name], array.type) for name, array in arrays.items())
    return Tables(Schema((Table("t", columns, entity=entity),)), {"t": pa.table(arrays)})


def one(kind: types.Type, values: pa.Array, name: str = "x") -> Tables:
    return table({name: kind}, {name: values})


def read(kind: types.Type, train: pa.Array, twin: pa.Array) -> tuple[list[object], int]:
    """The twin's values after aligning, and how many were lost."""
    aligned = align(one(kind, train), one(types.Text(), twin))
    lost = sum(note.count for note in aligned.notes if "count as missing" in note.text)
    return aligned.synthetic.to_arrow("t").column("x").to_pylist(), lost  # type: ignore[attr-defined]


INTEGERS = pa.array([1, 2, 3])
LABELS = pa.array(["a", "b", "1"])

REALS, TRUTHS, DAYS = pa.array([0.5]), pa.array([True]), pa.array([DAY])
MOMENTS, TIMES, SPANS = pa.array([NOON], pa.timestamp("us")), pa.array([dt.time(8)]), pa.array([dt.timedelta(hours=1)])
WRITTEN = ["2024-02-29T12:00:05", "2024-02-29 12:00:05.250", "2024-02-29", "2024-02-29 12:00", "noon"]
MEANT = [NOON, NOON.replace(microsecond=250_000), dt.datetime(2024, 2, 29), dt.datetime(2024, 2, 29, 12), None]

# Train's type and values, the twin's values as some tool wrote them, what they are read as, how many are lost.
READINGS: dict[str, tuple[types.Type, pa.Array, list[object] | pa.Array, list[object], int]] = {
    "integers as text": (types.Integer(), INTEGERS, ["1", " 2 ", "", "NA"], [1, 2, None, None], 0),
    "integers as floats": (types.Integer(), INTEGERS, [1.0, None, 2.0], [1, None, 2], 0),
    "integers that are none": (types.Integer(), INTEGERS, [1.5, 2.0], [1.5, 2.0], 0),
    "words among numbers": (types.Integer(), INTEGERS, ["1", "many", "3.0", "1e2"], [1, None, 3, 100], 1),
    "narrow integers": (types.Integer(), INTEGERS, pa.array([1, 255], pa.uint8()), [1, 255], 0),
    "reals as text": (types.Real(), REALS, ["-0.25", "+1.", ".5", "1,5", "0x1"], [-0.25, 1.0, 0.5, None, None], 2),
    "decimals": (types.Real(), REALS, [Decimal("1.25")], [1.25], 0),
    "infinities": (types.Real(), REALS, [float("inf"), 1.0, float("nan")], [None, 1.0, None], 1),
    "dates for numbers": (types.Integer(), INTEGERS, [DAY, None], [None, None], 1),
    "own words": (types.Boolean(words=("nein", "ja")), TRUTHS, ["ja", "Nein", "?"], [True, False, None], 1),
    "usual words": (types.Boolean(), TRUTHS, ["TRUE", "0", "no", ""], [True, False, False, None], 0),
    "truth as numbers": (types.Boolean(), TRUTHS, [0.0, 1.0, None, 2.0], [False, True, None, None], 1),
    "a dictionary": (types.Categorical(), LABELS, pa.array(["a", "new", None]).dictionary_encode(), ["a", "new", None], 0),
    "labels as floats": (types.Categorical(), pa.array(["1", "2"]), [1.0, 2.0, None, 3.5], ["1", "2", None, "3.5"], 0),
    "labels with blanks": (types.Categorical(), LABELS, [" a ", "", "nan"], ["a", None, None], 0),
    "labels like nothing": (types.Categorical(), pa.array(["NA", "SA"]), ["NA", "SA"], ["NA", "SA"], 0),
    "numbered labels": (types.Categorical(), pa.array([1, 2]), ["1", "2.0"], [1, 2], 0),
    "unknown numbered labels": (types.Categorical(), pa.array([1, 2]), ["1", "two"], ["1", "two"], 0),
    "truths as labels": (types.Categorical(), pa.array(["True", "False"]), [True, False], ["True", "False"], 0),
    "dates as text": (types.Date(), DAYS, ["2024-02-29", "2024-02-30", "x", ""], [DAY, None, None, None], 2),
    "dates in their own format": (types.Date("%d/%m/%Y"), DAYS, ["29/02/2024", None], [DAY, None], 0),
    "dates as datetimes": (types.Date(), DAYS, [NOON], [DAY], 0),
    "datetimes as text": (types.DateTime(), MOMENTS, list(WRITTEN), list(MEANT), 1),
    "times as text": (types.Time(), TIMES, ["08:30", "24:00", "8:61"], [dt.time(8, 30), None, None], 2),
    "times with seconds": (types.Time(), TIMES, ["8:30:15.5"], [dt.time(8, 30, 15, 500_000)], 0),
    "durations as text": (types.Duration(), SPANS, ["0 days 01:00:00", "26:00:00", "soon"], [H, 26 * H, None], 1),
}


@pytest.mark.parametrize("case", READINGS, ids=str)
def test_values_are_read_as_the_type_they_should_have(case: str) -> None:
    kind, train, twin, expected, lost = READINGS[case]
    values, n_lost = read(kind, train, twin if isinstance(twin, pa.Array) else pa.array(twin))
    assert values == expected
    assert n_lost == lost


def test_order_of_columns_is_free_and_strangers_are_named() -> None:
    kinds = {name: types.Integer() for name in "abcd"}
    train = table(kinds, {"a": INTEGERS, "b": INTEGERS, "c": INTEGERS})
    twin = table(kinds, {"d": INTEGERS, "b": INTEGERS, "a": INTEGERS})
    aligned = align(train, twin)
    assert aligned.train.schema.only.names == aligned.synthetic.schema.only.names == ("a", "b")
    assert {note.column for note in aligned.notes} == {"c", "d"}


def test_a_holdout_that_lacks_a_column_leaves_it_out_on_all_sides() -> None:
    kinds = {name: types.Integer() for name in "ab"}
    both, less = table(kinds, {"a": INTEGERS, "b": INTEGERS}), table(kinds, {"a": INTEGERS})
    aligned = align(both, both, less)
    assert aligned.holdout is not None
    assert {data.schema.only.names for data in (aligned.train, aligned.synthetic, aligned.holdout)} == {("a",)}


def test_an_entity_whose_column_is_gone_is_no_entity_any_more() -> None:
    kinds = {name: types.Integer() for name in "ab"}
    train = table(kinds, {"a": INTEGERS, "b": INTEGERS}, entity=("a",))
    assert align(train, train).train.schema.only.entity == ("a",)
    assert align(train, table(kinds, {"b": INTEGERS})).train.schema.only.entity == ()


def test_nothing_in_common_and_no_rows_are_errors() -> None:
    with pytest.raises(DataError, match="no column in common: train has 'x'; the other data has 'y'"):
        align(one(types.Integer(), INTEGERS), one(types.Integer(), INTEGERS, "y"))
    with pytest.raises(DataError, match="the synthetic data has no rows"):
        align(one(types.Integer(), INTEGERS), one(types.Integer(), pa.array([], pa.int64())))


def test_other_shapes_are_left_out() -> None:
    kinds = {"x": types.Nested(), "y": types.Integer()}
    train = table(kinds, {"x": pa.array([[1]]), "y": pa.array([1])})
    aligned = align(train, table(kinds, {"x": pa.array(["[1]"]), "y": pa.array([1])}))
    assert aligned.synthetic.schema.only.names == ("y",)
    assert [note.column for note in aligned.notes] == ["x"]


KINDS = [
    (types.Integer(), INTEGERS),
    (types.Real(), REALS),
    (types.Boolean(), TRUTHS),
    (types.Categorical(), LABELS),
    (types.Date(), DAYS),
    (types.DateTime(), MOMENTS),
    (types.Time(), TIMES),
    (types.Duration(), SPANS),
    (types.Ordinal(), LABELS),
]
TEXTS = st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["2024-13-45", "99:99:99", "1e999", "-0", "∞", "24:00"]))


def test_datetimes_of_another_zone_are_taken_at_their_local_time() -> None:
    there = pa.array([NOON], pa.timestamp("s", "Europe/Berlin"))
    assert read(types.DateTime(), MOMENTS, there) == ([NOON + H], 0)


def test_datetimes_with_a_zone_meet_text_with_an_offset_at_local_time() -> None:
    there = pa.array([NOON], pa.timestamp("s", "Europe/Berlin"))
    aligned = align(one(types.DateTime("Europe/Berlin"), there), one(types.Text(), pa.array(["2024-02-29 13:00:05+01:00"])))
    values = encoded(Comparison(aligned.train, aligned.synthetic))["x"]
    assert values.train.tolist() == values.synthetic.tolist()


@given(st.lists(TEXTS, min_size=1, max_size=30), st.sampled_from(KINDS))
def test_any_text_is_read_or_counted_and_never_raises(texts: list[str | None], kind: tuple[types.Type, pa.Array]) -> None:
    values, lost = read(kind[0], kind[1], pa.array(texts, pa.string()))
    assert len(values) == len(texts)
    assert lost <= sum(value is None for value in values)


@given(st.lists(st.one_of(st.integers(-(10**9), 10**9), st.none()), min_size=1, max_size=30))
def test_numbers_survive_the_way_through_text(numbers: list[int | None]) -> None:
    values, lost = read(types.Integer(), INTEGERS, pa.array([None if n is None else str(n) for n in numbers], pa.string()))
    assert values == numbers
    assert lost == 0


def test_aligned_sides_can_be_encoded() -> None:
    train = table({"x": types.Integer(), "y": types.Categorical()}, {"x": INTEGERS, "y": LABELS})
    twin = table({"x": types.Real(), "y": types.Integer()}, {"x": pa.array([1.5]), "y": pa.array([1])})
    aligned = align(train, twin)
    columns = encoded(Comparison(aligned.train, aligned.synthetic))
    assert columns["x"].synthetic.tolist() == [1.5]
    assert columns["y"].labels[columns["y"].synthetic[0]] == "1"
