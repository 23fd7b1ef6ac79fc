"""Every engine in the registry, Twinset's own and the test samplers', keeps the contract."""

from __future__ import annotations

import atexit
from functools import cache
from typing import Any

import pytest
from tests.rules import SHOP, sampler_of

from twinset.core import registry
from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.plan import TextSpec
from twinset.testing import Check, check_sampler, check_synthesizer
from twinset.testing.models import ModelServer
from twinset.testing.samplers import KeyLinked

ENGINES = registry.names("synthesizers")
NAMES = [check.name for check in check_synthesizer(KeyLinked())]
SAMPLERS = [engine for engine in ENGINES if engine.startswith("test_")]


def _tables() -> dict[str, Any]:
    return {"tables": sampler_of(SHOP).specs}


def _text() -> dict[str, Any]:
    """A model's columns, and the stand-in that answers for them while the tests run."""
    server = ModelServer(faults={"broken": 0.1, "rate": 0.02})
    atexit.register(server.__exit__, None, None, None)
    model = {"model": "stand-in", "base_url": server.__enter__().base_url}
    columns = {
        "key": "sequence",
        "topic": {"rule": "category", "values": ["rivers", "gardens"]},
        "note": {"prompt": "Note {{ key }} on {{ topic }}."},
        "marks": {"prompt": "Judge {{ note }}", "as": {"stars": "integer 1..5", "words?": ["text"]}},
    }
    return {"text": TextSpec.model_validate({"model": model, "columns": columns})}


@cache
def _checks(engine: str) -> dict[str, Check]:
    """The checks of an engine, which share one fit."""
    options = {"rules": _tables, "text": _text}.get(engine, dict)()
    return {check.name: check for check in check_synthesizer(registry.lookup("synthesizers", engine)(**options))}


def test_the_plugins_come_in_by_the_same_door() -> None:
    assert len(SAMPLERS) == 5
    assert set(SAMPLERS) < set(ENGINES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("engine", ENGINES)
def test_engine_keeps_the_contract(engine: str, name: str) -> None:
    _checks(engine)[name].run()


@pytest.mark.parametrize("engine", SAMPLERS)
@pytest.mark.parametrize(("n_rows", "part_rows"), [(1, 1), (30, 30), (31, 7), (5, 100)])
def test_sampler_keeps_the_contract_whatever_the_parts(engine: str, n_rows: int, part_rows: int) -> None:
    sampler = registry.lookup("synthesizers", engine)()
    size = {table.name: n_rows for table in sampler.schema}
    for check in check_sampler(sampler, Request(size, Seed(3), part_rows=part_rows)):
        check.run()
