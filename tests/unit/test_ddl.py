"""Schemas read from SQL and the plans drafted from them: types, checks, keys, names, and what is hostile."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from tests.rules import made

from twinset.contracts import ddl
from twinset.contracts.draft import Drafted, drafted
from twinset.errors import PlanError, SchemaError
from twinset.plan import parse
from twinset.plan.commented import Commented, written


def draft(script: str, dialect: str = "postgres", *, has_people: bool = True) -> Drafted:
    return drafted(ddl.describe(script, dialect), has_people=has_people)


def rules(columns: str, dialect: str = "postgres", name: str = "things") -> dict[str, Any]:
    """The rules of a table's columns."""
    return dict(draft(f"CREATE TABLE {name} ({columns})", dialect).tables[name].data["columns"])


def rows(script: str, dialect: str = "postgres", **size: int) -> dict[str, list[dict[str, Any]]]:
    tables = {name: dict(table.data) for name, table in draft(script, dialect).tables.items()}
    return {name: table.to_pylist() for name, table in made(tables, size=size).items()}


@pytest.mark.parametrize(
    ("dialect", "type_", "rule"),
    [
        ("postgres", "int", {"rule": "integer", "low": 0, "high": 1000}),
        ("mysql", "tinyint(1)", {"rule": "boolean", "share": 0.5}),
        ("mysql", "tinyint", {"rule": "integer", "low": 0, "high": 127}),
        ("mysql", "tinyint unsigned", {"rule": "integer", "low": 0, "high": 255}),
        ("mysql", "year", {"rule": "integer", "low": 1990, "high": 2025}),
        ("mysql", "enum('a','it''s')", {"rule": "category", "values": ["a", "it's"]}),
        ("postgres", "numeric(4,2)", {"rule": "uniform", "low": 0, "high": 99.99, "decimals": 2}),
        ("postgres", "numeric(3)", {"rule": "integer", "low": 0, "high": 999}),
        ("oracle", "NUMBER(3)", {"rule": "integer", "low": 0, "high": 999}),
        ("tsql", "money", {"rule": "uniform", "low": 0, "high": 1000, "decimals": 2}),
        ("tsql", "bit", {"rule": "boolean", "share": 0.5}),
        ("tsql", "uniqueidentifier", {"rule": "uuid"}),
        ("postgres", "uuid", {"rule": "uuid"}),
        ("postgres", "date", {"rule": "date", "between": ["2022-01-01", "2025-12-31"]}),
        ("postgres", "timestamptz", {"rule": "datetime", "between": ["2022-01-01", "2025-12-31"]}),
        ("oracle", "DATE", {"rule": "datetime", "between": ["2022-01-01", "2025-12-31"]}),
        ("postgres", "varchar(5)", {"rule": "pattern", "regex": "[A-Z][a-z]{2,4}"}),
        ("postgres", "char(2)", {"rule": "pattern", "regex": "[A-Z]{2}"}),
        ("postgres", "varchar(60)", {"rule": "text", "words": [1, 3], "sentences": 0}),
        ("postgres", "text", {"rule": "text", "words": [1, 8]}),
        ("postgres", "citext", {"rule": "text", "words": [1, 8]}),
        ("postgres", "inet", {"rule": "ipv4"}),
        ("postgres", "macaddr", {"rule": "mac"}),
        ("postgres", "jsonb", {"rule": "constant", "value": "{}"}),
        ("postgres", "serial", {"rule": "sequence"}),
        ("sqlite", "double precision", {"rule": "uniform", "low": 0, "high": 1000, "decimals": 3}),
    ],
)  # fmt: skip
def test_types(dialect: str, type_: str, rule: dict[str, Any]) -> None:
    name = "X" if dialect == "oracle" else "x"
    assert rules(f"x {type_} NOT NULL, y int", dialect, "THINGS" if dialect == "oracle" else "things")[name] == rule


def test_unknown_types_are_listed() -> None:
    found = draft("CREATE TABLE t (a tsvector, b geometry(Point, 4326), c text)")
    assert len(found.remarks) == 2
    assert "t.a: the type 'tsvector' is not known" in found.remarks[0]


@pytest.mark.parametrize(
    ("check", "expression"),
    [
        ("a > 0", "(a > 0)"),
        ("a BETWEEN 1 AND 5", "(1 <= a <= 5)"),
        ("(a >= 0) AND (b <> a)", "(a >= 0)|(b != a)"),
        ("s IN ('x', 'it''s')", "(s in ['x', \"it's\"])"),
        ("(s)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])", "(s in ['x', 'y'])"),
        ("s = 'x' OR s = 'y'", "((s == 'x') or (s == 'y'))"),
        ("a IS NULL OR a > b", "(a > b)"),
        ("a IS NOT NULL OR b IS NOT NULL", "(not missing(a) or not missing(b))"),
        ("length(s) >= 3", "(length(s) >= 3)"),
        ("d >= DATE '2020-01-01'", "(d >= '2020-01-01')"),
        ("d < CURRENT_DATE", "(d < '2026-01-01')"),
        ("e <= d + INTERVAL '30 days'", "(e <= (d + days(30)))"),
        ("EXTRACT(YEAR FROM d) > 2000", "(year(d) > 2000)"),
        ("COALESCE(a, 0) + b < 100", "(((0 if missing(a) else a) + b) < 100)"),
        ("CASE WHEN a > 5 THEN b > 5 ELSE true END", "((b > 5) if (a > 5) else True)"),
        ("abs(a) <= greatest(b, 3)", "(abs(a) <= max(b, 3))"),
        ("NOT (a = b)", "(not (a == b))"),
        ("\"odd name\" > 1", "(column('odd name') > 1)"),
    ],
)  # fmt: skip
def test_checks_are_conditions(check: str, expression: str) -> None:
    columns = 'a int, b int, s text, d date, e date, "odd name" int'
    found = draft(f"CREATE TABLE t ({columns}, CHECK ({check}))")
    assert not found.remarks
    assert [one["expression"] for one in found.tables["t"].data["constraints"]] == expression.split("|")


@pytest.mark.parametrize(
    ("check", "why"),
    [
        ("lower(s) = s", "'LOWER(s)' has no counterpart"),
        ("s > 5", "can't be computed on these columns"),
        ("a IN (SELECT 1)", "IN takes literals here"),
        ("my_function(a)", "has no counterpart"),
        ("s ~ '(?=x)y'", "regular expression is not one that is understood"),
        ("a > other.b", "'b' is no column"),
        ("d > now() - INTERVAL '1 month'", "has no fixed length"),
        ("a" + " + a" * 60 + " > 1", "nested at most 40 deep"),
    ],
)
def test_checks_that_can_not_be_honoured_are_listed(check: str, why: str) -> None:
    found = draft(f"CREATE TABLE t (a int, s text, d date, CHECK (a > 0 AND {check}))")
    assert len(found.remarks) == 1
    assert why in found.remarks[0]
    assert [one["expression"] for one in found.tables["t"].data["constraints"]] == ["(a > 0)"]
    assert found.tables["t"].data["columns"]["a"]["low"] == 1


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("a int CHECK (a > 5 AND a < 10)", {"rule": "integer", "low": 6, "high": 9}),
        ("a int CHECK (a < 0)", {"rule": "integer", "low": -1001, "high": -1}),
        ("a numeric(6,2) CHECK (a >= 10.5)", {"rule": "uniform", "low": 10.5, "high": 1000, "decimals": 2}),
        ("a int CHECK (a IN (1, 2)) DEFAULT 2", {"rule": "category", "values": {1: 1, 2: 3}}),
        ("a int DEFAULT 7", {"rule": "mixture", "of": [{"rule": "constant", "value": 7}, {"rule": "integer", "low": 0,
                                                                                        "high": 1000}]}),
        ("a boolean DEFAULT false", {"rule": "boolean", "share": 0.1}),
        ("a text CHECK (a ~ '^[A-Z]{3}-[0-9]+$')", {"rule": "pattern", "regex": "[A-Z]{3}-[0-9]+"}),
        ("a text CHECK (a LIKE 'AB%')", {"rule": "pattern", "regex": "AB[a-z]{2,6}"}),
        ("a date CHECK (a BETWEEN '2001-02-03' AND '2001-03-01')",
         {"rule": "date", "between": ["2001-02-03", "2001-03-01"]}),
        ("a date CHECK (a < '1990-01-01')", {"rule": "date", "between": ["1986-01-01", "1990-01-01"]}),
        ("a varchar(50) CHECK (length(a) = 4)", {"rule": "pattern", "regex": "[A-Z][a-z]{3,3}"}),
    ],
)  # fmt: skip
def test_limits_decide_the_rule(column: str, rule: dict[str, Any]) -> None:
    found = rules(f"id int PRIMARY KEY, {column}")["a"]
    assert {name: value for name, value in found.items() if name != "missing"} == rule


def test_generated_columns_are_formulas_and_templates() -> None:
    columns = (
        "a int NOT NULL, b numeric(8,2) NOT NULL, f text NOT NULL, l text NOT NULL, "
        "t numeric(9,2) GENERATED ALWAYS AS (a * b) STORED, n text GENERATED ALWAYS AS (f || ' ' || l) STORED, "
        "x text GENERATED ALWAYS AS (md5(f)) STORED"
    )
    found = draft(f"CREATE TABLE things ({columns})")
    made_ = found.tables["things"].data["columns"]
    assert made_["t"] == {"rule": "formula", "of": "(a * b)", "decimals": 2}
    assert made_["n"] == {"rule": "template", "of": "{f} {l}"}
    assert [remark for remark in found.remarks if "MD5" in remark.upper()]
    for row in rows(f"CREATE TABLE things ({columns})")["things"]:
        assert row["t"] == pytest.approx(row["a"] * row["b"], abs=0.006)
        assert row["n"] == f"{row['f']} {row['l']}"


def test_keys_of_every_shape_hold() -> None:
    script = """
        CREATE TABLE kinds (kind text PRIMARY KEY CHECK (kind IN ('a', 'b', 'c')));
        CREATE TABLE tenants (id serial PRIMARY KEY, slug varchar(20) UNIQUE NOT NULL);
        CREATE TABLE users (tenant_id int REFERENCES tenants, id int, login varchar(30) NOT NULL,
                            PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, login));
        CREATE TABLE projects (id uuid PRIMARY KEY, tenant_id int NOT NULL, owner int NOT NULL,
                               parent uuid REFERENCES projects, kind text REFERENCES kinds,
                               FOREIGN KEY (tenant_id) REFERENCES tenants,
                               FOREIGN KEY (tenant_id, owner) REFERENCES users);
        CREATE TABLE members (project uuid REFERENCES projects ON DELETE CASCADE, tenant_id int, user_id int,
                              FOREIGN KEY (tenant_id, user_id) REFERENCES users, PRIMARY KEY (project, tenant_id, user_id));
        CREATE TABLE friends (a uuid REFERENCES projects, b uuid REFERENCES projects, PRIMARY KEY (a, b));
        CREATE TABLE settings (project uuid PRIMARY KEY REFERENCES projects, dark boolean);
        CREATE TABLE a (id int PRIMARY KEY, b int);
        CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
        ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
    """
    found = draft(script)
    assert not found.remarks
    tables = rows(script)
    keys = {name: table.data.get("key") for name, table in found.tables.items()}
    assert keys["users"] == ["tenant_id", "id"]
    assert keys["friends"] == ["a", "b"]
    assert keys["settings"] == "project"
    assert len(tables["kinds"]) == 3
    for name, columns in {
        "users": ("tenant_id", "id"), "members": ("project", "tenant_id", "user_id"), "friends": ("a", "b"),
        "settings": ("project",), "tenants": ("slug",),
    }.items():  # fmt: skip
        seen = [tuple(row[column] for column in columns) for row in tables[name]]
        assert len(set(seen)) == len(seen) > 50, name
        assert not any(None in one for one in seen)
    for name, columns, target, there in (
        ("users", ["tenant_id"], "tenants", ["id"]), ("projects", ["tenant_id", "owner"], "users", ["tenant_id", "id"]),
        ("projects", ["parent"], "projects", ["id"]), ("projects", ["kind"], "kinds", ["kind"]),
        ("members", ["tenant_id", "user_id"], "users", ["tenant_id", "id"]), ("settings", ["project"], "projects", ["id"]),
        ("a", ["b"], "b", ["id"]), ("b", ["a"], "a", ["id"]),
    ):  # fmt: skip
        known = {tuple(row[column] for column in there) for row in tables[target]}
        own = [tuple(row[column] for column in columns) for row in tables[name]]
        assert {one for one in own if None not in one} <= known, (name, columns)
        assert any(None not in one for one in own)


def test_references_that_lead_nowhere_are_listed() -> None:
    found = draft("CREATE TABLE t (a int REFERENCES gone, b int, c date UNIQUE, FOREIGN KEY (b, c) REFERENCES t (a))")
    assert [remark.split(":")[1].strip()[:24] for remark in found.remarks] == [
        "FOREIGN KEY (a) to gone", "FOREIGN KEY (b, c) to t", "UNIQUE (c)",
    ]  # fmt: skip


def test_names_hint_at_rules_and_say_so() -> None:
    script = """CREATE TABLE customers (id serial PRIMARY KEY, name varchar(80) NOT NULL, "eMail" text NOT NULL UNIQUE,
        billing_city varchar(40), created_at timestamp NOT NULL, updated_at timestamp, balance numeric(9,2), notes text,
        website varchar(200), person int)"""
    table = draft(script).tables["customers"]
    assert table.data["columns"]["name"] == "_person.name"  # a column of that name is there already
    assert table.data["columns"]["billing_city"] == "billing.city"
    assert table.data["columns"]["billing"] == {"rule": "address", "hidden": True}
    assert table.data["columns"]["updated_at"]["after"] == "created_at"
    assert table.reasons["balance"].endswith("an amount of money by its name")
    emails = [row["eMail"] for row in rows(script, customers=2_000)["customers"]]
    assert len(set(emails)) == 2_000


def test_without_people_there_are_letters() -> None:
    found = draft("CREATE TABLE customers (id int PRIMARY KEY, first_name varchar(40), email text UNIQUE)", has_people=False)
    assert "person" not in str(found.tables["customers"].data)


def test_domains_enums_inheritance_and_indexes() -> None:
    script = """
        CREATE DOMAIN public.share AS numeric(5,4) CHECK (VALUE BETWEEN 0 AND 1);
        CREATE TYPE public.mood AS ENUM ('sad', 'ok');
        CREATE TABLE base (created_on date NOT NULL);
        CREATE TABLE t (id int PRIMARY KEY, s public.share NOT NULL, m public.mood, code varchar(9)) INHERITS (base);
        CREATE UNIQUE INDEX one ON t (code);
        CREATE UNIQUE INDEX some ON t (m) WHERE m = 'ok';
        CREATE TRIGGER stamp BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
        CREATE VIEW v AS SELECT * FROM t;
        CREATE TABLE copy AS SELECT * FROM t;
    """
    found = draft(script)
    columns = found.tables["t"].data["columns"]
    assert columns["s"] == {"rule": "uniform", "low": 0, "high": 1, "decimals": 4}
    assert columns["m"]["values"] == ["sad", "ok"]
    assert columns["code"]["unique"]
    assert "created_on" in columns
    assert {"expression": "(0 <= s <= 1)", "kind": "condition", "reason": "CHECK"} in found.tables["t"].data["constraints"]
    assert [remark.split(":")[0] for remark in found.remarks] == ["t", "trigger stamp", "copy"]


def test_alterations_count() -> None:
    script = """
        CREATE TABLE t (a int, b int, gone int);
        ALTER TABLE t ADD PRIMARY KEY (a);
        ALTER TABLE t ADD COLUMN c varchar(3) NOT NULL, DROP COLUMN gone, ALTER COLUMN b SET NOT NULL;
        ALTER TABLE ONLY t ADD CONSTRAINT k CHECK (b > 3);
        ALTER TABLE t OWNER TO somebody;
        INSERT INTO t VALUES (1, 2, 'x');
    """
    found = draft(script)
    assert not found.remarks
    data = found.tables["t"].data
    assert data["key"] == "a"
    assert list(data["columns"]) == ["a", "b", "c"]
    assert data["columns"]["b"] == {"rule": "integer", "low": 4, "high": 1000}


def test_data_and_shell_commands_of_dumps_are_passed_over() -> None:
    script = (
        "\\connect shop\nSET client_encoding = 'UTF8';\nCREATE TABLE t (a int);\nCOPY public.t (a, b) FROM stdin;\n"
        "1\tit's; CREATE TABLE evil (x int);\n\\.\n\nCREATE TABLE u (a int);\n"
    )
    assert list(draft(script).tables) == ["t", "u"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("", "no CREATE TABLE in the script"),
        ("SELECT 1; DROP TABLE x;", "no CREATE TABLE in the script"),
        ("\x00\x01\x02", "no CREATE TABLE|can't be cut into words"),
        ("CREATE TABLE t (a text DEFAULT 'open", "is a quote or comment left open"),
        ("\n\nCREATE TABLE t (a int, b", "line 3: 'CREATE TABLE t .*can't be read in the dialect 'postgres'"),
        ("CREATE TABLE t ()", "table 't' has no columns|can't be read"),
        ("CREATE TABLE t (a int CHECK (" + "(" * 3_000 + "a > 0" + ")" * 3_000 + "))", "nested too deep"),
        ("CREATE TABLE t (" + ", ".join(f"c{n} int" for n in range(2_001)) + ")", "more than 2,000 columns"),
        ("x" * (8 * 2**20 + 1), "at most 8,388,608 are read"),
        ("CREATE TABLE `t` (`a` int AUTO_INCREMENT)", "say another"),
    ],
)
def test_hostile_scripts_are_refused_in_words(script: str, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        draft(script)


def test_an_unknown_dialect_names_the_nearest() -> None:
    with pytest.raises(PlanError, match="not 'postgresql', did you mean 'postgres'"):
        draft("CREATE TABLE t (a int)", "postgresql")


def test_a_thousand_tables_take_seconds() -> None:
    script = ";\n".join(
        f"CREATE TABLE t{n} (id serial PRIMARY KEY, t{max(0, n - 1)}_id int REFERENCES t{max(0, n - 1)}, name varchar(50))"
        for n in range(1_000)
    )
    start = time.process_time()
    found = draft(script)
    text = written("many", found.tables, head=found.remarks)
    assert time.process_time() - start < 30
    assert len(parse(text).stages["many"].tables) == 1_000


def test_injections_stay_names() -> None:
    script = """CREATE TABLE "x: {rule: evil}\n# '; DROP TABLE y; --" ("a: &b !!python/object:os.system\n- c" int DEFAULT 1,
        "b" text CHECK ("b" IN ('*alias', '!!python/none', '{{7*7}}', 'null', 'true', E'line\nbreak')))"""
    found = draft(script)
    text = written("s", found.tables, head=found.remarks)
    (name,) = found.tables
    assert name == "x_rule_evil_DROP_TABLE_y_"
    assert list(parse(text).stages["s"].tables[name].columns) == ["a: &b !!python/object:os.system\n- c", "b"]
    values = {row["b"] for row in rows(script)[name]}
    assert values <= {"*alias", "!!python/none", "{{7*7}}", "null", "true", "line\nbreak", None}


def test_comments_can_not_break_out() -> None:
    table = Commented(
        {"rows": 1, "columns": {"a": {"rule": "sequence"}}}, {"a": "one\ntwo\x85three\u2028four: {x}"}, "r\n- s"
    )
    text = written("s", {"t": table}, head=["first\nseed: 9", "word " * 100])
    assert yaml.safe_load(text)["seed"] == 0
    assert all(line.startswith(("#", " ", "twinset", "seed: 0", "stages")) for line in text.splitlines())
