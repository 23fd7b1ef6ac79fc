"""Plans from SQL: the rows that a drafted plan makes are taken by a database with the very schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import sqlglot
import yaml

from tests.databases import POSTGRES, Postgres, load_sqlite, own_folder
from tests.e2e.runs import ROOT, twinset
from twinset.contracts import ddl
from twinset.core.seed import Seed

SCHEMAS = ROOT / "tests" / "schemas"
DIALECTS = {"shop": "postgres", "school": "sqlite", "library": "mysql", "clinic": "tsql", "staff": "oracle"}


def made(name: str, tmp_path: Path, *, seed: int = 3) -> tuple[str, list[Path]]:
    """Draft a plan for a schema and run it; generated columns are left to the database. Gives the plan and the files."""
    source = SCHEMAS / f"{name}.{DIALECTS[name]}.sql"
    drafted = twinset("init", "--from", source, "-o", "plan.yaml", cwd=tmp_path)
    assert drafted.returncode == 0, drafted.stderr
    text = (tmp_path / "plan.yaml").read_text()
    plan = yaml.safe_load(text)
    plan |= {"format": "sql", "seed": seed}
    for table in plan["stages"][name]["tables"].values():
        for column, rule in table["columns"].items():
            if isinstance(rule, dict) and rule["rule"] in ("formula", "template"):
                table["columns"][column] = {**rule, "hidden": True}
    (tmp_path / "mended.yaml").write_text(yaml.safe_dump(plan, sort_keys=False))
    done = twinset("run", "mended.yaml", "-o", "out", "-q", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return text, [tmp_path / "out" / f"{table}.sql" for table in plan["stages"][name]["tables"]]


@pytest.mark.parametrize("name", DIALECTS)
def test_the_dialect_is_guessed(name: str) -> None:
    assert ddl.guessed((SCHEMAS / f"{name}.{DIALECTS[name]}.sql").read_text()) == DIALECTS[name]


@pytest.mark.parametrize("seed", [3, 4])
def test_sqlite_takes_all_rows(tmp_path: Path, seed: int) -> None:
    text, files = made("school", tmp_path, seed=seed)
    schema = (SCHEMAS / "school.sqlite.sql").read_text().replace('"course list"', "course_list")
    base = load_sqlite(schema, files)
    assert base.execute("SELECT count(*) FROM enrolled").fetchone()[0] > 200
    assert base.execute("SELECT count(*) FROM attendance").fetchone()[0] > 500
    assert base.execute("SELECT count(*), count(building) FROM course_list").fetchone()[1] > 200
    assert "# - course list: CHECK code GLOB" in text


@pytest.mark.parametrize("name", ["library", "clinic", "staff"])
def test_other_dialects_hold_in_sqlite(name: str, tmp_path: Path) -> None:
    """Their DDL, put into SQLite's words by sqlglot, takes all rows."""
    _, files = made(name, tmp_path)
    script = (SCHEMAS / f"{name}.{DIALECTS[name]}.sql").read_text()
    base = load_sqlite(in_sqlite(script, DIALECTS[name]), files)
    for (table,) in base.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    ).fetchall():
        assert base.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] >= 100


def in_sqlite(script: str, dialect: str) -> str:
    """CREATE TABLE statements, into which the constraints of ALTER TABLE are put."""
    script = re.sub(r"^GO$", ";", re.sub(r"\) VIRTUAL", ")", script), flags=re.MULTILINE)
    script = re.sub(r"UNIQUE KEY `\w+`", "UNIQUE", re.sub(r"(?<=KEY) CLUSTERED|\(max\)", "", script))
    script = re.sub(r"(`\w+`) enum(\(.*?\))", r"\1 varchar(9) CHECK (\1 IN \2)", script)
    script = re.sub(r"GENERATED (BY DEFAULT|ALWAYS) AS IDENTITY|IDENTITY\(1,1\)|AUTO_INCREMENT(?! *=)", "", script)
    tables, added = {}, {}
    for node in sqlglot.parse(script, dialect=dialect, error_level=sqlglot.ErrorLevel.IGNORE):
        if isinstance(node, sqlglot.exp.Create) and node.kind == "TABLE":
            node.set("properties", None)
            for one in node.find_all(sqlglot.exp.Table):
                one.set("db", None)
            for one in list(node.find_all(sqlglot.exp.IndexColumnConstraint, sqlglot.exp.ClusteredColumnConstraint)):
                one.pop()
            tables[node.this.this.name.lower()] = node
        elif isinstance(node, sqlglot.exp.Alter):
            for action in node.args["actions"]:
                parts = action.expressions if isinstance(action, sqlglot.exp.AddConstraint | sqlglot.exp.Schema) else []
                parts = [one for one in parts if not isinstance(one, sqlglot.exp.IndexColumnConstraint)]
                for part in parts:
                    for one in part.find_all(sqlglot.exp.Table):
                        one.set("db", None)
                added.setdefault(node.this.name.lower(), []).extend(parts)
    for name, parts in added.items():
        tables[name].this.expressions.extend(parts)
    return ";\n".join(node.sql(dialect="sqlite") for node in tables.values()) + ";"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with own_folder() as folder:
        server = Postgres(folder)
        try:
            yield server
        finally:
            server.stop()


@POSTGRES
def test_postgresql_takes_all_rows(tmp_path: Path, postgres: Postgres) -> None:
    _, files = made("shop", tmp_path)
    schema = (SCHEMAS / "shop.postgres.sql").read_text()
    deferred = (
        "SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE', conrelid::regclass, conname) "
        "FROM pg_constraint WHERE contype = 'f' \\gexec\n"
    )
    rows = "\n".join(path.read_text() for path in files)
    postgres.sql(f"{schema}\n{deferred} BEGIN; SET CONSTRAINTS ALL DEFERRED;\n{rows}\nCOMMIT;")
    counts = {
        table: int(postgres.sql(f"SELECT count(*) FROM {table}"))
        for table in ("customers", "items", "favourites", "profiles")
    }
    assert counts["customers"] == counts["profiles"] == 300
    assert counts["items"] > 1_000
    assert postgres.sql("SELECT count(*) FROM items WHERE total <> round(quantity * unit_price, 2)").strip() == "0"
    assert postgres.sql("SELECT count(DISTINCT status) FROM orders").strip() == "4"


def test_rules_fitted_to_a_table_run(tmp_path: Path) -> None:
    rng = Seed(1).generator()
    n = 2_000
    rows = pa.table({
        "id": range(n), "size": rng.choice([1, 2, 3], n, p=[0.5, 0.3, 0.2]),
        "kind": pa.array(rng.choice(["x", "y"], n).tolist()), "ok": rng.random(n) < 0.3,
        "height": rng.normal(170, 9, n).round(1),
        "day": pa.array(np.datetime64("2020-01-01") + rng.integers(0, 900, n).astype("timedelta64[D]")),
    })  # fmt: skip
    pa.csv.write_csv(rows, tmp_path / "real.csv")
    drafted = twinset("init", "real.csv", "--rules", "-o", "plan.yaml", cwd=tmp_path)
    assert drafted.returncode == 0, drafted.stderr
    (tmp_path / "real.csv").unlink()  # the plan needs the rows no more
    done = twinset("run", "plan.yaml", "-o", "out", "-q", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made_rows = pq.read_table(tmp_path / "out" / "data.parquet")
    assert made_rows.num_rows == n
    assert made_rows["size"].type == pa.int64()
    shares = {one["values"]: one["counts"] / n for one in pc.value_counts(made_rows["size"]).to_pylist()}
    assert shares == pytest.approx({1: 0.5, 2: 0.3, 3: 0.2}, abs=0.06)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["init"], "takes a table .* a schema .* or a template"),
        (["init", "a.csv", "--from", "b.sql"], "takes a table .* a schema .* or a template"),
        (["init", "a.csv", "--dialect", "mysql"], "--dialect goes with --from"),
        (["init", "--from", "b.sql", "--rules"], "--rules fits rules to a table"),
        (["init", "--from", "b.sql"], "there is no file 'b.sql'"),
        (["init", "--from", "latin.sql"], "is not UTF-8 text"),
        (["init", "--from", "open.sql"], "is a quote or comment left open"),
        (["init", "--from", "t.sql", "--dialect", "postgre"], "did you mean 'postgres'"),
        (["init", "few.csv", "--rules"], "has 3 rows, and at least 10 stand behind each figure"),
    ],
)
def test_mistakes_end_in_words(arguments: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "latin.sql").write_bytes("CREATE TABLE t (größe int)".encode("latin-1"))
    (tmp_path / "open.sql").write_text("CREATE TABLE t (a text DEFAULT 'x")
    (tmp_path / "t.sql").write_text("CREATE TABLE t (a int)")
    (tmp_path / "few.csv").write_text("a,b\n1,x\n2,y\n3,z\n")
    done = twinset(*arguments, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert re.search(words, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "plan.yaml").exists()
