"""Made linked tables of any size, for the benchmarks of linked twins."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.privacy import kinship


def chained(n_tables: int, n_rows: int) -> Tables:
    """A root, and tables that belong to it or to another, six to each, with five columns beside the key."""
    rng = np.random.default_rng(0)
    per_table = n_rows // n_tables
    tables: list[Table] = []
    rows: dict[str, pa.Table] = {}
    for number in range(n_tables):
        name = f"t{number:03d}"
        n = max(per_table // 10, 100) if number == 0 else per_table
        columns = {
            "id": np.arange(n),
            "amount": np.round(rng.lognormal(3, 1, n), 2),
            "count": rng.poisson(4, n),
            "kind": np.array(["a", "b", "c", "d"])[rng.integers(0, 4, n)],
            "day": np.datetime64("2020-01-01") + rng.integers(0, 1000, n),
        }
        keys: list[ForeignKey] = []
        if number:
            owner = tables[(number - 1) // 6].name
            columns["owner_id"] = np.sort(rng.integers(0, rows[owner].num_rows, n))
            columns["amount"] = np.round(columns["amount"] * (1 + columns["owner_id"] % 5), 2)
            keys.append(ForeignKey(("owner_id",), owner, ("id",), owns=True))
        rows[name] = pa.table(columns)
        tables.append(Table(name, tuple(_column(field) for field in rows[name].schema), ("id",), tuple(keys)))
    return Tables(kinship.settled(Tables(Schema(tuple(tables)), rows)), rows)


def sold(n_shops: int, n_rows: int) -> Tables:
    """Shops with a level of prices and 190 of 300 products of their own, and what they sold."""
    rng = np.random.default_rng(0)
    shop, dear = np.sort(rng.integers(0, n_shops, n_rows)), rng.lognormal(0, 0.5, n_shops)
    assortment = np.array([rng.permutation(300)[:190] for _ in range(n_shops)])
    rows = {
        "products": pa.table({"sku": np.arange(300), "price": np.round(rng.lognormal(2, 1, 300), 2)}),
        "shops": pa.table({"id": np.arange(n_shops) + 1, "space": rng.integers(50, 900, n_shops)}),
        "sales": pa.table(
            {
                "id": np.arange(n_rows),
                "shop": shop + 1,
                "sku": assortment[shop, np.minimum(rng.zipf(1.3, n_rows) - 1, 10**6) % 190],
                "amount": np.round(dear[shop] * rng.lognormal(3, 1, n_rows), 2),
                "pieces": rng.poisson(4, n_rows) + 1,
                "day": np.datetime64("2020-01-01") + rng.integers(0, 1000, n_rows),
            }
        ),
    }
    keys = (ForeignKey(("shop",), "shops", ("id",), owns=True), ForeignKey(("sku",), "products", ("sku",)))
    tables = [
        Table(name, tuple(_column(field) for field in own.schema), (own.column_names[0],),
              keys if name == "sales" else (), is_reference=name == "products")
        for name, own in rows.items()
    ]  # fmt: skip
    return Tables(Schema(tuple(tables)), rows)


def _column(field: pa.Field) -> Column:
    kind: types.Type = types.Integer()
    if pa.types.is_floating(field.type):
        kind = types.Real(decimals=2)
    elif pa.types.is_string(field.type):
        kind = types.Categorical()
    elif pa.types.is_date32(field.type):
        kind = types.Date()
    return Column(field.name, kind, field.type)
