"""Trying again what is worth it: a bounded number of times, later each time, and as late as the server asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from twinset.errors import ProviderError
from twinset.llm.limiter import Limiter

FIRST_WAIT = 0.25
LONGEST_WAIT = 30.0
_FIRST_CONTACT = 3
"""Tries of a server that has never answered: it is more likely not there than busy."""

T = TypeVar("T")


class Patience:
    """A limiter, and tries. Belongs to one event loop."""

    def __init__(self, limiter: Limiter, retries: int) -> None:
        self.limiter = limiter
        self.retries = retries
        self.n_retries = 0
        self._has_answered = False

    async def ask(self, once: Callable[[], Awaitable[T]], seed: int) -> T:
        """The result of ``once``, tried again where it fails in a way that may pass; else its ProviderError."""
        for attempt in range(self.retries + 1):
            try:
                return await self._guarded(once)
            except ProviderError as error:
                is_last = attempt == self.retries or (not self._has_answered and attempt + 1 >= _FIRST_CONTACT)
                if not error.is_retryable or (is_last and error.kind != "rate") or attempt == self.retries:
                    raise
                self.n_retries += 1
                wait = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
                wait *= 0.5 + (seed * 2654435761 + attempt * 40503) % 1024 / 2048
                await asyncio.sleep(max(wait, _asked_for(error)))
        raise AssertionError("unreachable")

    async def _guarded(self, once: Callable[[], Awaitable[T]]) -> T:
        await self.limiter.acquire()
        is_refused, pause = False, 0.0
        try:
            result = await once()
            self._has_answered = True
            return result
        except ProviderError as error:
            is_refused, pause = error.kind in ("rate", "timeout"), _asked_for(error)
            self._has_answered |= error.kind not in ("endpoint", "timeout", "cut")
            raise
        finally:
            self.limiter.release(is_refused=is_refused, pause=pause)


def _asked_for(error: ProviderError) -> float:
    """The pause that the server asks for, within bounds."""
    return min(LONGEST_WAIT, float(getattr(error, "retry_after", 0.0)))
