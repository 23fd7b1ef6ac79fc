"""Columns and constraints of one table, as CREATE TABLE and ALTER TABLE define them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from twinset.contracts.ddl import checks, types
from twinset.contracts.ddl.expressions import UnknownError, expression, joined, literal, name_of
from twinset.contracts.described import Column, Reference, Table

_COUNTED = ("AutoIncrementColumnConstraint", "GeneratedAsIdentityColumnConstraint")
_PASSED_OVER = (
    "CollateColumnConstraint", "CommentColumnConstraint", "CharacterSetColumnConstraint", "OnUpdateColumnConstraint",
    "EncodeColumnConstraint", "InvisibleColumnConstraint", "CompressColumnConstraint", "NonClusteredColumnConstraint",
    "ClusteredColumnConstraint", "NotForReplicationColumnConstraint", "UppercaseColumnConstraint", "StorageColumnConstraint",
    "Property", "IndexColumnConstraint", "PeriodForSystemTimeConstraint",
)  # fmt: skip


class Script(Protocol):
    """What is known of the rest of the script."""

    dialect: str
    enums: dict[str, tuple[str, ...]]
    domains: dict[str, Any]
    remarks: list[str]

    def name(self, identifier: Any) -> str: ...


def add_column(node: Any, table: Table, script: Script) -> None:
    """Take in a column with its constraints; a later one of the same name counts."""
    name, kind = script.name(node.this), node.args.get("kind")
    domain = script.domains.get(str(getattr(kind, "args", {}).get("kind") or "").strip('"').rpartition(".")[2].lower())
    made = types.column(name, kind if domain is None else domain.args.get("kind"), script.enums, script.dialect)
    if made.kind == "unknown":
        script.remarks.append(f"{table.name}.{name}: the type {made.said[:60]!r} is not known; short texts are made")
    table.columns[name] = made
    of_domain = [] if domain is None else [one.transform(_renamed, name) for one in domain.args.get("constraints") or ()]
    for one in [*of_domain, *(node.args.get("constraints") or ())]:
        _apply(one.kind if name_of(one) == "ColumnConstraint" else one, made, table, script)


def _renamed(node: Any, name: str) -> Any:
    """VALUE in the check of a domain is the column."""
    if name_of(node) == "Column" and node.name.lower() == "value":
        copy = node.copy()
        copy.this.set("this", name)
        return copy
    return node


def _apply(node: Any, column: Column, table: Table, script: Script) -> None:
    kind = name_of(node)
    if kind == "PrimaryKeyColumnConstraint":
        table.key, column.nullable = (column.name,), False
    elif kind == "UniqueColumnConstraint" and node.args.get("this") is None:
        table.unique.append((column.name,))
    elif kind == "NotNullColumnConstraint":
        column.nullable = bool(node.args.get("allow_null"))
    elif kind == "DefaultColumnConstraint":
        _default(node.this, column)
    elif kind == "Reference":
        table.references.append(_reference((column.name,), node, script))
    elif kind in _COUNTED and node.args.get("expression") is None:
        column.is_counted, column.nullable = True, False
    elif kind in ("ComputedColumnConstraint", "GeneratedAsIdentityColumnConstraint", "TransformColumnConstraint"):
        _computed(node.args.get("expression") or node.this, column, table, script)
    elif kind not in _PASSED_OVER:
        add_constraint(node, table, script)


def _default(node: Any, column: Column) -> None:
    """A literal default, or one that counts; others need a database."""
    if "nextval" in (text := node.sql().lower()):
        column.is_counted = True
        return
    value = literal(node)
    if value is None or "current_" in text or "now(" in text:
        return
    if column.kind == "boolean":
        column.default = str(value).strip("b'").lower() in ("1", "true", "t", "yes")
    elif isinstance(value, str) and column.kind in ("integer", "decimal", "real"):
        column.default = checks.number(value)
    elif column.kind in ("integer", "decimal", "real", "text", "date", "datetime"):
        column.default = value if not isinstance(value, bool) and isinstance(value, str) == _is_worded(column) else None


def _is_worded(column: Column) -> bool:
    return column.kind in ("text", "date", "datetime")


def _computed(node: Any, column: Column, table: Table, script: Script) -> None:
    """A generated column: a formula or a template, where there is one."""
    if name_of(node) == "Tuple" and len(node.expressions) == 1:
        node = node.expressions[0]
    column.template = joined(node, table)
    if column.template is None:
        try:
            column.formula = checks.checked(expression(node, table), table)
        except UnknownError as error:
            script.remarks.append(f"{table.name}.{column.name}: generated as {node.sql()[:80]}: {error}")
            return
    if column.said == "no type" and column.template is None:
        column.kind = "real"
    script.remarks.append(
        f"{table.name}.{column.name}: the database computes it; add hidden: true to leave it out where rows are loaded there"
    )


def add_constraint(node: Any, table: Table, script: Script, clustered: Iterable[Any] = ()) -> None:
    """Take in a constraint of the table; ``clustered`` are the columns of a key as SQL Server lists them."""
    kind = name_of(node)
    if kind == "PrimaryKey" or (kind == "PrimaryKeyColumnConstraint" and clustered):
        table.key = _columns(clustered or node.expressions, table, script)
        for name in table.key:
            table.columns[name].nullable = False
    elif kind == "UniqueColumnConstraint":
        named = node.args.get("this")
        table.unique.append(_columns(clustered or getattr(named, "expressions", None) or (), table, script))
    elif kind == "ForeignKey":
        reference = node.args.get("reference")
        if reference is not None:
            table.references.append(_reference(_columns(node.expressions, table, script), reference, script))
    elif kind in ("CheckColumnConstraint", "Check"):
        script.remarks.extend(f"{table.name}: CHECK {why}" for why in checks.take(node.this, table))
    elif kind not in _PASSED_OVER and kind != "PrimaryKeyColumnConstraint":
        script.remarks.append(f"{table.name}: {kind.removesuffix('ColumnConstraint')} ({node.sql()[:80]})")


def _columns(nodes: Iterable[Any], table: Table, script: Script) -> tuple[str, ...]:
    found = []
    for node in nodes:
        inner = node.this if name_of(node) == "Ordered" else node
        column = table.column(inner.name)
        if column is None:
            script.remarks.append(f"{table.name}: a key or constraint names {inner.name!r}, which is no column of it")
            return ()
        found.append(column.name)
    return tuple(found)


def _reference(columns: tuple[str, ...], node: Any, script: Script) -> Reference:
    target = node.this
    names = [one.name for one in target.expressions] if name_of(target) == "Schema" else []
    named = target.this if name_of(target) == "Schema" else target
    return Reference(columns, named.name, tuple(names))


def resolve(table: Table, tables: Mapping[str, Table], remarks: list[str]) -> None:
    """References by the names of tables and columns as they are, without those that lead nowhere."""
    table.unique = [one for one in table.unique if one]
    found: dict[tuple[str, ...], Reference] = {}
    for one in table.references:
        target = tables.get(one.table.lower())
        named = () if target is None else tuple(target.column(name) for name in one.references or target.key)
        place = f"{table.name}: FOREIGN KEY ({', '.join(one.columns)}) to {one.table}"
        if target is None:
            remarks.append(f"{place}: that table is not in the script; its values are made up")
        elif not one.columns or len(named) != len(one.columns) or None in named:
            remarks.append(f"{place}: the columns there do not fit")
        elif one.columns in found:
            remarks.append(f"{place}: its columns refer to {found[one.columns].table} already")
        else:
            references = tuple(column.name for column in named if column is not None)
            found[one.columns] = Reference(one.columns, target.name, references)
    table.references = list(found.values())
