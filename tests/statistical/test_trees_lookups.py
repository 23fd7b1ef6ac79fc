"""What follows from labels does so in a twin, for hundreds of them and for pairs; what few hold together is not told."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

import twinset as ts
from twinset.errors import DataError
from twinset.synthesizers.tabular.fields import LabelField
from twinset.synthesizers.tabular.store import DOCUMENT
from twinset.synthesizers.tabular.trees import Trees
from twinset.synthesizers.tabular.trees.lookup import Labelled, find_lookups

N, PLACES, ENDS = 12_000, 400, 20


def made(seed: int) -> pa.Table:
    """Places of 400 names with a height and a region each, two ends of a way with its length, and few odd rows."""
    rng = np.random.Generator(np.random.Philox(seed))
    book = np.random.Generator(np.random.Philox(99))
    height, region = book.integers(0, 3000, PLACES), book.integers(0, 7, PLACES)
    length = book.integers(50, 900, (ENDS, ENDS))
    place, start, end = rng.integers(0, PLACES, N), rng.integers(0, ENDS, N), rng.integers(0, ENDS, N)
    tall = np.where(np.arange(N) < 5, 9000, height[place])  # wrong once in a while
    return pa.table(
        {
            "region": pa.array([f"region {one}" for one in region[place]]),
            "height": tall,
            "place": pa.array([f"place {one}" for one in place]),
            "length": length[start, end],
            "start": pa.array([f"town {one}" for one in start]),
            "end": pa.array([f"town {one}" for one in end]),
            "apart": rng.integers(0, 12, N),
        }
    )


def told(rows: pa.Table) -> dict[str, float]:
    """The share of rows whose labels go with what they say."""
    real, frame = made(1).to_pandas(), rows.to_pandas()
    height, region = (real.groupby("place")[name].agg(lambda own: own.mode()[0]) for name in ("height", "region"))
    length = real.groupby(["start", "end"]).length.first()
    return {
        "height": float((frame.place.map(height) == frame.height).mean()),
        "region": float((frame.place.map(region) == frame.region).mean()),
        "length": float((length.reindex([*zip(frame.start, frame.end, strict=True)]).to_numpy() == frame.length).mean()),
    }


@pytest.fixture(scope="module")
def sampler():
    return ts.fit(made(1), seed=1, synthesizer=Trees(depth=8, predictors=4))


def test_what_follows_from_labels_follows_exactly(sampler):
    shares = told(ts.sample(sampler, 6000, seed=2).to_arrow())
    assert min(shares.values()) > 0.995, shares


def test_a_given_label_says_what_follows(sampler):
    rows = ts.sample(sampler, 300, seed=3, given={"place": "place 7", "start": "town 3"}).to_arrow()
    assert min(told(rows).values()) > 0.98


def test_what_follows_says_which_labels_there_may_be(sampler):
    rows = ts.sample(sampler, 400, seed=4, given={"region": "region 2"}).to_arrow()
    assert told(rows)["region"] > 0.9


def test_a_saved_sampler_draws_the_same_and_no_other_is_read(sampler, tmp_path):
    sampler.save(tmp_path)
    again = Trees.load(tmp_path, sampler.schema)
    assert ts.sample(again, 500, seed=4).to_arrow().equals(ts.sample(sampler, 500, seed=4).to_arrow())
    document = json.loads((tmp_path / DOCUMENT).read_text())
    looked_up = [link for link in document["model"]["links"] if link["lookup"] is not None]
    assert len(looked_up) == 3
    looked_up[0]["lookup"]["inputs"] = [looked_up[0]["target"]]
    (tmp_path / DOCUMENT).write_text(json.dumps(document))
    with pytest.raises(DataError, match="lookup"):
        Trees.load(tmp_path, sampler.schema)


def test_what_few_entities_hold_together_is_in_no_table():
    """Many entities have rows of each label and of most pairs; one entity has all rows of one pair."""
    rng = np.random.Generator(np.random.Philox(5))
    left, right, owners = (rng.integers(0, top, 9000) for top in (6, 6, 500))
    owners = np.where((left == 1) & (right == 4), 7, owners)
    symbols = [left + 1, right + 1, 1 + (left * 5 + right * 3) % 11]
    fields = [label_field(top) for top in (6, 6, 11)]
    counts = [np.bincount(own, minlength=field.n_symbols) for own, field in zip(symbols, fields, strict=True)]
    seen = Labelled(fields, [own.astype(np.uint16) for own in symbols], counts, owners, 10)
    (lookup,) = find_lookups(seen, [2], rng).values()
    known = lookup.of({0: np.repeat(np.arange(8), 8).astype(np.uint16), 1: np.tile(np.arange(8), 8).astype(np.uint16)})
    known = known.reshape(8, 8)
    inner = known[1:7, 1:7]
    assert inner[1, 4] == -1
    truth = 1 + (np.arange(6)[:, None] * 5 + np.arange(6) * 3) % 11
    assert (inner == truth).sum() == 35
    assert (known[[0, 7]] == -1).all()  # of what is missing or rare nothing follows


def label_field(n_labels: int) -> LabelField:
    return LabelField("x", tuple(f"{one}" for one in range(n_labels)), (1,) * n_labels, has_rare=True, is_spread=True)


def test_a_label_that_stands_for_many_hides_no_table():
    """A tenth of the rows have one label whose rows agree in nothing; all others tell."""
    rng = np.random.Generator(np.random.Philox(6))
    left, right = rng.integers(0, 10, 9000), rng.integers(0, 6, 9000)
    told = np.where(left == 3, rng.integers(0, 11, 9000), (left * 5 + right * 3) % 11)
    fields = [label_field(top) for top in (10, 6, 11)]
    symbols = [own.astype(np.uint16) + 1 for own in (left, right, told)]
    counts = [np.bincount(own, minlength=field.n_symbols) for own, field in zip(symbols, fields, strict=True)]
    lookup = find_lookups(Labelled(fields, symbols, counts, None, 10), [2], rng)[2]
    found = lookup.of(symbols)
    assert lookup.inputs == (0, 1)
    assert (found[left != 3] == symbols[2][left != 3]).all()
    assert (found[left == 3] == -1).all()


def test_what_labels_tell_by_half_is_no_table():
    """A field that follows from a label in two thirds of the rows is drawn, not looked up."""
    rng = np.random.Generator(np.random.Philox(7))
    left = rng.integers(0, 10, 9000)
    told = np.where(left < 4, rng.integers(0, 11, 9000), (left * 5) % 11)
    fields = [label_field(top) for top in (10, 11)]
    symbols = [own.astype(np.uint16) + 1 for own in (left, told)]
    counts = [np.bincount(own, minlength=field.n_symbols) for own, field in zip(symbols, fields, strict=True)]
    assert not find_lookups(Labelled(fields, symbols, counts, None, 10), [1], rng)


def test_a_number_that_is_a_code_tells_what_follows():
    """Shops are numbered; their towns are in no order, their third number and their area follow, their sales do not."""
    rng, book = (np.random.Generator(np.random.Philox(seed)) for seed in (8, 9))
    shop = rng.integers(1, 301, 10_000)
    town, area = book.integers(0, 30, 301), book.integers(50, 2000, 301)
    rows = pa.table(
        {
            "town": pa.array([f"town {one}" for one in town[shop]]),
            "area": area[shop],
            "sales": np.round(rng.lognormal(3, 1, len(shop)), 2),
            "till": 3 * shop + 1,
            "shop": shop,
        }
    )
    twin = ts.sample(ts.fit(rows, seed=1), 5000, seed=2).to_arrow().to_pandas()
    assert (np.char.add("town ", town[twin.shop].astype(str)) == twin.town.to_numpy(dtype=str)).mean() > 0.995
    assert (area[twin.shop] == twin.area).mean() > 0.995
    assert (3 * twin.shop + 1 == twin.till).all()
    assert twin.shop.nunique() > 290


def test_amounts_that_nobody_shares_tell_nothing():
    """Every row has an amount of its own, and a label that follows from it; a code would have amounts that many hold."""
    amounts = np.arange(4000.0) + 0.5
    rows = pa.table({"amount": amounts, "kind": pa.array([f"kind {int(one) % 7}" for one in amounts])})
    sampler = ts.fit(rows, seed=1)
    assert all(link.lookup is None for link in sampler.model.links)
