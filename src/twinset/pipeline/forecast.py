"""What learning and making will cost, told before they begin."""

from __future__ import annotations

import os
from collections.abc import Iterator

from twinset.core.dataset import Dataset
from twinset.core.synthesis import Synthesizer
from twinset.pipeline.constraining import around


def forecast(engine: Synthesizer, data: Dataset, *, is_made: bool = True) -> Iterator[str]:
    """The forecast for these rows in words, with ``engine`` in what keys and constraints ask for.

    ``is_made``: as many rows are made of them afterwards.
    """
    n_rows = {table.name: data.count(table.name) for table in data.schema}
    cost = around(engine, data.schema, {}).forecast(data.schema, n_rows)
    making = f", {_seconds(cost.making)} of CPU to make as many rows" if is_made and cost.making >= 1 else ""
    yield f"forecast: {_seconds(cost.seconds)} of CPU and {cost.bytes / 2**20:,.0f} MB of memory to learn{making}"
    available = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if cost.bytes > available:
        yield f"note: only {available / 2**20:,.0f} MB of memory are free now"


def _seconds(seconds: float) -> str:
    if seconds < 1:
        return "less than a second"
    return f"about {seconds:.0f} s" if seconds < 120 else f"about {seconds / 60:.0f} min"
