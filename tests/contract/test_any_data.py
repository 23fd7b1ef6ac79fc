"""Every engine that learns takes any table: it fits and makes rows of the same columns, or says what it can't do."""

from __future__ import annotations

import pytest
from hypothesis import given

from twinset.core import registry
from twinset.core.dataset import Tables
from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.errors import UserError
from twinset.testing.bench import FitRecorder, sample
from twinset.testing.strategies import datasets

ENGINES = [engine for engine in registry.names("synthesizers") if not engine.startswith("test_")]


@pytest.mark.parametrize("engine", ENGINES)
@given(data=datasets(is_finite=False))
def test_any_table_is_learned_or_refused(engine: str, data: Tables) -> None:
    synthesizer, recorder = registry.lookup("synthesizers", engine)(), FitRecorder()
    table = data.schema.only
    try:
        sampler = synthesizer.fit(data, schema=data.schema, seed=Seed(1), ctx=recorder)
    except UserError:
        return
    rows = sample(sampler, Request({table.name: 7}, Seed(2), part_rows=4))[table.name]
    rows.validate(full=True)
    assert rows.schema.equals(table.arrow)
    assert rows.num_rows == 7
    noted = {column for _, column, _ in recorder.notes}
    for column in table.columns if data.count(table.name) else ():
        is_silent = not column.nullable and column.name not in noted
        assert not is_silent or rows[column.name].null_count == 0, f"{column} misses values, and nobody was told"
