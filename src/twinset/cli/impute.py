"""``twinset impute``: the missing cells of real rows, filled."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twinset.cli.commands import app
from twinset.cli.console import Bar, say
from twinset.cli.options import Engine, Overwrite, Quiet, Seeded, Source
from twinset.pipeline.imputing import impute_file
from twinset.pipeline.settings import Settings


@app.command()
def impute(
    source: Source,
    out: Annotated[Path, typer.Option("-o", "--out", help="The data file: .csv, .parquet, .jsonl or .arrow.")],
    draws: Annotated[int, typer.Option("--draws", min=1, max=1000, help="Times to fill; column 'draw' numbers them.")] = 1,
    synthesizer: Engine = "trees",
    seed: Seeded = 0,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Fill the missing cells of real rows, learned from these very rows; the result holds real rows."""
    with Bar(is_quiet=quiet) as bar:
        settings = Settings(overwrite=overwrite, watch=bar)
        made = impute_file(source, out, settings, synthesizer=synthesizer, seed=seed, n_draws=draws)
    for name, count in made.left.items():
        say(f"{name}: {count:,} cells stay missing: what they may hold was not learned")
    say(f"{out}: {made.n_filled:,} missing cells filled, {len(made.draws)} times; these are real rows, not synthetic ones")
