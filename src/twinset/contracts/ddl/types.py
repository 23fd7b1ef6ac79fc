"""Types of databases in the words of a description."""

from __future__ import annotations

from typing import Any

from twinset.contracts.described import Column, Kind

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("CHAR", "NCHAR", "VARCHAR", "NVARCHAR", "TEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "NAME", "BPCHAR",
                     "FIXEDSTRING"), "text"),
    **dict.fromkeys(("DECIMAL", "DECIMAL32", "DECIMAL64", "DECIMAL128", "MONEY", "SMALLMONEY", "UDECIMAL", "BIGDECIMAL"),
                    "decimal"),
    **dict.fromkeys(("FLOAT", "DOUBLE", "UDOUBLE"), "real"),
    **dict.fromkeys(("DATE", "DATE32"), "date"),
    **dict.fromkeys(("DATETIME", "DATETIME2", "DATETIME64", "SMALLDATETIME", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPLTZ",
                     "TIMESTAMPNTZ", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "datetime"),
    **dict.fromkeys(("TIME", "TIMETZ"), "time"),
    **dict.fromkeys(("JSON", "JSONB", "HSTORE", "VARIANT", "OBJECT"), "json"),
    **dict.fromkeys(("BINARY", "VARBINARY", "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB", "IMAGE", "ROWVERSION"), "bytes"),
    **dict.fromkeys(("INET", "IPADDRESS", "IPV4"), "ip"),
    "BOOLEAN": "boolean", "UUID": "uuid", "XML": "xml", "YEAR": "year", "INTERVAL": "interval", "ARRAY": "list",
}  # fmt: skip
_BITS = {
    "TINYINT": 8, "UTINYINT": 8, "SMALLINT": 16, "USMALLINT": 16, "SMALLSERIAL": 16, "MEDIUMINT": 24, "UMEDIUMINT": 24,
    "INT": 32, "UINT": 32, "SERIAL": 32, "BIGINT": 64, "UBIGINT": 64, "BIGSERIAL": 64, "INT128": 64, "INT256": 64,
}  # fmt: skip
_NAMED: dict[str, Kind] = {
    "citext": "text", "macaddr": "mac", "macaddr8": "mac", "cidr": "ip", "oid": "integer", "number": "decimal",
    "string": "text", "clob": "text", "nclob": "text", "long": "text", "raw": "bytes", "rowid": "text", "sysname": "text",
}  # fmt: skip
_SERIALS = {"serial2": 16, "serial4": 32, "serial8": 64}
_HIGHEST = 1_000_000_000_000


def column(name: str, kind: Any, enums: dict[str, tuple[str, ...]], dialect: str) -> Column:
    """The column of that type, of which ``enums`` are those that the script made."""
    if kind is None:
        return Column(name, "text", "no type")
    said = str(kind.sql(dialect=dialect or None)) if hasattr(kind, "sql") else str(kind)
    word = getattr(kind.this, "name", str(kind.this)).upper()
    sizes = [_whole(one) for one in kind.expressions]
    if word in ("ENUM", "SET"):
        return _listed(name, said, [str(one.this) for one in kind.expressions])
    if (word in ("TINYINT", "BIT") and sizes[:1] == [1]) or (word == "BIT" and not sizes):
        return Column(name, "boolean", said)
    if word in ("USERDEFINED", "UNKNOWN") or (word not in _KINDS and word not in _BITS):
        return _named(name, str(kind.args.get("kind") or kind.this), said, enums, sizes)
    if word in _BITS:
        made = _integer(
            name, said, _BITS[word], is_unsigned=word.startswith("U") or (word == "TINYINT" and dialect == "tsql")
        )
        made.is_counted = "SERIAL" in word
        made.nullable = not made.is_counted
        return made
    return _plain(Column(name, _KINDS.get(word, "unknown"), said), word, sizes, dialect)


def _plain(made: Column, word: str, sizes: list[int | None], dialect: str) -> Column:
    first, second = [*sizes, None, None][:2]
    if made.kind == "text":
        made.limits.longest = first or (1 if word in ("CHAR", "NCHAR") and dialect != "sqlite" else None)
    if made.kind == "decimal":
        made.precision, made.scale = first, second or 0
        if word in ("MONEY", "SMALLMONEY"):
            made.precision, made.scale = (18 if word == "MONEY" else 10), 2
        elif first is None and dialect != "oracle":
            made.scale = 2
        if made.scale == 0:
            made.kind = "integer"
            made.highest = min(10 ** (first or 9) - 1, _HIGHEST)
        else:
            made.highest = min(10 ** ((first or 9) - made.scale) - 10.0**-made.scale, _HIGHEST)
    if made.kind == "date" and dialect == "oracle":
        made.kind = "datetime"
    return made


def _integer(name: str, said: str, bits: int, *, is_unsigned: bool) -> Column:
    made = Column(name, "integer", said)
    made.highest = min(2 ** (bits - (not is_unsigned)) - 1, _HIGHEST)
    return made


def _listed(name: str, said: str, values: list[str]) -> Column:
    made = Column(name, "text", said[:80])
    made.limits.among(tuple(dict.fromkeys(values)))
    return made


def _named(name: str, word: str, said: str, enums: dict[str, tuple[str, ...]], sizes: list[int | None]) -> Column:
    """A column of a type that goes by a name alone."""
    known = word.strip('"').rpartition(".")[2].lower()
    if known in enums:
        return _listed(name, said, list(enums[known]))
    if known in _SERIALS:
        made = _integer(name, said, _SERIALS[known], is_unsigned=False)
        made.is_counted, made.nullable = True, False
        return made
    made = Column(name, _NAMED.get(known, "unknown"), said)
    made.limits.longest = sizes[0] if sizes and made.kind == "text" else None
    if made.kind == "integer":
        made.highest = 2**31 - 1
    return made


def _whole(node: Any) -> int | None:
    text = str(getattr(node, "this", node))
    return int(text) if text.isdecimal() and len(text) < 10 else None
