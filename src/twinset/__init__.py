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
    from twinset.pipeline.api import audit, evaluate, fit, load, read, run, sample, save, split, twin

__version__ = "0.1.0"
__all__ = ["audit", "evaluate", "fit", "load", "read", "run", "sample", "save", "split", "twin"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("twinset.pipeline.api"), name)
    raise AttributeError(f"module 'twinset' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
