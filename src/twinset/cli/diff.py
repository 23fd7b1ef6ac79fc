"""``twinset diff``: two runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twinset.cli.commands import app
from twinset.cli.console import say, table
from twinset.errors import PlanError
from twinset.evaluation.difference.values import Difference
from twinset.evaluation.difference.words import conclusion, noise_in_words, verdict_in_words
from twinset.evaluation.report import render_difference_html, render_difference_json, render_difference_markdown
from twinset.evaluation.report.difference import MoveView, views
from twinset.pipeline.comparing import compare
from twinset.pipeline.staging import friendly_disk, write

MOST_MOVES, FEW_MOVES = 15, 5
"""Moves that are listed: beyond the noise, or, where none is, the largest."""
_RENDERERS = {".html": render_difference_html, ".md": render_difference_markdown, ".json": render_difference_json}


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="An output folder of twin, run or evaluate.")],
    after: Annotated[Path, typer.Argument(help="Another one.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write a page: .html, .md or .json.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which change of data, plan or version moved which score."""
    if out is not None and out.suffix not in _RENDERERS:
        raise PlanError(f"-o takes a file that ends in {', '.join(_RENDERERS)}, not {out.name!r}")
    found = compare(before, after)
    if out is not None:
        with friendly_disk(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            write(out, _RENDERERS[out.suffix](found))
    if as_json:
        typer.echo(render_difference_json(found), nl=False)
        return
    _show(found)
    if out is not None:
        say(str(out))


def _show(found: Difference) -> None:
    say(conclusion(found))
    say(verdict_in_words(found))
    if found.changes:
        lines = [(one.where, one.before, one.after, "yes" if one.can_move else "no") for one in found.changes]
        table(("changed", "before", "after", "can move scores"), lines)
    for text in found.unknown:
        say(f"not known: {text}")
    if not found.moves:
        return
    shown = found.beyond[:MOST_MOVES] or found.moves[:FEW_MOVES]
    table(("score", "before", "after", "move", "", "noise"), [_line(view) for view in views(shown)])
    if len(found.moves) > len(shown):
        say(f"{len(found.moves) - len(shown):,} more moved less, or can't be set beside a noise; --json and -o show them")
    say(noise_in_words(found))


def _line(view: MoveView) -> tuple[str, ...]:
    move = view.move
    before, after = (f"{view.value(side)}\n{view.interval(side)}".rstrip() for side in (move.before, move.after))
    chance = view.chance.replace(" the noise (", "\n").removesuffix(")")
    return f"{move.metric}\n{move.subject or 'the whole table'}", before, after, view.size, move.direction, chance
