"""``twinset init``: a plan for what is there already: a table, or the schema of a database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from twinset.cli.commands import app, profile_of
from twinset.cli.console import Bar, say
from twinset.cli.options import Engine, Gate, Overwrite, People, Presidio, Privacy, Seeded, Target
from twinset.errors import OutputError, PlanError
from twinset.pipeline import planning, steps
from twinset.pipeline.constraining import with_proposals
from twinset.pipeline.settings import Settings
from twinset.pipeline.settled import settled
from twinset.pipeline.staging import friendly_disk, write
from twinset.plan import dump


@app.command()
def init(
    source: Annotated[
        str | None, typer.Argument(help="A table: CSV, Parquet, JSON lines, Excel or Arrow; a glob of such files.")
    ] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="The plan file.")] = Path("plan.yaml"),
    schema: Annotated[
        Path | None, typer.Option("--from", help="A script of SQL (CREATE TABLE ...) instead: rows are made by rules.")
    ] = None,
    dialect: Annotated[
        str | None, typer.Option("--dialect", help="Of the SQL: postgres, mysql, sqlite, tsql, oracle; default guessed.")
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Fit rules to the table: a plan that needs no rows and can be shared.")
    ] = False,
    template: Annotated[
        str | None, typer.Option("--template", help="A plan of texts by a language model: intents, qa, dialogues, ...")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="Of the texts: the model's name; local; ngram for none, as a floor.")
    ] = None,
    base_url: Annotated[str | None, typer.Option("--url", help="Of the texts: where the model is served.")] = None,
    corpus: Annotated[Path | None, typer.Option("--corpus", help="With --model ngram: real texts to write from.")] = None,
    synthesizer: Engine = "trees",
    privacy: Privacy = "default",
    people: People = "",
    presidio: Presidio = False,
    target: Target = None,
    seed: Seeded = 0,
    gate: Gate = "standard",
    overwrite: Overwrite = False,
) -> None:
    """Write a plan: for a table, its columns' types and constraints, or rules; for the tables of a schema; or for texts."""
    if sum(one is not None for one in (source, schema, template)) != 1:
        raise PlanError(
            "init takes a table (twinset init data.csv), a schema (twinset init --from schema.sql) or a template of texts "
            "(twinset init --template intents)"
        )
    if (model, base_url, corpus) != (None, None, None) and template is None:
        raise PlanError("--model, --url and --corpus go with --template, a plan of texts")
    if dialect is not None and schema is None:
        raise PlanError("--dialect goes with --from, a script of SQL")
    if rules and source is None:
        raise PlanError("--rules fits rules to a table; a schema has no rows")
    if people and (rules or source is None):
        raise PlanError("--people goes with a twin of a table; in a plan of rules, say the locale: of its stage")
    if presidio and (rules or source is None):
        raise PlanError("--presidio goes with a twin of a table, in whose texts it looks for personal data")
    if out.exists() and not overwrite:
        raise OutputError(f"{out} is there already; choose another name with -o, or say --overwrite")
    with Bar() as bar:
        if template is not None:
            from twinset.synthesizers.text.recipes import recipe

            named = None if corpus is None else os.path.relpath(corpus, out.parent)
            text = recipe(template, model=model, base_url=base_url, corpus=named)
        elif schema is not None:
            text = _of_schema(schema, dialect, seed, bar)
        elif rules:
            text = _of_rows(str(source), seed, bar)
        else:
            plan = planning.plan_for(
                str(source),
                rows=None,
                synthesizer=synthesizer,
                privacy=privacy,
                target=target,
                seed=seed,
                gate=profile_of(gate),
                people=people,
                presidio=presidio,
            )
            settings = Settings(watch=bar)
            sources = {name: steps.read_source(stage, settings) for name, stage in plan.stages.items()}
            for repair in (repair for data in sources.values() if data for repair in data.repairs):
                bar.say(f"{repair.column + ': ' if repair.column else ''}{repair.what} ({repair.count:,} times)")
            text = dump(with_proposals(settled(plan, sources, out.parent, settings), sources))
    with friendly_disk(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        write(out, text)
    say(f"{out}: read it, mend it, then: twinset run {out}")


def _of_schema(schema: Path, dialect: str | None, seed: int, bar: Bar) -> str:
    from twinset.pipeline.drafting import from_ddl

    draft = from_ddl(schema, dialect, seed=seed)
    bar.say(f"{draft.n_tables:,} tables; not honoured, or to be known: {len(draft.remarks) or 'nothing'}")
    for remark in draft.remarks:
        bar.say(f"- {remark}")
    return draft.text


def _of_rows(source: str, seed: int, bar: Bar) -> str:
    from twinset.pipeline.drafting import from_rows

    draft = from_rows(source, seed=seed, settings=Settings(watch=bar))
    for remark in draft.remarks:
        bar.say(f"- {remark}")
    return draft.text
