"""The options that several commands have, each in one form of words."""

from __future__ import annotations

from typing import Annotated

import typer

Source = Annotated[str, typer.Argument(help="A table: CSV, Parquet, JSON lines, Excel or Arrow; a glob of such files.")]
Sources = Annotated[
    str,
    typer.Argument(
        help="A table (CSV, Parquet, JSON lines, Excel, Arrow, a glob of such files), a folder of tables, or a database: "
        "postgresql://, mysql://, sqlite:///, duckdb:///."
    ),
]
Seeded = Annotated[int, typer.Option("--seed", min=0, max=2**63 - 1, help="Same seed, same bytes.")]
Gate = Annotated[str, typer.Option("--gate", help="standard, strict or open: what may be published.")]
Target = Annotated[str | None, typer.Option("--target", help="The column that models will predict.")]
Engine = Annotated[str, typer.Option("--synthesizer", help="Which engine learns: trees or independent.")]
Privacy = Annotated[str, typer.Option("--privacy", help="low, default or high: how many must stand behind what is learned.")]
People = Annotated[
    str, typer.Option("--people", help="A locale such as de_DE: made-up people stand for names, e-mails and their like.")
]
Presidio = Annotated[bool, typer.Option("--presidio", help="Look for personal data in texts with presidio, too (an extra).")]
Thorough = Annotated[
    bool, typer.Option("--thorough", help="Tuned learners, more rows, more records attacked: several times the cost.")
]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Processes; the result does not depend on it.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier output at this place.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No remarks, only the result.")]
