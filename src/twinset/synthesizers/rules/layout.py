"""How the rows of tables fall into parts: a root table's evenly, a ``per`` table's by the rows of its parents' parts.

A part's id says all that is needed to make it again alone: ``items-000003-0001.84fa-0000`` is the first part of the items of
the second part of the orders (which begins with row 84fa, in base 36) of the fourth part of the customers. An ``x`` before
a number says that the rows are a stated number, to which the degrees are fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from twinset.core.request import KeyRange, Part, Request, even_parts
from twinset.core.seed import Seed
from twinset.synthesizers.rules.rule import Index

_BASE_36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Address:
    """One part of one table: the steps that lead to it, its first row and number of rows; ``up`` is the parents' part."""

    table: str
    steps: tuple[str, ...]
    start: int
    size: int
    up: Address | None = None

    @property
    def part(self) -> Part:
        own = self.steps[-1].split(".")[0]
        id = "-".join((self.table, *self.steps[:-1], own))
        return Part(id, self.size, KeyRange(self.start, self.start + self.size), self.table)

    @property
    def block(self) -> str:
        """The name of the block's random streams: the steps, whatever rows come before."""
        return "-".join(step.split(".")[0].removeprefix("x") for step in self.steps)

    def beside(self, step: int, n_rows: int, part_rows: int) -> Address | None:
        """The part before (-1) or after (1) it among the ``n_rows`` rows of the same parents' part, if there is one."""
        number = self.number + step
        size = min(part_rows, n_rows - number * part_rows)
        if number < 0 or size <= 0:
            return None
        start = self.start + step * (self.size if step > 0 else size)
        if self.up is None:
            return Address(self.table, (f"{number:06d}",), start, size)
        own = f"{'x' if self.is_exact else ''}{number:04d}.{base_36(start)}"
        return Address(self.table, (*self.steps[:-1], own), start, size, self.up)

    @property
    def is_exact(self) -> bool:
        return self.steps[-1].startswith("x")

    @property
    def number(self) -> int:
        """Which of the parts of its parents' part it is."""
        return int(self.steps[-1].split(".")[0].removeprefix("x"))


def roots(table: str, n_rows: int, part_rows: int) -> Iterator[Address]:
    """The parts of a table that belongs to no other."""
    for part in even_parts(table, n_rows, part_rows):
        yield Address(table, (part.id.removeprefix(f"{table}-"),), part.keys.start, part.size)


def beneath(table: str, up: Address, n_rows: int, start: int, part_rows: int, *, is_exact: bool) -> Iterator[Address]:
    """The parts of the ``n_rows`` rows that belong to one part of the parents."""
    for number, first in enumerate(range(0, n_rows, part_rows)):
        step = f"{'x' if is_exact else ''}{number:04d}.{base_36(start + first)}"
        yield Address(table, (*up.steps, step), start + first, min(part_rows, n_rows - first), up)


def address(part: Part, lineage: tuple[str, ...], request: Request, n_rows: Callable[[Address, str, bool], int]) -> Address:
    """The address of a part, from its id; ``lineage`` are its table's ancestors and itself, the oldest first.

    ``n_rows`` says how many rows of a table belong to a part of its parents (exactly so many or by their degrees).
    """
    steps = part.id.removeprefix(f"{part.table}-").split("-")
    steps[-1] += f".{base_36(part.keys.start)}" if len(steps) > 1 else ""
    number = int(steps[0])
    start = number * request.part_rows
    place = Address(lineage[0], (steps[0],), start, min(request.part_rows, request.size[lineage[0]] - start))
    for depth, table in enumerate(lineage[1:], 1):
        known = tuple(steps[: depth + 1])
        own = Address(table, known, int(known[-1].partition(".")[2], 36), 0, place)
        left = n_rows(place, table, own.is_exact) - own.number * request.part_rows
        place = Address(table, known, own.start, min(request.part_rows, left), place)
    return place


def base_36(number: int) -> str:
    """A number in few letters."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _BASE_36[digit] + digits
    return digits


def share_of(n_rows: int, up: Address, n_parents: int) -> int:
    """How many of exactly ``n_rows`` rows belong to one part of the parents."""
    return n_rows * (up.start + up.size) // n_parents - n_rows * up.start // n_parents


def fitted(degrees: Index, n_rows: int, seed: Seed) -> Index:
    """Degrees in about the same proportions that sum to exactly ``n_rows``."""
    rng = seed.generator()
    order = rng.permutation(len(degrees))
    weights = degrees[order] if degrees.sum() else np.ones(len(degrees), dtype=np.int64)
    ends = np.cumsum(weights)
    scaled = (ends.astype(np.float64) * (n_rows / ends[-1]) + rng.random()).astype(np.int64)
    scaled[-1] = n_rows
    scaled = np.minimum(scaled, n_rows)
    out = np.empty_like(degrees)
    out[order] = np.diff(scaled, prepend=0)
    return out
