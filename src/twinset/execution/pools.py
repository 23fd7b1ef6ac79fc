"""What pools of threads and of processes share: parts are handed out as soon as those that they need have ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from twinset.core.request import Part
from twinset.execution import Job
from twinset.execution.waiting import Waiting


def ended(pool: Executor, parts: Iterable[Part], job: Job, done: frozenset[str], n_at_once: int) -> Iterator[Part]:
    """The parts in the order in which they end; no more than ``n_at_once`` are handed out."""
    waiting = Waiting(parts, set(done))
    running: dict[Future[None], Part] = {}
    while True:
        while len(running) < n_at_once and (part := waiting.ready()):
            running[pool.submit(job, part)] = part
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            part = running.pop(future)
            future.result()
            waiting.done.add(part.id)
            yield part
