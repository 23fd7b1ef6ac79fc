"""Linked tables whose law is known, and twins of them that have exactly one flaw each.

Customers live in a region, have a plan and an income; their orders go to one to three shops of their own, by one channel for
the most part, and cost what their income and the shop's price level say; their calls come with their orders. Regions are a
list that many share. Shops are rows of their own that nobody owns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Role, Tables
from twinset.core.schema import Column, ForeignKey, Schema, Table

Columns = dict[str, np.ndarray]
Database = dict[str, Columns]

N_SHOPS, N_REGIONS = 60, 8
KINDS: dict[str, dict[str, types.Type]] = {
    "regions": {"region": types.Identifier(), "climate": types.Categorical(), "people": types.Integer()},
    "shops": {"shop": types.Identifier(), "level": types.Real(), "trade": types.Categorical()},
    "customers": {"customer": types.Identifier(), "region": types.Identifier(), "plan": types.Categorical(),
                  "income": types.Real(), "age": types.Integer()},
    "orders": {"order": types.Identifier(), "customer": types.Identifier(), "shop": types.Identifier(),
               "amount": types.Real(), "channel": types.Categorical(), "day": types.Integer()},
    "calls": {"call": types.Identifier(), "customer": types.Identifier(), "minutes": types.Real(),
              "topic": types.Categorical()},
}  # fmt: skip


def schema() -> Schema:
    """Who points to whom, and who owns what."""
    keys = {
        "customers": (ForeignKey(("region",), "regions", ("region",)),),
        "orders": (
            ForeignKey(("customer",), "customers", ("customer",), owns=True),
            ForeignKey(("shop",), "shops", ("shop",)),
        ),
        "calls": (ForeignKey(("customer",), "customers", ("customer",), owns=True),),
    }
    storage = {types.Categorical(): pa.string(), types.Real(): pa.float64()}
    return Schema(
        tuple(
            Table(
                name, tuple(Column(one, kind, storage.get(kind, pa.int64())) for one, kind in kinds.items()),
                (next(iter(kinds)),), keys.get(name, ()), is_reference=name in ("regions", "shops"),
            )
            for name, kinds in KINDS.items()
        )
    )  # fmt: skip


def lists() -> Database:
    """Regions and shops: the same for everybody."""
    rng = np.random.default_rng(99)
    climate = np.array(["dry", "wet", "cold"])
    return {
        "regions": {"region": np.arange(N_REGIONS), "climate": climate[np.arange(N_REGIONS) % 3],
                    "people": rng.integers(1, 99, N_REGIONS) * 1000},
        "shops": {"shop": np.arange(N_SHOPS), "level": np.round(np.exp(rng.normal(0, 0.8, N_SHOPS)), 2),
                  "trade": np.array(["food", "books", "tools", "toys"])[rng.integers(0, 4, N_SHOPS)]},
    }  # fmt: skip


def fresh(n: int, seed: int) -> Database:
    """The law: ``n`` fresh customers with all that is theirs; numbers of theirs are never those of another seed."""
    rng, shared = np.random.default_rng(seed), lists()
    first = seed * 10_000_000
    income = np.round(np.exp(rng.normal(7.5, 0.5, n)), 2)
    plan = np.where(rng.random(n) < np.clip(income / 6000, 0.05, 0.9), "plus", "basic")
    customers = {"customer": first + np.arange(n), "region": rng.integers(0, N_REGIONS, n) ** 2 % N_REGIONS, "plan": plan,
                 "income": income, "age": np.clip(rng.normal(45, 15, n), 18, 95).astype(np.int64)}  # fmt: skip
    eager = rng.gamma(1.2, 1.0, n) * np.where(plan == "plus", 2.0, 1.0)
    counts = rng.poisson(4 * eager) * (rng.random(n) < 0.85)
    owner = np.repeat(np.arange(n), counts)
    own_shops = rng.integers(0, N_SHOPS, (n, 3))
    wide = rng.integers(1, 4, n)
    shop = own_shops[owner, (rng.random(len(owner)) * wide[owner]).astype(np.int64)]
    usual = rng.integers(0, 4, n)
    channel = np.where(rng.random(len(owner)) < 0.85, usual[owner], rng.integers(0, 4, len(owner)))
    amount = income[owner] / 50 * shared["shops"]["level"][shop] * np.exp(rng.normal(0, 0.3, len(owner)))
    orders = {"order": first + np.arange(len(owner)), "customer": first + owner, "shop": shop, "amount": np.round(amount, 2),
              "channel": np.array(["web", "app", "phone", "desk"])[channel],
              "day": rng.integers(0, 365, len(owner))}  # fmt: skip
    caller = np.repeat(np.arange(n), rng.poisson(0.4 * counts))
    calls = {"call": first + np.arange(len(caller)), "customer": first + caller,
             "minutes": np.round(rng.gamma(2.0, 3.0, len(caller)) * np.where(plan[caller] == "plus", 2.0, 1.0), 1),
             "topic": np.array(["bill", "delivery", "other"])[rng.integers(0, 3, len(caller))]}  # fmt: skip
    return {**shared, "customers": customers, "orders": orders, "calls": calls}


def dataset(database: Database, role: Role = "train") -> Tables:
    """A dataset of such columns; negative keys are missing."""
    made = schema()
    rows = {}
    for table in made:
        arrays = {}
        for column in table.columns:
            values = database[table.name][column.name]
            gaps = values < 0 if isinstance(column.type, types.Identifier) else None
            arrays[column.name] = pa.array(values, mask=gaps).cast(column.storage)
        rows[table.name] = pa.table(arrays)
    return Tables(made, rows, role)


Flaw = Callable[[Database, Database, np.random.Generator], Database]
"""Of a twin of fresh rows and of train, the twin with one flaw."""


def with_columns(database: Database, table: str, **columns: np.ndarray) -> Database:
    return {**database, table: {**database[table], **columns}}


def honest(twin: Database, train: Database, rng: np.random.Generator) -> Database:
    return twin


def other_degrees(twin: Database, train: Database, rng: np.random.Generator) -> Database:
    """Everybody has about as many orders; each order keeps an owner of the same plan and income, as well as may be."""
    customers, orders = twin["customers"], twin["orders"]
    place = np.searchsorted(customers["customer"], orders["customer"])
    by_income = np.lexsort((customers["income"], customers["plan"]))
    rank = np.empty(len(by_income), np.int64)
    rank[by_income] = np.arange(len(by_income))
    order = np.argsort(rank[place], kind="stable")
    evened = np.empty(len(place), np.int64)
    evened[order] = by_income[np.arange(len(place)) * len(by_income) // len(place)]
    return with_columns(twin, "orders", customer=customers["customer"][evened])


def any_shop(twin: Database, train: Database, rng: np.random.Generator) -> Database:
    """Orders go to any shop."""
    return with_columns(twin, "orders", shop=rng.integers(0, N_SHOPS, len(twin["orders"]["shop"])))


def orphans(twin: Database, train: Database, rng: np.random.Generator) -> Database:
    """One call in ten is of nobody."""
    owner = twin["calls"]["customer"]
    return with_columns(twin, "calls", customer=np.where(rng.random(len(owner)) < 0.1, owner + 5_000_000, owner))


def swapped_children(twin: Database, train: Database, rng: np.random.Generator) -> Database:
    """Orders change owners: who has how many stays."""
    return with_columns(twin, "orders", customer=rng.permutation(twin["orders"]["customer"]))


def shuffled_parents(twin: Database, train: Database, rng: np.random.Generator) -> Database:
    """Incomes and plans change customers, together."""
    order = rng.permutation(len(twin["customers"]["income"]))
    return with_columns(
        twin, "customers", income=twin["customers"]["income"][order], plan=twin["customers"]["plan"][order],
    )  # fmt: skip


def repeated_keys(twin: Database, train: Database, rng: np.random.Generator) -> Database:
    """Two orders in a hundred have another's number."""
    order = twin["orders"]["order"]
    return with_columns(twin, "orders", order=np.where(rng.random(len(order)) < 0.02, order[0], order))


def unrelated_counts(twin: Database, train: Database, rng: np.random.Generator) -> Database:
    """Calls change customers of the same plan, all of one's calls together: who has how many hangs on the plan alone."""
    customers, calls = twin["customers"], twin["calls"]
    order = np.arange(len(customers["customer"]))
    for plan in ("plus", "basic"):
        spots = np.flatnonzero(customers["plan"] == plan)
        order[spots] = rng.permutation(spots)
    return with_columns(twin, "calls", customer=customers["customer"][order[calls["customer"] - customers["customer"][0]]])


def copied_entities(twin: Database, train: Database, rng: np.random.Generator) -> Database:
    """One customer in twenty is one of train's with all orders and calls; a day differs in each order."""
    n = len(twin["customers"]["customer"]) // 20
    chosen = train["customers"]["customer"][rng.permutation(len(train["customers"]["customer"]))[:n]]
    gone = twin["customers"]["customer"][:n]
    made: Database = dict(twin)
    for table in ("customers", "orders", "calls"):
        kept = ~np.isin(twin[table]["customer"], gone)
        taken = np.isin(train[table]["customer"], chosen)
        made[table] = {name: np.concatenate([twin[table][name][kept], train[table][name][taken]]) for name in twin[table]}
        key = next(iter(KINDS[table]))
        if table != "customers":
            made[table][key] = np.arange(len(made[table][key])) + 7 * 10_000_000
    n_copied = int(np.isin(train["orders"]["customer"], chosen).sum())
    made["orders"]["day"][-n_copied:] = (made["orders"]["day"][-n_copied:] + rng.integers(1, 4, n_copied)) % 365
    return renumbered(made)


def renumbered(database: Database) -> Database:
    """New numbers for all customers, so that no number is train's."""
    old = database["customers"]["customer"]
    order = np.argsort(old)
    made = with_columns(database, "customers", customer=8 * 10_000_000 + np.arange(len(old)))
    for table in ("orders", "calls"):
        place = order[np.searchsorted(old[order], database[table]["customer"])]
        made = with_columns(made, table, customer=8 * 10_000_000 + place)
    return made


def owned_by(data: Tables, **changes: bool) -> Tables:
    """The same, with tables said to be references or not."""
    tables = tuple(replace(table, is_reference=changes.get(table.name, table.is_reference)) for table in data.schema)
    return replace(data, schema=Schema(tables))
