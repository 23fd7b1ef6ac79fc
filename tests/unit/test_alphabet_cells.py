"""Cells of rare numbers: narrow at the ends, wider in the middle, never of fewer than k entities."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinset.privacy import alphabet

K = 10


def _held(values: npt.NDArray[np.float64], owners: npt.NDArray[np.int64] | None = None) -> npt.NDArray[np.int64]:
    """How many entities are in each cell, in order."""
    learned = alphabet.learn(values, owners, K, (1.0,))
    symbols = learned.encode(values)
    whose = np.arange(len(values)) if owners is None else owners
    return np.array([len(np.unique(whose[symbols == one])) for one in np.flatnonzero(learned.rung >= 0)])


def test_cells_of_many_rows_are_wide_in_the_middle_and_narrow_at_the_ends() -> None:
    held = _held(np.arange(20_000.0) ** 2)
    assert held[[0, -1]].max() < 3 * K
    assert (held[20:-20] == 5 * K).all()
    assert (np.diff(held[1:10]) >= 0).all()
    assert (np.diff(held[-10:-1]) <= 0).all()


def test_cells_of_few_rows_are_as_narrow_as_k_allows() -> None:
    held = _held(np.arange(1000.0) ** 2)
    assert held[[0, -1]].max() == 2 * K
    assert (held[1:-1] == K).all()


@given(st.integers(0, 2**32), st.integers(20, 6000), st.floats(0.2, 3.0))
def test_no_cell_holds_fewer_than_k(seed: int, n_rows: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    values = np.rint(np.exp(rng.normal(6, spread, n_rows)))
    owners = rng.integers(0, n_rows, n_rows) if seed % 2 else None
    assert (_held(values, owners) >= K).all()


@pytest.mark.parametrize("n_rows", [2001, 2020, 9999, 10_001])
def test_nothing_is_lost_where_the_two_sides_meet(n_rows: int) -> None:
    values = np.arange(float(n_rows)) * 7
    held = _held(values)
    assert held.sum() == n_rows
    assert (held[1:-1] <= 2 * max(K, min(5 * K, n_rows // 400))).all()
