"""Few owners of very many rows: blocks that cut between the rows of one owner make what one block would."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from twinset.core import types
from twinset.core.dataset import Batch, Tables
from twinset.core.request import Request
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.core.seed import Seed
from twinset.pipeline import memory
from twinset.synthesizers.relational import Relational
from twinset.synthesizers.relational.counts import part_of
from twinset.synthesizers.relational.sampler import RelationalSampler

N_SHOPS, N_SALES, N_LINES = 60, 6000, 9000
COLUMNS = {
    "id": Column("id", types.Integer(), pa.int64()),
    "shop": Column("shop", types.Integer(), pa.int64()),
    "number": Column("number", types.Integer(), pa.int64()),
    "sale": Column("sale", types.Integer(), pa.int64()),
    "currency": Column("currency", types.Categorical(), pa.string()),
    "price": Column("price", types.Real(decimals=2), pa.float64()),
    "kind": Column("kind", types.Categorical(), pa.string()),
}


def _table(name: str, columns: str, key: str, *keys: ForeignKey, is_reference: bool = False) -> Table:
    own = tuple(COLUMNS[column] for column in columns.split())
    return Table(name, own, tuple(key.split()), keys, is_reference=is_reference)


TO_SHOP, TO_SALE = ForeignKey(("shop",), "shops", ("id",), owns=True), ForeignKey(("sale",), "sales", ("id",), owns=True)
TO_CURRENCY = ForeignKey(("currency",), "currencies", ("currency",))
SCHEMA = Schema(
    (
        _table("currencies", "currency", "currency", is_reference=True),
        _table("shops", "id kind", "id"),
        _table("sales", "id shop currency price kind", "id", TO_SHOP, TO_CURRENCY),
        _table("lines", "id sale price", "id", TO_SALE),
        _table("visits", "shop number price", "shop number", TO_SHOP),
    )
)


def _real() -> Tables:
    """Shops with a currency and a level of prices of their own, some of whose sales are nobody's or an unknown shop's."""
    draw = np.random.Generator(np.random.Philox(7))
    dear, currency = draw.lognormal(0, 0.7, N_SHOPS + 15), draw.choice(["EUR", "CHF", "USD"], N_SHOPS + 15)
    shop = np.sort(draw.integers(0, N_SHOPS, N_SALES))
    shop = np.where(draw.random(N_SALES) < 0.05, N_SHOPS + shop % 15, shop)
    price = np.round(dear[shop] * draw.lognormal(2, 0.3, N_SALES), 2)
    visits = np.sort(draw.integers(0, N_SHOPS, N_SALES))
    first = np.searchsorted(visits, visits)
    rows = {
        "currencies": pa.table({"currency": ["EUR", "CHF", "USD"]}),
        "shops": pa.table({"id": np.arange(N_SHOPS), "kind": draw.choice(["town", "mall"], N_SHOPS)}),
        "sales": pa.table(
            {
                "id": np.arange(N_SALES),
                "shop": pa.array(shop, mask=draw.random(N_SALES) < 0.03),
                "currency": currency[shop],
                "price": price,
                "kind": draw.choice(["cash", "card"], N_SALES),
            }
        ),
        "lines": pa.table(
            {
                "id": np.arange(N_LINES),
                "sale": np.sort(draw.integers(0, N_SALES, N_LINES)),
                "price": np.round(draw.lognormal(1, 1, N_LINES), 2),
            }
        ),
        "visits": pa.table(
            {
                "shop": visits,
                "number": np.arange(N_SALES) - first + 1,
                "price": np.round(dear[visits] + draw.random(N_SALES), 2),
            }
        ),
    }
    return Tables(SCHEMA, {name: own.cast(SCHEMA[name].arrow) for name, own in rows.items()})


@pytest.fixture(scope="module")
def sampler() -> RelationalSampler:
    made, _ = memory.fit(Relational(), _real(), SCHEMA, Seed(1))
    assert isinstance(made, RelationalSampler)
    return made


REQUEST = Request({"shops": N_SHOPS, "sales": 60_000, "lines": 90_000, "visits": 60_000}, Seed(2), part_rows=10_000)


@pytest.fixture(scope="module")
def twins(sampler: RelationalSampler) -> dict[str, Tables]:
    """The same request in slices, and in one block."""
    requests = {"slices": REQUEST, "one": dataclasses.replace(REQUEST, part_rows=1_000_000)}
    return {name: memory.sample(sampler, sampler.sized(request)) for name, request in requests.items()}


def _column(twin: Tables, table: str, name: str) -> np.ndarray:
    return np.asarray(twin.to_arrow(table).column(name).to_pandas())


def test_blocks_hold_a_parts_rows(sampler: RelationalSampler) -> None:
    parts = list(sampler.parts(sampler.sized(REQUEST)))
    assert [part.table for part in parts[:1]] == ["currencies"]
    assert len(parts) == 10
    assert max(part.size for part in parts) < 4 * REQUEST.part_rows


def test_owners_are_those_of_one_block_and_have_as_many_rows(twins: dict[str, Tables]) -> None:
    assert twins["slices"].to_arrow("shops") == twins["one"].to_arrow("shops")
    for table in ("sales", "visits"):
        sliced, whole = (np.unique(_column(twin, table, "shop"), return_counts=True) for twin in twins.values())
        is_shop = sliced[0] < N_SHOPS + 1
        assert np.array_equal(sliced[0][is_shop], whole[0][whole[0] < N_SHOPS + 1])
        assert np.array_equal(sliced[1][is_shop], whole[1][whole[0] < N_SHOPS + 1])


def test_keys_lead_somewhere_and_are_different(twins: dict[str, Tables]) -> None:
    twin = twins["slices"]
    for table in ("sales", "lines"):
        assert len(np.unique(_column(twin, table, "id"))) == twin.count(table)
    assert np.isin(_column(twin, "lines", "sale"), _column(twin, "sales", "id")).all()
    assert np.isin(_column(twin, "visits", "shop"), _column(twin, "shops", "id")).all()


def test_as_many_keys_are_missing_and_lead_nowhere_as_in_one_block(twins: dict[str, Tables]) -> None:
    n_missing = {name: twin.to_arrow("sales").column("shop").null_count for name, twin in twins.items()}
    assert n_missing["slices"] == n_missing["one"]
    assert n_missing["one"] == pytest.approx(0.03 * 60_000, rel=0.15)
    lost = {}
    for name, twin in twins.items():
        shops = twin.to_arrow("sales").column("shop").drop_null()
        is_lost = pc.invert(pc.is_in(shops, twin.to_arrow("shops").column("id")))
        lost[name] = (pc.sum(is_lost).as_py(), len(shops.filter(is_lost).unique()))
    assert lost["slices"] == lost["one"]


def test_numbers_go_on_from_block_to_block(twins: dict[str, Tables]) -> None:
    shop, number = (_column(twins["slices"], "visits", name) for name in ("shop", "number"))
    for one in np.unique(shop):
        assert np.array_equal(number[shop == one], np.arange(1, (shop == one).sum() + 1))


def test_what_is_the_same_in_all_rows_of_an_owner_is_the_same_in_all_blocks(twins: dict[str, Tables]) -> None:
    found = twins["slices"].to_arrow("sales").group_by("shop").aggregate([("currency", "count_distinct")])
    of_shops = found.filter(pc.is_in(found.column("shop"), twins["slices"].to_arrow("shops").column("id")))
    assert pc.max(of_shops.column("currency_count_distinct")).as_py() == 1


def test_owners_are_as_unlike_as_in_one_block(twins: dict[str, Tables]) -> None:
    spread = {}
    for name, twin in twins.items():
        means = twin.to_arrow("sales").group_by("shop").aggregate([("price", "mean")]).sort_by("shop").column("price_mean")
        spread[name] = np.asarray(means.to_pandas())[:N_SHOPS]
    assert np.corrcoef(spread["slices"], spread["one"])[0, 1] > 0.98
    assert spread["slices"].std() == pytest.approx(spread["one"].std(), rel=0.1)


def test_a_block_made_alone_is_the_same(sampler: RelationalSampler, twins: dict[str, Tables]) -> None:
    request = sampler.sized(REQUEST)
    parts = list(sampler.parts(request))
    made = [item for item in sampler.make(parts[-1], request, _Currencies(twins["slices"])) if isinstance(item, Batch)]
    for table in ("sales", "lines", "visits"):
        own = pa.Table.from_batches([item.rows for item in made if item.table == table])
        whole = twins["slices"].to_arrow(table)
        assert own.equals(whole.slice(whole.num_rows - own.num_rows).combine_chunks())


@dataclasses.dataclass
class _Currencies:
    """The surroundings of a part that needs the list."""

    twin: Tables

    def rows_of(self, part: str) -> pa.Table:
        return self.twin.to_arrow("currencies")

    def state_of(self, part: str) -> bytes:
        raise KeyError(part)

    def put(self, content: bytes, media_type: str):  # type: ignore[no-untyped-def]
        raise KeyError(media_type)


def test_rows_between_two_places_owner_by_owner() -> None:
    counts = np.array([3, 0, 4, 2])
    own, before = part_of(counts, 2, 6)
    assert own.tolist() == [1, 0, 3, 0]
    assert before.tolist() == [2, 0, 0, 0]
    parts = [part_of(counts, start, start + 1)[0] for start in range(9)]
    assert np.array_equal(np.sum(parts, axis=0), counts)
