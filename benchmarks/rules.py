"""How many values a second rules make, beside Faker and Mimesis in the same run; and whether memory stays flat.

    python benchmarks/rules.py kinds [--rows N]        values of each kind of column a CPU second, and the ratio to each peer
    python benchmarks/rules.py table [--rows N]        twelve columns of customers, alone and with Parquet (zstd 1)
    python benchmarks/rules.py scale [--rows N]        CPU seconds and peak memory of N and 10 N rows by the command line,
                                                       and whether one and three workers make the same bytes of 10 N
    python benchmarks/rules.py start                   until the first hundred rows of a plan are on the screen

CPU seconds of one thread, imports left out (but not in ``start``); the median of three rounds. Peers make ``--peer-rows``
rows, in an environment of their own (``--environment``), made on the first run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pyarrow as pa
import pyarrow.parquet as pq
from peers import Environment
from pydantic import TypeAdapter

from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.export.parquet import encodings
from twinset.plan import TableSpec
from twinset.synthesizers.rules.sampler import RulesSampler

ENVIRONMENT = Environment((("faker==40.63.0", "mimesis==22.2.0", "pyarrow"),))
HERE = Path(__file__).resolve().parent
ROUNDS = 3
SPAN = ["2021-01-01", "2025-12-31"]
KINDS: dict[str, Any] = {
    "sequence": "sequence",
    "uuid": "uuid",
    "uuid 7": {"rule": "uuid", "version": 7},
    "ulid": "ulid",
    "snowflake": "snowflake",
    "code": {"rule": "code", "pattern": "AA-99999"},
    "code, unique": {"rule": "code", "pattern": "AA-99999", "unique": True},
    "ean13": {"rule": "code", "check": "ean13"},
    "reference": {"rule": "reference", "table": "t", "column": "id"},
    "reference, zipf": {"rule": "reference", "table": "t", "column": "id", "weights": "zipf"},
    "category": {"rule": "category", "values": {"gold": 1, "silver": 3, "none": 6}},
    "category by": {
        "rule": "category", "values": {"x": 1, "y": 2}, "by": {"column": "label", "weights": {"a": {"x": 1}}},
    },
    "boolean": "boolean",
    "integer": {"rule": "integer", "high": 1000},
    "uniform": {"rule": "uniform", "high": 1000, "decimals": 2},
    "normal": {"rule": "normal", "mean": 40, "sd": 8, "decimals": 2},
    "lognormal": {"rule": "lognormal", "median": 40, "sigma": 0.8, "decimals": 2, "missing": 0.02},
    "gamma": {"rule": "gamma", "shape": 2, "mean": 6},
    "beta": {"rule": "beta", "a": 2, "b": 3},
    "exponential": "exponential",
    "pareto": "pareto",
    "triangular": "triangular",
    "poisson": {"rule": "poisson", "mean": 3},
    "geometric": {"rule": "geometric", "mean": 3},
    "binomial": {"rule": "binomial", "n": 10},
    "negative_binomial": {"rule": "negative_binomial", "mean": 3},
    "zipf": {"rule": "zipf", "n": 1_000_000},
    "mixture": {"rule": "mixture", "of": [{"rule": "normal", "weight": 3}, {"rule": "normal", "mean": 9}]},
    "money": {"rule": "money", "of": {"rule": "lognormal", "median": 24}},
    "formula": {"rule": "formula", "of": "id * 2 + 1"},
    "date": {"rule": "date", "between": SPAN},
    "datetime": {"rule": "datetime", "between": SPAN},
    "datetime, office": {"rule": "datetime", "between": SPAN, "hours": "office", "months": {"dec": 2}, "growth": 1.3},
    "datetime after": {"rule": "datetime", "after": "when", "within": "90 d"},
    "template": {"rule": "template", "of": "{label:upper}-{id}"},
    "pattern": {"rule": "pattern", "regex": r"[A-Z]{2}-\d{4}"},
    "pattern, ragged": {"rule": "pattern", "regex": r"[A-Z]{2}x?\d{1,4}"},
    "text": "text",
    "lookup": {"rule": "lookup", "rows": {"city": [str(n) for n in range(500)], "people": list(range(500))}},
    "list": {"rule": "list", "of": "integer", "length": {"rule": "poisson", "mean": 2}},
    "struct": {"rule": "struct", "fields": {"a": "normal", "b": "integer"}},
    "latitude": "geo",
    "ipv4": "ipv4",
    "ipv6": "ipv6",
    "mac": "mac",
    "domain": "domain",
    "url": "url",
    "user_agent": "user_agent",
    "file": "file",
}  # fmt: skip
BESIDE = {
    "id": "sequence", "label": {"rule": "category", "values": ["a", "b"]}, "when": {"rule": "datetime", "between": SPAN},
}  # fmt: skip
TABLE = {
    "person": {"rule": "person", "hidden": True},
    "id": "uuid",
    **{name: f"person.{name}" for name in ("name", "email", "phone", "street", "city", "region", "postcode", "birth_date")},
    "signup": {"rule": "datetime", "between": SPAN},
    "amount": {"rule": "lognormal", "median": 40, "sigma": 0.8, "decimals": 2},
    "tier": KINDS["category"],
}
"""A table of customers: twelve columns, of which the eight of a person belong together."""


def sampler(columns: dict[str, Any], n_rows: int) -> RulesSampler:
    spec = TypeAdapter(dict[str, TableSpec]).validate_python({"t": {"rows": n_rows, "columns": columns}})
    return RulesSampler(spec, {"en_US": 1.0})


def timed(work: Callable[[], object]) -> float:
    """CPU seconds, the median of the rounds."""
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return statistics.median(spent)


def generate(columns: dict[str, Any], n_rows: int, write: pq.ParquetWriter | None = None) -> None:
    """All rows; to a file they go as the peers' do, in one row group."""
    made = sampler(columns, n_rows)
    request = Request({"t": n_rows}, Seed(7))
    held = []
    for part in made.parts(request):
        for batch in made.make(part, request, None):
            if write is not None:
                held.append(batch.rows)
    if write is not None:
        write.write_table(pa.Table.from_batches(held), row_group_size=n_rows)


def first_rows(columns: dict[str, Any], n_rows: int) -> pa.RecordBatch:
    """The rows of the first part, by which our exporter chooses how to write columns."""
    made = sampler(columns, n_rows)
    request = Request({"t": n_rows}, Seed(7))
    return next(made.make(next(made.parts(request)), request, None)).rows


def seconds_of(name: str, n_rows: int) -> float:
    """CPU seconds of one column, less those of the columns that it reads."""
    columns = {"made": KINDS[name], **BESIDE}
    generate(columns, 1000)
    return max(1e-9, timed(lambda: generate(columns, n_rows)) - timed(lambda: generate(BESIDE, n_rows)))


def peers(place: Path, *arguments: str | int | Path) -> dict[str, Any]:
    python = ENVIRONMENT.python(place)
    words = [str(python), str(HERE / "rules_peer.py"), *map(str, arguments)]
    found: dict[str, Any] = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return found


def kinds(n_rows: int, peer_rows: int, place: Path) -> None:
    theirs = peers(place, "kinds", peer_rows)
    print(f"{'values a CPU second':<20}{'twinset':>12}{'Faker':>10}{'ratio':>8}{'Mimesis':>10}{'ratio':>8}")
    for name in KINDS:
        own = n_rows / seconds_of(name, n_rows)
        line = f"{name:<20}{own:>12,.0f}"
        for tool in ("faker", "mimesis"):
            if name in theirs[tool]:
                rate = peer_rows / theirs[tool][name]
                line += f"{rate:>10,.0f}{own / rate:>8,.0f}"
        print(line)


def table(n_rows: int, peer_rows: int, place: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        theirs = peers(place, "table", peer_rows, folder)
        schema: pa.Schema = sampler(TABLE, 1).schema["t"].arrow
        chosen = encodings(schema, [pa.Table.from_batches([first_rows(TABLE, n_rows)])])

        def to_parquet() -> None:
            path = Path(folder) / "ours.parquet"
            with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1, **chosen) as writer:
                generate(TABLE, n_rows, writer)

        alone, whole = n_rows / timed(lambda: generate(TABLE, n_rows)), n_rows / timed(to_parquet)
    print(f"{len(schema)} columns: {alone:,.0f} rows a CPU second, {whole:,.0f} with Parquet (zstd 1)")
    for tool, spent in theirs.items():
        rate = peer_rows / spent
        print(f"{tool}: {rate:,.0f} rows a CPU second with Parquet; twinset makes {whole / rate:,.0f} times as many")


def scale(n_rows: int) -> None:
    plan = {
        "twinset": 1,
        "seed": 7,
        "stages": {"s": {"synthesizer": "rules", "tables": {"t": {"rows": 1, "columns": TABLE}}}},
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.yaml"
        path.write_text(json.dumps(plan))
        _run(path, n_rows, 1)
        hashes = {workers: _run(path, 10 * n_rows, workers) for workers in (1, 3)}
        print(f"one and three workers make the same bytes: {hashes[1] == hashes[3]}")


_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=2)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def _run(plan: Path, rows: int, workers: int) -> str:
    out = plan.parent / "out"
    words = [
        "-m",
        "twinset.cli.main",
        "run",
        plan,
        "-o",
        out,
        "-q",
        "--overwrite",
        "--rows",
        f"t={rows}",
        "--workers",
        workers,
    ]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, sys.executable, *map(str, words)], check=True, capture_output=True, text=True
    )
    seconds, kilobytes = map(float, done.stdout.split())
    data = out / "data.parquet"
    with data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    print(
        f"{rows:,} rows, workers: {workers}: {seconds:.1f} CPU s ({rows / seconds:,.0f} rows/s), "
        f"{kilobytes / 1024:,.0f} MB at the peak of a process, file of {data.stat().st_size / 1e6:,.0f} MB"
    )
    return digest


def start() -> None:
    words = [sys.executable, "-m", "twinset.cli.main", "run", HERE.parent / "examples" / "shop.yaml", "-o", "-"]
    words += ["--rows", "customers=100", "--table", "customers"]
    walls = []
    for _ in range(ROUNDS + 2):
        began = time.perf_counter()
        subprocess.run(list(map(str, words)), check=True, capture_output=True)
        walls.append(time.perf_counter() - began)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (used.ru_utime + used.ru_stime) / len(walls)
    print(f"a hundred rows on the screen after {statistics.median(walls):.2f} s ({cpu:.2f} CPU s)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kinds", "table", "scale", "start"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--peer-rows", type=int, default=20_000)
    parser.add_argument("--environment", type=Path, default=HERE.parent / ".venv-rules")
    said = parser.parse_args()
    match said.what:
        case "kinds":
            kinds(said.rows, said.peer_rows, said.environment)
        case "table":
            table(said.rows, said.peer_rows, said.environment)
        case "scale":
            scale(said.rows)
        case "start":
            start()


if __name__ == "__main__":
    main()
