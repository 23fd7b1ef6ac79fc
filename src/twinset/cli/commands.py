"""The commands: each turns its options into one call of the pipeline and prints what came of it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from twinset.cli import quick
from twinset.cli.console import Bar, say, show_outcome, show_verdict
from twinset.cli.options import (
    Engine,
    Gate,
    Overwrite,
    People,
    Presidio,
    Privacy,
    Quiet,
    Seeded,
    Source,
    Sources,
    Target,
    Thorough,
    Workers,
)
from twinset.core.verdict import Override
from twinset.databases.address import is_url
from twinset.errors import OutputError, PlanError
from twinset.pipeline import api, planning, sampling
from twinset.pipeline import run as running
from twinset.pipeline.conditions import Asked
from twinset.pipeline.doctor import examine
from twinset.pipeline.outcome import Judged, JudgedLinked
from twinset.pipeline.published import judge_by_aggregates
from twinset.pipeline.settings import Settings
from twinset.pipeline.sinking import evidence_for
from twinset.pipeline.staging import friendly_disk
from twinset.plan import Plan, Profile, Stage, load
from twinset.provenance import files

GATE_SAID_NO = 3

app = typer.Typer(
    help="Synthetic data, with the evidence that it is fit to use.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from twinset import __version__

        say(f"twinset {__version__}")
        raise typer.Exit


@app.command()
def twin(
    source: Sources,
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", help="Folder of the result, default NAME.twinset; or the URL of a database."),
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", help="With a database for -o: the folder of the evidence.")
    ] = None,
    rows: Annotated[
        list[str] | None,
        typer.Option("--rows", "-n", help="Rows to make, or TABLE=N as often as needed; default as many as the source has."),
    ] = None,
    synthesizer: Engine = "trees",
    privacy: Privacy = "default",
    people: People = "",
    presidio: Presidio = False,
    target: Target = None,
    seed: Seeded = 0,
    gate: Gate = "standard",
    thorough: Thorough = False,
    override: Annotated[str | None, typer.Option("--override", help="Publish in spite of the gate: say why.")] = None,
    workers: Workers = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Make a twin of a table or of a database, with its evidence: data, report, scores, manifest."""
    sink = out if out is not None and is_url(out) else None
    if evidence is not None and sink is None:
        raise PlanError("--evidence goes with a database for -o; a folder holds the evidence beside the data")
    place = evidence or (evidence_for(sink) if sink else Path(out or _stem(source) + ".twinset"))
    plan = planning.plan_for(
        source, rows=quick.rows_of(rows or ()), synthesizer=synthesizer, privacy=privacy, target=target, seed=seed,
        gate=profile_of(gate), thorough=thorough, people=people, presidio=presidio,
    )  # fmt: skip
    _run(plan, place, Path(), override=override, workers=workers, overwrite=overwrite, quiet=quiet, sink=sink)


@app.command()
def run(
    plan: Annotated[Path, typer.Argument(help="A plan, as `twinset init` writes one.")],
    rows: Annotated[list[str] | None, typer.Option("--rows", help="TABLE=N, as often as needed.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Folder of the result; default PLAN.twinset; - prints."),
    ] = None,
    table: Annotated[str | None, typer.Option("--table", help="With -o -: which table is printed.")] = None,
    format: Annotated[
        str | None, typer.Option("--format", help="csv, jsonl, parquet, arrow; with -o - csv or jsonl.")
    ] = None,
    edge: Annotated[
        str | None,
        typer.Option("--edge", help="The share of values that are edge cases, in tables by rules; each is labelled."),
    ] = None,
    override: Annotated[str | None, typer.Option("--override", help="Publish in spite of the gate: say why.")] = None,
    workers: Workers = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Run a plan."""
    known = quick.with_edge(quick.with_rows(load(plan), rows or ()), edge)
    if out == Path("-"):
        quick.print_plan(known, plan.parent, table, format, is_quiet=quiet)
        return
    if table is not None:
        raise PlanError("--table goes with -o -, which prints one table; a folder holds all of them")
    known = known if format is None else known.model_copy(update={"format": format})
    place = out or Path(plan.stem + ".twinset")
    _run(known, place, plan.parent, override=override, workers=workers, overwrite=overwrite, quiet=quiet)


@app.command()
def fit(
    source: Source,
    out: Annotated[Path, typer.Option("-o", "--out", help="The sampler file, such as model.twin.")],
    synthesizer: Engine = "trees",
    privacy: Privacy = "default",
    people: People = "",
    presidio: Presidio = False,
    seed: Seeded = 0,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Learn from every row of a table and write the sampler."""
    plan = planning.plan_for(source, rows=None, synthesizer=synthesizer, privacy=privacy, target=None, seed=seed,
                             gate="standard", people=people, presidio=presidio)  # fmt: skip
    with Bar(is_quiet=quiet) as bar:
        notes = sampling.fit_file(plan, out, Settings(overwrite=overwrite, watch=bar))
        for note in notes:
            bar.say(note)
    say(str(out))


@app.command()
def sample(
    model: Annotated[Path, typer.Argument(help="A sampler file.")],
    out: Annotated[
        Path,
        typer.Option("-o", "--out", help="The data file: .csv, .parquet, .jsonl or .arrow; a folder for several tables."),
    ],
    n: Annotated[
        list[str] | None,
        typer.Option(
            "--rows", "-n", help="Rows to make, or TABLE=N as often as needed; default as many as were learned from."
        ),
    ] = None,
    given: Annotated[
        str | None,
        typer.Option(
            "--given",
            help="Rows to complete: a file with any of the columns; empty cells are drawn. TABLE=FILE of several tables.",
        ),
    ] = None,
    balance: Annotated[
        str | None, typer.Option("--balance", help="COLUMN for equal shares of its values, or COLUMN=VALUE:SHARE,...")
    ] = None,
    seed: Seeded = 0,
    workers: Workers = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Make rows from a sampler file."""
    rows = quick.rows_of(n or ())
    if sampling.makes_several(model):
        if balance:
            raise PlanError("--balance goes with samplers of one table, and this one makes several")
        stage = Stage(sampler=str(model.resolve()), rows=rows, given=quick.given_of(given))
        plan = Plan(seed=seed, stages={"sample": stage})
        _run(plan, out, Path(), override=None, workers=workers, overwrite=overwrite, quiet=quiet)
        return
    if isinstance(rows, dict):
        raise PlanError("this sampler makes one table: say --rows N")
    with Bar(is_quiet=quiet) as bar:
        settings = Settings(workers=workers, overwrite=overwrite, watch=bar)
        sampling.sample_file(model, out, settings, n_rows=rows, seed=seed, asked=Asked(given, balance))
    say(str(out))


@app.command()
def evaluate(
    synthetic: Annotated[str, typer.Option("--synthetic", help="The twin, from whatever tool.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder of the report.")],
    real: Annotated[str | None, typer.Option("--real", help="The rows that the twin was learned from.")] = None,
    aggregates: Annotated[
        list[Path] | None,
        typer.Option("--aggregates", help="Published aggregates in their stead: a file of ours, a CSV cross table."),
    ] = None,
    holdout: Annotated[
        str | None, typer.Option("--holdout", help="Real rows that no engine saw; no verdict on leaks without.")
    ] = None,
    target: Target = None,
    seed: Seeded = 0,
    gate: Gate = "standard",
    thorough: Thorough = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Judge a twin from any tool: is it alike, is it useful, did anybody leak?"""
    profile = profile_of(gate)
    if (real is None) == (not aggregates):
        raise PlanError("evaluate takes either --real ROWS or --aggregates FILE")
    if aggregates and (holdout, target, thorough) != (None, None, False):
        raise PlanError("--holdout, --target and --thorough go with --real: there are no rows beside published aggregates")
    if out.exists() and not (out.is_dir() and (overwrite or not any(out.iterdir()))):
        raise OutputError(f"{out} is there already; choose another folder with -o, or say --overwrite")
    with Bar(is_quiet=quiet) as bar:
        judged: Judged | JudgedLinked
        if aggregates:
            judged = judge_by_aggregates(aggregates, synthetic, seed=seed, gate=profile, watch=bar)
        else:
            judged = api.judged(
                real, synthetic, holdout=holdout, target=target, seed=seed, gate=profile, watch=bar, thorough=thorough
            )
    with friendly_disk(out):
        out.mkdir(parents=True, exist_ok=True)
        judged.write(out)
    show_verdict(judged.verdict)
    say(str(out / "report.html"))
    _leave_unless(judged.verdict.is_published, GATE_SAID_NO)


@app.command()
def verify(
    place: Annotated[
        Path, typer.Argument(help="An output folder, a file of one, or a data file with its manifest beside it.")
    ],
) -> None:
    """Check that an output is, byte for byte, what was made."""
    found = files.verify(place)
    for fault in found.faults:
        say(f"changed: {fault}")
    for name in found.added:
        say(f"added since, and not checked: {name}")
    _leave_unless(not found.faults, 1)
    what = "it is as it was" if found.n_files == 1 else f"all {found.n_files} files are as they were"
    say(f"{place}: {what} made by Twinset {found.manifest.twinset}")


@app.command()
def doctor() -> None:
    """Say what this installation can do, and what is wrong with it."""
    findings = examine()
    for finding in findings:
        say(f"{'ok ' if finding.is_fine else 'BAD'}  {finding.what}: {finding.found}")
    _leave_unless(all(finding.is_fine for finding in findings), 1)


def _run(plan: Plan, place: Path, base: Path, *, override: str | None, workers: int | None, **flags: Any) -> None:
    decided = None if override is None else Override(os.environ.get("USER") or "unknown", override)
    with Bar(is_quiet=flags["quiet"]) as bar:
        settings = Settings(
            base=base, workers=workers, overwrite=flags["overwrite"], override=decided, watch=bar, sink=flags.get("sink")
        )
        outcome = running.run(plan, place, settings)
    show_outcome(outcome)
    _leave_unless(outcome.is_published, GATE_SAID_NO)


def _stem(source: str) -> str:
    """What the outputs of a source or pattern are called."""
    if is_url(source):
        return evidence_for(source).stem
    return re.sub(r"[?\[\]]+", "_", Path(source).name.lstrip(".").split(".")[0].replace("*", "all")) or "table"


def _leave_unless(is_fine: bool, code: int) -> None:
    if not is_fine:
        raise typer.Exit(code)


def profile_of(word: str) -> Profile:
    """The gate's profile of that name."""
    match word:
        case "standard" | "strict" | "open":
            return word
    raise PlanError(f"--gate is standard, strict or open, not {word!r}")
