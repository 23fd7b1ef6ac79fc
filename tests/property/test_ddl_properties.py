"""Whatever the schema: SQLite takes the rows of the plan drafted from it, unless the plan says why not."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import event, given, note, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from tests.databases import load_sqlite

from twinset.contracts import ddl
from twinset.contracts.draft import drafted
from twinset.core.dataset import Dialect
from twinset.export import exporter
from twinset.pipeline.drafting import faults
from twinset.pipeline.maker import Maker

TYPES = ["INTEGER", "BIGINT", "SMALLINT", "NUMERIC(8,2)", "REAL", "TEXT", "VARCHAR(7)", "VARCHAR(60)", "CHAR(3)", "DATE",
         "TIMESTAMP", "BOOLEAN", "UUID", "BLOB"]  # fmt: skip
NAMES = ["name", "email", "city", "price", "quantity", "status", "start_date", "end_date", "created_at", "updated_at",
         "note", "code", "person", "Order", "first name", "a.b", "phone", "age", "url", "_row"]  # fmt: skip
CHECKS = {
    "INTEGER": ['"{0}" > 5', '"{0}" BETWEEN 1 AND 9', '"{0}" IN (1, 2, 3)', '"{0}" <= 0', '"{0}" <> 7'],
    "SMALLINT": ['"{0}" >= 100 AND "{0}" < 120'],
    "NUMERIC(8,2)": ['"{0}" > 0', '"{0}" >= 0 AND "{0}" <= 1'],
    "REAL": ['"{0}" < 100'],
    "TEXT": ["\"{0}\" IN ('x', 'it''s', '')", 'length("{0}") >= 4', "\"{0}\" LIKE 'ab%'", "\"{0}\" <> ''"],
    "VARCHAR(60)": ['length("{0}") BETWEEN 3 AND 30'],
    "DATE": ["\"{0}\" >= '2019-01-01'", "\"{0}\" BETWEEN '2001-05-01' AND '2001-05-31'"],
}


@st.composite
def tables(draw: DrawFn, number: int, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    """One table: its name, the columns of its key with their types, and its statement."""
    name = f"t{number}"
    made = draw(
        st.lists(
            st.tuples(st.sampled_from(NAMES), st.sampled_from(TYPES)), max_size=5, unique_by=lambda pair: pair[0].lower()
        )
    )
    columns, parts, key = {}, [], []
    for own, kind in made:
        said = f'"{own}" {kind}'
        if draw(st.booleans()):
            said += " NOT NULL"
        if kind in ("INTEGER", "VARCHAR(60)", "UUID", "NUMERIC(8,2)") and draw(st.integers(0, 4)) == 0:
            said += " UNIQUE"
        elif kind in CHECKS and draw(st.booleans()):
            said += f" CHECK ({draw(st.sampled_from(CHECKS[kind])).format(own)})"
        elif kind == "INTEGER" and draw(st.booleans()):
            said += " DEFAULT 3"
        columns[own] = kind
        parts.append(said)
    shape = draw(st.sampled_from(["id", "text", "uuid", "junction", "lines", "one", "none"]))
    if shape == "id" or (not earlier and shape in ("junction", "lines", "one")):
        parts.append('"id" INTEGER PRIMARY KEY')
        key = [("id", "INTEGER")]
    elif shape in ("text", "uuid"):
        key = [("key", "VARCHAR(9)" if shape == "text" else "UUID")]
        parts.append(f'"key" {key[0][1]} NOT NULL PRIMARY KEY')
    references = []
    keyed = [one for one in earlier if one["key"]]
    if keyed:
        wanted = {"junction": 2, "lines": 1, "one": 1}.get(shape, draw(st.integers(0, 2)))
        for place in range(wanted):
            other = draw(st.sampled_from(keyed))
            own_names = [f"r{place}_{column}" for column, _ in other["key"]]
            is_needed = shape in ("junction", "lines", "one")
            null = " NOT NULL" if is_needed or draw(st.booleans()) else ""
            parts += [f'"{own}" {kind}{null}' for own, (_, kind) in zip(own_names, other["key"], strict=True)]
            there = ", ".join(f'"{column}"' for column, _ in other["key"])
            here = ", ".join(f'"{own}"' for own in own_names)
            references.append(f"FOREIGN KEY ({here}) REFERENCES {other['name']} ({there})")
            if is_needed:
                key += list(zip(own_names, [kind for _, kind in other["key"]], strict=True))
        if shape == "lines":
            parts.append('"line" SMALLINT NOT NULL')
            key.append(("line", "SMALLINT"))
        if shape in ("junction", "lines", "one"):
            references.append(f"PRIMARY KEY ({', '.join(f'{chr(34)}{column}{chr(34)}' for column, _ in key)})")
    if shape == "id" and draw(st.booleans()):
        parts.append('"boss" INTEGER REFERENCES ' + name + ' ("id")')
    dates = [
        own
        for own, kind in columns.items()
        if kind == "DATE" and "CHECK" not in "".join(p for p in parts if p.startswith(f'"{own}"'))
    ]
    if len(dates) > 1 and draw(st.booleans()):
        references.append(f'CHECK ("{dates[0]}" <= "{dates[1]}")')
    numbers = [own for own, kind in columns.items() if kind in ("INTEGER", "REAL", "BIGINT", "NUMERIC(8,2)")]
    if len(numbers) > 1 and draw(st.integers(0, 3)) == 0:
        references.append(f'CHECK ("{numbers[0]}" < "{numbers[1]}" + 50 OR "{numbers[0]}" IS NULL)')
    if len(made) > 1 and draw(st.integers(0, 2)) == 0:
        references.append(f'UNIQUE ("{made[0][0]}", "{made[1][0]}")')
    if not parts:
        parts.append('"id" INTEGER PRIMARY KEY')
        key = [("id", "INTEGER")]
    return {"name": name, "key": key, "sql": f"CREATE TABLE {name} ({', '.join([*parts, *references])})"}


@st.composite
def schemas(draw: DrawFn) -> str:
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 4))):
        made.append(draw(tables(number, made)))
    return ";\n".join(one["sql"] for one in made) + ";"


@settings(max_examples=60)
@given(script=schemas(), seed=st.integers(0, 9))
def test_sqlite_takes_the_rows_of_any_schema(script: str, seed: int) -> None:
    note(script)
    sqlite3.connect(":memory:").executescript(script)  # the schema itself is one
    found = drafted(ddl.describe(script, "sqlite"), has_people=True)
    note("\n".join(found.remarks))
    plan = {
        "stages": {"s": {"synthesizer": "rules", "tables": {name: dict(one.data) for name, one in found.tables.items()}}}
    }
    note(str(plan))
    if list(faults(found.tables)):
        event("can't be run")
        return
    maker = Maker(plan)
    small = {name: min(rows, 40) for name, rows in maker.stated.items()}
    made = maker.tables(small, seed)
    if any("UNIQUE" in remark or "FOREIGN" in remark or "CHECK" in remark for remark in found.remarks):
        event("left out")
        return
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for table in maker.sampler.schema:
            part, path = Path(folder, f"{table.name}.part"), Path(folder, f"{table.name}.sql")
            exporter("sql").write_part(made[table.name].to_batches(), part, table, Dialect())
            exporter("sql").assemble([part], path, table, Dialect(), {})
            files.append(path)
        base = load_sqlite(script, files)
    for table in maker.sampler.schema:
        assert base.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0] == made[table.name].num_rows
    base.close()
