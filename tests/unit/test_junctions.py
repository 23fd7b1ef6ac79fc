"""Tables whose keys are nothing but keys to others: rows differ wherever that is possible at all."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.keys import ORPHAN, is_live, numbered, places, plain
from twinset.core.request import Request
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.core.seed import Seed
from twinset.pipeline import memory
from twinset.synthesizers.relational import Relational
from twinset.synthesizers.relational.junction import _different, within
from twinset.synthesizers.relational.sampler import RelationalSampler

N_STUDENTS, N_COURSES, N_ROOMS = 300, 12, 8


def _school(*, is_list: bool, has_owner: bool = True) -> Tables:
    """Students take most of few courses; seats are all rooms of all courses but a few."""
    rng = np.random.default_rng(4)
    takes = [(s, c) for s in range(N_STUDENTS) for c in rng.permutation(N_COURSES)[: rng.integers(6, N_COURSES + 1)]]
    seats = [pair for pair in itertools.product(range(N_COURSES), range(N_ROOMS)) if rng.random() < 0.9]
    rows = {
        "students": pa.table({"id": np.arange(N_STUDENTS), "year": rng.integers(1, 5, N_STUDENTS)}),
        "courses": pa.table({"id": np.arange(N_COURSES), "points": rng.integers(1, 9, N_COURSES)}),
        "rooms": pa.table({"id": np.arange(N_ROOMS), "size": rng.integers(10, 99, N_ROOMS)}),
        "takes": pa.table({"student": [s for s, _ in takes], "course": [int(c) for _, c in takes]}),
        "seats": pa.table({"course": [c for c, _ in seats], "room": [r for _, r in seats]}),
    }
    to_student = ForeignKey(("student",), "students", ("id",), owns=has_owner)
    to_course = ForeignKey(("course",), "courses", ("id",))
    to_room = ForeignKey(("room",), "rooms", ("id",))
    keys = {"takes": (to_student, to_course), "seats": (to_course, to_room)}
    primary = {"takes": ("student", "course"), "seats": ("course", "room")}
    tables = [
        Table(
            name, tuple(Column(f.name, types.Integer(), f.type) for f in own.schema), primary.get(name, ("id",)),
            keys.get(name, ()), is_reference=is_list and name in ("courses", "rooms"),
        )
        for name, own in rows.items()
    ]  # fmt: skip
    return Tables(Schema(tuple(tables)), rows)


@pytest.fixture(scope="module", params=[(True, True), (False, True), (False, False)], ids=["lists", "partners", "no owner"])
def sampler(request: pytest.FixtureRequest) -> RelationalSampler:
    is_list, has_owner = request.param
    data = _school(is_list=is_list, has_owner=has_owner)
    made, _ = memory.fit(Relational(), data, data.schema, Seed(1))
    assert isinstance(made, RelationalSampler)
    return made


@pytest.mark.parametrize("n_takes", [2000, N_STUDENTS * N_COURSES - 5, N_STUDENTS * N_COURSES])
def test_rows_differ_up_to_all_that_there_can_be(sampler: RelationalSampler, n_takes: int) -> None:
    size = {"takes": n_takes, "seats": N_COURSES * N_ROOMS, "courses": N_COURSES, "rooms": N_ROOMS, "students": N_STUDENTS}
    data = memory.sample(sampler, sampler.sized(Request(size, Seed(2), part_rows=1000)))
    assert data.count("takes") == n_takes
    for table in ("takes", "seats"):
        rows = data.to_arrow(table)
        assert len(np.unique(numbered([plain(column) for column in rows.columns]))) == rows.num_rows
        for key in data.schema[table].foreign_keys:
            assert not (places(rows, key, data.to_arrow(key.table)) == ORPHAN).any()


def test_more_rows_than_there_can_be_are_lowered_and_told(sampler: RelationalSampler) -> None:
    request = sampler.sized(Request({"students": 20, "courses": N_COURSES, "takes": 10_000}, Seed(2)))
    most = 20 * N_COURSES
    assert request.size["takes"] == most
    assert any(f"takes: {most:,} rows are all that there are different keys for" in one for one in sampler.remarks(request))
    data = memory.sample(sampler, request)
    assert len(np.unique(numbered([plain(column) for column in data.to_arrow("takes").columns]))) == most


def test_few_rows_of_small_tables_differ(sampler: RelationalSampler) -> None:
    for n_students in (1, 2, 5):
        data = memory.sample(sampler, sampler.sized(Request({"students": n_students}, Seed(n_students))))
        rows = data.to_arrow("takes")
        assert len(np.unique(numbered([plain(column) for column in rows.columns]))) == rows.num_rows


@pytest.mark.parametrize("n_votes", [300, 1000, 40 * 25])
def test_types_of_partners_may_change_where_rows_would_be_the_same(n_votes: int) -> None:
    rng = np.random.default_rng(0)
    n_users, n_posts, n_tags = 40, 20, 5
    pairs = [(user, *thing) for user in range(n_users) for thing in
             [*(("Post", post) for post in range(n_posts)), *(("Tag", tag) for tag in range(n_tags))]]  # fmt: skip
    votes = [pairs[place] for place in np.sort(rng.permutation(len(pairs))[:600])]
    rows = {
        "users": pa.table({"id": np.arange(n_users), "age": rng.integers(9, 99, n_users)}),
        "posts": pa.table({"id": np.arange(n_posts), "size": rng.integers(1, 9, n_posts)}),
        "tags": pa.table({"id": np.arange(n_tags), "size": rng.integers(1, 9, n_tags)}),
        "votes": pa.table(dict(zip(("user", "kind", "of"), map(list, zip(*votes, strict=True)), strict=True))),
    }
    keys = (
        ForeignKey(("user",), "users", ("id",), owns=True),
        ForeignKey(("of",), "posts", ("id",), when=("kind", "Post")),
        ForeignKey(("of",), "tags", ("id",), when=("kind", "Tag")),
    )
    tables = []
    for name, own in rows.items():
        kinds = {f.name: types.Categorical() if f.name == "kind" else types.Integer() for f in own.schema}
        columns = tuple(Column(f.name, kinds[f.name], f.type) for f in own.schema)
        is_votes = name == "votes"
        tables.append(Table(name, columns, ("user", "kind", "of") if is_votes else ("id",), keys if is_votes else ()))
    data = Tables(Schema(tuple(tables)), rows)
    made, _ = memory.fit(Relational(), data, data.schema, Seed(1))
    assert isinstance(made, RelationalSampler)
    size = {"users": n_users, "posts": n_posts, "tags": n_tags, "votes": n_votes}
    twin = memory.sample(made, made.sized(Request(size, Seed(2))))
    votes = twin.to_arrow("votes")
    assert len(np.unique(numbered([plain(column) for column in votes.columns]))) == votes.num_rows == n_votes
    for key in keys:
        assert (places(votes, key, twin.to_arrow(key.table))[is_live(votes, key)] >= 0).all()


def test_counts_above_the_most_are_dealt_to_others() -> None:
    rng = np.random.default_rng(0)
    counts = within(np.array([9, 0, 3, 20, 1]), 7, rng)
    assert counts.sum() == 33
    assert counts.max() <= 7
    assert within(np.array([9, 0, 3]), 7, rng).tolist() == [7, 0, 5]
    assert within(np.array([9, 9, 9]), 2, rng).tolist() == [2, 2, 2]


@pytest.mark.parametrize("n_each", [1, 40, 99, 100])
def test_pairs_are_made_different_where_they_can_be(n_each: int) -> None:
    rng = np.random.default_rng(n_each)
    left = np.repeat(np.arange(30), n_each)
    right = rng.integers(0, 5, len(left))
    found = _different(left, right, 100, rng)
    assert found is not None
    assert len(np.unique(left * 1000 + found)) == len(left)
    assert found.max() < 100
    kept = np.unique(left * 1000 + right, return_index=True)[1]
    assert (found[kept] == right[kept]).all()
    assert _different(np.zeros(101, np.int64), np.zeros(101, np.int64), 100, rng) is None
