"""The models of a stage at work: their clients, behind recordings, in an event loop of their own thread.

All parts that are made at once share it, so that the server is kept busy across parts. It lives from the first call to
``close``.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any, TypeVar

from twinset.core import registry
from twinset.core.llm import Client, ModelOptions, Recording
from twinset.errors import GenerationError, ProviderError
from twinset.plan import ModelSpec

T = TypeVar("T")
RECORDED = "recorded"


class Session:
    """Clients by the names of their models. Answers are recorded below ``folder``, where there is one.

    ``rows`` are places for rows under way, as many as calls, first come, first served: parts come to their ends one after
    another, and while one waits for its last rows the next one's keep the server busy.
    """

    def __init__(self, models: Mapping[str, ModelSpec], folder: Path | None) -> None:
        self._is_over = False
        self._waited_for: set[Future[Any]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="twinset-models")
        self._recordings: dict[str, Recording] = {}
        self.rows = asyncio.Semaphore(sum(spec.concurrency for spec in models.values()))
        self._thread.start()
        try:
            for name, spec in models.items():
                self._recordings[name] = self.run(_opened(name, spec, folder))
        except BaseException:
            self.close()
            raise

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of something that runs in the loop."""
        if self._is_over:
            work.close()
            raise GenerationError("another part of the stage has failed")
        return self._run(work)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._waited_for.add(future)
        try:
            return future.result()
        except CancelledError:
            raise GenerationError("another part of the stage has failed") from None
        except BaseException:
            future.cancel()
            raise
        finally:
            self._waited_for.discard(future)

    def part(self, name: str) -> dict[str, Client]:
        """The clients for one part."""
        return {model: recording.part(name) for model, recording in self._recordings.items()}

    def leave(self, clients: Iterable[Client]) -> None:
        """A part has ended, well or not: its files are closed."""
        self._run(_left(clients))

    def give_up(self) -> None:
        """Whatever is asked now ends with an error in the part that waits for it."""
        self._is_over = True
        for future in list(self._waited_for):
            future.cancel()

    def close(self) -> None:
        """All parts have ended: clients and the loop are closed."""
        self._run(_left(self._recordings.values()))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _opened(name: str, spec: ModelSpec, folder: Path | None) -> Recording:
    options = options_of(spec)
    inner = None if spec.client == RECORDED else registry.lookup("llm", spec.client)(options)
    if inner is None and options.answers is None:
        raise ProviderError(
            "client: recorded needs answers: FILE, such as out/private/answers.jsonl", kind="unrecorded", is_retryable=False
        )
    place = None if folder is None else folder / name
    made: Recording = registry.lookup("llm", RECORDED)(options, inner, place)
    return made


async def _left(clients: Iterable[Client]) -> None:
    for client in clients:
        await client.close()
    await asyncio.sleep(0)


def options_of(spec: ModelSpec) -> ModelOptions:
    """A model of a plan as its client takes it."""
    return ModelOptions(
        model=spec.model,
        base_url=spec.base_url,
        key=spec.key,
        concurrency=spec.concurrency,
        timeout=spec.timeout,
        retries=spec.retries,
        structured=spec.structured,
        path=spec.path,
        answers=None if spec.answers is None else Path(spec.answers),
        tokens=spec.budget.tokens,
        money=spec.budget.money,
        price_input=spec.price.input,
        price_output=spec.price.output,
    )
