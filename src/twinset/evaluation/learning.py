"""Fitting scikit-learn's models to whatever rows there are."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from twinset.evaluation.arrays import Floats


def learned(model: Any, values: Floats, wanted: np.ndarray[Any, Any]) -> Any:
    """The model, fitted. Features of which no value is known are taken as 0, since trees can't be fitted to them.

    What scikit-learn warns of (a linear model that has not quite converged, classes of few rows) is no fault here: a worse
    model is a worse figure with a wider interval.
    """
    known = np.where(np.isfinite(values).any(axis=0), values, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(known, wanted)
