"""What is known of the fields of rows before they are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.synthesizers.tabular.fields import Symbols

FREE, GIVEN, PRESENT = 0, 1, 2
"""Nothing is known; the symbol is; that it is not the missing one."""


@dataclass(frozen=True, slots=True)
class Known:
    """``states`` and ``symbols`` (rows x fields); a symbol counts where the state is GIVEN."""

    states: npt.NDArray[np.uint8]
    symbols: Symbols

    @property
    def is_anything(self) -> bool:
        return bool(self.states.any())
