"""From a script of DDL to described tables: one statement after the other, what can't be honoured put into words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from twinset.contracts.ddl.definitions import add_column, add_constraint, resolve
from twinset.contracts.ddl.expressions import name_of
from twinset.contracts.ddl.split import cleaned, quiet, statements
from twinset.contracts.described import Described, Table
from twinset.core.optional import require
from twinset.core.registry import nearest
from twinset.errors import PlanError, SchemaError

DIALECTS = ("postgres", "mysql", "sqlite", "tsql", "oracle")
LONGEST = 8 * 2**20
MOST_TABLES = 5_000
MOST_COLUMNS = 2_000
_SIGNS = {
    "mysql": r"AUTO_INCREMENT|ENGINE\s*=|\bUNSIGNED\b|^\s*(?:CREATE|ALTER) TABLE `",
    "tsql": r"\bNVARCHAR\b|\bIDENTITY\s*\(\s*\d|^\s*GO\s*$|\[dbo\]|\bUNIQUEIDENTIFIER\b|\bDATETIME2\b",
    "oracle": r"\bVARCHAR2\b|\bNUMBER\s*\(|\bCLOB\b",
    "sqlite": r"\bAUTOINCREMENT\b|WITHOUT\s+ROWID|^\s*PRAGMA\b|\)\s*STRICT\s*;",
}


def guessed(text: str) -> str:
    """The dialect of whose own words a script has most; PostgreSQL's where it has none."""
    counts = {name: len(re.findall(sign, text[:1_000_000], re.IGNORECASE | re.MULTILINE)) for name, sign in _SIGNS.items()}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else "postgres"


def describe(text: str, dialect: str) -> Described:
    """The tables of a script; SchemaError says where it can't be read, PlanError which dialects there are."""
    if dialect not in DIALECTS:
        raise PlanError(f"--dialect is one of {', '.join(DIALECTS)}, not {dialect!r}{nearest(dialect, DIALECTS)}")
    if len(text) > LONGEST:
        raise SchemaError(f"the script has {len(text):,} characters, and at most {LONGEST:,} are read; leave out its data")
    text, reader = cleaned(text), Reader(dialect)
    with quiet():
        for tokens in statements(text, dialect):
            if tokens and tokens[0].text.upper() in ("CREATE", "ALTER"):
                reader.read(tokens, text)
    if not reader.tables:
        raise SchemaError("there is no CREATE TABLE in the script; give one, or say its --dialect")
    for table in reader.tables.values():
        resolve(table, reader.tables, reader.remarks)
    return Described({table.name: table for table in reader.tables.values()}, reader.remarks)


@dataclass(slots=True)
class Reader:
    """What is known so far. Tables are found by their names without a schema, in small letters."""

    dialect: str
    tables: dict[str, Table] = field(default_factory=dict)
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    domains: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def name(self, identifier: Any) -> str:
        """A name as the database keeps it."""
        text = str(identifier.name)
        if identifier.args.get("quoted") or self.dialect not in ("postgres", "oracle"):
            return text
        return text.lower() if self.dialect == "postgres" else text.upper()

    def read(self, tokens: list[Any], text: str) -> None:
        """Take in one statement."""
        first = " ".join(token.text for token in tokens[:4])
        node = self._parsed(tokens, text, first)
        kind = name_of(node)
        if kind == "Create":
            self._create(node)
        elif kind == "Alter":
            self._alter(node)
        elif re.match(r"CREATE( OR REPLACE)?( \w+)? TABLE\b", first, re.IGNORECASE):
            raise SchemaError(
                f"line {tokens[0].line}: {first!r} ... can't be read in the dialect {self.dialect!r}; say another with "
                "--dialect, or leave the statement out"
            )
        else:
            self._other(" ".join(token.text for token in tokens[:60]), tokens, text)

    def _parsed(self, tokens: list[Any], text: str, first: str) -> Any:
        sqlglot = require("sqlglot", extra="sql")
        try:
            parser = sqlglot.Dialect.get_or_raise(self.dialect).parser(error_level=sqlglot.ErrorLevel.IMMEDIATE)
            return parser.parse(tokens, text)[0]
        except sqlglot.errors.ParseError as error:
            if "TABLE" not in first.upper():
                return None
            said = error.errors[0]["description"] if error.errors else str(error)
            line = error.errors[0]["line"] if error.errors else tokens[0].line
            raise SchemaError(
                f"line {line}: {first!r} ... can't be read in the dialect {self.dialect!r}: {said[:200]}; mend it, or say "
                "another --dialect"
            ) from None
        except RecursionError:
            raise SchemaError(f"line {tokens[0].line}: {first!r} ... is nested too deep to be read") from None

    def _create(self, node: Any) -> None:
        match str(node.args.get("kind")).upper():
            case "TABLE":
                self._create_table(node)
            case "TYPE" if node.expression is not None and getattr(node.expression.this, "name", "") == "ENUM":
                self.enums[node.this.name.lower()] = tuple(str(one.this) for one in node.expression.expressions)
            case "INDEX" if node.args.get("unique"):
                self._create_index(node)
            case "TRIGGER":
                self.remarks.append(f"trigger {node.this.name}: what it does to rows is not known here")

    def _create_table(self, node: Any) -> None:
        schema = node.this
        named = schema.this if name_of(schema) == "Schema" else schema
        if (part := node.find(*_kinds("PartitionedOfProperty"))) is not None:
            self.remarks.append(f"{named.name}: a partition of {part.this.name} is no table of its own here")
            return
        if name_of(schema) != "Schema":
            self.remarks.append(f"{named.name}: its columns follow from a query, which is not run; it is left out")
            return
        table = self._new(named)
        for parent in node.find_all(*_kinds("InheritsProperty", "LikeProperty")):
            for one in [parent.this] if name_of(parent) == "LikeProperty" else parent.expressions:
                self._inherit(table, one)
        for part in schema.expressions:
            self._part(table, part)
        if not table.columns:
            raise SchemaError(f"table {table.name!r} has no columns")

    def _new(self, named: Any) -> Table:
        name = self.name(named.this)
        if name.lower() in self.tables:
            self.remarks.append(f"{name}: the script makes it twice; the later one counts")
        if len(self.tables) >= MOST_TABLES:
            raise SchemaError(f"the script makes more than {MOST_TABLES:,} tables; give some of them at a time")
        made = self.tables[name.lower()] = Table(name)
        return made

    def _inherit(self, table: Table, parent: Any) -> None:
        other = self.tables.get(parent.name.lower())
        if other is None:
            self.remarks.append(f"{table.name}: the table {parent.name!r} whose columns it takes is not in the script")
            return
        table.columns |= other.columns
        table.constraints += [one for one in other.constraints if one not in table.constraints]

    def _part(self, table: Table, part: Any) -> None:
        """A column or a constraint in brackets."""
        if name_of(part) == "ColumnDef":
            if len(table.columns) >= MOST_COLUMNS:
                raise SchemaError(f"table {table.name!r} has more than {MOST_COLUMNS:,} columns")
            add_column(part, table, self)
        elif name_of(part) == "Constraint":
            clustered = [one.this for one in part.expressions if name_of(one).endswith("ClusteredColumnConstraint")]
            for one in part.expressions:
                add_constraint(one, table, self, clustered[0] if clustered and isinstance(clustered[0], list) else ())
        elif name_of(part) not in ("LikeProperty", "IndexColumnConstraint"):
            add_constraint(part, table, self)

    def _create_index(self, node: Any) -> None:
        index = node.this
        table = self.tables.get(index.args["table"].name.lower())
        params = index.args.get("params")
        columns = [one.this if name_of(one) == "Ordered" else one for one in (params.args.get("columns") or ())]
        if table is None:
            return
        if params.args.get("where") is not None or any(name_of(one) != "Column" for one in columns):
            self.remarks.append(f"{table.name}: the unique index {index.name} on a part of the rows or on expressions")
            return
        found = [table.column(one.name) for one in columns]
        table.unique.append(tuple(one.name for one in found if one is not None))

    def _alter(self, node: Any) -> None:
        table = self.tables.get(node.this.name.lower())
        if table is None or str(node.args.get("kind")).upper() != "TABLE":
            return
        for action in node.args.get("actions") or ():
            self._act(table, action)

    def _act(self, table: Table, action: Any) -> None:
        match name_of(action):
            case "AddConstraint":
                for one in action.expressions:
                    self._part(table, one)
            case "ColumnDef":
                self._part(table, action)
            case "Schema":
                for one in action.expressions:
                    self._part(table, one)
            case "ModifyColumn":
                self._part(table, action.this)
            case "AlterColumn":
                column = table.column(action.this.name)
                if column is not None and action.args.get("allow_null") is not None:
                    column.nullable = bool(action.args["allow_null"])
                default = action.args.get("default")
                if column is not None and default is not None and "nextval" in default.sql().lower():
                    column.is_counted = True
            case "Drop" if str(action.args.get("kind")).upper() == "COLUMN":
                for dropped in action.args.get("tables") or [action.this]:
                    table.columns.pop(getattr(table.column(dropped.name), "name", ""), None)
            case other:
                self.remarks.append(f"{table.name}: {other} of ALTER TABLE ({action.sql()[:60]})")

    def _other(self, said: str, tokens: list[Any], text: str) -> None:
        """Statements that sqlglot does not take apart."""
        domain = re.match(r"CREATE DOMAIN ", said, re.IGNORECASE)
        if domain:
            self._domain(tokens, text)
            return
        found = re.match(r"ALTER TABLE (?:ONLY |IF EXISTS )*(.+?) (ADD|MODIFY|ALTER COLUMN)\b", said, re.IGNORECASE)
        if found and (identity := re.search(r"ALTER COLUMN (\S+) ADD GENERATED", said, re.IGNORECASE)):
            table = self.tables.get(re.split(r"[ .]+", found[1])[-1].strip('"`[] ').lower())
            column = table.column(identity[1].strip('"')) if table else None
            if column is not None:
                column.is_counted = True
        elif found and " DEFAULT " not in said.upper():
            self.remarks.append(f"not understood: {said[:120]}")

    def _domain(self, tokens: list[Any], text: str) -> None:
        """``CREATE DOMAIN name AS type CHECK (VALUE > 0)``, read as a table of one column."""
        words = [token for token in tokens[2:] if token.text.upper() != "AS"]
        while len(words) > 2 and words[1].text == ".":
            words = words[2:]
        name, source = words[0].text.lower(), text[words[1].start : words[-1].end + 1] if len(words) > 1 else ""
        sqlglot = require("sqlglot", extra="sql")
        try:
            made = sqlglot.parse_one(f"CREATE TABLE d (value {source})", dialect=self.dialect)
            self.domains[name] = made.this.expressions[0]
        except (sqlglot.errors.SqlglotError, AttributeError, IndexError, RecursionError):
            self.remarks.append(f"domain {name}: it can't be read")


def _kinds(*names: str) -> tuple[Any, ...]:
    kinds = require("sqlglot", extra="sql").exp
    return tuple(getattr(kinds, name) for name in names if hasattr(kinds, name))
