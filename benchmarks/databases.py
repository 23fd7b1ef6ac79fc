"""PostgreSQL in and out, beside plain ADBC in the same run: eight columns, a table and as many of its rows as are asked for.

    python benchmarks/databases.py [--rows 1000000] [--url postgresql://user@host/empty_base]

Without ``--url`` a server of its own is started in a temporary folder (Debian's package postgresql). ``in`` is what
``sources.read`` does until the rows lie in Arrow, in one snapshot; ``in, understood`` is all of it: what each column means,
keys checked. ``out`` is ``write`` from Parquet files. Plain ADBC reads a table into Arrow, and ingests the same files
into a bare table, to which it then adds the same primary key where ours has one. Seconds are this process's CPU, and what
passed (wall, the server's work among it). Each line is beside the plain one above it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.databases import Postgres, free_port

from twinset import databases, sources
from twinset.core import types
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.export.databases import write
from twinset.sources.spool import mapped

ROUNDS = 3


@contextmanager
def base_of(url: str | None) -> Iterator[str]:
    """An empty database: the given one, or one of a server of our own."""
    if url:
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="twinset-bench-") as folder:
        server = Postgres(Path(folder), free_port())
        server.sql("CREATE DATABASE bench")
        try:
            yield f"postgresql://tester@/bench?host={folder}&port={server.port}"
        finally:
            server.stop()


def rows_of(n: int) -> pa.Table:
    """Eight columns as applications have them."""
    draw = Seed(1).child("benchmark", "databases").generator()
    labels = pa.array(["basic", "silver", "gold", "platinum"])
    codes = pa.array(draw.integers(0, 4, n))
    return pa.table({
        "id": pa.array(np.arange(n), pa.int64()),
        "customer_id": pa.array(draw.integers(0, max(n // 10, 1), n), pa.int64()),
        "tier": labels.take(codes),
        "amount": pa.array(draw.lognormal(3, 1, n).round(2)),
        "quantity": pa.array(draw.integers(1, 90, n), pa.int32()),
        "placed": pa.array(1_700_000_000_000_000 + draw.integers(0, 10**13, n), pa.timestamp("us")),
        "is_paid": pa.array(draw.random(n) < 0.8),
        "note": pa.array(np.char.add("note ", draw.integers(0, 5000, n).astype(str)).tolist()),
    })  # fmt: skip


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of this process, and seconds that passed."""
    cpu, wall = time.process_time(), time.perf_counter()
    what()
    return time.process_time() - cpu, time.perf_counter() - wall


def adbc(url: str, do: Callable[[object], object]) -> None:
    import adbc_driver_postgresql.dbapi as driver

    with driver.connect(url) as connection, connection.cursor() as cursor:
        do(cursor)
        connection.commit()


def plain_out(url: str, files: list[Path], key: str = "") -> None:
    def load(cursor: object) -> None:
        cursor.execute("DROP TABLE IF EXISTS plain")  # type: ignore[attr-defined]
        schema = pq.read_schema(files[0])
        batches = (batch for path in files for batch in pq.ParquetFile(path).iter_batches(1 << 16))
        cursor.adbc_ingest("plain", pa.RecordBatchReader.from_batches(schema, batches), mode="create")  # type: ignore[attr-defined]
        if key:
            cursor.execute(f"ALTER TABLE plain ADD PRIMARY KEY ({key})")  # type: ignore[attr-defined]

    adbc(url, load)


def plain_in(url: str, table: str) -> None:
    def read(cursor: object) -> None:
        cursor.execute(f"SELECT * FROM {table}")  # type: ignore[attr-defined]
        cursor.fetch_arrow_table()  # type: ignore[attr-defined]

    adbc(url, read)


def rows_in(url: str, table: str) -> None:
    with databases.reading(databases.address(url)) as reader:
        relation = next(one for one in reader.catalogue.relations if one.name == table)
        rows = reader.rows(relation).reader
        mapped(rows, rows.schema)


def measure(url: str, n: int, folder: Path) -> None:
    table, files = rows_of(n), [folder / "a.parquet", folder / "b.parquet"]
    pq.write_table(table.slice(0, n // 2), files[0])
    pq.write_table(table.slice(n // 2), files[1])
    key = Table("orders", tuple(Column(f.name, types.Text(), f.type) for f in table.schema), ("id",))
    bare = Table("orders", key.columns)
    steps: dict[str, Callable[[], object]] = {
        "out: plain ADBC": lambda: plain_out(url, files),
        "out: twinset, no key": lambda: write({"orders": files}, Schema((bare,)), url, overwrite=True),
        "out: plain ADBC, then a key": lambda: plain_out(url, files, "id"),
        "out: twinset, with key": lambda: write({"orders": files}, Schema((key,)), url, overwrite=True),
        "in: plain ADBC": lambda: plain_in(url, "orders"),
        "in: twinset, rows": lambda: rows_in(url, "orders"),
        "in: twinset, understood": lambda: sources.read(url, tables=["orders"]),
    }
    best: dict[str, tuple[float, float]] = {}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            cpu, wall = timed(step)
            old = best.get(name, (np.inf, np.inf))
            best[name] = (min(cpu, old[0]), min(wall, old[1]))
    print(f"{n:,} rows, 8 columns; the best of {ROUNDS} rounds")
    print(f"{'':30}{'CPU s':>8}{'wall s':>8}{'rows/s':>12}{'CPU ratio':>11}{'wall ratio':>12}")
    base = (1.0, 1.0)
    for name, (cpu, wall) in best.items():
        base = (cpu, wall) if ": plain" in name else base
        print(f"{name:30}{cpu:8.2f}{wall:8.2f}{n / wall:12,.0f}{cpu / base[0]:11.2f}{wall / base[1]:12.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--url")
    given = parser.parse_args()
    with base_of(given.url) as url, tempfile.TemporaryDirectory() as folder:
        measure(url, given.rows, Path(folder))


if __name__ == "__main__":
    main()
