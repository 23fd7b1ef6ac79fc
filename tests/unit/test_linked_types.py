"""Keys to one table or another, as a type beside them says: found, learned by what they lead to, and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.linked_forum import LIKED, forum

from twinset import sources
from twinset.core.dataset import Dataset, Dialect, Tables
from twinset.core.keys import MISSING, ORPHAN, is_live, numbered, places, plain
from twinset.core.request import Request, SeedRows
from twinset.core.schema import ForeignKey
from twinset.core.seed import Seed
from twinset.errors import PlanError, SchemaError
from twinset.evaluation.relational.keys import integrity
from twinset.evaluation.relational.sides import family
from twinset.pipeline import memory, samplerfile
from twinset.pipeline.linking import linked
from twinset.pipeline.settled import said_of
from twinset.plan import Stage
from twinset.plan.linked import KeySpec, LinkedTable
from twinset.synthesizers.relational import Relational
from twinset.synthesizers.relational.sampler import RelationalSampler

OF_POST = ForeignKey(("commentable_id",), "posts", ("id",), when=("commentable_type", "Post"))
OF_PHOTO = ForeignKey(("commentable_id",), "photos", ("id",), when=("commentable_type", "Photo"))
TO_POST = ForeignKey(("target_id",), "posts", ("id",), when=("target_kind", "Post"))
TO_TAG = ForeignKey(("target_id",), "tags", ("id",), when=("target_kind", "Tag"))
KEYS = [("comments", OF_POST), ("comments", OF_PHOTO), ("marks", TO_POST), ("marks", TO_TAG)]


def _read(folder: Path, tables: dict[str, pa.Table]) -> Dataset:
    for name, rows in tables.items():
        pq.write_table(rows, folder / f"{name}.parquet")
    return sources.read(folder)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    found = linked(_read(tmp_path_factory.mktemp("forum"), forum()), {}, lambda _: None)
    assert isinstance(found, Tables)
    return found


@pytest.fixture(scope="module")
def sampler(real: Tables) -> RelationalSampler:
    made, _ = memory.fit(Relational(), real, real.schema, Seed(1))
    assert isinstance(made, RelationalSampler)
    return made


@pytest.fixture(scope="module")
def twin(sampler: RelationalSampler) -> Tables:
    return memory.sample(sampler, sampler.sized(Request({}, Seed(2))))


def _spots(data: Tables, table: str, key: ForeignKey) -> np.ndarray:
    return places(data.to_arrow(table), key, data.to_arrow(key.table))


# -- found ---------------------------------------------------------------------------------------------------------


def test_keys_are_found_with_their_types(real: Tables) -> None:
    for table, key in KEYS:
        assert key in real.schema[table].foreign_keys
    assert {key.table for key in real.schema["comments"].foreign_keys if key.when is None} == {"users"}
    assert not real.schema["posts"].is_reference
    assert real.schema["tags"].is_reference


CLASSES = {
    "a path": ("app.models.Post", "Photo"),
    "modules": ("Blog::Post", "Blog::Photo"),
    "plural": ("posts", "photos"),
}


@pytest.mark.parametrize("case", CLASSES)
def test_values_name_tables_in_many_ways(tmp_path: Path, case: str) -> None:
    tables = forum(100)
    names = dict(zip(("Post", "Photo"), CLASSES[case], strict=True))
    kinds = [names.get(one) for one in tables["comments"].column("commentable_type").to_pylist()]
    place = tables["comments"].column_names.index("commentable_type")
    tables["comments"] = tables["comments"].set_column(place, "commentable_type", pa.array(kinds, pa.string()))
    found = {key.when: key.table for key in _read(tmp_path, tables).schema["comments"].foreign_keys if key.when}
    assert found == {("commentable_type", one): f"{name.lower()}s" for name, one in names.items()}


def test_ids_that_are_keys_by_no_chance_need_no_name(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    ids = {name: np.array([f"{rng.integers(2**60):x}" for _ in range(200)]) for name in ("cars", "boats")}
    kind = rng.integers(1, 3, 900)
    of = np.where(kind == 1, rng.choice(ids["cars"], 900), rng.choice(ids["boats"], 900))
    trips = pa.table({"id": np.arange(900), "vehicle_type": kind, "vehicle_id": of})
    tables = {**{name: pa.table({"id": own, "age": rng.integers(0, 9, 200)}) for name, own in ids.items()}, "trips": trips}
    found = {key.when: key.table for key in _read(tmp_path, tables).schema["trips"].foreign_keys}
    assert found == {("vehicle_type", 1): "cars", ("vehicle_type", 2): "boats"}


def test_numbers_beside_words_are_no_such_keys(tmp_path: Path) -> None:
    """Counts lie in every table's numbers, and words that name no table say nothing."""
    rng = np.random.default_rng(2)
    parents = {name: pa.table({"id": np.arange(1, 101), "size": rng.random(100)}) for name in ("posts", "photos")}
    rows = pa.table(
        {
            "id": np.arange(500), "kind": rng.choice(["Post", "Photo"], 500), "amount": rng.integers(1, 90, 500),
            "thing_type": rng.choice(["red", "blue"], 500), "thing_id": rng.integers(1, 90, 500),
            "post_id": rng.integers(1, 101, 500),
        }
    )  # fmt: skip
    found = _read(tmp_path, {**parents, "rows": rows}).schema["rows"].foreign_keys
    assert [(key.columns, key.table, key.when) for key in found] == [(("post_id",), "posts", None)]


# -- made ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_keys_hold_where_their_type_says_so(real: Tables, twin: Tables, table: str, key: ForeignKey) -> None:
    spots = _spots(twin, table, key)
    live = is_live(twin.to_arrow(table), key)
    assert (spots[live] >= 0).all()
    assert live.mean() == pytest.approx(is_live(real.to_arrow(table), key).mean(), abs=0.04)
    before, after = (
        np.sort(np.bincount(each[each >= 0], minlength=n))
        for each, n in ((_spots(real, table, key), real.count(key.table)), (spots, twin.count(key.table)))
    )
    assert after.max() == pytest.approx(before.max(), rel=0.5)
    n_used = [(one > 0).mean() for one in (before, after)]
    assert n_used[1] == pytest.approx(n_used[0], abs=0.12)


def test_ids_are_missing_where_types_are(twin: Tables) -> None:
    comments = twin.to_arrow("comments")
    kinds, ids = (plain(comments.column(name)) for name in ("commentable_type", "commentable_id"))
    assert not pa.compute.any(pa.compute.and_(kinds.is_valid(), ids.is_null())).as_py()


def test_what_goes_with_the_type_is_learned(twin: Tables) -> None:
    comments = twin.to_arrow("comments")
    kinds, liked = (np.array(comments.column(name).to_pylist()) for name in ("commentable_type", "liked"))
    for kind, share in LIKED.items():
        assert (liked[kinds == kind] == "yes").mean() == pytest.approx(share, abs=0.06)


def test_keys_hold_in_blocks_and_through_a_file(sampler: RelationalSampler, tmp_path: Path) -> None:
    samplerfile.save(sampler, tmp_path / "forum.twin", dialect=Dialect(), rows={})
    again = samplerfile.load(tmp_path / "forum.twin").sampler
    assert isinstance(again, RelationalSampler)
    assert again.schema["comments"].foreign_keys == sampler.schema["comments"].foreign_keys
    made = memory.sample(again, again.sized(Request({"users": 1500}, Seed(3), part_rows=4000)))
    for table, key in KEYS:
        spots = _spots(made, table, key)
        assert (spots[is_live(made.to_arrow(table), key)] >= 0).all()


def test_trees_and_keys_that_must_differ(tmp_path: Path) -> None:
    """Comments on comments are a tree beside others; a vote is one of a user for a thing."""
    tables = forum(200)
    comments = tables["comments"].to_pydict()
    rng = np.random.default_rng(0)
    for number in range(200, len(comments["id"]), 3):
        comments["commentable_type"][number] = "Comment"
        comments["commentable_id"][number] = int(rng.integers(1, number))
    tables["comments"] = pa.table(comments)
    marks = tables["marks"].drop_columns(["id"]).to_pandas().drop_duplicates()
    tables["marks"] = pa.Table.from_pandas(marks, preserve_index=False)
    votes = LinkedTable(
        primary_key=("user_id", "target_kind", "target_id"), owner="users",
        foreign_keys=(
            KeySpec(columns=("user_id",), table="users", references=("id",)),
            KeySpec(columns=("target_id",), table="posts", references=("id",), when={"target_kind": "Post"}),
            KeySpec(columns=("target_id",), table="tags", references=("id",), when={"target_kind": "Tag"}),
        ),
    )  # fmt: skip
    real = linked(_read(tmp_path, tables), {"marks": votes}, lambda _: None)
    of_comment = ForeignKey(("commentable_id",), "comments", ("id",), when=("commentable_type", "Comment"))
    assert of_comment in real.schema["comments"].foreign_keys
    sampler, _ = memory.fit(Relational(), real, real.schema, Seed(1))
    assert isinstance(sampler, RelationalSampler)
    made = memory.sample(sampler, sampler.sized(Request({}, Seed(2))))
    for table, key in [*KEYS, ("comments", of_comment)]:
        spots = _spots(made, table, key)
        assert (spots[is_live(made.to_arrow(table), key)] >= 0).all()
    above = _spots(made, "comments", of_comment)
    for _ in range(len(above)):
        if (above < 0).all():
            break
        above = np.where(above >= 0, above[np.maximum(above, 0)], -1)
    assert (above < 0).all()  # nobody is above himself
    numbers = numbered([plain(made.to_arrow("marks").column(name)) for name in votes.primary_key or ()])
    assert len(np.unique(numbers)) == len(numbers)


def test_given_ids_of_lists_are_kept_with_their_type(sampler: RelationalSampler) -> None:
    kinds, ids = ["Tag", "Tag", "Post"] * 100, [1, 2, None] * 100
    rows = pa.table({"target_kind": kinds, "target_id": pa.array(ids, pa.int64())})
    made = memory.sample(sampler, sampler.sized(Request({}, Seed(3), SeedRows(rows, table="marks"))))
    assert made.to_arrow("marks").column("target_kind").to_pylist() == kinds
    made_ids = made.to_arrow("marks").column("target_id").to_pylist()
    assert [one for one, given in zip(made_ids, ids, strict=True) if given] == [1, 2] * 100
    for table, key in KEYS:
        assert (_spots(made, table, key)[is_live(made.to_arrow(table), key)] >= 0).all()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"target_id": [1]}, "holds by 'target_kind'; give that column"),
        ({"target_kind": ["Tag"], "target_id": [99]}, "point to no row of 'tags'"),
        ({"target_kind": ["Post"], "target_id": [1]}, "made along with these"),
    ],
)
def test_given_ids_that_lead_nowhere_are_said(sampler: RelationalSampler, rows: dict[str, Any], message: str) -> None:
    with pytest.raises(PlanError, match=message):
        sampler.sized(Request({}, Seed(3), SeedRows(pa.table(rows), table="marks")))


# -- said and judged -----------------------------------------------------------------------------------------------


def test_a_plan_says_them_as_they_were_found(real: Tables) -> None:
    said = said_of(real)["linked"]
    again = linked(real, Stage(source="forum", linked=said).linked, lambda _: None)
    assert again.schema == real.schema


BAD: dict[str, tuple[Any, str]] = {
    "an unknown column": ({"commentable_typ": "Post"}, "commentable_typ"),
    "a value of another type": ({"liked_at": 3}, "liked_at"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_plan_names_a_condition_that_there_is(real: Tables, case: str) -> None:
    when, message = BAD[case]
    key = KeySpec(columns=("commentable_id",), table="posts", references=("id",), when=when)
    with pytest.raises(SchemaError, match=message):
        linked(real, {"comments": LinkedTable(foreign_keys=(key,))}, lambda _: None)


def test_rows_belong_to_nobody_under_a_condition(real: Tables) -> None:
    with pytest.raises(PlanError, match="can't belong to 'posts'"):
        linked(real, {"comments": LinkedTable(owner="posts")}, lambda _: None)
    with pytest.raises(SchemaError, match="owns no rows"):
        ForeignKey(("commentable_id",), "posts", ("id",), owns=True, when=("commentable_type", "Post"))


def test_places_are_missing_where_the_condition_does_not_hold() -> None:
    rows = pa.table({"kind": ["a", "b", None, "a", "a"], "of": [1, 1, 1, 9, None]})
    key = ForeignKey(("of",), "t", ("id",), when=("kind", "a"))
    assert places(rows, key, pa.table({"id": [1, 2]})).tolist() == [0, MISSING, MISSING, ORPHAN, MISSING]
    with pytest.raises(SchemaError, match="no value of that column"):
        is_live(pa.table({"kind": [1], "of": [1]}), key)


def test_integrity_is_judged_by_target(real: Tables, twin: Tables) -> None:
    scores = {(one.metric, one.subject): one for one in integrity(family(real, twin), Seed(0))}
    for name, to in (("comments.commentable_id", "posts"), ("comments.commentable_id", "photos")):
        assert scores["relational.orphans", f"{name} → {to}"].value == 0
    broken = twin.to_arrow("comments").to_pydict()
    broken["commentable_type"] = ["Photo" if one == "Post" else one for one in broken["commentable_type"]]
    changed = Tables(
        twin.schema, {**twin.tables, "comments": pa.table(broken, schema=twin.to_arrow("comments").schema)}, "synthetic"
    )
    scores = {(one.metric, one.subject): one for one in integrity(family(real, changed), Seed(0))}
    assert (scores["relational.orphans", "comments.commentable_id → photos"].value or 0) > 0.2
