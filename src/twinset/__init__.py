"""Twinset: synthetic data of every kind, with the evidence that it is fit to use.

    import twinset as ts

    real = ts.read("adult.parquet")
    train, holdout = ts.split(real, seed=7)
    sampler = ts.fit(train, seed=7)
    twin = ts.sample(sampler, 50_000, seed=7)
    report = ts.evaluate(train, twin, holdout=holdout, target="income")

Importing this module loads none of the above: each name is looked up when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twinset.pipeline.api import (
        aggregates,
        audit,
        diff,
        evaluate,
        evaluate_by_aggregates,
        fit,
        impute,
        load,
        read,
        run,
        sample,
        save,
        split,
        twin,
    )  # fmt: skip
    from twinset.pipeline.dp_audit import Neighbours, Trials, audit_privacy, worst_neighbours

__version__ = "0.1.0"
_HOMES = {
    "twinset.pipeline.api": (
        "aggregates", "audit", "diff", "evaluate", "evaluate_by_aggregates", "fit", "impute", "load", "read", "run",
        "sample", "save", "split", "twin",
    ),
    "twinset.pipeline.dp_audit": ("Neighbours", "Trials", "audit_privacy", "worst_neighbours"),
}  # fmt: skip
__all__ = [
    "Neighbours", "Trials", "aggregates", "audit", "audit_privacy", "diff", "evaluate", "evaluate_by_aggregates", "fit",
    "impute", "load", "read", "run", "sample", "save", "split", "twin", "worst_neighbours",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module 'twinset' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
