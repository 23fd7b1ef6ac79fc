"""Cells of rare numbers: of k entities where that can be, never of fewer."""

import numpy as np
import numpy.typing as npt
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


def test_cells_are_as_narrow_as_k_allows() -> None:
    held = _held(np.arange(20_000.0) ** 2)
    assert held[[0, -1]].max() == 2 * K
    assert (held[1:-1] == K).all()


@given(st.integers(0, 2**32), st.integers(20, 6000), st.floats(0.2, 3.0))
def test_no_cell_holds_fewer_than_k(seed: int, n_rows: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    values = np.rint(np.exp(rng.normal(6, spread, n_rows)))
    owners = rng.integers(0, n_rows, n_rows) if seed % 2 else None
    assert (_held(values, owners) >= K).all()
