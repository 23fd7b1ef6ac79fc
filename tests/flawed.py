"""A table whose law is known, and twins of it that have exactly one flaw each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Role, Tables
from twinset.core.schema import Column, Schema, Table

Columns = dict[str, np.ndarray]
TYPES: dict[str, tuple[types.Type, pa.DataType]] = {
    "who": (types.Identifier(), pa.int64()),
    "age": (types.Integer(), pa.int64()),
    "region": (types.Categorical(), pa.string()),
    "amount": (types.Real(), pa.float64()),
    "paid": (types.Real(), pa.float64()),
    "plan": (types.Categorical(), pa.string()),
    "fee": (types.Integer(), pa.int64()),
    "opened": (types.Date(), pa.date32()),
    "closed": (types.Date(), pa.date32()),
    "income": (types.Real(), pa.float64()),
    "is_late": (types.Boolean(), pa.bool_()),
}
REGIONS, REGION_SHARES = np.array(["north", "south", "east", "west", "islands"]), [0.35, 0.3, 0.2, 0.11, 0.04]
PLANS, FEES = np.array(["basic", "plus", "family", "pro"]), np.array([0, 9, 15, 29])


def rows(n: int, seed: int) -> Columns:
    """Fresh rows of the law: 40% paid in full, a fee follows from the plan, nothing closes before it opens."""
    rng = np.random.default_rng(seed)
    age = np.clip(rng.normal(45, 14, n), 18, 90).round()
    plan = np.where(rng.random(n) < 0.3, 3, rng.integers(0, 3, n))
    amount = (np.exp(rng.normal(5, 0.6, n) + plan / 4)).round(2)
    amount = np.where(rng.random(n) < 0.5, np.ceil(amount / 10) * 10, amount)
    paid = np.where(rng.random(n) < 0.4, amount, (amount * rng.uniform(0.1, 0.95, n)).round(2))
    opened = rng.integers(16_000, 16_365, n)
    income = np.where(rng.random(n) < 1 / 8, np.nan, (1000 + 60 * age + rng.normal(0, 500, n)).round(1))
    return {
        "age": age,
        "region": REGIONS[rng.choice(5, n, p=REGION_SHARES)],
        "amount": amount,
        "paid": paid,
        "plan": PLANS[plan],
        "fee": FEES[plan],
        "opened": opened,
        "closed": opened + rng.integers(0, 90, n),
        "income": income,
        "is_late": rng.random(n) < 1 / (1 + np.exp(3 - age / 20 - paid / amount)),
    }


def dataset(columns: Columns, role: Role = "train", entity: tuple[str, ...] = ()) -> Tables:
    """A dataset of such columns in the table's types."""
    known = [Column(name, *TYPES[name]) for name in columns]
    arrays = {column.name: array(columns[column.name], column.storage) for column in known}
    return Tables(Schema((Table("claims", tuple(known), entity=entity),)), {"claims": pa.table(arrays)}, role)


def array(values: np.ndarray, storage: pa.DataType) -> pa.Array:
    """NaN is missing; dates are days since 1970."""
    made = pa.array(values, from_pandas=True)
    return made.cast(pa.int32()).cast(storage) if storage == pa.date32() else made.cast(storage)


def fresh(columns: Columns, rng: np.random.Generator) -> Columns:
    return columns


def independent(columns: Columns, rng: np.random.Generator) -> Columns:
    return {name: rng.permutation(values) for name, values in columns.items()}


def dropped_category(columns: Columns, rng: np.random.Generator) -> Columns:
    kept = columns["region"] != "islands"
    return {**columns, "region": np.where(kept, columns["region"], rng.choice(REGIONS[:4], len(kept)))}


def shifted_year(columns: Columns, rng: np.random.Generator) -> Columns:
    """Both dates a year of 364 days later: the days of the week stay."""
    return {**columns, "opened": columns["opened"] + 364, "closed": columns["closed"] + 364}


def broken_equality(columns: Columns, rng: np.random.Generator) -> Columns:
    """What was paid in full is paid in full but for some cents."""
    whole = columns["paid"] == columns["amount"]
    return {
        **columns,
        "paid": np.where(whole, (columns["amount"] - rng.integers(1, 9, len(whole)) / 100).round(2), columns["paid"]),
    }


def halved_group(columns: Columns, rng: np.random.Generator) -> Columns:
    kept = (columns["region"] != "south") | (rng.random(len(columns["region"])) < 0.5)
    return {name: values[kept] for name, values in columns.items()}


def smeared(columns: Columns, rng: np.random.Generator) -> Columns:
    """A little noise in the third decimal place."""
    return {**columns, "income": columns["income"] + rng.normal(0, 0.01, len(columns["income"]))}


def filled_gaps(columns: Columns, rng: np.random.Generator) -> Columns:
    income = columns["income"]
    known = income[np.isfinite(income)]
    return {**columns, "income": np.where(np.isfinite(income), income, rng.choice(known, len(income)))}


def broken_dependency(columns: Columns, rng: np.random.Generator) -> Columns:
    """One fee in ten is another plan's."""
    wrong = rng.random(len(columns["fee"])) < 0.1
    return {**columns, "fee": np.where(wrong, rng.permutation(columns["fee"]), columns["fee"])}


def broken_order(columns: Columns, rng: np.random.Generator) -> Columns:
    """One row in fifty is closed before it is opened."""
    swapped = rng.random(len(columns["opened"])) < 0.02
    opened, closed = columns["opened"], columns["closed"]
    return {**columns, "opened": np.where(swapped, closed, opened), "closed": np.where(swapped, opened - 1, closed)}


def invented_extremes(columns: Columns, rng: np.random.Generator) -> Columns:
    """One age in fifty lies between 91 and 120."""
    wrong = rng.random(len(columns["age"])) < 0.02
    return {**columns, "age": np.where(wrong, rng.integers(91, 120, len(wrong)), columns["age"])}


Flaw = Callable[[Columns, np.random.Generator], Columns]


def twin(flaw: Flaw, n: int, seed: int) -> Tables:
    """Fresh rows with that flaw."""
    return dataset(flaw(rows(n, seed), np.random.default_rng(seed + 1)), "synthetic")
