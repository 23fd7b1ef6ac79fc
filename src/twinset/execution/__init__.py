"""Where parts are made: in this process, or in several.

An executor is given parts and a job and runs the job once for each part, after the parts that it needs. What the job does
and leaves behind is not its business; nor can the choice of executor change what is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from twinset.core.request import Part
from twinset.errors import PlanError

Job = Callable[[Part], None]


class Executor(Protocol):
    """Runs a job over parts.

    ``done`` are ids that parts may need and that were made before. Yields each part when its job has ended; an exception of
    a job ends the run.
    """

    def run(self, parts: Iterable[Part], job: Job, done: frozenset[str]) -> Iterator[Part]: ...


def executor_for(workers: int) -> Executor:
    """The executor for that many workers."""
    from twinset.execution.local import Local
    from twinset.execution.processes import Processes

    if workers < 1:
        raise PlanError(f"there is at least one worker, not {workers}")
    return Local() if workers == 1 else Processes(workers)
