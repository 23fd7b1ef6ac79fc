"""Tables by rules, made in memory for tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from pydantic import TypeAdapter

from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.pipeline.memory import sample
from twinset.plan import TableSpec
from twinset.synthesizers.rules import weighted
from twinset.synthesizers.rules.sampler import RulesSampler

SHOP: dict[str, Any] = {
    "customers": {
        "rows": 400,
        "key": "customer_id",
        "columns": {
            "customer_id": {"rule": "sequence"},
            "tier": {"rule": "category", "values": {"gold": 1, "silver": 3, "none": 6}},
            "amount": {"rule": "normal", "mean": 40, "sd": 8, "decimals": 2, "missing": 0.02},
            "total": {"rule": "formula", "of": "amount * 1.2", "decimals": 2},
        },
    },
    "orders": {
        "per": {"table": "customers", "degree": {"rule": "poisson", "mean": 3}},
        "key": "order_id",
        "columns": {
            "order_id": {"rule": "sequence"},
            "customer_id": {"rule": "parent", "column": "customer_id"},
            "tier": "customers.tier",
            "other": {"rule": "reference", "table": "customers", "column": "customer_id"},
            "other_tier": "other.tier",
        },
    },
    "items": {
        "per": {"table": "orders", "degree": 2},
        "columns": {"order_id": {"rule": "parent", "column": "order_id"}, "line": {"rule": "position"}},
    },
}


def sampler_of(tables: Mapping[str, Any], locale: Any = "en_US") -> RulesSampler:
    """The sampler of tables as a plan says them."""
    return RulesSampler(TypeAdapter(dict[str, TableSpec]).validate_python(tables), weighted(locale))


def made(
    tables: Mapping[str, Any], *, size: Mapping[str, int] | None = None, seed: int = 3, part_rows: int = 100_000
) -> dict[str, pa.Table]:
    """The rows of all tables."""
    sampler = sampler_of(tables)
    request = sampler.sized(Request(dict(size or {}), Seed(seed), part_rows=part_rows))
    return dict(sample(sampler, request).tables)


def column(rule: Any, n: int = 1_000, *, seed: int = 3, part_rows: int = 100_000, **others: Any) -> pa.ChunkedArray:
    """One column of that many rows by a rule, beside others that it may read."""
    return made({"t": {"rows": n, "columns": {"made": rule, **others}}}, seed=seed, part_rows=part_rows)["t"]["made"]


def plain(value: object) -> str:
    """A value as part of a test's name: the same in every process, which addresses of functions are not."""
    return re.sub(r" at 0x[0-9a-f]+", "", str(value))
