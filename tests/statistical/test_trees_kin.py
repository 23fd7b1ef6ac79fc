"""Rows of entities and rows in a context are boosted and refined, and nothing speaks for fewer entities than it should."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

import twinset as ts
from twinset.core.dataset import Tables
from twinset.core.request import KeyRange
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.pipeline import memory
from twinset.privacy.values import bounded
from twinset.synthesizers.tabular.trees import Trees
from twinset.synthesizers.tabular.trees.boost import Bins, Kin, Pace, boost
from twinset.synthesizers.tabular.trees.odds import Odds
from twinset.synthesizers.tabular.trees.refine import Compared

N, EACH = 6_000, 20


def made(seed: int) -> pa.Table:
    """Rows of owners who are of one kind or the other, two labels that mostly agree, more often for one kind, and a yes."""
    rng = np.random.Generator(np.random.Philox(seed))
    owner = np.repeat(np.arange(N // EACH), EACH)
    kind = owner % 2
    first, other = rng.integers(0, 4, (2, N))
    second = np.where(rng.random(N) < np.where(kind == 1, 0.7, 0.3), first, other)
    chance = 1 / (1 + np.exp(-(2.0 * kind + first - 2.5)))
    labels = np.array(list("abcd"))
    return pa.table(
        {
            "kind": np.array(["calm", "wild"])[kind],
            "owner": owner,
            "first": labels[first],
            "second": labels[second],
            "yes": rng.random(N) < chance,
        }
    )


def learned(rows: pa.Table, context: tuple[str, ...], **options: int):
    data = ts.read(rows)
    table = dataclasses.replace(data.schema.only, entity=("owner",), context=context)
    schema = Schema((table,))
    tables = Tables(schema, {table.name: data.to_arrow(table.name)})
    sampler, _ = memory.fit(Trees(**options), tables, schema, Seed(1))
    return sampler


def agreement(first, second, of) -> float:
    return float(np.mean((np.asarray(first) == np.asarray(second))[of]))


@pytest.fixture(scope="module")
def sampler():
    return learned(made(1), ("kind", "owner"), depth=0)


def test_rows_in_a_context_are_mended_and_the_context_stays(sampler):
    context = made(2).select(["kind", "owner"])
    rows = sampler.rows(KeyRange(0, N), N, Seed(3), context)
    assert rows.num_rows == N
    is_wild = np.asarray(context.column("kind").to_pylist()) == "wild"
    first, second = (rows.column(name).to_pylist() for name in ("first", "second"))
    # A chain of depth 0 knows no dependence: a quarter agrees by chance, and 0.78 and 0.48 should.
    assert agreement(first, second, is_wild) > 0.37
    assert agreement(first, second, is_wild) > agreement(first, second, ~is_wild) + 0.03
    assert sampler.rows(KeyRange(0, N), N, Seed(3), context).equals(rows)


def test_a_yes_is_boosted_where_entities_have_rows(sampler):
    assert any(isinstance(link.law, Odds) for link in sampler.model.links)
    context = made(2).select(["kind", "owner"])
    rows = sampler.rows(KeyRange(0, N), N, Seed(4), context)
    yes, is_wild = np.asarray(rows.column("yes")), np.asarray(context.column("kind").to_pylist()) == "wild"
    real = np.asarray(made(1).column("yes"))
    for of in (is_wild, ~is_wild):
        assert yes[of].mean() == pytest.approx(real[of].mean(), abs=0.04)


def test_what_has_a_context_is_saved_and_read_back(sampler, tmp_path):
    sampler.save(tmp_path)
    again = Trees.load(tmp_path, sampler.schema)
    context = made(2).select(["kind", "owner"]).slice(0, 500)
    left, right = (one.rows(KeyRange(0, 500), 500, Seed(5), context) for one in (sampler, again))
    assert left.equals(right)


@pytest.mark.parametrize("is_bounded", [True, False])
def test_no_leaf_speaks_for_fewer_entities_than_it_should(is_bounded):
    rng = np.random.Generator(np.random.Philox(7))
    owners = np.repeat(np.arange(60), 50)
    codes = np.vstack([owners, rng.integers(0, 60, 3000)]).astype(np.uint8)  # the first code gives its owner away
    is_yes = ((codes[1] > 30) & (rng.random(3000) < 0.7)) | (owners % 8 == 0)
    shaping, checking = np.flatnonzero(owners % 2 == 0), np.flatnonzero(owners % 2 == 1)
    kin = Kin(owners, 10) if is_bounded else None
    found = boost(Bins.of(codes), is_yes, shaping, checking, Pace(30, 0.3), kin)
    assert len(found.value) > 5
    held = []
    for feature, above, value in zip(found.feature, found.above, found.value, strict=True):
        leaf = ((codes[feature][:, shaping] > above[:, None]) << np.arange(len(feature))[:, None]).sum(axis=0)
        held += [len(set(owners[shaping][leaf == one].tolist())) for one in np.flatnonzero(value)]
    assert (min(held) >= 10) == is_bounded


def test_where_nobody_is_may_be_said_and_that_few_are_there_may_not():
    kin = Kin(np.array([0, 0, 0, 1, 2, 3, -1, -1]), 2)
    leaf = np.array([0, 0, 0, 1, 1, 1, 2, 0])
    assert kin.bounded(leaf, np.array([0.5, 0.5, -0.5, 0.0])).tolist() == [0.0, 0.5, -0.5, 0.0]
    alone = Kin(np.array([0, 0, 1]), 2)
    assert alone.bounded(np.array([0, 0, 1]), np.array([-0.5, 0.5])).tolist() == [0.0, 0.0]


def test_an_entity_and_what_is_drawn_for_it_are_on_one_side():
    owners = np.repeat(np.arange(30), 4)
    rng = np.random.Generator(np.random.Philox(1))
    side = Compared({}, 120, owners, is_paired=True).half(rng).reshape(2, 30, 4)
    assert (side == side[:1, :, :1]).all()
    assert 0 < side.sum() < side.size
    assert (Compared({}, 120, owners).half(rng)[:120].reshape(30, 4).std(axis=1) == 0).all()


def test_of_an_entity_with_very_many_rows_only_some_are_looked_at():
    owners = np.concatenate([np.zeros(900, dtype=np.int64), np.arange(1, 101)])
    rows = bounded(owners, 4.0, np.random.Generator(np.random.Philox(1)))
    assert np.bincount(owners[rows]).tolist() == [40] + [1] * 100
    assert (np.diff(rows) > 0).all()
