"""Several processes on this machine.

Workers are spawned, not forked: a fork of a process that holds threads (Arrow's, BLAS') can hang. Each notices when its
parent is gone and ends, so that kill -9 of the parent leaves nothing running.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from twinset.core.optional import keep_pandas_out
from twinset.core.request import Part
from twinset.errors import GenerationError
from twinset.execution import Job
from twinset.execution.waiting import Waiting

_AHEAD = 2
"""Parts handed out ahead of each worker: enough to keep it busy, few enough to stop soon."""


@dataclass(frozen=True, slots=True)
class Processes:
    """A pool of processes; parts start in order, as soon as those that they need have ended."""

    workers: int

    def run(self, parts: Iterable[Part], job: Job, done: frozenset[str]) -> Iterator[Part]:
        waiting = Waiting(parts, set(done))
        running: dict[Future[None], Part] = {}
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, context, initializer=_begin) as pool:
            try:
                while True:
                    while len(running) < self.workers * _AHEAD and (part := waiting.ready()):
                        running[pool.submit(job, part)] = part
                    if not running:
                        return
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        part = running.pop(future)
                        future.result()
                        waiting.done.add(part.id)
                        yield part
            except BrokenProcessPool as error:
                raise GenerationError(
                    "a worker process was killed (memory?); run the same command again, with fewer workers if it recurs"
                ) from error
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Set up a worker: Ctrl-C is the parent's to handle, and the parent's end is the worker's end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_pandas_out()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
