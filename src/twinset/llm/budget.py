"""Budgets: what may be spent on a model, in tokens and in money, counted over all attempts at a run.

Each call sets aside the most that it can cost before it is sent, so that calls in flight together stay within the budget
too.
"""

from __future__ import annotations

import asyncio

from twinset.core.llm import Answer, Call, ModelOptions
from twinset.errors import ProviderError


class Budget:
    """What has been spent, what is set aside. Belongs to one event loop."""

    def __init__(self, options: ModelOptions) -> None:
        self.options = options
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self.is_spent = False
        self._aside = 0
        self._n_aside = 0
        self._freed = asyncio.Event()

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    @property
    def money(self) -> float:
        return self.options.cost(self.prompt_tokens, self.completion_tokens)

    def spend(self, prompt_tokens: int, completion_tokens: int) -> None:
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens

    async def reserve(self, call: Call) -> int:
        """Set aside what a call can cost; ProviderError where that is more than is left."""
        if self.options.tokens is None and self.options.money is None:
            return 0
        most = call.most_tokens
        while not self._fits(most + self._aside):
            if self.is_spent or not self._n_aside:
                self.is_spent = True
                self._freed.set()
                raise self._spent()
            self._freed.clear()
            await self._freed.wait()
        self._aside += most
        self._n_aside += 1
        return most

    def settle(self, aside: int, answer: Answer | None) -> None:
        """The call has ended: what it did cost, in place of what was set aside."""
        if answer is not None:
            self.spend(answer.prompt_tokens, answer.completion_tokens)
        if aside:
            self._aside -= aside
            self._n_aside -= 1
            self._freed.set()

    def _fits(self, more: int) -> bool:
        price = max(self.options.price_input, self.options.price_output) / 1e6
        has_tokens = self.options.tokens is None or self.tokens + more <= self.options.tokens
        return has_tokens and (self.options.money is None or self.money + more * price <= self.options.money)

    def _spent(self) -> ProviderError:
        limits = [] if self.options.tokens is None else [f"{self.options.tokens:,} tokens"]
        limits += [] if self.options.money is None else [f"${self.options.money:,.2f}"]
        return ProviderError(
            f"the budget of {' and '.join(limits)} for the model {self.options.model!r} does not reach for another call: "
            f"{self.tokens:,} tokens (${self.money:,.4f}) are spent. All answers are kept: raise the budget in the plan and "
            "run the same command again, and it goes on where it stopped",
            kind="budget",
            is_retryable=False,
        )
