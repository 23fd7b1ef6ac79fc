"""Keys are followed as in SQL, and whose rows are whose is found from keys, sizes and columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.keys import MISSING, ORPHAN, places
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.errors import SchemaError
from twinset.privacy import kinship


def _table(name: str, rows: pa.Table, keys: tuple[ForeignKey, ...] = (), **kinds: types.Type) -> Table:
    columns = tuple(Column(one, kinds.get(one, types.Integer()), rows.schema.field(one).type) for one in rows.column_names)
    return Table(name, columns, (rows.column_names[0],), keys)


def _shop(n_customers: int = 60) -> Tables:
    rng = np.random.default_rng(1)
    n_orders, n_items = n_customers * 5, n_customers * 15
    rows = {
        "countries": pa.table({"country": ["a", "b", "c"], "label": ["A", "B", "C"]}),
        "products": pa.table({"product": list(range(30)), "price": rng.integers(1, 9, 30), "size": rng.integers(1, 4, 30)}),
        "customers": pa.table(
            {"customer": list(range(n_customers)), "mail": [f"{i}@x.org" for i in range(n_customers)],
             "country": rng.choice(["a", "b", "c"], n_customers)}
        ),
        "orders": pa.table({"order": list(range(n_orders)), "customer": rng.integers(0, n_customers, n_orders)}),
        "items": pa.table(
            {"item": list(range(n_items)), "order": rng.integers(0, n_orders, n_items),
             "product": rng.integers(0, 30, n_items)}
        ),
    }  # fmt: skip
    keys = {
        "customers": (ForeignKey(("country",), "countries", ("country",)),),
        "orders": (ForeignKey(("customer",), "customers", ("customer",)),),
        "items": (ForeignKey(("product",), "products", ("product",)), ForeignKey(("order",), "orders", ("order",))),
    }
    kinds: dict[str, types.Type] = {"mail": types.Personal("email"), "label": types.Categorical()}
    return Tables(Schema(tuple(_table(name, own, keys.get(name, ()), **kinds) for name, own in rows.items())), rows)


def test_a_shop_belongs_to_its_customers_and_its_lists_to_nobody() -> None:
    schema = kinship.settled(_shop())
    owners = {table.name: table.owner.table for table in schema if table.owner}
    assert owners == {"orders": "customers", "items": "orders"}
    assert {table.name for table in schema if table.is_reference} == {"countries", "products"}
    assert kinship.root_of(schema, "items") == "customers"


def test_what_is_said_stays() -> None:
    shop = _shop()
    once = kinship.settled(shop)
    assert kinship.settled(Tables(once, shop.tables)) is once


def test_so_few_own_nothing() -> None:
    assert all(table.owner is None or table.owner.table != "customers" for table in kinship.settled(_shop(15)))


def test_roots_follow_owners_from_table_to_table() -> None:
    shop = _shop()
    data = Tables(kinship.settled(shop), shop.tables)
    roots = kinship.roots(data)
    items, orders = shop.tables["items"].to_pydict(), shop.tables["orders"].to_pydict()
    assert roots["orders"].tolist() == orders["customer"]
    assert roots["items"].tolist() == [orders["customer"][order] for order in items["order"]]


def test_orphans_of_one_key_belong_together_and_rows_without_a_key_are_alone() -> None:
    parents = pa.table({"id": [7, 8]})
    rows = pa.table({"id": [1, 2, 3, 4, 5, 6], "parent": [8, 99, None, 99, None, 7]})
    schema = Schema(
        (_table("parents", parents), _table("rows", rows, (ForeignKey(("parent",), "parents", ("id",), owns=True),)))
    )
    found = kinship.roots(Tables(schema, {"parents": parents, "rows": rows}))["rows"].tolist()
    assert found[0] == 1
    assert found[5] == 0
    assert found[1] == found[3]
    assert len({*found}) == 5


def test_keys_of_several_columns_are_followed_as_in_sql() -> None:
    key = ForeignKey(("a", "b"), "parents", ("x", "y"))
    parents = pa.table({"x": ["p", "p", "q"], "y": [1, 2, 1]})
    rows = pa.table({"a": ["p", "q", "q", None, "p", "p"], "b": [2, 1, 2, 1, None, 1]})
    assert places(rows, key, parents).tolist() == [1, 2, ORPHAN, MISSING, MISSING, 0]


def test_the_first_of_parents_with_the_same_key_is_meant() -> None:
    key = ForeignKey(("a",), "parents", ("x",))
    assert places(pa.table({"a": [5]}), key, pa.table({"x": [4, 5, 5]})).tolist() == [1]


def test_keys_are_compared_in_the_parents_type_where_they_can_be() -> None:
    key = ForeignKey(("a",), "parents", ("x",))
    assert places(pa.table({"a": ["5", "6"]}), key, pa.table({"x": [5]})).tolist() == [0, ORPHAN]
    with pytest.raises(SchemaError, match="can't be compared"):
        places(pa.table({"a": ["five"]}), key, pa.table({"x": [5]}))


def test_empty_tables_point_nowhere() -> None:
    key = ForeignKey(("a",), "parents", ("x",))
    nobody = pa.table({"x": pa.array([], pa.int64())})
    assert places(pa.table({"a": [1, None]}), key, nobody).tolist() == [ORPHAN, MISSING]
    assert places(pa.table({"a": pa.array([], pa.int64())}), key, pa.table({"x": [1]})).tolist() == []


def test_owners_in_a_circle_are_refused() -> None:
    rows = pa.table({"id": [1], "other": [1]})
    one = _table("one", rows, (ForeignKey(("other",), "two", ("id",), owns=True),))
    two = _table("two", rows, (ForeignKey(("other",), "one", ("id",), owns=True),))
    with pytest.raises(SchemaError, match="circle"):
        kinship.by_owner(Schema((one, two)))


def test_a_table_has_one_owner_at_most() -> None:
    rows = pa.table({"id": [1], "other": [1]})
    with pytest.raises(SchemaError, match="one table at most"):
        _table(
            "one", rows, (ForeignKey(("other",), "two", ("id",), owns=True), ForeignKey(("id",), "two", ("id",), owns=True))
        )
