"""What the commands print: a bar and remarks on stderr while they work, results on stdout when they are done."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from types import TracebackType

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from twinset.core.verdict import Verdict
from twinset.pipeline.outcome import Outcome

_err = Console(stderr=True, highlight=False, soft_wrap=True)
_out = Console(highlight=False, soft_wrap=True)
_COLOURS = {"pass": "green", "fail": "red", "unknown": "yellow"}


def complain(text: str) -> None:
    """An error, on stderr."""
    _err.print(f"[bold red]error:[/] {escape(text)}")


def say(text: str) -> None:
    """A result, on stdout."""
    _out.print(escape(text))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on stdout; cells wrap to the width of the terminal."""
    drawn = Table(*head, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        drawn.add_row(*map(escape, row))
    Console(highlight=False).print(drawn)


class Bar:
    """A watch that draws a progress bar on a terminal and prints plain remarks elsewhere."""

    def __init__(self, *, is_quiet: bool = False) -> None:
        self._is_quiet = is_quiet
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TimeElapsedColumn(),
            console=_err,
            transient=True,
            disable=is_quiet or not sys.stderr.isatty(),
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._progress.stop()

    def begin(self, what: str) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(escape(what), total=1.0)

    def advance(self, share: float, what: str = "") -> None:
        if self._task is not None:
            self._progress.update(self._task, completed=share)

    def say(self, text: str) -> None:
        if not self._is_quiet:
            _err.print(f"[dim]{escape(text)}[/]")


def show_outcome(outcome: Outcome) -> None:
    """The three lines of each verdict, and the path."""
    if outcome.was_there:
        say("nothing to do: this very run is finished and unharmed")
    for name, verdict in outcome.verdicts.items():
        if len(outcome.verdicts) > 1:
            say(name)
        show_verdict(verdict)
    if not outcome.is_published:
        say(f"the gate said no: the data lies in {outcome.place / 'held'}")
    say(str(outcome.report))


def show_verdict(verdict: Verdict) -> None:
    """Three lines: alike, useful, leaked, each with its outcome and figure, in which a column's name may break lines."""
    for answer in verdict.answers:
        colour, figure = _COLOURS[answer.outcome], " ".join(answer.figure.split())
        _out.print(f"{answer.question:<7} [{colour}]{answer.outcome:<8}[/]{escape(figure)}")
