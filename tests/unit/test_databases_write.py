"""Databases written: the same tables and rows come back, all or nothing, whatever is cut, refused or hostile."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests import shops
from tests.databases import MARIADB, POSTGRES, MariaDb, Postgres, free_port, own_folder
from tests.servers import MYSQL_RICH, POSTGRES_RICH

from twinset import databases, sources
from twinset.core import types
from twinset.core.dataset import Dataset
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.databases.quoting import named
from twinset.errors import DataError, MissingExtraError, OutputError, UserError
from twinset.export.databases import check_target, write

SECRET = "s3cr3t/pw@1"
QUOTED = "s3cr3t%2Fpw%401"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with own_folder() as folder:
        server = Postgres(folder, free_port())
        server.sql(f"CREATE USER app PASSWORD '{SECRET}'; CREATE DATABASE shop; CREATE DATABASE rich")
        server.sql(shops.ddl("postgresql") + ";".join([*shops.inserts("postgresql"), shops.VIEW]), "shop")
        try:
            server.sql(POSTGRES_RICH, "rich")
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDb]:
    with own_folder() as folder:
        server = MariaDb(folder)
        server.sql(f"CREATE USER app@localhost IDENTIFIED BY '{SECRET}'; CREATE DATABASE shop; CREATE DATABASE rich")
        server.sql(shops.ddl("mysql") + ";".join([*shops.inserts("mysql"), shops.VIEW]), "shop")
        try:
            server.sql(MYSQL_RICH, "rich")
            yield server
        finally:
            server.stop()


def url(server: Postgres | MariaDb, base: str) -> str:
    if isinstance(server, Postgres):
        return f"postgresql://tester@/{base}?host={server.folder}&port={server.port}"
    return f"mysql://root@localhost/{base}?unix_socket={server.socket}"


def fresh(server: Postgres | MariaDb, base: str) -> str:
    server.sql(f"DROP DATABASE IF EXISTS {base}")
    server.sql(f"CREATE DATABASE {base}")
    return url(server, base)


def files_of(data: Dataset, folder: Path) -> dict[str, list[Path]]:
    """Each table in two files."""
    found: dict[str, list[Path]] = {}
    for number, table in enumerate(data.schema):
        rows = data.scan(table.name).read_all()
        half = rows.num_rows // 2
        for part, piece in enumerate((rows.slice(0, half), rows.slice(half))):
            path = folder / f"{number}-{part}.parquet"
            pq.write_table(piece, path)
            found.setdefault(table.name, []).append(path)
    return found


def keys_of(data: Dataset) -> dict[str, set[tuple[tuple[str, ...], str]]]:
    return {table.name: {(key.columns, key.table) for key in table.foreign_keys} for table in data.schema}


def differences(one: Dataset, other: Dataset) -> list[str]:
    """The columns of which not the same values came back."""
    found = []
    for table in one.schema:
        rows, back = one.scan(table.name).read_all(), other.scan(table.name).read_all()
        if table.primary_key:
            rows, back = (each.sort_by([(name, "ascending") for name in table.primary_key]) for each in (rows, back))
        found += [f"{table.name}.{name}" for name in rows.column_names if rows[name].to_pylist() != back[name].to_pylist()]
    return found


def round_trip(source: str, target: str, folder: Path, *, is_like: bool = True) -> tuple[Dataset, Dataset, tuple[str, ...]]:
    data = sources.read(source)
    done = write(files_of(data, folder), data.schema, target, like=source if is_like else None)
    assert dict(done.n_rows) == {table.name: data.count(table.name) for table in data.schema}
    return data, sources.read(target), done.notes


@pytest.mark.parametrize("is_like", [True, False])
@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_files_come_back(kind: str, is_like: bool, tmp_path: Path) -> None:
    source = str(getattr(shops, kind)(tmp_path / f"shop.{kind}"))
    data, back, notes = round_trip(source, str(tmp_path / f"out.{kind}"), tmp_path, is_like=is_like)
    assert differences(data, back) == []
    assert keys_of(back) == keys_of(data)  # what DuckDB can't declare is found from the rows
    assert [path.name for path in tmp_path.glob(".*")] == []
    assert (kind == "duckdb") == any("referred_by" in note for note in notes)
    if is_like and kind == "sqlite":
        assert back.schema["customers"]["tier"].domain == data.schema["customers"]["tier"].domain
        with sqlite3.connect(tmp_path / "out.sqlite") as base:
            assert base.execute("SELECT count(*) FROM big_orders").fetchone() == (0,)
        base.close()


@POSTGRES
@pytest.mark.parametrize("is_like", [True, False])
def test_postgresql_comes_back(postgres: Postgres, is_like: bool, tmp_path: Path) -> None:
    data, back, _ = round_trip(url(postgres, "shop"), fresh(postgres, "made"), tmp_path, is_like=is_like)
    assert differences(data, back) == []
    assert keys_of(back) == keys_of(data)


@MARIADB
@pytest.mark.parametrize("is_like", [True, False])
def test_mariadb_comes_back(mariadb: MariaDb, is_like: bool, tmp_path: Path) -> None:
    data, back, _ = round_trip(url(mariadb, "shop"), fresh(mariadb, "made"), tmp_path, is_like=is_like)
    assert [name for name in differences(data, back) if is_like or name not in ("orders.placed", "orders.shipped")] == []
    assert keys_of(back) == keys_of(data)
    assert mariadb.sql("SHOW TABLES LIKE '|_twinset%'", "made") == ""


@POSTGRES
def test_the_applications_own_queries_run_on_a_postgresql_like_its_source(postgres: Postgres, tmp_path: Path) -> None:
    data, back, notes = round_trip(url(postgres, "rich"), fresh(postgres, "made"), tmp_path)
    assert {table.name for table in data.schema} == {"teams", "people", "sales.people", "sales.visits"}
    assert keys_of(data) == keys_of(back)
    assert differences(data, back) == []
    assert data.schema["people"]["feeling"].domain == back.schema["people"]["feeling"].domain
    said = {repair.what for repair in data.repairs if repair.column == "people.seen"}
    assert "endless values became missing" in said
    assert any("photo can't be empty" in note for note in notes)
    assert any("partitioned" in note for note in notes)
    assert (
        postgres.sql("SELECT conname FROM pg_constraint WHERE conname IN ('wages', 'led') ORDER BY 1", "made")
        == "led\nwages\n"
    )
    assert postgres.sql("SELECT count(*) FROM pg_indexes WHERE indexname IN ('by_mood', 'by_letters')", "made") == "2\n"
    assert postgres.sql("SELECT obj_description('people'::regclass), col_description('people'::regclass, 12)", "made") == (
        "who works'here|in euros\n"
    )
    postgres.sql("INSERT INTO teams (name) VALUES ('new'); INSERT INTO people (team, photo) VALUES (9, '')", "made")
    row = postgres.sql("SELECT id, feeling, huge, part, seen IS NOT NULL FROM people ORDER BY id DESC LIMIT 1", "made")
    assert row == "121|ok|5000|0.5000|t\n"
    assert postgres.sql("SELECT count(*) FROM people WHERE doubled = wage * 2", "made") == "120\n"
    with pytest.raises(AssertionError, match="wages"):
        postgres.sql("UPDATE people SET wage = -1", "made")
    again = write(files_of(data, tmp_path), data.schema, url(postgres, "made"), like=url(postgres, "rich"), overwrite=True)
    assert again.n_rows["people"] == 120


@MARIADB
def test_the_applications_own_queries_run_on_a_mariadb_like_its_source(mariadb: MariaDb, tmp_path: Path) -> None:
    data, back, notes = round_trip(url(mariadb, "rich"), fresh(mariadb, "made"), tmp_path)
    assert differences(data, back) == []
    assert (
        keys_of(data)
        == keys_of(back)
        == {"teams": {(("leader",), "people")}, "people": {(("team",), "teams"), (("boss",), "people")}}
    )
    assert any("photo can't be empty" in note for note in notes)
    mariadb.sql("INSERT INTO people (team, photo) VALUES (1, '')", "made")
    assert (
        mariadb.sql("SELECT id, feeling, is_new, `we``ird name` FROM people ORDER BY id DESC LIMIT 1", "made")
        == "121\tok\t1\tx\n"
    )
    assert mariadb.sql("SELECT count(*) FROM people WHERE doubled = wage * 2", "made") == "120\n"
    with pytest.raises(AssertionError, match="wages"):
        mariadb.sql("UPDATE people SET wage = -1", "made")
    ddl = mariadb.sql("SHOW CREATE TABLE people", "made")
    assert "`by_feeling`" in ddl
    assert "CONSTRAINT `in_team` FOREIGN KEY (`team`) REFERENCES `teams` (`id`) ON DELETE CASCADE" in ddl
    again = write(files_of(data, tmp_path), data.schema, url(mariadb, "made"), like=url(mariadb, "rich"), overwrite=True)
    assert again.n_rows["people"] == 120
    assert mariadb.sql("SHOW TABLES", "made") == "people\nteams\n"


@POSTGRES
@MARIADB
def test_from_one_kind_to_another(postgres: Postgres, mariadb: MariaDb, tmp_path: Path) -> None:
    for source in (url(postgres, "rich"), url(mariadb, "rich"), str(shops.sqlite(tmp_path / "shop.db"))):
        data = sources.read(source)
        files = files_of(data, tmp_path)
        servers = [fresh(postgres, "made"), fresh(mariadb, "made")]
        for target in (*servers, f"{tmp_path}/out.db", f"duckdb:///{tmp_path}/out.duckdb"):
            done = write(files, data.schema, target, like=source, overwrite=True)
            assert done.n_rows == {table.name: data.count(table.name) for table in data.schema}


@POSTGRES
@MARIADB
@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_all_tables_are_of_one_moment(kind: str, postgres: Postgres, mariadb: MariaDb) -> None:
    server = postgres if kind == "postgresql" else mariadb
    place = fresh(server, "moment")
    server.sql(
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); INSERT INTO a VALUES (1)", "moment"
    )
    with databases.reading(databases.address(place)) as reader:
        names = {one.name: one for one in reader.catalogue.relations}
        assert reader.rows(names["a"]).reader.read_all().num_rows == 1
        server.sql("INSERT INTO a VALUES (2); INSERT INTO b VALUES (2)", "moment")
        assert reader.rows(names["b"]).reader.read_all().num_rows == 0
    assert sources.read(place).count("b") == 1


@POSTGRES
def test_a_server_that_goes_while_rows_are_read_is_a_users_error(postgres: Postgres) -> None:
    with databases.reading(databases.address(url(postgres, "shop"))) as reader:
        (orders,) = [one for one in reader.catalogue.relations if one.name == "orders"]
        postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shop'")
        with pytest.raises(DataError, match=r"reading the table 'orders' failed.*the connection was cut"):
            list(reader.rows(orders).reader)


def two_tables(folder: Path, parents: Sequence[int], children: Sequence[int | None]) -> tuple[Schema, dict[str, list[Path]]]:
    schema = Schema((
        Table("p", (Column("id", types.Identifier(), pa.int64()),), ("id",)),
        Table(
            "c", (Column("id", types.Identifier(), pa.int64()), Column("p_id", types.Identifier(), pa.int64())), ("id",),
            (ForeignKey(("p_id",), "p", ("id",)),),
        ),
    ))  # fmt: skip
    pq.write_table(pa.table({"id": pa.array(parents, pa.int64())}), folder / "p.parquet")
    ids = pa.array(range(len(children)), pa.int64())
    pq.write_table(pa.table({"id": ids, "p_id": pa.array(children, pa.int64())}), folder / "c.parquet")
    return schema, {"p": [folder / "p.parquet"], "c": [folder / "c.parquet"]}


@POSTGRES
@MARIADB
def test_orphans_leave_their_key_undeclared(postgres: Postgres, mariadb: MariaDb, tmp_path: Path) -> None:
    schema, files = two_tables(tmp_path, [1, 2, 3], [1, 2, 9, 9, None])
    targets = (fresh(postgres, "made"), fresh(mariadb, "made"), f"{tmp_path}/o.db", f"{tmp_path}/o.duckdb")
    for target in targets:
        done = write(files, schema, target)
        assert done.notes == ("c: 2 rows have a p_id that no row of p has, so this foreign key is not declared",)
        back = sources.read(target)
        assert back.count("c") == 5


@POSTGRES
@MARIADB
def test_what_the_database_refuses_changes_nothing(postgres: Postgres, mariadb: MariaDb, tmp_path: Path) -> None:
    targets = (fresh(postgres, "made"), fresh(mariadb, "made"), f"{tmp_path}/o.db", f"{tmp_path}/o.duckdb")
    good, (twice, files) = two_tables(tmp_path, [1, 2], [1])[0], two_tables(tmp_path, [1, 1, 2], [1])
    for target in targets:
        with pytest.raises(UserError, match=r"(?i)duplicate|unique"):
            write(files, twice, target)
        check_target(target)  # which says that it is empty
    _, files = two_tables(tmp_path, [1, 2], [1])
    for target in targets:
        write(files, good, target)
        with pytest.raises(OutputError, match=r"holds 2 tables already \(.*\); give"):
            check_target(target)
        with pytest.raises(OutputError, match="or overwrite"):
            write(files, good, target)
        _, again = two_tables(tmp_path, [1, 1, 2], [1])
        with pytest.raises(UserError):
            write(again, good, target, overwrite=True)
        assert sources.read(target).count("p") == 2
        _, files = two_tables(tmp_path, [1, 2], [1])


@POSTGRES
@MARIADB
def test_the_source_is_never_written_over(postgres: Postgres, mariadb: MariaDb, tmp_path: Path) -> None:
    places = (
        url(postgres, "shop"),
        url(mariadb, "shop"),
        str(shops.sqlite(tmp_path / "a.db")),
        str(shops.duckdb(tmp_path / "a.duckdb")),
    )
    for place in places:
        data = sources.read(place)
        with pytest.raises(OutputError, match="is the database that is read"):
            check_target(place, True, like=place)
        with pytest.raises(OutputError, match="is the database that is read"):
            write(files_of(data, tmp_path), data.schema, place, like=place, overwrite=True)
        assert sources.read(place).count("orders") == shops.N_ORDERS


SPOKEN = """
import sys, traceback
from twinset import databases, sources
from twinset.export.databases import check_target
for place in sys.argv[1:]:
    for verb in (sources.read, sources.fingerprint, check_target):
        try:
            verb(place)
        except Exception:
            print(traceback.format_exc())
    print("=====")
"""


@POSTGRES
@MARIADB
def test_no_error_shows_a_password(postgres: Postgres, mariadb: MariaDb) -> None:
    at = f"127.0.0.1:{postgres.port}"
    my = f"unix_socket={mariadb.socket}"
    places = {
        f"postgresql://app:wrong{QUOTED}@{at}/shop": "user or the password is wrong",
        f"postgresql://nobody:{QUOTED}@{at}/shop": "user or the password is wrong",
        f"postgresql://app:{QUOTED}@127.0.0.1:1/shop": "nothing answers there",
        f"postgresql://app:{QUOTED}@no-such-host.invalid/shop": "no machine of this name",
        f"postgresql://app:{QUOTED}@{at}/nowhere": "no database of this name",
        f"postgresql://app:{QUOTED}@{at}/shop": "may not read",
        f"postgresql://app:{SECRET}@{at}/shop?bogus=1": "",
        f"postgresql://app:{QUOTED}@{at}/shop?bogus={QUOTED}": "invalid URI query parameter",
        f"postgresql://{at}/shop?user=app&password=wrong{QUOTED}": "user or the password is wrong",
        f"mysql://app:wrong{QUOTED}@localhost/shop?{my}": "user or the password is wrong",
        f"mysql://app:{QUOTED}@localhost/shop?{my}": "no rights",
        f"mysql://app:{QUOTED}@127.0.0.1:1/shop": "nothing answers there",
    }
    done = subprocess.run([sys.executable, "-c", SPOKEN, *places], capture_output=True, text=True)
    assert done.stderr == ""
    for words, said in zip(places.values(), done.stdout.split("====="), strict=False):
        assert words in said, (words, said)
        assert "twinset.errors" in said
        for form in (SECRET, QUOTED, "s3cr3t"):
            assert form not in said


@POSTGRES
def test_passwords_come_from_the_environment(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.sql(
        "CREATE SCHEMA IF NOT EXISTS mine AUTHORIZATION app; CREATE TABLE IF NOT EXISTS mine.t AS SELECT 1 AS id", "shop"
    )
    postgres.sql("GRANT SELECT ON mine.t TO app", "shop")
    place = f"postgresql://app@127.0.0.1:{postgres.port}/shop?schema=mine"
    for name in ("PGPASSWORD", "TWINSET_DB_PASSWORD"):
        with monkeypatch.context() as patch:
            patch.setenv(name, SECRET)
            assert sources.read(place).count("t") == 1
    (tmp_path / "pgpass").write_text(f"127.0.0.1:{postgres.port}:*:app:{SECRET}\n")
    (tmp_path / "pgpass").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    assert sources.read(place).count("t") == 1
    monkeypatch.setenv("SHOP_PW", SECRET)
    assert sources.read(f"{place}&password_env=SHOP_PW").count("t") == 1
    assert sources.read(place).fingerprint == sources.fingerprint(f"{place}&password_env=SHOP_PW")


@POSTGRES
def test_a_table_without_rights_is_named_and_may_be_left(postgres: Postgres) -> None:
    postgres.sql("CREATE DATABASE guarded; CREATE USER few")
    postgres.sql(
        "CREATE TABLE open (id int); CREATE TABLE closed (id int); INSERT INTO open VALUES (1); GRANT SELECT ON open TO few",
        "guarded",
    )
    place = url(postgres, "guarded").replace("tester", "few")
    with pytest.raises(DataError, match="this user may not read 'closed'; grant SELECT"):
        sources.read(place)
    assert sources.read(place, tables=["open"]).count("open") == 1
    with pytest.raises(OutputError, match="may not make tables in the schema 'public'"):
        check_target(place, True)


NAMES = ['a"b', "select", "naïve 日本", "x'; DROP TABLE y; --", "back\\slash", "n" * 60, "%s {x}", "`tick` (", "a/b"]


@POSTGRES
@MARIADB
@pytest.mark.parametrize("kind", ["postgresql", "mysql", "sqlite", "duckdb"])
def test_hostile_names_stay_names(kind: str, postgres: Postgres, mariadb: MariaDb, tmp_path: Path) -> None:
    statements = []
    for name in NAMES:
        quoted = named(name, kind)  # type: ignore[arg-type]
        statements.append(f"CREATE TABLE {quoted} (id int PRIMARY KEY, {quoted} varchar(9))")
        statements.append(f"INSERT INTO {quoted} VALUES (1, 'x'), (2, NULL)")
    if kind in ("sqlite", "duckdb"):
        source, targets = f"{tmp_path}/odd.{kind}", [f"{tmp_path}/one.{kind}", f"{tmp_path}/two.{kind}"]
        with closing(sqlite3.connect(source) if kind == "sqlite" else duckdb.connect(source)) as base:
            for statement in statements:
                base.execute(statement)
            base.commit()
    else:
        server = postgres if kind == "postgresql" else mariadb
        source, targets = fresh(server, "odd"), [fresh(server, "made"), fresh(server, "other")]
        server.sql("; ".join(statements), "odd")
    for target, is_like in zip(targets, (True, False), strict=True):
        data, back, _ = round_trip(source, target, tmp_path, is_like=is_like)
        assert differences(data, back) == []
        assert {table.columns[1].name for table in back.schema} == set(NAMES)


SLOW = """
import sys, time, pathlib
from twinset import databases, sources
from twinset.export.databases import write
from twinset.export.databases.job import Load
plain, folder = Load.batches, pathlib.Path(sys.argv[3])
def slow(self, columns=None):
    for batch in plain(self, columns):
        yield batch
        if self.table.name == "order lines" and columns and len(columns) > 2:
            (folder / "reached").touch()
            time.sleep(60)
Load.batches = slow
data = sources.read(sys.argv[1])
files = {table.name: sorted(folder.glob(f"{number}-*.parquet")) for number, table in enumerate(data.schema)}
write(files, data.schema, sys.argv[2], like=sys.argv[1])
"""


@POSTGRES
@MARIADB
@pytest.mark.parametrize("kind", ["postgresql", "mysql", "sqlite", "duckdb"])
def test_a_killed_run_leaves_nothing_and_the_same_one_ends_well(
    kind: str, postgres: Postgres, mariadb: MariaDb, tmp_path: Path
) -> None:
    servers: Mapping[str, Postgres | MariaDb] = {"postgresql": postgres, "mysql": mariadb}
    if kind in servers:
        source, target = url(servers[kind], "shop"), fresh(servers[kind], "killed")
    else:
        source, target = str(getattr(shops, kind)(tmp_path / f"shop.{kind}")), str(tmp_path / f"out.{kind}")
    data = sources.read(source)
    files = files_of(data, tmp_path)
    with subprocess.Popen([sys.executable, "-c", SLOW, source, target, str(tmp_path)]) as run:
        for _ in range(600):
            if (tmp_path / "reached").exists() or run.poll() is not None:
                break
            time.sleep(0.05)
        assert run.poll() is None
        run.send_signal(signal.SIGKILL)
    check_target(target)
    assert dict(write(files, data.schema, target, like=source).n_rows)["order lines"] == data.count("order lines")
    assert keys_of(sources.read(target))["returns"] == keys_of(data)["returns"]
    assert [path.name for path in tmp_path.glob(".*")] == []


@POSTGRES
def test_a_connection_that_is_cut_is_a_users_error(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from twinset.export.databases.job import Load

    source, target = url(postgres, "shop"), fresh(postgres, "made")
    data = sources.read(source)
    files, plain = files_of(data, tmp_path), Load.batches

    def cut(self: Load, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        for batch in plain(self, columns):
            if self.table.name == "order lines" and columns and len(columns) > 2:
                postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'made'")
            yield batch

    monkeypatch.setattr(Load, "batches", cut)
    with pytest.raises(UserError, match=r"the connection was cut|run the same command again") as caught:
        write(files, data.schema, target, like=source)
    assert "tester" in str(caught.value)
    monkeypatch.undo()
    assert write(files, data.schema, target, like=source).n_rows["orders"] == shops.N_ORDERS


@pytest.mark.parametrize(
    ("place", "extra"), [("postgresql://h/b", "postgresql"), ("mysql://h/b", "mysql"), ("x.duckdb", "duckdb")]
)
def test_a_missing_driver_names_its_extra(place: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.duckdb").write_bytes(b"x")
    for module in ("adbc_driver_postgresql", "pymysql", "duckdb"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'twinset\[{extra}\]'"):
        sources.read(place)


def test_places_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    for place, said in ((tmp_path / "no" / "x.db", "does not exist"), (f"sqlite:///{tmp_path}/folder.db", "is a directory")):
        with pytest.raises(OutputError, match=said):
            check_target(place)


NARROW = "CREATE TABLE narrow (id INT PRIMARY KEY, code VARCHAR(5) NOT NULL, area CHAR(3), note VARCHAR(40) DEFAULT 'x')"


def _widened(source: str, target: str, folder: Path) -> tuple[str, ...]:
    """What is said where texts longer than the source lets them be are written to a database like it."""
    data = sources.read(source)
    longer = pa.table(
        {"id": [1, 2], "code": ["code-000001", "code-000002"], "area": ["area-other", None], "note": ["a", "b"]}
    )
    pq.write_table(longer.cast(data.schema.only.arrow), folder / "narrow.parquet")
    return write({"narrow": [folder / "narrow.parquet"]}, data.schema, target, like=source).notes


@POSTGRES
def test_postgresql_is_widened_for_what_is_longer(postgres: Postgres, tmp_path: Path) -> None:
    source = fresh(postgres, "narrow")
    postgres.sql(f"{NARROW}; INSERT INTO narrow VALUES (1, 'ab', 'abc'), (2, 'cd', 'xyz')", "narrow")
    notes = _widened(source, fresh(postgres, "made"), tmp_path)
    assert [note.split(",")[0] for note in notes] == [
        "narrow.code is character varying(11)", "narrow.area is varchar(10)",
    ]  # fmt: skip
    assert postgres.sql("SELECT code, area FROM narrow ORDER BY id", "made") == "code-000001|area-other\ncode-000002|\n"


@MARIADB
def test_mariadb_is_widened_for_what_is_longer(mariadb: MariaDb, tmp_path: Path) -> None:
    source = fresh(mariadb, "narrow")
    mariadb.sql(f"{NARROW}; INSERT INTO narrow (id, code, area) VALUES (1, 'ab', 'abc'), (2, 'cd', 'xyz')", "narrow")
    notes = _widened(source, fresh(mariadb, "made"), tmp_path)
    assert [note.split(",")[0] for note in notes] == ["narrow.code is varchar(11)", "narrow.area is varchar(10)"]
    assert mariadb.sql("SELECT code, area FROM narrow ORDER BY id", "made").split() == [
        "code-000001", "area-other", "code-000002", "NULL",
    ]  # fmt: skip
