"""How many calls are in flight: as many as are allowed, fewer where the server says that it is too much, then more again.

Additive increase, multiplicative decrease, as TCP has it (Chiu and Jain, 1989): a refusal halves the limit, once for all the
calls that were under way together; each answer raises it, so that it recovers within a few dozen rounds.
"""

from __future__ import annotations

import asyncio
from collections import deque

_GROWTH = 0.05


class Limiter:
    """First come, first served. Belongs to one event loop."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = float(most)
        self.in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._cuts = 0
        self._closed_until = 0.0

    async def acquire(self) -> int:
        """Wait for a place; gives a ticket for :meth:`release`."""
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
        if (left := self._closed_until - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(left)
        return self._cuts

    def release(self, ticket: int, *, is_too_much: bool, is_fine: bool, pause: float = 0.0) -> None:
        """The call has ended; ``pause``: seconds for which the server wants no other."""
        self.in_flight -= 1
        if is_too_much and ticket == self._cuts:
            self._cuts += 1
            self.limit = max(1.0, self.limit / 2)
        elif is_fine:
            self.limit = min(float(self.most), self.limit + max(1.0, self.limit * _GROWTH) / self.limit)
        if pause:
            self._closed_until = max(self._closed_until, asyncio.get_running_loop().time() + pause)
        self._wake()

    def _wake(self) -> None:
        while self._waiting and self.in_flight < int(self.limit):
            place = self._waiting.popleft()
            if not place.done():
                self.in_flight += 1
                place.set_result(None)
