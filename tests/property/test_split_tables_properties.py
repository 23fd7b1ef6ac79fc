"""Splitting linked tables: whoever is held out is held out whole, and keys find what they find in the whole."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.keys import MISSING, ORPHAN
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.core.seed import Seed
from twinset.pipeline.split import split
from twinset.pipeline.split_tables import CUT, DANGLING
from twinset.privacy import kinship


def table(name: str, rows: pa.Table, *keys: ForeignKey, **more: object) -> Table:
    columns = tuple(Column(one, types.Integer(), rows.schema.field(one).type) for one in rows.column_names)
    return Table(name, columns, ("id",), tuple(keys), **more)


def pointing(rng: np.random.Generator, n: int, n_parents: int, *, odd: float = 0.05) -> pa.Array:
    """Keys to parents 0 … n_parents - 1; some are missing, some point nowhere."""
    values, luck = rng.integers(0, n_parents, n), rng.random(n)
    values = np.where(luck < odd, n_parents + values, values)
    return pa.array(values, mask=luck > 1 - odd)


def to(table: str, column: str, *, owns: bool = False) -> ForeignKey:
    return ForeignKey((column,), table, ("id",), owns=owns)


@st.composite
def databases(draw: st.DrawFn) -> Tables:
    """People with visits and their lines; lists and hours that many share, a house of one's own, friends, one's boss."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n_people, n_visits, n_lines = draw(st.integers(1, 60)), draw(st.integers(0, 150)), draw(st.integers(0, 200))
    n_hours, has_friends = draw(st.integers(1, 40)), draw(st.booleans())
    rows = {
        "lists": pa.table({"id": np.arange(5)}),
        "hours": pa.table({"id": np.arange(n_hours), "warm": rng.integers(0, 9, n_hours)}),
        "houses": pa.table({"id": np.arange(n_people)}),
        "people": pa.table(
            {"id": np.arange(n_people), "list": pointing(rng, n_people, 5), "house": rng.permutation(n_people),
             "boss": pointing(rng, n_people, n_people) if has_friends else pa.nulls(n_people, pa.int64())}
        ),
        "visits": pa.table(
            {"id": np.arange(n_visits), "person": pointing(rng, n_visits, n_people),
             "hour": pointing(rng, n_visits, n_hours),
             "friend": pointing(rng, n_visits, n_people) if has_friends else pa.nulls(n_visits, pa.int64())}
        ),
        "lines": pa.table({"id": np.arange(n_lines), "visit": pointing(rng, n_lines, max(n_visits, 1))}),
    }  # fmt: skip
    schema = Schema(
        (
            table("lists", rows["lists"], is_reference=True),
            table("hours", rows["hours"]),
            table("houses", rows["houses"]),
            table("people", rows["people"], to("lists", "list"), to("houses", "house"), to("people", "boss")),
            table("visits", rows["visits"], to("people", "person", owns=True), to("hours", "hour"), to("people", "friend")),
            table("lines", rows["lines"], to("visits", "visit", owns=True)),
        )
    )
    return Tables(schema, rows)


def ids(data: Tables, name: str) -> list[int]:
    return data.tables[name]["id"].to_pylist()


SPLITS = (databases(), st.integers(0, 99), st.floats(0.05, 0.6))


@settings(max_examples=60, deadline=None)
@given(*SPLITS)
def test_every_row_is_on_one_side_in_its_order_or_its_table_is_whole_on_both(data, seed, share):
    train, holdout = split(data, seed=Seed(seed), holdout=share)
    for name in data.tables:
        one, other, all_of_them = ids(train, name), ids(holdout, name), ids(data, name)
        assert one == sorted(one)
        assert other == sorted(other)
        if one == other == all_of_them:
            assert name in ("lists", "hours", "houses") or not all_of_them
        else:
            assert sorted(one + other) == all_of_them
    assert ids(train, "lists") == ids(holdout, "lists") == ids(data, "lists")


@settings(max_examples=60, deadline=None)
@given(*SPLITS)
def test_nobodys_rows_are_on_both_sides(data, seed, share):
    sides = split(data, seed=Seed(seed), holdout=share)
    roots = kinship.roots(data)
    for name in ("people", "visits", "lines"):
        whose = [set(roots[name][ids(side, name)].tolist()) for side in sides]
        assert not whose[0] & whose[1]
    people = [set(ids(side, "people")) for side in sides]
    visits = [{one for one in side.tables["visits"]["person"].to_pylist() if one is not None} for side in sides]
    assert not people[0] & visits[1]
    assert not people[1] & visits[0]


@settings(max_examples=60, deadline=None)
@given(*SPLITS)
def test_keys_find_what_they_find_in_the_whole_and_what_is_cut_is_told(data, seed, share):
    for side in split(data, seed=Seed(seed), holdout=share):
        told = {one.column: one for one in side.repairs if one.what == CUT}
        assert not [one for one in side.repairs if one.what == DANGLING]
        for name in data.tables:
            for key, now in kinship.links(side, name).items():
                before = kinship.links(data, name)[key][ids(side, name)]
                subject = f"{name}.{key.columns[0]}"
                assert (now == ORPHAN).sum() == (before == ORPHAN).sum()
                assert (now == MISSING).sum() - (before == MISSING).sum() == (told[subject].count if subject in told else 0)
                if key.owns or key.table == "lists":
                    assert subject not in told


@settings(max_examples=30, deadline=None)
@given(*SPLITS)
def test_about_the_share_of_people_is_held_and_the_seed_decides(data, seed, share):
    train, holdout = split(data, seed=Seed(seed), holdout=share)
    again = split(data, seed=Seed(seed), holdout=share)
    assert [side.fingerprint for side in again] == [train.fingerprint, holdout.fingerprint]
    n_people = len(ids(data, "people"))
    assert abs(len(ids(holdout, "people")) - share * n_people) <= 0.35 * n_people + 2
    assert (train.role, holdout.role) == ("train", "holdout")
    assert train.schema == holdout.schema == kinship.settled(data)


def test_a_house_goes_with_who_lives_there_and_hours_stay_whole():
    n = 200
    rows = {
        "hours": pa.table({"id": np.arange(20)}),
        "houses": pa.table({"id": np.arange(n // 2)}),
        "people": pa.table({"id": np.arange(n), "house": np.arange(n)[::-1] // 2, "hour": np.arange(n) % 20}),
        "visits": pa.table({"id": np.arange(3 * n), "person": np.arange(3 * n) % n}),
    }
    schema = Schema(
        (
            table("hours", rows["hours"]),
            table("houses", rows["houses"]),
            table("people", rows["people"], to("houses", "house"), to("hours", "hour")),
            table("visits", rows["visits"], to("people", "person", owns=True)),
        )
    )
    train, holdout = split(Tables(schema, rows), seed=Seed(1))
    assert set(holdout.tables["people"]["house"].to_pylist()) == set(ids(holdout, "houses"))
    assert [len(ids(holdout, name)) for name in ("houses", "people", "visits")] == [20, 40, 120]
    assert ids(train, "hours") == ids(holdout, "hours") == list(range(20))
    assert [one.what for one in train.repairs] == [
        "table 'hours' is whole on both sides of the split, because others point to its rows and nobody owns them"
    ]


def test_a_key_that_must_not_be_missing_keeps_its_value_and_that_is_told():
    n = 200
    people, notes = pa.table({"id": np.arange(n), "boss": np.arange(n) // 2}), pa.table({"id": np.arange(n)})
    own = table("people", people, to("people", "boss"))
    strict = own.with_columns(tuple(Column(c.name, c.type, c.storage, nullable=False) for c in own.columns))
    schema = Schema((strict, table("notes", notes, to("people", "id", owns=True))))
    train, _ = split(Tables(schema, {"people": people, "notes": notes}), seed=Seed(1))
    assert train.tables["people"]["boss"].null_count == 0
    (told,) = [one for one in train.repairs if one.what == DANGLING]
    known = set(ids(train, "people"))
    assert told.count == sum(one not in known for one in train.tables["people"]["boss"].to_pylist()) > 0
