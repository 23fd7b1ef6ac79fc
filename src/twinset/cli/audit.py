"""The command ``twinset audit``: does an engine leak the records that it learns from, on this very table?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml

from twinset.cli.commands import GATE_SAID_NO, app, profile_of
from twinset.cli.console import Bar, say, show_verdict
from twinset.cli.options import Engine, Gate, Overwrite, Privacy, Quiet, Seeded, Source, Workers
from twinset.errors import PlanError
from twinset.evaluation.report.audit import summary
from twinset.pipeline import api, planning
from twinset.pipeline.auditing import SHADOWS, TARGETS
from twinset.pipeline.settings import Settings


@app.command()
def audit(
    source: Source,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Folder of the evidence; default NAME.audit.")] = None,
    synthesizer: Engine = "trees",
    privacy: Privacy = "default",
    option: Annotated[list[str] | None, typer.Option("--option", help="An option of the engine, such as leaf=50.")] = None,
    shadows: Annotated[
        int, typer.Option("--shadows", help="Twins to make and attack: an even number, 4 at least.")
    ] = SHADOWS,
    targets: Annotated[int, typer.Option("--targets", help="Records of each kind that are asked for.")] = TARGETS,
    seed: Seeded = 0,
    gate: Gate = "standard",
    workers: Workers = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Attack an engine on a table: fit it on many random halves and tell who was in which."""
    place = out or Path(Path(source).name.split(".")[0].replace("*", "all") + ".audit")
    profile, options = profile_of(gate), dict(map(_assigned, option or ())) | planning.dial(privacy)
    with Bar(is_quiet=quiet) as bar:
        settings = Settings(workers=workers, overwrite=overwrite, watch=bar)
        result = api.audited(
            source, place, synthesizer, options, shadows=shadows, targets=targets, seed=seed, gate=profile, settings=settings
        )
    for line in summary(result):
        say(line)
    show_verdict(result.verdict)
    say(str(place / "audit.html"))
    if not result.verdict.is_published:
        raise typer.Exit(GATE_SAID_NO)


def _assigned(text: str) -> tuple[str, object]:
    """NAME=VALUE with the value read as in a plan: 50 is a number, true a boolean."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise PlanError(f"--option takes NAME=VALUE, such as leaf=50, not {text!r}")
    try:
        return name, yaml.safe_load(value)
    except yaml.YAMLError:
        raise PlanError(f"--option {name}: {value!r} can't be read as a value") from None
