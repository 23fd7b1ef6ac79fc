"""The twin of a shop: keys of every kind hold, what adds up adds up, and who buys what is learned."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.linked_shop import KEYS, TIES, shop

from twinset.core import types
from twinset.core.dataset import Dialect, Tables
from twinset.core.keys import MISSING, ORPHAN, numbered, places, plain
from twinset.core.request import Request
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import Sampler
from twinset.errors import DataError, PlanError
from twinset.pipeline import memory, samplerfile
from twinset.privacy import kinship
from twinset.synthesizers.relational import Relational
from twinset.synthesizers.relational.counts import ordinals, settle
from twinset.synthesizers.relational.sampler import RelationalSampler


def _settled(data: Tables) -> Tables:
    return dataclasses.replace(data, schema=kinship.settled(data))


@pytest.fixture(scope="module")
def real() -> Tables:
    return _settled(shop())


@pytest.fixture(scope="module")
def sampler(real: Tables) -> RelationalSampler:
    made, _ = memory.fit(Relational(), real, real.schema, Seed(1))
    assert isinstance(made, RelationalSampler)
    return made


def _sample(sampler: RelationalSampler, seed: int = 2, part_rows: int = 100_000, **size: int) -> Tables:
    return memory.sample(sampler, sampler.sized(Request(size, Seed(seed), part_rows=part_rows)))


@pytest.fixture(scope="module")
def twin(sampler: RelationalSampler) -> Tables:
    return _sample(sampler)


@pytest.mark.parametrize("name", KEYS)
def test_every_table_has_its_rows_and_its_own_keys(real: Tables, twin: Tables, name: str) -> None:
    rows = twin.to_arrow(name)
    assert rows.num_rows == real.count(name)
    keys = numbered([plain(rows.column(one)) for one in KEYS[name]])
    assert len(np.unique(keys)) == rows.num_rows
    assert (keys != MISSING).all()


@pytest.mark.parametrize(("name", "columns", "to"), [(name, *tie) for name, ties in TIES.items() for tie in ties])
def test_every_key_finds_its_row_or_is_missing_as_often(
    real: Tables, twin: Tables, name: str, columns: tuple[str, ...], to: str
) -> None:
    key = ForeignKey(columns, to, KEYS[to])
    before, after = (places(side.to_arrow(name), key, side.to_arrow(to)) for side in (real, twin))
    assert not (after == ORPHAN).any()
    if len(before):
        assert (after == MISSING).mean() == pytest.approx((before == MISSING).mean(), abs=0.06)


def test_orders_add_up_and_say_how_many_items_they_have(twin: Tables) -> None:
    orders, items = twin.to_arrow("orders"), twin.to_arrow("items")
    spots = places(items, ForeignKey(("order_id",), "orders", ("id",)), orders)
    amount = np.bincount(spots, weights=items.column("amount").to_numpy(), minlength=orders.num_rows)
    np.testing.assert_allclose(orders.column("total").to_numpy(), amount, atol=0.006)
    assert orders.column("n_items").to_pylist() == np.bincount(spots, minlength=orders.num_rows).tolist()


def test_lines_are_numbered_within_their_order(twin: Tables) -> None:
    items = twin.to_arrow("items").to_pydict()
    seen: dict[int, list[int]] = {}
    for order, line in zip(items["order_id"], items["line"], strict=True):
        seen.setdefault(order, []).append(line)
    assert all(lines == list(range(1, len(lines) + 1)) for lines in seen.values())


def test_orders_come_after_their_customer_and_say_the_customers_e_mail(twin: Tables) -> None:
    orders, customers = twin.to_arrow("orders"), twin.to_arrow("customers")
    spots = pa.array(places(orders, ForeignKey(("customer_id",), "customers", ("id",)), customers))
    assert pc.all(pc.greater(orders.column("ordered"), customers.column("joined").take(spots))).as_py()
    assert orders.column("email").equals(customers.column("email").take(spots))


def test_heads_are_of_their_department_and_nobody_is_above_himself(twin: Tables) -> None:
    employees, departments = twin.to_arrow("employees").to_pydict(), twin.to_arrow("departments").to_pydict()
    works = dict(zip(employees["id"], employees["department_id"], strict=True))
    assert [works[head] for head in departments["head_id"]] == departments["id"]
    above = dict(zip(employees["id"], employees["manager_id"], strict=True))
    for start in above:
        seen, one = {start}, above[start]
        while one is not None:
            assert one not in seen
            seen.add(one)
            one = above[one]


def test_customers_buy_what_their_age_likes(real: Tables, twin: Tables) -> None:
    kept = [_liked(side) for side in (real, twin)]
    assert kept[0] > 0.8
    assert kept[1] > 0.5  # 0.25 were chance


def _liked(data: Tables) -> float:
    items, orders, customers, products = (data.to_arrow(name) for name in ("items", "orders", "customers", "products"))
    order = places(items, ForeignKey(("order_id",), "orders", ("id",)), orders)
    customer = places(orders, ForeignKey(("customer_id",), "customers", ("id",)), customers)[order]
    product = places(items, ForeignKey(("sku",), "products", ("sku",)), products)
    category = np.array(products.column("category").to_pylist())[product]
    wanted = np.array(["book", "food", "tool", "toy"])[(customers.column("age").to_numpy()[customer] // 20) % 4]
    return float((category == wanted).mean())


def test_how_many_orders_customers_have_is_kept(real: Tables, twin: Tables) -> None:
    counts = []
    for side in (real, twin):
        customers = side.to_arrow("customers")
        spots = places(side.to_arrow("orders"), ForeignKey(("customer_id",), "customers", ("id",)), customers)
        counts.append(np.bincount(spots, minlength=customers.num_rows))
    share = [np.bincount(one, minlength=12)[:12] / len(one) for one in counts]
    assert np.abs(np.cumsum(share[0]) - np.cumsum(share[1])).max() < 0.1


def test_stars_are_the_same_in_all_reviews_of_a_customer(twin: Tables) -> None:
    reviews = twin.to_arrow("reviews").to_pydict()
    stars: dict[int, set[int]] = {}
    for customer, star in zip(reviews["customer_id"], reviews["stars"], strict=True):
        stars.setdefault(customer, set()).add(star)
    assert all(len(one) == 1 for one in stars.values())


def test_rows_of_lists_stay_where_enough_customers_share_them(real: Tables, twin: Tables) -> None:
    assert twin.to_arrow("countries").sort_by("code").equals(real.to_arrow("countries").sort_by("code"))
    before, after = (
        set(map(tuple, zip(*side.to_arrow("products").to_pydict().values(), strict=True))) for side in (real, twin)
    )
    assert len(before & after) > 60


def test_no_email_comes_back(real: Tables, twin: Tables) -> None:
    assert not set(twin.to_arrow("customers").column("email").to_pylist()) & set(
        real.to_arrow("customers").column("email").to_pylist()
    )


def test_a_sampler_goes_through_its_file(sampler: RelationalSampler, twin: Tables, tmp_path: Path) -> None:
    samplerfile.save(sampler, tmp_path / "shop.twin", dialect=Dialect(), rows={})
    again = samplerfile.load(tmp_path / "shop.twin").sampler
    assert isinstance(again, RelationalSampler)
    for name in KEYS:
        assert _sample(again).to_arrow(name).equals(twin.to_arrow(name))


def test_blocks_make_the_same_sizes_with_keys_of_their_own(sampler: RelationalSampler) -> None:
    made = _sample(sampler, part_rows=1500, customers=1500)
    assert made.count("customers") == 1500
    assert made.count("orders") == 3 * shop().count("orders")
    assert made.count("countries") == 5
    for name, ties in TIES.items():
        for columns, to in ties:
            spots = places(made.to_arrow(name), ForeignKey(columns, to, KEYS[to]), made.to_arrow(to))
            assert not (spots == ORPHAN).any()
        keys = numbered([plain(made.to_arrow(name).column(one)) for one in KEYS[name]])
        assert len(np.unique(keys)) == len(keys)


def test_the_same_seed_makes_the_same_rows_and_another_others(sampler: RelationalSampler, twin: Tables) -> None:
    assert _sample(sampler).to_arrow("items").equals(twin.to_arrow("items"))
    assert not _sample(sampler, seed=3).to_arrow("items").equals(twin.to_arrow("items"))


def test_orphans_and_missing_keys_stay_as_frequent() -> None:
    rng = np.random.default_rng(5)
    parents = pa.table({"id": np.arange(100), "size": rng.integers(0, 5, 100)})
    owner = np.concatenate([rng.integers(0, 100, 700), np.repeat(np.arange(500, 540), 5), np.zeros(100, np.int64)])
    rows = pa.table(
        {"id": np.arange(1000), "parent": pa.array(owner, mask=np.arange(1000) >= 900), "x": rng.integers(0, 9, 1000)}
    )
    schema = shop().schema["friends"]
    del schema
    tables = Tables(
        Schema((_plain("parents", parents), _plain("rows", rows, ForeignKey(("parent",), "parents", ("id",), owns=True)))),
        {"parents": parents, "rows": rows},
    )
    sampler, _ = memory.fit(Relational(), tables, tables.schema, Seed(1))
    made = memory.sample(sampler, Request({"parents": 100, "rows": 1000}, Seed(2)))
    spots = places(made.to_arrow("rows"), tables.schema["rows"].foreign_keys[0], made.to_arrow("parents"))
    assert ((spots == ORPHAN).sum(), (spots == MISSING).sum()) == (200, 100)
    lost = made.to_arrow("rows").column("parent").to_numpy(zero_copy_only=False)[spots == ORPHAN]
    assert len(np.unique(lost)) == 40


def _plain(name: str, rows: pa.Table, *keys: ForeignKey) -> Table:
    columns = tuple(Column(field.name, types.Integer(), field.type) for field in rows.schema)
    return Table(name, columns, ("id",), keys)


def test_an_unknown_table_is_named_with_the_nearest(sampler: RelationalSampler) -> None:
    with pytest.raises(PlanError, match="did you mean 'customers'"):
        list(sampler.parts(Request({"customer": 5}, Seed(0))))


def test_rows_of_nobody_are_refused_and_few_rows_are_made(sampler: RelationalSampler) -> None:
    with pytest.raises(PlanError, match="rows of 'items' belong to 'orders', of which there are to be none"):
        list(sampler.parts(Request({"orders": 0, "items": 5}, Seed(0))))
    for n_customers in (0, 1, 2):
        made = _sample(sampler, customers=n_customers)
        assert made.count("customers") == n_customers


def test_an_engine_without_context_is_refused(real: Tables) -> None:
    with pytest.raises(PlanError, match="independent"):
        memory.fit(Relational("independent"), real, real.schema, Seed(1))


@pytest.mark.parametrize("damage", ["labels", "n_rows", "stages"])
def test_a_damaged_document_is_refused(sampler: Sampler, tmp_path: Path, damage: str) -> None:
    sampler.save(tmp_path)
    document = json.loads((tmp_path / "relational.json").read_text())
    document["tables"]["items"][damage] = {"labels": {}, "n_rows": -1, "stages": "all"}[damage]
    (tmp_path / "relational.json").write_text(json.dumps(document))
    with pytest.raises(DataError):
        Relational.load(tmp_path, sampler.schema)


def test_counts_are_settled_exactly() -> None:
    rng = np.random.default_rng(0)
    drawn = rng.poisson(3, 1000)
    for wanted in (0, 1, 2500, 3000, 3333):
        counts = settle(drawn, wanted, rng)
        assert counts.sum() == wanted
        assert not counts[drawn == 0].any()
    ones = settle((rng.random(1000) < 0.3).astype(np.int64), 400, rng)
    assert (ones.sum(), ones.max()) == (400, 1)
    assert settle(np.zeros(5, np.int64), 12, rng).sum() == 12


def test_rows_of_an_owner_are_numbered_from_one() -> None:
    assert ordinals(np.array([2, 0, 3])).tolist() == [1, 2, 1, 2, 3]
    assert ordinals(np.zeros(0, np.int64)).tolist() == []
