"""``twinset texts``: made texts beside a corpus."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from twinset.cli.commands import app
from twinset.cli.console import Bar, say
from twinset.cli.options import Overwrite, Quiet, Seeded
from twinset.evaluation.report.texts import summary
from twinset.pipeline.texting import TextSources, compare_texts, write_report


@app.command()
def texts(
    made: Annotated[str, typer.Argument(help="A file of made texts, or the output folder of a run.")],
    corpus: Annotated[
        str, typer.Option("--corpus", help="A file of real texts, or of the examples that a model was shown.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder of the report.")],
    holdout: Annotated[str | None, typer.Option("--holdout", help="Real texts that nobody learned from.")] = None,
    test_set: Annotated[list[str] | None, typer.Option("--test-set", help="A test set that must not be in them.")] = None,
    text: Annotated[str | None, typer.Option("--text", help="The column of texts; default: all that hold text.")] = None,
    label: Annotated[str | None, typer.Option("--label", help="The column of labels: try a classifier.")] = None,
    teacher: Annotated[
        str | None, typer.Option("--teacher", help="The column of --holdout with the labelling model's own answers.")
    ] = None,
    model: Annotated[str, typer.Option("--embeddings", help="minilm, or a model's folder.")] = "",
    seed: Seeded = 0,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Measure made texts: variety, repeats, leaks, and what they are good for."""
    sources = TextSources(made, corpus, holdout, tuple(test_set or ()), text, label, model, teacher)
    with Bar(is_quiet=quiet) as bar:
        report = compare_texts(sources, seed=seed, watch=bar, command=shlex.join(["twinset", *sys.argv[1:]]))
    page = write_report(report, out, overwrite=overwrite)
    for line in summary(report):
        say(line)
    say(str(page))
