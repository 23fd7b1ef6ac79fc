"""The kinds of arrays that figures are made of, and the division that they share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def mean_known(values: Floats) -> Floats:
    """Means over the first axis of what is not NaN; NaN where nothing is known."""
    known = np.isfinite(values)
    return divided(np.where(known, values, 0.0).sum(axis=0), known.sum(axis=0))


def deviation(values: Floats) -> float:
    """Standard deviation, of numbers of any size; 0 of none."""
    largest = float(np.abs(values).max(initial=0.0))
    return float((values / largest).std()) * largest if largest > 0 else 0.0


def divided(top: npt.ArrayLike, bottom: npt.ArrayLike, otherwise: float = np.nan) -> Floats:
    """top / bottom, and ``otherwise`` where bottom is 0 or less: shares of what is not there."""
    above, below = np.broadcast_arrays(np.asarray(top, np.float64), np.asarray(bottom, np.float64))
    result = np.full(above.shape, otherwise)
    np.divide(above, below, out=result, where=below > 0)
    return result
