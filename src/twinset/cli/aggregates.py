"""``twinset aggregates``: what data holders may publish, so that a twin can be judged where the data may not go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twinset.cli.commands import app
from twinset.cli.console import Bar, say
from twinset.cli.options import Overwrite, Quiet, Source
from twinset.errors import OutputError
from twinset.pipeline.published import write_aggregates


@app.command()
def aggregates(
    source: Source,
    out: Annotated[Path, typer.Option("-o", "--out", help="The file: .yaml or .json.")],
    rounding: Annotated[int, typer.Option("--rounding", help="Counts become multiples of this, at most 10.")] = 5,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Write aggregates of real rows that may be published: nothing of fewer than 10 people or things."""
    if out.exists() and not overwrite:
        raise OutputError(f"{out} is there already; choose another name with -o, or say --overwrite")
    with Bar(is_quiet=quiet) as bar:
        found = write_aggregates(source, out, rounding=rounding, watch=bar)
    shown = f"{len(found.columns)} columns, {len(found.correlations)} correlations, {len(found.tables)} cross tables"
    say(f"{out}: {shown}; nothing of fewer than {found.k}, counts rounded to {found.rounding:g}")
