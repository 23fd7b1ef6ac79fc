"""A made shop with every kind of key, whose laws are known: who buys what, what adds up, what comes after what."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, ForeignKey, Schema, Table

COUNTRIES = ("de", "fr", "it", "uk", "us")
CATEGORIES = ("book", "food", "tool", "toy")
KEYS: dict[str, tuple[str, ...]] = {
    "countries": ("code",),
    "products": ("sku",),
    "departments": ("id",),
    "employees": ("id",),
    "customers": ("id",),
    "orders": ("id",),
    "items": ("order_id", "line"),
    "shipments": ("id",),
    "profiles": ("customer_id",),
    "reviews": ("customer_id", "sku"),
    "friends": ("a", "b"),
    "complaints": ("id",),
}
TIES: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "departments": ((("head_id",), "employees"),),
    "employees": ((("department_id",), "departments"), (("manager_id",), "employees")),
    "customers": ((("country",), "countries"), (("contact_id",), "employees")),
    "orders": ((("customer_id",), "customers"),),
    "items": ((("order_id",), "orders"), (("sku",), "products")),
    "shipments": ((("order_id", "line"), "items"), (("order_id",), "orders")),
    "profiles": ((("customer_id",), "customers"),),
    "reviews": ((("customer_id",), "customers"), (("sku",), "products")),
    "friends": ((("a",), "customers"), (("b",), "customers")),
    "complaints": ((("customer_id",), "customers"),),
}


@cache
def shop(n_customers: int = 500, seed: int = 0) -> Tables:
    """Customers buy what their age likes, dearer the richer they are; orders come after joining and add up."""
    rows = _rows(n_customers, np.random.default_rng(seed))
    tables = []
    for name, own in rows.items():
        keys = tuple(ForeignKey(columns, to, KEYS[to]) for columns, to in TIES.get(name, ()))
        tables.append(Table(name, tuple(_column(field) for field in own.schema), KEYS[name], keys))
    return Tables(Schema(tuple(tables)), rows)


def _column(field: pa.Field) -> Column:
    kind: types.Type = types.Integer()
    if field.name == "email":
        kind = types.Personal("email")
    elif pa.types.is_string(field.type):
        kind = types.Categorical()
    elif pa.types.is_date32(field.type):
        kind = types.Date()
    elif pa.types.is_floating(field.type):
        kind = types.Real(decimals=2)
    return Column(field.name, kind, field.type)


def _rows(n: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    staff, n_staff = _staff(rng), 300
    kind = rng.integers(0, 4, 100)
    price = np.round(np.exp(rng.normal(kind, 0.3)), 2)
    skus = np.array([f"P-{number:04d}" for number in range(100)])
    age, rich = rng.integers(18, 90, n), rng.normal(0, 1, n)
    joined = np.datetime64("2020-01-01") + rng.integers(0, 1000, n)
    emails = np.array([f"p{number}@example.org" for number in range(n)])
    customers = pa.table(
        {
            "id": 1000 + np.arange(n),
            "country": rng.choice(COUNTRIES, n, p=[0.4, 0.2, 0.2, 0.1, 0.1]),
            "age": age,
            "email": emails,
            "joined": pa.array(joined),
            "contact_id": pa.array(rng.integers(1, n_staff + 1, n), mask=rng.random(n) < 0.3),
        }
    )
    whose = np.repeat(np.arange(n), rng.poisson(np.exp(0.8 + 0.5 * rich)))
    n_orders = len(whose)
    per_order = 1 + rng.poisson(1.5, n_orders)
    order = np.repeat(np.arange(n_orders), per_order)
    line = np.arange(len(order)) - np.repeat(np.cumsum(per_order) - per_order, per_order) + 1
    liked = np.where(rng.random(len(order)) < 0.8, (age[whose[order]] // 20) % 4, rng.integers(0, 4, len(order)))
    bought = np.array([rng.choice(np.flatnonzero(kind == one)) for one in liked])
    quantity = 1 + rng.poisson(1 + np.clip(rich[whose[order]], 0, 3))
    amount = np.round(quantity * price[bought], 2)
    orders = pa.table(
        {
            "id": 1 + np.arange(n_orders),
            "customer_id": 1000 + whose,
            "email": emails[whose],
            "ordered": pa.array(joined[whose] + 1 + rng.integers(0, 500, n_orders)),
            "total": np.round(np.bincount(order, weights=amount, minlength=n_orders), 2),
            "n_items": per_order,
        }
    )
    shipped = rng.random(len(order)) < 0.5
    has_profile = rng.random(n) < 0.6
    pairs = {(1000 + a, int(b)) for a in range(n) for b in rng.choice(100, rng.poisson(2), replace=False)}
    friends = {(1000 + a, 1000 + int(b)) for a in range(n) for b in rng.choice(n, 2, replace=False) if a != b}
    reviews, knowing = sorted(pairs), sorted(friends)
    return {
        "countries": pa.table({"code": COUNTRIES, "name": [f"land of {code}" for code in COUNTRIES]}),
        "products": pa.table({"sku": skus, "category": np.array(CATEGORIES)[kind], "price": price}),
        **staff,
        "customers": customers,
        "orders": orders,
        "items": pa.table(
            {"order_id": 1 + order, "line": line, "sku": skus[bought], "quantity": quantity, "amount": amount}
        ),
        "shipments": pa.table(
            {"id": 1 + np.arange(int(shipped.sum())), "order_id": 1 + order[shipped], "line": line[shipped]}
        ),
        "profiles": pa.table({"customer_id": 1000 + np.flatnonzero(has_profile), "score": age[has_profile] * 2}),
        "reviews": pa.table(
            {
                "customer_id": [one for one, _ in reviews],
                "sku": [str(skus[two]) for _, two in reviews],
                "stars": [1 + int(age[one - 1000]) // 20 for one, _ in reviews],
            }
        ),
        "friends": pa.table({"a": [one for one, _ in knowing], "b": [two for _, two in knowing]}),
        "complaints": pa.table({"id": pa.array([], pa.int64()), "customer_id": pa.array([], pa.int64())}),
    }


def _staff(rng: np.random.Generator) -> dict[str, pa.Table]:
    """Departments whose head is one of their own, and employees below managers; ten have none above them."""
    n_departments, n = 30, 300
    department = np.concatenate([np.arange(n_departments), rng.integers(0, n_departments, n - n_departments)])
    manager = np.array([rng.integers(0, max(10, number // 6)) for number in range(n)])
    head = np.arange(n_departments)
    departments = pa.table(
        {"id": 1 + np.arange(n_departments), "head_id": 1 + head, "budget": rng.integers(9, 99, n_departments)}
    )
    employees = pa.table(
        {
            "id": 1 + np.arange(n),
            "department_id": 1 + department,
            "manager_id": pa.array(1 + manager, mask=np.arange(n) < 10),
            "salary": np.round(rng.lognormal(10, 0.3, n), 2),
        }
    )
    return {"departments": departments, "employees": employees}
