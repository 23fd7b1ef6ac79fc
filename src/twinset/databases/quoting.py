"""Names and texts as SQL writes them: whatever they hold, they stay names and texts."""

from __future__ import annotations

from collections.abc import Iterable

from twinset.databases.address import Kind


def named(name: str, kind: Kind) -> str:
    """A name of a table, column or schema."""
    mark = "`" if kind == "mysql" else '"'
    return mark + name.replace(mark, mark * 2) + mark


def listed(names: Iterable[str], kind: Kind) -> str:
    """Names with commas between them."""
    return ", ".join(named(name, kind) for name in names)


def path(key: tuple[str, str], kind: Kind) -> str:
    """A table's name after its schema's, where it has one."""
    return ".".join(named(part, kind) for part in key if part)


def literal(text: str, kind: Kind) -> str:
    """A text in single quotes."""
    doubled = text.replace("'", "''")
    if kind == "mysql":
        doubled = doubled.replace("\\", "\\\\")
    return f"E'{doubled.replace(chr(92), chr(92) * 2)}'" if kind == "postgresql" and "\\" in text else f"'{doubled}'"
