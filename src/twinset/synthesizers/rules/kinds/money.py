"""Amounts of money, exact to the smallest coin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.kinds import rule_from
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope

_DECIMALS = {
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0,
    "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
"""Places after the point of currencies that do not have two (ISO 4217)."""


@dataclass(frozen=True, slots=True)
class Money(Options):
    """Decimals of ``currency``, by the rule of numbers ``of``. ``endings``: the part after the point is one of these.

    ``form: real`` stores floating point numbers instead of decimals.
    """

    word: ClassVar[str] = "money"
    of: Any
    currency: str = "USD"
    endings: Any = None
    form: str = "decimal"

    def __post_init__(self) -> None:
        if not options.text(self.currency, "currency").isalpha() or len(self.currency) != 3 or not self.currency.isupper():
            raise PlanError(f"currency is a code of three letters such as EUR, not {self.currency!r}")
        options.choice(self.form, "form", ("decimal", "real"))
        for one in options.listed(self.endings, "endings") if self.endings is not None else ():
            options.number(one, "each of endings", 0, 0.999)
        object.__setattr__(self, "of", rule_from(self.of))

    @property
    def places(self) -> int:
        return _DECIMALS.get(self.currency, 2)

    def reads(self) -> tuple[str, ...]:
        return tuple(self.of.reads())

    def column(self, name: str, scope: Scope) -> Column:
        amounts = self.of.column(name, scope)
        kind = amounts.storage
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
            raise PlanError(f"money is made of numbers, and its rule gives {kind}")
        storage = pa.float64() if self.form == "real" else pa.decimal128(18, self.places)
        return Column(name, types.Real(self.places), storage, origin="declared", nullable=amounts.nullable)

    def make(self, rows: Rows) -> pa.Array:
        amounts = self.of.make(rows).cast(pa.float64())
        coins = np.rint(pc.fill_null(amounts, 0).to_numpy() * 10**self.places)
        if len(coins) and not np.abs(coins).max() < 1e17:
            raise PlanError("an amount of money is below 10^17 of its smallest coins")
        coins = self._ended(coins.astype(np.int64), rows)
        made = pa.array(coins / 10**self.places) if self.form == "real" else decimals(coins, self.places)
        return made if not amounts.null_count else pc.if_else(amounts.is_valid(), made, pa.scalar(None, made.type))

    def _ended(self, coins: Index, rows: Rows) -> Index:
        if self.endings is None or not self.places:
            return coins
        unit = 10**self.places
        known = np.rint(np.array(self.endings, dtype=np.float64) * unit).astype(np.int64)
        which = rows.seed.child("endings").generator().integers(0, len(known), rows.n)
        return np.asarray(coins // unit * unit + known[which])


def decimals(coins: Index, places: int) -> pa.Array:
    """Whole numbers of the smallest coin as decimals, without a copy through text."""
    words = np.empty((len(coins), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = coins, coins >> 63
    return pa.Array.from_buffers(pa.decimal128(18, places), len(coins), [None, pa.py_buffer(words)])
