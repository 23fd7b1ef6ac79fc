"""Trying again what is worth it: a bounded number of times, later each time, and as late as the server asks for."""

from __future__ import annotations

import asyncio
import contextlib
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
                if not error.is_retryable or (is_last and error.kind not in ("rate",)) or attempt == self.retries:
                    raise
                self.n_retries += 1
                wait = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
                await asyncio.sleep(wait * (0.5 + (seed * 2654435761 + attempt * 40503) % 1024 / 2048))
        raise AssertionError("unreachable")

    async def _guarded(self, once: Callable[[], Awaitable[T]]) -> T:
        ticket = await self.limiter.acquire()
        is_too_much, is_fine, pause = False, False, 0.0
        try:
            result = await once()
            is_fine = self._has_answered = True
            return result
        except ProviderError as error:
            is_too_much = error.kind in ("rate", "timeout")
            self._has_answered |= error.kind not in ("endpoint", "timeout", "cut")
            with contextlib.suppress(AttributeError):
                pause = min(LONGEST_WAIT, error.retry_after)  # type: ignore[attr-defined]
            raise
        finally:
            self.limiter.release(ticket, is_too_much=is_too_much, is_fine=is_fine, pause=pause)
