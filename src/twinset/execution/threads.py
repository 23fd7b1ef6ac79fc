"""Several threads of this process, for parts that wait for others: for a server's answers, not for this machine's work."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass

from twinset.core.request import Part
from twinset.execution import Job
from twinset.execution.pools import ended


@dataclass(frozen=True, slots=True)
class Threads:
    """At most ``n_at_once`` parts together, while ``opened`` holds open what they wait for; ``give_up`` ends the waiting."""

    n_at_once: int
    opened: Callable[[], AbstractContextManager[None]]
    give_up: Callable[[], None]

    def run(self, parts: Iterable[Part], job: Job, done: frozenset[str]) -> Generator[Part, None, None]:
        with self.opened(), ThreadPoolExecutor(self.n_at_once, thread_name_prefix="twinset-part") as pool:
            try:
                yield from ended(pool, parts, job, done, self.n_at_once)
            except BaseException:
                self.give_up()
                raise
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
