"""How many calls are in flight: as many as are allowed, fewer where the server says that it is too much, then more again.

By rounds of as many calls as the limit allows: where more than a few in a hundred of them were refused, the limit falls by a
quarter, where most were, by half; else it grows by a tenth. A refusal now and then is no reason to slow down, and many at
once are one.

The first calls set out one after another, all within half a second: sent in one instant to a server that takes as long for
each, they would come back in one, and go on so, and each would wait for the work that all others make here.
"""

from __future__ import annotations

import asyncio
from collections import deque

_FEW = 0.05
_GROWTH = 1.1
_APART = 0.001
_ALL_WITHIN = 0.5


class Limiter:
    """First come, first served. Belongs to one event loop."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = float(most)
        self.in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._n_ended = 0
        self._n_refused = 0
        self._closed_until = 0.0
        self._apart = min(_APART, _ALL_WITHIN / most)
        self._n_started = 0
        self._next_start = 0.0

    async def acquire(self) -> None:
        """Wait for a place."""
        if self._waiting or self.in_flight >= int(self.limit):
            place = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            try:
                await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    self.in_flight -= 1
                    self._wake()
                raise
        else:
            self.in_flight += 1
        now = asyncio.get_running_loop().time()
        if (left := max(self._closed_until, self._start(now)) - now) > 0:
            await asyncio.sleep(left)

    def _start(self, now: float) -> float:
        """When a call may set out: the first ones, each a moment after the one before."""
        if self._n_started >= self.most:
            return now
        self._n_started += 1
        start = max(now, self._next_start)
        self._next_start = start + self._apart
        return start

    def release(self, *, is_refused: bool, pause: float = 0.0) -> None:
        """The call has ended; ``pause``: seconds for which the server wants no other, heeded where it refuses many."""
        self.in_flight -= 1
        self._n_ended += 1
        self._n_refused += is_refused
        if pause and self._n_refused > max(1.0, _FEW * self.limit):
            self._closed_until = max(self._closed_until, asyncio.get_running_loop().time() + pause)
        if self._n_ended >= int(self.limit):
            self._next_round()
        self._wake()

    def _next_round(self) -> None:
        share = self._n_refused / self._n_ended
        if share > _FEW:
            self.limit = max(1.0, self.limit * (0.5 if share > 0.5 else 0.75))
        else:
            self.limit = min(float(self.most), max(self.limit + 1, self.limit * _GROWTH))
        self._n_ended = self._n_refused = 0

    def _wake(self) -> None:
        while self._waiting and self.in_flight < int(self.limit):
            place = self._waiting.popleft()
            if not place.done():
                self.in_flight += 1
                place.set_result(None)
