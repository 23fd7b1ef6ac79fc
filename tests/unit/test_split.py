"""Splitting: by entity, seeded, nothing lost."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinset.core.dataset import Tables
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.core.types import Integer
from twinset.errors import PlanError
from twinset.pipeline.split import split


def numbers(entity: tuple[str, ...], **columns: list[int | None]) -> Tables:
    table = Table("t", tuple(Column(name, Integer(), pa.int64()) for name in columns), entity=entity)
    return Tables(Schema((table,)), {"t": pa.table({name: pa.array(v, pa.int64()) for name, v in columns.items()})})


@given(st.integers(1, 300), st.integers(0, 99), st.floats(0.01, 0.9))
def test_every_row_is_on_one_side_in_its_order(n_rows, seed, share):
    train, holdout = split(numbers((), row=list(range(n_rows))), seed=Seed(seed), holdout=share)
    kept, held = train.to_arrow()["row"].to_pylist(), holdout.to_arrow()["row"].to_pylist()
    assert sorted(kept + held) == list(range(n_rows))
    assert kept == sorted(kept)
    assert held == sorted(held)
    assert len(held) == round(share * n_rows)
    assert (train.role, holdout.role) == ("train", "holdout")


def test_the_seed_decides():
    data = numbers((), row=list(range(1000)))
    once, again, other = (split(data, seed=Seed(seed))[1].to_arrow() for seed in (1, 1, 2))
    assert once.equals(again)
    assert not once.equals(other)


@pytest.mark.parametrize("entity", [("person",), ("person", "place")])
def test_nobody_is_on_both_sides(entity):
    rng = np.random.Generator(np.random.Philox(5))
    person = [None if p == 0 else int(p) for p in rng.integers(0, 50, 2000)]
    place = rng.integers(0, 3, 2000).tolist()
    sides = split(numbers(entity, person=person, place=place, row=list(range(2000))), seed=Seed(0))
    people = [set(zip(*(side.to_arrow()[name].to_pylist() for name in entity), strict=True)) for side in sides]
    assert not people[0] & people[1]
    assert sum(side.to_arrow().num_rows for side in sides) == 2000
    assert 0.1 < sides[1].to_arrow().num_rows / 2000 < 0.3


@pytest.mark.parametrize("share", [0, 1, -1, 2])
def test_a_share_is_between_nothing_and_all(share):
    with pytest.raises(PlanError, match="between 0 and 1"):
        split(numbers((), row=[1, 2, 3]), seed=Seed(0), holdout=share)
