"""``code_runs``.

Code and its unit tests are run, locked in (:mod:`twinset.verification.sandbox`), and must come to their end.

What fails, takes too long, ends early or has no test is refused. Verdicts depend on the code alone while time is plenty:
limits are of CPU time, and the clock only ends what waits.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.verification.columns import need, texts
from twinset.verification.sandbox.run import Limits, Ran, all_ran, demand

_FENCE = re.compile(r"^\s*```[\w+-]*[ \t]*\n(.*?)\n?```\s*$", re.DOTALL)
_STOPPED = {"time": "it took too long", "disk": "it wrote more than it may"}


@dataclass(frozen=True, slots=True)
class CodeRuns:
    """Python in ``code`` runs, and the tests in ``tests`` pass; without ``tests`` it is only run.

    Tests see what the code defines, and may import it as ``module``. ``seconds`` (of CPU), ``megabytes`` and ``disk`` are
    what each may take; ``packages`` lets it read what is installed beside Twinset.
    """

    code: str
    tests: str | None = None
    module: str = "solution"
    seconds: int = 5
    megabytes: int = 512
    disk: int = 8
    packages: bool = False
    workers: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        self.limits()
        if not self.module.isidentifier():
            raise PlanError(f"module is a name that Python can import, not {self.module!r}")

    def limits(self) -> Limits:
        """What each run may take."""
        return Limits(self.seconds, self.megabytes, self.disk, packages=self.packages)

    def fits(self, table: Table) -> None:
        need(table, "code", self.code)
        if self.tests is not None:
            need(table, "tests", self.tests)
        demand()

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        codes = texts(rows, self.code)
        tests: Sequence[str | None] = texts(rows, self.tests) if self.tests is not None else [""] * len(codes)
        found: list[str | None] = [_missing(*pair, self.tests is not None) for pair in zip(codes, tests, strict=True)]
        asked = [place for place, reason in enumerate(found) if reason is None]
        jobs = [(bare(codes[place] or ""), bare(tests[place] or "")) for place in asked]
        for place, ran in zip(asked, all_ran(jobs, self.limits(), self.module, self.workers or _cpus()), strict=True):
            found[place] = said(ran)
        return found


def bare(text: str) -> str:
    """Code without the fence that models put around it."""
    fenced = _FENCE.match(text)
    return fenced[1] if fenced else text


def said(ran: Ran) -> str | None:
    """Why it may not stay, in the same words for the same fault; None where it may."""
    if ran.is_done and "nothing" not in ran.words:
        return None
    part = "tests" if "code" in ran.words else "code"
    if "nothing" in ran.words:
        return "its tests test nothing"
    if ran.stopped:
        return f"its {part} can't be run to the end: {_STOPPED.get(ran.stopped, 'it crashed')}"
    raised = next((word.removeprefix("raised ") for word in ran.words if word.startswith("raised ")), None)
    verb = ("fail", "end") if part == "tests" else ("fails", "ends")
    return f"its {part} {verb[0]}: {raised}" if raised else f"its {part} {verb[1]} the program"


def _missing(code: str | None, tests: str | None, is_tested: bool) -> str | None:
    if not (code or "").strip():
        return "there is no code"
    return "there are no tests" if is_tested and not (tests or "").strip() else None


def _cpus() -> int:
    return min(8, len(os.sched_getaffinity(0)))
