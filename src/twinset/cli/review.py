"""``twinset review``: rows of an output accepted, edited or rejected by people."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from twinset.cli.commands import app
from twinset.cli.console import say
from twinset.cli.options import Seeded
from twinset.errors import PlanError
from twinset.pipeline.reviewing import Logs, Reviewed, in_words, write_reviewed
from twinset.pipeline.reviewing import review as serve_review
from twinset.review.agreement import agreements


@app.command()
def review(
    place: Annotated[Path, typer.Argument(help="The output folder of a run, or a file of data with its manifest.")],
    reviewer: Annotated[str, typer.Option("--reviewer", help="Whose choices these are.")] = "reviewer",
    rows: Annotated[int | None, typer.Option("--rows", help="As many rows, by lot; default: all.")] = None,
    file: Annotated[str | None, typer.Option("--file", help="Which file of the folder.")] = None,
    write: Annotated[Path | None, typer.Option("--write", help="Write what stays to this new folder; no page.")] = None,
    keep_unseen: Annotated[bool, typer.Option("--keep-unseen", help="With --write: rows nobody saw stay.")] = False,
    agreement: Annotated[bool, typer.Option("--agreement", help="Say what was chosen so far; no page.")] = False,
    port: Annotated[int, typer.Option("--port", help="The page's port; default: a free one.")] = 0,
    seed: Seeded = 0,
) -> None:
    """Review rows on a page of this machine: accept, edit or reject each by one key."""
    if keep_unseen and write is None:
        raise PlanError("--keep-unseen says what --write writes; name its folder, too")
    found = Reviewed.of(place, file)
    if write is not None:
        settled = write_reviewed(found, write, keep_unseen=keep_unseen)
        say(f"{settled.rows.num_rows:,} rows stay, {settled.n_edited:,} of them edited")
        for reason, count in settled.left_out.items():
            say(f"{count:,} left out: {reason}")
        say(str(write))
    elif agreement:
        _show(found.logs)
    else:
        _show(serve_review(found, reviewer, n_rows=rows, seed=seed, port=port, tell=_tell))


def _tell(link: str) -> None:
    typer.echo(f"review here (the link opens once): {link}")


def _show(logs: Logs) -> None:
    for name, log in logs.items():
        counts = Counter(choice.verb for choice in log.values())
        say(f"{name}: {counts['accept']:,} accepted, {counts['edit']:,} edited, {counts['reject']:,} rejected")
    for one in agreements(logs):
        say(in_words(one))
