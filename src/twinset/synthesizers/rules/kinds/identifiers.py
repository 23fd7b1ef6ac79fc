"""Identifiers: uuid, ulid and snowflake. Every one follows from the number of its row, and no two rows have the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.keys import (
    PIECE,
    Letters,
    Words,
    digits,
    hexadecimal_fours,
    random_words,
    shuffled,
    texts,
)
from twinset.synthesizers.rules.moments import milliseconds
from twinset.synthesizers.rules.rule import Index, Options, Rows, Scope

_BEGIN = "2024-01-01"
_DASHED = np.dtype(
    {"names": list("abcdefgh"), "formats": ["<u4"] * 8, "offsets": [0, 4, 9, 14, 19, 24, 28, 32], "itemsize": 36}
)
"""Where each four digits of a UUID stand in its text."""
_CROCKFORD = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class _Timed(Options):
    """Identifiers that begin with a time: of the column ``time``, or ``begin`` and a millisecond more with each row."""

    is_unique: ClassVar[bool] = True
    time: str | None = None
    begin: str = _BEGIN

    def __post_init__(self) -> None:
        if self.time is not None:
            options.text(self.time, "time")
        milliseconds(self.begin, "begin")

    def reads(self) -> tuple[str, ...]:
        return () if self.time is None else (self.time,)

    def n_values(self) -> int | None:
        return None

    def made(self, rows: Index, times: Index, common: Seed) -> pa.Array:
        raise NotImplementedError

    def at(self, rows: Index, common: Seed) -> pa.Array:
        return self.made(rows, rows + milliseconds(self.begin, "begin"), common)

    def make(self, rows: Rows) -> pa.Array:
        numbers = np.arange(rows.start, rows.start + rows.n, dtype=np.int64)
        if self.time is None:
            return self.at(numbers, rows.common)
        return self.made(numbers, _times(rows.of(self.time), self.time), rows.common)


def _times(moments: pa.Array, name: str) -> Index:
    if not pa.types.is_temporal(moments.type) or pa.types.is_time(moments.type) or pa.types.is_duration(moments.type):
        raise PlanError(f"time names a column of dates or times, and {name!r} is {moments.type}")
    if moments.null_count:
        raise PlanError(f"{name!r} is missing in some rows, and an identifier needs the time of each")
    return np.asarray(pc.cast(moments, pa.timestamp("ms"), safe=False).cast(pa.int64()).to_numpy())


@dataclass(frozen=True, slots=True)
class Uuid(_Timed):
    """A UUID of ``version`` 4, or 7, which begins with a time."""

    word: ClassVar[str] = "uuid"
    version: int = 4

    def __post_init__(self) -> None:
        options.choice(self.version, "version", (4, 7))
        if self.version == 4 and (self.time is not None or self.begin != _BEGIN):
            raise PlanError("time and begin go with version: 7")
        _Timed.__post_init__(self)

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Identifier("uuid"), pa.string(), origin="declared")

    def made(self, rows: Index, times: Index, common: Seed) -> pa.Array:
        letters = np.full((len(rows), 36), ord("-"), dtype=np.uint8)
        for start in range(0, len(rows), PIECE):
            some = slice(start, start + PIECE)
            _spell(letters[some], *self._halves(rows[some], times[some], common))
        return texts(letters)

    def _halves(self, rows: Index, times: Index, common: Seed) -> tuple[Words, Words]:
        high = random_words(rows, common.child("high"))
        if self.version == 7:
            high = (times.astype(np.uint64) << np.uint64(16)) | (high & np.uint64(0xFFFF))
        high = (high & np.uint64(0xFFFFFFFFFFFF0FFF)) | np.uint64(self.version << 12)
        return high, shuffled(rows, 62, common) | np.uint64(1 << 63)


def _spell(letters: Letters, *halves: Words) -> None:
    """Put the digits of UUIDs between the dashes, four at a time."""
    fours = [four for half in halves for four in hexadecimal_fours(half).T]
    places = letters.view(_DASHED)[:, 0]
    for name, four in zip(_DASHED.names or (), fours, strict=True):
        places[name] = four


@dataclass(frozen=True, slots=True)
class Ulid(_Timed):
    """A ULID: 48 bits of time and 80 others, as 26 letters that sort by time."""

    word: ClassVar[str] = "ulid"

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Identifier("opaque"), pa.string(), origin="declared")

    def made(self, rows: Index, times: Index, common: Seed) -> pa.Array:
        low = shuffled(rows, 40, common)
        high = (random_words(rows, common.child("high")) >> np.uint64(24)).astype(np.int64)
        parts = [digits(times, 10, 32), digits(high, 8, 32), digits(low, 8, 32)]
        return texts(_CROCKFORD[np.concatenate(parts, axis=1)])


@dataclass(frozen=True, slots=True)
class Snowflake(_Timed):
    """A snowflake: 41 bits of milliseconds since ``epoch``, 10 of the ``machine`` and 12 of a count."""

    word: ClassVar[str] = "snowflake"
    epoch: str = "2010-11-04T01:42:54.657"
    machine: int = 1

    def __post_init__(self) -> None:
        options.whole(self.machine, "machine", 0, 1023)
        _Timed.__post_init__(self)
        if milliseconds(self.begin, "begin") < milliseconds(self.epoch, "epoch"):
            raise PlanError(f"begin ({self.begin}) is not before epoch ({self.epoch})")

    def column(self, name: str, scope: Scope) -> Column:
        return Column(name, types.Identifier("opaque"), pa.int64(), origin="declared")

    def made(self, rows: Index, times: Index, common: Seed) -> pa.Array:
        since = times - milliseconds(self.epoch, "epoch")
        if len(since) and not 0 <= since.min() <= since.max() < 2**41:
            raise PlanError(f"a snowflake has 41 bits of milliseconds since {self.epoch}, and some times need more")
        machines = np.full(len(rows), self.machine) if self.time is None else (rows >> 12) & 1023
        return pa.array((since << 22) | (machines << 12) | (rows & 4095))
