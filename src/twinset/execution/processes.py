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
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from twinset.core.optional import keep_pandas_out
from twinset.core.request import Part
from twinset.errors import GenerationError
from twinset.execution import Job
from twinset.execution.pools import ended

_AHEAD = 2
"""Parts handed out ahead of each worker: enough to keep it busy, few enough to stop soon."""


@dataclass(frozen=True, slots=True)
class Processes:
    """A pool of processes; parts start in order, as soon as those that they need have ended."""

    workers: int

    def run(self, parts: Iterable[Part], job: Job, done: frozenset[str]) -> Iterator[Part]:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, context, initializer=_begin) as pool:
            try:
                yield from ended(pool, parts, job, done, self.workers * _AHEAD)
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
