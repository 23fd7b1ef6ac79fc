"""Folders, SQLite and DuckDB read with their keys, rules and rows; what is hostile, empty, damaged or locked."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from tests import shops

from twinset import sources
from twinset.core import keys, types
from twinset.core.constraints import InRange, Order, Unique
from twinset.core.dataset import Dataset, Tables
from twinset.core.schema import ForeignKey, Values
from twinset.databases import address, is_url, shown
from twinset.errors import DataError, PlanError, SchemaError, UserError
from twinset.sources import checks

KEYS = {
    "customers": {("country", "countries", "code"), ("referred_by", "customers", "id")},
    "orders": {("customer_id", "customers", "id"), ("payer_id", "customers", "id")},
    "order lines": {("order_id", "orders", "id")},
    "returns": {("order_id, line", "order lines", "order_id, line")},
}  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "duckdb"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    path = getattr(shops, request.param)(tmp_path_factory.mktemp("shop") / f"shop.{request.param}")
    return sources.read(f"{request.param}:///{path}")


def found_keys(data: Dataset) -> dict[str, set[tuple[str, str, str]]]:
    return {
        table.name: {(", ".join(key.columns), key.table, ", ".join(key.references)) for key in table.foreign_keys}
        for table in data.schema
        if table.foreign_keys
    }


def test_keys_rules_and_rows_are_the_databases(shop: Dataset) -> None:
    assert found_keys(shop) == KEYS
    assert shop.schema["order lines"].primary_key == ("order_id", "line")
    names = [table.name for table in shop.schema]
    assert names.index("customers") < names.index("orders") < names.index("order lines") < names.index("returns")
    assert {name: shop.count(name) for name in shops.rows()} == {name: len(held) for name, held in shops.rows().items()}
    customers = shop.schema["customers"]
    assert customers["tier"].domain == Values(("basic", "silver", "gold"))
    assert customers["tier"].origin == "declared"
    assert isinstance(customers["referred_by"].type, types.Identifier)
    assert {str(one) for one in customers.constraints} == {"18 <= age", "age <= 120", "unique email"}
    assert any(isinstance(one, Order) and one.columns == ("placed", "shipped") for one in shop.schema["orders"].constraints)
    assert "made by the database" in shop.schema["orders"]["doubled"].reason
    assert not shop.schema["orders"]["placed"].nullable
    total = shop.scan("orders", ["total"]).read_all()["total"].cast(pa.float64()).to_numpy()
    assert total.tolist() == pytest.approx([float(row[5]) for row in shops.rows()["orders"]])
    said = {repair.what for repair in shop.repairs}
    assert {"table 'nothing_yet' is empty", "the view 'big_orders' is left out: tables alone are read"} <= said


def test_a_subset_loses_no_parents_and_no_rows_of_its_subjects(tmp_path: Path) -> None:
    path = shops.sqlite(tmp_path / "shop.db")
    whole = sources.read(path)
    for part in (0.2, 12):
        data = sources.read(path, subset=part)
        assert isinstance(data, Tables)
        assert 0 < data.count("orders") < shops.N_ORDERS
        for table in data.schema:
            for key in table.foreign_keys:
                own = data.tables[table.name].select(list(key.columns))
                spots = keys.places(own, key, data.tables[key.table].select(list(key.references)))
                assert (spots != keys.ORPHAN).all()
        lines = data.to_arrow("order lines")["order_id"].to_pylist()
        every = whole.scan("order lines", ["order_id"]).read_all()["order_id"].to_pylist()
        assert all(lines.count(order) == every.count(order) for order in set(lines))
    assert data.fingerprint == sources.read(path, subset=12).fingerprint


@pytest.mark.parametrize("part", [0, 1.0, -3, True])
def test_a_subset_is_a_share_or_a_number(part: float, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="share between 0 and 1"):
        sources.read(shops.sqlite(tmp_path / "shop.db"), subset=part)


def test_tables_and_columns_are_named(tmp_path: Path) -> None:
    path = shops.sqlite(tmp_path / "shop.sqlite3")
    data = sources.read(path, tables=["orders"], columns={"orders.payer_id": {"type": "categorical"}})
    assert [table.name for table in data.schema] == ["orders"]
    assert isinstance(data.schema["orders"]["payer_id"].type, types.Categorical)
    assert any("'customers', which is not read" in repair.what for repair in data.repairs)
    with pytest.raises(DataError, match="has no table 'order', did you mean 'orders'"):
        sources.read(path, tables=["order"])
    with pytest.raises(SchemaError, match=r"no column 'orders\.nope'"):
        sources.read(path, columns={"orders.nope": {"type": "text"}})


def test_the_fingerprint_is_of_the_content(tmp_path: Path) -> None:
    one, other = shops.sqlite(tmp_path / "one.db"), shops.sqlite(tmp_path / "other.db")
    assert sources.fingerprint(one) == sources.fingerprint(f"sqlite:///{other}")
    with sqlite3.connect(other) as base:
        base.execute("UPDATE orders SET total = 1.5 WHERE id = 1000")
    base.close()
    assert sources.fingerprint(one) != sources.fingerprint(other)


def test_a_cell_is_read_as_what_it_is_and_not_as_declared(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "odd.db") as base:
        base.execute(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, mixed INTEGER, price NUMERIC, is_new BOOLEAN, raw BLOB, bad TEXT)"
        )
        cells = [(n, n if n % 2 else "x", n / 2 if n % 3 else n, n % 2, b"\xff", "ok") for n in range(1, 50)]
        base.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", cells)
        base.execute("INSERT INTO t VALUES (50, 1, 1, 0, NULL, CAST(x'e9ff' AS TEXT))")
    base.close()
    data = sources.read(tmp_path / "odd.db")
    rows = data.scan("t").read_all()
    assert rows["mixed"].to_pylist()[:3] == ["1", "x", "3"]
    assert rows.schema.field("price").type == pa.float64()
    assert rows.schema.field("is_new").type == pa.bool_()
    assert rows["bad"].to_pylist()[-1] == "\ufffd\ufffd"
    said = {(repair.column, repair.what) for repair in data.repairs}
    assert ("t.mixed", "numbers among texts, read as text") in said
    assert any(column == "t.raw" and "left out" in what for column, what in said)


HOSTILE = [
    "a'b",
    'say "hi"',
    "select",
    "naïve 日本",
    "semi; DROP TABLE x;--",
    "back\\slash",
    "a/b",
    "..",
    "%s {x}",
    "`tick`",
]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_hostile_names_stay_names(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"odd.{kind}"
    base = sqlite3.connect(path) if kind == "sqlite" else duckdb.connect(str(path))
    for name in HOSTILE:
        quoted = '"' + name.replace('"', '""') + '"'
        base.execute(f"CREATE TABLE {quoted} (id INTEGER PRIMARY KEY, {quoted} VARCHAR(9))")
        base.execute(f"INSERT INTO {quoted} VALUES (1, 'x'), (2, 'y')")
    base.commit()
    base.close()
    data = sources.read(path)
    assert {table.columns[1].name for table in data.schema} == set(HOSTILE)
    assert {"a_b", "_."} <= {table.name for table in data.schema}
    assert all(data.count(table.name) == 2 for table in data.schema)


def test_orphans_are_counted_and_keys_that_do_not_compare_are_said(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "odd.db") as base:
        base.executescript(
            "CREATE TABLE p (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INT REFERENCES p,"
            " word TEXT REFERENCES p (id), gone INT REFERENCES nowhere (id));"
            "INSERT INTO p VALUES (1, 'a'), (2, 'b');"
            "INSERT INTO c VALUES (1, 1, 'word', 1), (2, 9, 'other', 1), (3, NULL, NULL, 1)"
        )
    base.close()
    data = sources.read(tmp_path / "odd.db")
    assert data.schema["c"].foreign_keys == (ForeignKey(("p_id",), "p", ("id",)),)
    said = {repair.column: repair for repair in data.repairs if "key" in repair.what}
    assert said["c.p_id"].count == 1
    assert "can't be compared" in said["c.word"].what


def bad_files(folder: Path) -> dict[str, tuple[str, str]]:
    (folder / "text.db").write_text("this is no database at all, but text that is long enough")
    shops.sqlite(folder / "cut.db")
    whole = (folder / "cut.db").read_bytes()
    (folder / "cut.db").write_bytes(whole[: len(whole) // 3])
    (folder / "text.duckdb").write_text("no database")
    sqlite3.connect(folder / "none.sqlite").close()
    duckdb.connect(str(folder / "none.duckdb")).close()
    (folder / "folder").mkdir()
    (folder / "twice").mkdir()
    for name in ("a.csv", "a.tsv"):
        (folder / "twice" / name).write_text("x\n1\n")
    return {
        "text": (f"{folder}/text.db", "damaged or of another kind"),
        "cut": (f"{folder}/cut.db", "damaged|malformed"),
        "duckdb": (f"duckdb:///{folder}/text.duckdb", "failed"),
        "missing": (f"sqlite:///{folder}/nothing.db", "there is no file"),
        "empty": (f"{folder}/none.sqlite", "holds no tables"),
        "empty duckdb": (f"{folder}/none.duckdb", "holds no tables"),
        "no files": (f"{folder}/folder", "holds no data files"),
        "twice": (f"{folder}/twice", "would both be the table 'a'"),
        "unknown": ("oracle://scott:tiger@host/x", r"'oracle://scott:\*\*\*@host/x'"),
        "port": ("postgresql://u:s3cret@host:port/x", "no valid URL"),
        "no base": ("mysql://u:s3cret@host", "names no database"),
        "memory": ("sqlite://", "names no file"),
        "variable": ("mysql://u@host/x?password_env=NOT_THERE_AT_ALL", "NOT_THERE_AT_ALL"),
    }


def test_bad_places_are_users_errors(tmp_path: Path) -> None:
    for what, (source, said) in bad_files(tmp_path).items():
        with pytest.raises(UserError, match=said) as caught:
            sources.read(source)
        assert "s3cret" not in str(caught.value), what
        assert "tiger" not in str(caught.value), what


def test_a_duckdb_that_another_program_writes_is_locked(tmp_path: Path) -> None:
    import subprocess
    import sys

    path = shops.duckdb(tmp_path / "shop.duckdb")
    code = f"import duckdb, time; base = duckdb.connect({str(path)!r}); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(DataError, match="another program holds it"):
            sources.read(path)
        other.kill()


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("postgresql://u:pw@h:1/b?schema=x", "postgresql://u:***@h:1/b?schema=x"),
        ("postgresql://u:p@w:x@h/b", "postgresql://u:***@h/b"),
        (
            "mysql://u@h/b?password=pw&ssl_key=pw&password_env=NAME",
            "mysql://u@h/b?password=***&ssl_key=***&password_env=NAME",
        ),
        ("sqlite:///a.db", "sqlite:///a.db"),
        ("a.csv", "a.csv"),
    ],
)
def test_urls_are_shown_without_secrets(url: str, masked: str) -> None:
    assert shown(url) == masked


def test_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PW", "from env")
    monkeypatch.setenv("TWINSET_DB_PASSWORD", "usual")
    one = address("postgres://me:a%40b@host:77/shop?schema=a,b&sslmode=require")
    assert (one.kind, one.password, one.port, one.schemas, dict(one.options)) == (
        "postgresql", "a@b", 77, ("a", "b"), {"sslmode": "require"},
    )  # fmt: skip
    assert address("mysql://me@h/b?password_env=SHOP_PW").password == "from env"
    assert address("mariadb+pymysql://me@h/b").password == "usual"
    assert "a@b" not in repr(one) + str(one)
    assert [is_url(text) for text in ("x.csv", "x.db", "mysql://h/b", "s3://b/k", None, "x.duckdb")] == [
        False, True, True, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ("((age >= 18) AND (age <= 120))", [InRange("age", 18, None), InRange("age", None, 120)]),
        ("age BETWEEN 1 AND 9", [InRange("age", 1, 9)]),
        ("(age > 3)", [InRange("age", 4, None)]),
        ("price >= 0.5", [InRange("price", 0.5, None)]),
        ("(price > (0)::numeric)", [InRange("price", 1, None)]),
        (
            "((tier)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character varying])::text[]))",
            ["tier", "a", "it's"],
        ),
        ("`tier` in (_utf8mb4'a',_utf8mb4'b')", ["tier", "a", "b"]),
        ("(starts <= ends)", [Order(("starts", "ends"))]),
        ("age > 3 OR price < 2", []),
        ("length(tier) > 3", []),
        ("age >= 1 AND length(tier) > 3", [InRange("age", 1, None)]),
        ("age % 2 = 0", []),
    ],
)
def test_checks_say_what_they_say_and_no_more(check: str, found: list[object]) -> None:
    read = list(checks.read([check], ["age", "price", "tier", "starts", "ends"]))
    plain = [[one.column, *one.values] if isinstance(one, checks.Listed) else str(one) for one in read]
    assert plain == ([found] if found and isinstance(found[0], str) else [str(one) for one in found])


def test_types_of_duckdb(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "types.duckdb")) as base:
        base.execute(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, mood ENUM ('ok', 'sad', 'never'), amount DECIMAL(12, 3), big HUGEINT, "
            "span INTERVAL, u UUID, bits BIT, list INTEGER[], seen TIMESTAMPTZ, UNIQUE (amount, u))"
        )
        base.execute(
            "INSERT INTO t SELECT i, ['ok', 'sad'][i % 2 + 1], i / 8, i, to_hours(i), uuid(), '101', [i], '2024-01-01' "
            "FROM range(40) r(i)"
        )
        base.execute("COMMENT ON COLUMN t.amount IS 'in euros'")
    data = sources.read(tmp_path / "types.duckdb")
    table, rows = data.schema["t"], data.scan("t").read_all()
    assert table["mood"].domain == Values(("ok", "sad", "never"))
    assert rows["amount"].to_pylist()[1] == Decimal("0.125")
    assert np.asarray(rows["span"].cast(pa.int64()))[2] == 2 * 3600 * 10**6
    assert "in euros" in table["amount"].reason
    assert Unique(("amount", "u"), reason="unique in the database") in table.constraints
    assert isinstance(table["u"].type, types.Identifier)
