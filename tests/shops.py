"""A made shop in each kind of database, whose keys and rows are known: composite, self-referencing and twofold keys."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

DDL = """
CREATE TABLE countries (code {code} PRIMARY KEY, name VARCHAR(60) NOT NULL);
CREATE TABLE customers (
  id INTEGER PRIMARY KEY, email VARCHAR(100) NOT NULL UNIQUE, country {code} REFERENCES countries (code),
  referred_by INTEGER REFERENCES customers (id), age INTEGER CHECK (age >= 18 AND age <= 120),
  tier VARCHAR(10) DEFAULT 'basic' CHECK (tier IN ('basic', 'silver', 'gold')));
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), payer_id INTEGER REFERENCES customers (id),
  placed TIMESTAMP NOT NULL, shipped TIMESTAMP, total DECIMAL(10, 2) NOT NULL,
  doubled DECIMAL(12, 2) GENERATED ALWAYS AS (total * 2) {stored}, CHECK (placed <= shipped));
CREATE TABLE "order lines" (
  order_id INTEGER NOT NULL REFERENCES orders (id), line INTEGER NOT NULL, quantity INTEGER NOT NULL,
  PRIMARY KEY (order_id, line));
CREATE TABLE returns (
  id INTEGER PRIMARY KEY, order_id INTEGER, line INTEGER, reason VARCHAR(40),
  FOREIGN KEY (order_id, line) REFERENCES "order lines" (order_id, line));
CREATE TABLE nothing_yet (id INTEGER PRIMARY KEY, note VARCHAR(20));
"""
VIEW = "CREATE VIEW big_orders AS SELECT * FROM orders WHERE total > 100"
N_CUSTOMERS, N_ORDERS = 60, 200


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each table, parents first."""
    countries = [("AT", "Austria"), ("DE", "Germany"), ("CH", "Switzerland")]
    tiers = ("basic", "silver", "gold")
    customers = [
        (n, f"c{n}@example.org", countries[n % 3][0] if n % 7 else None, n // 2 or None, 18 + n % 50, tiers[n % 3])
        for n in range(1, N_CUSTOMERS + 1)
    ]
    orders = [_order(n) for n in range(N_ORDERS)]
    lines = [(1000 + n, line, line * 2) for n in range(N_ORDERS) for line in range(1, n % 3 + 2)]
    returns = [(n, *(lines[n * 3][:2] if n % 6 else (None, None)), f"reason {n % 4}") for n in range(40)]
    return {"countries": countries, "customers": customers, "orders": orders, "order lines": lines, "returns": returns}


def _order(n: int) -> tuple[Any, ...]:
    payer = (n * 7) % N_CUSTOMERS + 1 if n % 4 == 0 else None
    day = f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}"
    return (
        1000 + n,
        n % N_CUSTOMERS + 1,
        payer,
        f"{day} 10:00:00",
        f"{day} 12:30:00" if n % 5 else None,
        f"{n % 90}.{n % 100:02}",
    )


def ddl(kind: str) -> str:
    """The statements that make the shop."""
    text = DDL.format(code="CHAR(2)", stored="" if kind == "duckdb" else "STORED")
    return text.replace('"', "`") if kind == "mysql" else text


def inserts(kind: str) -> list[str]:
    """The statements that fill it; customers one by one, as DuckDB does not see the others of a statement."""
    mark = "`" if kind == "mysql" else '"'
    statements = []
    for name, held in rows().items():
        columns = "(id, customer_id, payer_id, placed, shipped, total)" if name == "orders" else ""
        cells = ["(" + ", ".join(map(_literal, row)) + ")" for row in held]
        blocks = cells if name == "customers" else [", ".join(cells)]
        statements += [f"INSERT INTO {mark}{name}{mark} {columns} VALUES {block}" for block in blocks]
    return statements


def _literal(cell: object) -> str:
    return "NULL" if cell is None else str(cell) if isinstance(cell, int) else f"'{cell}'"


def sqlite(path: Path) -> Path:
    base = sqlite3.connect(path)
    base.executescript(f"BEGIN; {ddl('sqlite')} {'; '.join([*inserts('sqlite'), VIEW])}; COMMIT")
    base.close()
    return path


def duckdb(path: Path) -> Path:
    import duckdb as driver

    with driver.connect(str(path)) as base:
        base.execute(ddl("duckdb"))
        for statement in [*inserts("duckdb"), VIEW]:
            base.execute(statement)
    return path
