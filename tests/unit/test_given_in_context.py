"""Rows drawn given cells of their own in a context, against a joint law that is known."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.request import KeyRange
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import Completing
from twinset.pipeline import memory
from twinset.synthesizers.tabular.trees import Trees

_CONTEXT = ((0.8, 0.2), (0.3, 0.7))
"""P(first | context)."""
_LAST = (((0.9, 0.1), (0.5, 0.5)), ((0.4, 0.6), (0.05, 0.95)))
"""P(last | context, first)."""


@pytest.fixture(scope="module")
def sampler() -> Completing:
    rng = np.random.default_rng(1)
    n = 8000
    context = rng.integers(0, 2, n)
    first = (rng.random(n) < np.array(_CONTEXT)[context, 1]).astype(int)
    last = (rng.random(n) < np.array(_LAST)[context, first, 1]).astype(int)
    size = 10.0 * last + rng.normal(0, 1, n)
    rows = pa.table({name: np.array(["n", "y"])[own] for name, own in (("c", context), ("first", first), ("last", last))})
    rows = rows.append_column("size", pa.array(np.round(size, 2)))
    columns = [Column(name, types.Categorical(), pa.string()) for name in ("c", "first", "last")]
    table = Table("t", (*columns, Column("size", types.Real(), pa.float64())), context=("c",))
    made, _ = memory.fit(Trees(), Tables(Schema((table,)), {"t": rows}), Schema((table,)), Seed(3))
    assert isinstance(made, Completing)
    return made


@pytest.mark.parametrize(("context", "last"), [*product((0, 1), (0, 1))])
@pytest.mark.parametrize("by_size", [False, True])
def test_what_comes_before_the_given_is_as_bayes_has_it(sampler: Completing, context: int, last: int, by_size: bool) -> None:
    n = 4000
    told = pa.table({"c": ["ny"[context]] * n})
    given = pa.table({"size": [10.0 * last] * n}) if by_size else pa.table({"last": ["ny"[last]] * n})
    made = pa.Table.from_batches([sampler.completed(KeyRange(0, n), n, Seed(5), told, given)])
    joint = np.array(_CONTEXT)[context] * np.array(_LAST)[context, :, last]
    share = np.mean(np.array(made.column("first").to_pylist()) == "y")
    assert share == pytest.approx(joint[1] / joint.sum(), abs=0.05)
    assert made.column("size" if by_size else "last").to_pylist() == given.column(0).to_pylist()


def test_a_missing_cell_is_free_to_be_drawn(sampler: Completing) -> None:
    told = pa.table({"c": ["y"] * 2000})
    given = pa.table({"last": ["y", None] * 1000})
    made = sampler.completed(KeyRange(0, 2000), 2000, Seed(5), told, given)
    last = np.array(made.column(1).to_pylist())
    assert (last[::2] == "y").all()
    assert (last[1::2] == "y").mean() == pytest.approx(0.3 * 0.6 + 0.7 * 0.95, abs=0.06)


@pytest.mark.parametrize("context", [0, 1])
def test_evidence_is_right_on_average(sampler: Completing, context: int) -> None:
    told, given = pa.table({"c": ["ny"[context]] * 4000}), pa.table({"last": ["y"] * 4000})
    found = np.exp(sampler.evidence(Seed(6), told, given)).mean()
    assert found == pytest.approx(float(np.array(_CONTEXT)[context] @ np.array(_LAST)[context, :, 1]), abs=0.04)
