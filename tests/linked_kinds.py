"""A made database whose joint law is known: kinds of customers, what they order, what is in it, how often they visit."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, ForeignKey, Schema, Table

A = 0.5
"""P(kind a)."""
X = {"a": 0.85, "b": 0.25}
"""P(an order is of x | kind); else it is of y."""
N_VISITS = {"a": 3.0, "b": 1.0}
"""Mean visits of a kind."""
N_ITEMS = {"x": 3.0, "y": 1.5}
"""Mean items of an order: one, and a Poisson number more."""


@cache
def kinds(n: int = 2000, seed: int = 0, most_orders: float = 1.0) -> Tables:
    """Each customer has one order and a Poisson number of mean ``most_orders`` more, whatever the kind."""
    rng = np.random.default_rng(seed)
    kind = np.where(rng.random(n) < A, "a", "b")
    whose = np.repeat(np.arange(n), 1 + rng.poisson(most_orders, n))
    product = np.where(rng.random(len(whose)) < np.where(kind[whose] == "a", X["a"], X["b"]), "x", "y")
    price = np.round(np.where(product == "x", 30, 10) + rng.normal(0, 2, len(whose)), 1)
    order = np.repeat(np.arange(len(whose)), 1 + rng.poisson(np.where(product == "x", N_ITEMS["x"], N_ITEMS["y"]) - 1))
    visits = np.repeat(np.arange(n), rng.poisson(np.where(kind == "a", N_VISITS["a"], N_VISITS["b"])))
    rows = {
        "customers": pa.table({"id": np.arange(n), "kind": kind}),
        "orders": pa.table({"id": np.arange(len(whose)), "customer_id": whose, "product": product, "price": price}),
        "items": pa.table(
            {
                "id": np.arange(len(order)),
                "order_id": order,
                "weight": np.round(price[order] + rng.normal(0, 3, len(order)), 1),
            }
        ),
        "visits": pa.table({"id": np.arange(len(visits)), "customer_id": visits, "hour": rng.integers(8, 20, len(visits))}),
    }
    owners = {"orders": "customers", "items": "orders", "visits": "customers"}
    tables = []
    for name, own in rows.items():
        to = owners.get(name)
        keys = (ForeignKey((f"{to[:-1]}_id",), to, ("id",), owns=True),) if to else ()
        tables.append(Table(name, tuple(_column(field) for field in own.schema), ("id",), keys))
    return Tables(Schema(tuple(tables)), rows)


def _column(field: pa.Field) -> Column:
    kind: types.Type = types.Integer()
    if pa.types.is_string(field.type):
        kind = types.Categorical()
    elif pa.types.is_floating(field.type):
        kind = types.Real(decimals=1)
    elif field.name.endswith("id"):
        kind = types.Identifier("sequence")
    return Column(field.name, kind, field.type)
