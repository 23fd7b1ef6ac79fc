"""What is known of the fields of rows before they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from twinset.synthesizers.tabular.fields import Raw, Symbols

FREE, GIVEN, PRESENT = 0, 1, 2
"""Nothing is known; the symbol is; that it is not the missing one."""

FLOOR = 1e-12
"""The least likelihood: where what is given never goes together, all tries have this one, and it changes nothing."""


@dataclass(frozen=True, slots=True)
class Known:
    """``states`` and ``symbols`` (rows x fields); a symbol counts where the state is GIVEN.

    ``raws`` are the raw values of the fields of which some are given, by field.
    """

    states: npt.NDArray[np.uint8]
    symbols: Symbols
    raws: Mapping[int, Raw] = field(default_factory=dict)

    @property
    def is_anything(self) -> bool:
        return bool(self.states.any())
