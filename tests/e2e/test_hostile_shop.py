"""A shop full of personal data in awkward places: nothing that is one person's comes out of its twin, in any file."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

import twinset as ts
from tests.databases import POSTGRES, Postgres, free_port, own_folder
from tests.e2e.runs import twinset
from tests.hostile_shop import HostileShop
from twinset.core import types

ON = "orders o JOIN customers c USING (customer_id)"
SAME = {
    "e-mail in orders": f"SELECT o.customer_email, c.email FROM {ON}",
    "name in orders": f"SELECT o.ship_to, c.name FROM {ON}",
    "name in tickets": "SELECT t.requester_name, c.name FROM support_tickets t JOIN customers c USING (customer_id)",
    "e-mail as a key": "SELECT a.email, c.email FROM accounts a JOIN customers c USING (customer_id)",
    "keys to that key": "SELECT l.account, a.email FROM logins l LEFT JOIN accounts a ON a.email = l.account",
    "a column named nothing": "SELECT field7, account FROM logins",
    "telephone of an owner's owner": "SELECT l.x1, c.phone FROM logins l JOIN accounts a ON a.email = l.account "
    "JOIN customers c USING (customer_id)",
    "network address": "SELECT l.ip, c.last_ip FROM logins l JOIN accounts a ON a.email = l.account "
    "JOIN customers c USING (customer_id)",
    "user name as a key": "SELECT m.username, c.username FROM members m LEFT JOIN customers c USING (username)",
    "keys to user names": "SELECT p.username, m.username FROM posts p LEFT JOIN members m USING (username)",
    "employees who buy": "SELECT e.nachname || e.vorname || e.telefonnummer || e.benutzername, c.last_name || c.first_name "
    "|| c.phone || c.username FROM mitarbeiter e LEFT JOIN customers c ON c.email = e.mailadresse",
    "who acted": "SELECT l.actor, c.email FROM audit_log l LEFT JOIN customers c ON c.email = l.actor",
    "who wrote": "SELECT r.reviewer, c.name FROM reviews r LEFT JOIN customers c ON c.name = r.reviewer",
    "who answers": "SELECT t.assigned_to, e.benutzername FROM support_tickets t LEFT JOIN mitarbeiter e "
    "ON e.benutzername = t.assigned_to",
}


@pytest.fixture(scope="module")
def shop() -> HostileShop:
    return HostileShop(n_people=150)


@pytest.fixture(scope="module", params=["", "de_DE"], ids=["placeholders", "people"])
def twin(request: pytest.FixtureRequest, shop: HostileShop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the real shop, its twin, the evidence and what the command said."""
    folder = tmp_path_factory.mktemp("hostile")
    source = shop.sqlite(folder / "shop.db")
    words = ["twin", str(source), "-o", f"sqlite:///{folder / 'twin.db'}", "--evidence", str(folder / "evidence")]
    words += ["--gate", "open", *(["--people", request.param] if request.param else [])]
    result = twinset(*words, cwd=folder)
    assert result.returncode == 0, result.stderr
    (folder / "log").write_text(result.stdout + result.stderr)
    return folder


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Everything that comes out, as text: tables, evidence, the sampler's members, what was said."""
    base = sqlite3.connect(folder / "twin.db")
    for (table,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        rows = base.execute(f'SELECT * FROM "{table}"').fetchall()
        yield table, "\n".join(str(cell) for row in rows for cell in row)
    yield "log", (folder / "log").read_text()
    for path in sorted(one for one in (folder / "evidence").rglob("*") if one.is_file()):
        if path.suffix == ".parquet":
            yield path.name, "\n".join(str(cell) for column in pq.read_table(path).columns for cell in column.to_pylist())
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as members:
                yield from ((name, members.read(name).decode("utf-8", "replace")) for name in members.namelist())
        else:
            yield path.name, path.read_text(encoding="utf-8", errors="replace")


def _found(secrets: set[str], text: str) -> set[str]:
    """The secrets that stand in a text: those of one word among its words, others as they are if no such one is in them."""
    lowered = text.lower()
    words = set(re.findall(r"\w+", lowered))
    single = {one for one in secrets if re.fullmatch(r"\w+", one)}
    parts = {one.lower() for one in single}
    rest = {one for one in secrets - single if parts.isdisjoint(re.findall(r"\w+", one.lower()))}
    return {one for one in single if one.lower() in words} | {one for one in rest if one.lower() in lowered}


def test_no_planted_value_comes_out_anywhere(shop: HostileShop, twin: Path) -> None:
    assert _found(shop.secrets, " ".join(map(str, shop.rows["customers"])))  # so they would be found
    places = {name: _found(shop.secrets, text) for name, text in _texts(twin)}
    assert len(places) > 40
    assert {name: found for name, found in places.items() if found} == {}


@pytest.mark.parametrize("what", SAME)
def test_the_same_person_is_the_same_everywhere(twin: Path, what: str) -> None:
    for name in ("shop.db", "twin.db"):
        pairs = sqlite3.connect(twin / name).execute(SAME[what]).fetchall()
        assert len(pairs) > 30
        assert all(mine == theirs and mine is not None for mine, theirs in pairs), name


def test_people_are_of_a_piece(twin: Path) -> None:
    rows = sqlite3.connect(twin / "twin.db").execute(
        "SELECT name, first_name, last_name, email, username FROM customers"
    ).fetchall()  # fmt: skip
    for column in (0, 3, 4):
        assert len({row[column] for row in rows}) >= 0.95 * len(rows)
    if "name-" not in rows[0][0]:
        assert all(name == f"{first} {last}" for name, first, last, _, _ in rows)
        assert all(email.split("@")[0] == user for *_, email, user in rows)


def test_the_command_and_the_report_name_every_column(shop: HostileShop, twin: Path) -> None:
    said, report = (twin / "log").read_text(), re.sub("<[^>]+>|\u200b", "", (twin / "evidence/report.html").read_text())
    schema = ts.read(str(twin / "shop.db")).schema
    for table in schema:
        keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
        for column in table.columns:
            if isinstance(column.type, types.Personal) or (
                isinstance(column.type, types.Text | types.Json) and table.name != "products"
            ):
                assert re.search(rf"\b{table.name} \([^)]*\b{column.name}\b", said), f"{table.name}.{column.name}"
            if isinstance(column.type, types.Personal) and column.name not in keys:
                assert f"{table.name}.{column.name}" in report


def test_prose_of_lists_stays_at_home_and_names_of_things_do_not(shop: HostileShop, twin: Path) -> None:
    base = sqlite3.connect(twin / "twin.db")
    names = {name for (name,) in base.execute("SELECT name FROM products")}
    assert len(names & {row[1] for row in shop.rows["products"]}) > 10
    assert next(base.execute("SELECT name FROM stores ORDER BY 1")) == ("Fairmont 4",)
    assert all(text.startswith("text-") for (text,) in base.execute("SELECT notes FROM stores"))


def test_a_plan_lets_a_column_of_text_pass_and_no_other(shop: HostileShop, tmp_path: Path) -> None:
    keep = {"type": "text", "keep": True}
    linked = {"stores": {"columns": {"notes": keep}}, "reviews": {"columns": {"text": {**keep}}}}
    stage = {"source": str(shop.sqlite(tmp_path / "shop.db")), "linked": linked}
    plan = {"twinset": 1, "evaluate": {"gate": "open"}, "stages": {"shop": stage}}
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan))
    result = twinset("run", "plan.yaml", "-o", "out", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "real texts pass, as the plan says keep: stores (notes); reviews (text)" in result.stderr
    made = {name: set(pq.read_table(tmp_path / "out" / f"{name}.parquet")[column].to_pylist())
            for name, column in (("stores", "notes"), ("reviews", "text"), ("posts", "body"))}  # fmt: skip
    real = {"stores": {row[2] for row in shop.rows["stores"]}, "reviews": {row[4] for row in shop.rows["reviews"]}}
    assert made["stores"] == real["stores"]
    assert made["reviews"] <= real["reviews"]
    assert len(made["reviews"]) > 50
    assert not made["posts"] & shop.secrets


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with own_folder() as folder:
        found = Postgres(folder, free_port())
        try:
            yield found
        finally:
            found.stop()


@POSTGRES
def test_postgresql_takes_what_stands_for_people(server: Postgres, shop: HostileShop, tmp_path: Path) -> None:
    """Network addresses are such, and columns that are too narrow for placeholders are made wider, which is said."""
    for base in ("shop", "twin"):
        server.sql(f"CREATE DATABASE {base}")
    server.sql(shop.ddl("postgresql") + "\n".join(shop.inserts()), "shop")
    url = f"postgresql://tester@/{{}}?host={server.folder}&port={server.port}"
    words = ["twin", url.format("shop"), "-o", url.format("twin"), "--evidence", str(tmp_path / "evidence")]
    result = twinset(*words, "--gate", "open", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "mitarbeiter.plz is character varying(9), as what stands there is longer than in the source" in result.stderr
    assert server.sql("SELECT count(*) FROM customers WHERE last_ip <<= '10.0.0.0/8'", "twin").strip() == str(shop.n)
    keys = "SELECT count(*) FROM information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY'"
    assert server.sql(keys, "twin") == server.sql(keys, "shop")


def test_the_shop_is_as_it_is_said(shop: HostileShop) -> None:
    assert len(shop.secrets) > 15 * shop.n
    assert np.isin(["customers", "mitarbeiter", "stores"], list(shop.rows)).all()
