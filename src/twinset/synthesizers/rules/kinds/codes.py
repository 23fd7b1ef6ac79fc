"""Codes of a fixed width from runs of letters and digits, with a check digit where one is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.core import types
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.keys import LARGEST, Letters, Permutation, texts
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope

_RUNS = {
    "9": "0123456789", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "a": "abcdefghijklmnopqrstuvwxyz",
    "h": "0123456789abcdef", "H": "0123456789ABCDEF", "*": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
}  # fmt: skip
_BODIES = {"ean13": ("2" + "9" * 11, 12), "isbn13": ("978" + "9" * 9, 12)}


@dataclass(frozen=True, slots=True)
class Code(Options):
    """Texts of one width: in ``pattern`` A and a are letters, 9 a digit, h and H hexadecimal, * a capital or digit.

    Other signs, and any after a backslash, are themselves. ``prefix`` stands before all. ``check`` appends check digits of
    what are digits: luhn, mod11 (X for ten), mod97 (two digits, ISO 7064), ean13, isbn13.
    """

    word: ClassVar[str] = "code"
    pattern: str = ""
    prefix: str = ""
    check: str | None = None

    def __post_init__(self) -> None:
        options.text(self.pattern, "pattern", longest=100)
        options.text(self.prefix, "prefix", longest=50)
        if self.check is not None:
            options.choice(self.check, "check", CHECKS)
        if not (self.prefix + self.pattern).isascii():
            raise PlanError("pattern and prefix of a code are ASCII; write a template for other letters")
        if not self.letters:
            raise PlanError("a code needs a pattern, such as AA-9999")
        self._check_length()

    def _check_length(self) -> None:
        n_digits = sum(set(one) <= set(_RUNS["9"]) for one in self.letters)
        if self.check in _BODIES and n_digits != _BODIES[self.check][1]:
            raise PlanError(f"check: {self.check} goes with 12 digits, and prefix and pattern have {n_digits}")
        if self.check and not n_digits:
            raise PlanError(f"check: {self.check} goes with digits, and the pattern has none")

    @property
    def letters(self) -> list[str]:
        """The letters that may stand at each place."""
        pattern = self.pattern
        if not pattern and self.check in _BODIES:
            pattern = _BODIES[self.check][0] if not self.prefix else "9" * (12 - len(self.prefix))
            pattern = pattern.replace("978", "\\9\\7\\8") if not self.prefix else pattern
        found, is_plain = list(self.prefix), False
        for sign in pattern:
            if sign == "\\" and not is_plain:
                is_plain = True
                continue
            found.append(sign if is_plain else _RUNS.get(sign, sign))
            is_plain = False
        return found

    def n_values(self) -> int | None:
        return math.prod(map(len, self.letters))

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Identifier("opaque"), pa.string(), origin="declared")

    def at(self, rows: Index, common: Seed) -> pa.Array:
        size = min(math.prod(map(len, self.letters)), LARGEST)
        return self._spelt(spelt(Permutation(size, common).at(rows), self.letters))

    def make(self, rows: Rows) -> pa.Array:
        return self._spelt(drawn(rows.n, self.letters, rows.seed.generator()))

    def _spelt(self, letters: Letters) -> pa.Array:
        if self.check is None:
            return texts(letters)
        is_digit = [set(one) <= set(_RUNS["9"]) for one in self.letters]
        checks = CHECKS[self.check](letters[:, is_digit].astype(np.int64) - ord("0"))
        return texts(np.concatenate([letters, checks], axis=1))


def spelt(ranks: Index, letters: list[str]) -> Letters:
    """The words of these numbers, the last place counting fastest."""
    out = np.empty((len(ranks), len(letters)), dtype=np.uint8)
    for place in range(len(letters) - 1, -1, -1):
        alphabet = np.frombuffer(letters[place].encode(), dtype=np.uint8)
        if len(alphabet) == 1:
            out[:, place] = alphabet[0]
            continue
        rest = ranks // len(alphabet)
        out[:, place] = alphabet[ranks - rest * len(alphabet)]
        ranks = rest
    return out


def drawn(n: int, letters: list[str], rng: np.random.Generator) -> Letters:
    """Random words, each as likely as any other: so many places at a time as one number can tell apart."""
    out = np.empty((n, len(letters)), dtype=np.uint8)
    first = 0
    while first < len(letters):
        last, size = first, 1
        while last < len(letters) and size * len(letters[last]) <= 2**32:
            size *= len(letters[last])
            last += 1
        out[:, first:last] = spelt(rng.integers(0, size, n, dtype=np.int64), letters[first:last])
        first = last
    return out


Digits = npt.NDArray[np.int64]


def _luhn(numbers: Digits) -> Letters:
    doubled = numbers.copy()
    doubled[:, ::-1][:, ::2] *= 2
    doubled -= 9 * (doubled > 9)
    return _letters(-doubled.sum(axis=1) % 10)


def _mod11(numbers: Digits) -> Letters:
    weights = np.arange(numbers.shape[1] + 1, 1, -1)
    check = -(numbers @ weights) % 11
    return np.where(check == 10, ord("X"), check + ord("0")).astype(np.uint8)[:, None]


def _mod97(numbers: Digits) -> Letters:
    rest = np.zeros(len(numbers), dtype=np.int64)
    for place in range(numbers.shape[1]):
        rest = (rest * 10 + numbers[:, place]) % 97
    check = 98 - rest * 100 % 97
    return np.concatenate([_letters(check // 10), _letters(check % 10)], axis=1)


def _ean13(numbers: Digits) -> Letters:
    return _letters(-(numbers[:, ::2].sum(axis=1) + 3 * numbers[:, 1::2].sum(axis=1)) % 10)


def _letters(check: Digits) -> Letters:
    return (check + ord("0")).astype(np.uint8)[:, None]


CHECKS: dict[str, Callable[[Digits], Letters]] = {
    "luhn": _luhn, "mod11": _mod11, "mod97": _mod97, "ean13": _ean13, "isbn13": _ean13,
}  # fmt: skip
