"""What is found for one column, and how figures are rounded before they are said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rule = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The rule of a column and why; ``ranked``: whether its values have an order by which it can be correlated.

    ``hidden`` are columns that the rule reads.
    """

    rule: Rule | str
    reason: str
    ranked: bool = False
    hidden: Mapping[str, Rule] = field(default_factory=dict)


def figures(value: float, digits: int = 3) -> float | int:
    """A number with so many significant digits; whole where it is."""
    if value == 0 or not math.isfinite(value):
        return 0
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded


def share(count: float, total: float) -> float | int:
    """A share with four decimals."""
    rounded = round(float(count) / float(total), 4)
    return int(rounded) if rounded in (0, 1) else rounded


def ends(ordered: Floats, k: int, step: float) -> tuple[float, float]:
    """Ends of sorted numbers: from the k-th lowest and highest outwards to a multiple of ``step``, nobody's own value."""
    low, high = ordered[min(k, len(ordered)) - 1], ordered[-min(k, len(ordered))]
    return _cleaned(math.floor(low / step) * step), _cleaned(math.ceil(high / step) * step)


def step_of(spread: float, digits: int = 2) -> float:
    """A power of ten that cuts a spread into some hundred pieces or more."""
    return float(10.0 ** (math.floor(math.log10(spread)) - digits + 1)) if spread > 0 else 1.0


def _cleaned(value: float) -> float:
    return float(f"{value:.12g}")
