"""Requests and parts: what to make, cut into addressed pieces that can each be made alone.

A sampler's ``parts`` does the global steps (counts, keys, matching) and hands out parts; ``make`` turns one part into rows,
purely: the same part gives the same rows, anywhere, in any order, by any worker. The size of a part belongs to the plan and
never to the number of workers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from twinset.core.dataset import Batch, Dataset, in_chunks
from twinset.core.seed import Seed
from twinset.errors import PlanError

PART_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Fixed:
    """Every row has these values in these columns."""

    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SeedRows:
    """Row i has the values of row i of the given rows in the columns they have; one row is made for each.

    A missing cell is free to be drawn, missing again included; with ``filled`` it is drawn given that it is not missing.
    ``table`` says of which table they are, where a sampler makes several.
    """

    rows: pa.Table
    filled: bool = False
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """The values of one column come in these shares (which sum to one)."""

    column: str
    shares: Mapping[object, float]


Given = Fixed | SeedRows | Shares


@dataclass(frozen=True, slots=True)
class Request:
    """How many rows of which table, from which seed, given what.

    ``inputs`` are the outputs of the stages that this one needs, by stage name.
    """

    size: Mapping[str, int]
    seed: Seed
    given: Given | None = None
    part_rows: int = PART_ROWS
    inputs: Mapping[str, Dataset] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table, rows in self.size.items():
            if isinstance(rows, bool) or not isinstance(rows, int) or rows < 0:
                raise PlanError(f"the number of rows of {table!r} is a whole number of at least 0, not {rows!r}")
        if self.part_rows < 1:
            raise PlanError(f"a part has at least one row, not {self.part_rows}")


@dataclass(frozen=True, slots=True)
class KeyRange:
    """The rows [start, stop) of a table, counted over the whole request."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Part:
    """One addressed piece of a request.

    ``id`` is unique in the request and names a stream of the seed; the order of ids given out by ``parts`` is the order of
    the rows in the output. ``needs`` are ids given out earlier, whose rows and state ``make`` may read.
    """

    id: str
    size: int
    keys: KeyRange
    table: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was made and not kept, with the reason; counted and kept apart, never silent."""

    table: str
    reason: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What a part leaves for the parts that need it: bytes in a safe format, at most one for a part."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Tally:
    """What making a part took, counted: calls, tokens. Sums over the parts stand in the manifest."""

    counts: Mapping[str, int]


Made = Batch | Reject | State | Tally


def even_parts(table: str, n_rows: int, part_rows: int) -> list[Part]:
    """Parts of ``part_rows`` rows (the last may be smaller) that need nothing of each other."""
    return [
        Part(f"{table}-{number:06d}", stop - start, KeyRange(start, stop), table)
        for number, (start, stop) in enumerate(in_chunks(n_rows, part_rows))
    ]
