"""Errors of drivers in plain words: what failed, where, and what to do; never with a password in them."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from twinset.databases.address import HIDDEN, Address
from twinset.errors import DataError, UserError

_ADVICE: tuple[tuple[str, str], ...] = (
    (
        r"password authentication failed|no password supplied|access denied for user .*using password|\b1045\b|ident authent"
        r"|authentication failed|no pg_hba",
        "the user or the password is wrong; give the password in the URL, in TWINSET_DB_PASSWORD, or as the database's own "
        "programs take it (PGPASSWORD, ~/.pgpass, MYSQL_PWD)",
    ),
    (r"database .* does not exist|unknown database|\b1049\b", "there is no database of this name; create it first"),
    (
        r"could not translate host|name or service|getaddrinfo|\(2005|nodename nor servname",
        "no machine of this name is known; check the host in the URL",
    ),
    (
        r"server closed the connection|terminating connection|lost connection|\b2013\b|\b2006\b|gone away|broken pipe"
        r"|connection reset|connection not open|no connection to the server|ssl syscall|could not receive data",
        "the connection was cut; nothing is half-written; run the same command again",
    ),
    (
        r"connection refused|could not connect|can't connect|timeout expired|timed out|\(2003|\(2002|no route|unreachable"
        r"|no such file or directory",
        "nothing answers there; is the server running, and are host, port or socket right?",
    ),
    (
        r"other objects depend on",
        "something else in that database depends on tables that would be replaced, and nothing but these is ever dropped; "
        "drop it first, or give an empty database",
    ),
    (
        r"too many (clients|connections)|\b1040\b|remaining connection slots",
        "the server has no connection to spare; try later",
    ),
    (
        r"permission denied|command denied|must be owner|insufficient privilege|\b1142\b|\b1044\b|\b1143\b|access denied",
        "this user has no rights to do that; grant them (SELECT on the tables to read, CREATE on the place to write to), or "
        "name the tables to read",
    ),
    (
        r"could not set lock|conflicting lock|database is locked|lock timeout|lock wait",
        "another program holds it; close that first",
    ),
    (
        r"not a database|malformed|not a valid duckdb|corrupt|serialization version|database disk image",
        "the file is damaged or of another kind; restore it, or check its ending",
    ),
    (r"unable to open|cannot open|does not exist", "it can't be opened; check its name and rights"),
    (
        r"no space left|disk full|disk is full|\b1114\b|\b1021\b",
        "the disk is full; make room there and run the same command again",
    ),
    (r"read-only|readonly", "it is read-only there; choose a place that can be written"),
)


@contextmanager
def guarded(where: Address, doing: str, error: type[UserError] = DataError) -> Iterator[None]:
    """Whatever the driver raises inside ends as a UserError: where, what was done, what the server said, what to do."""
    try:
        yield
    except UserError:
        raise  # said in our own words already
    except _errors(where) as caught:
        raise error(told(where, doing, caught)) from None  # its own text might hold the URL


def told(where: Address, doing: str, caught: BaseException) -> str:
    """One sentence for a driver's error."""
    said = masked(" ".join(str(part) for part in caught.args) or type(caught).__name__, where)
    said = re.sub(
        r"^(INTERNAL|IO|INVALID_ARGUMENT|UNKNOWN|NOT_FOUND|\[?libpq\]?)[: ]+|\[libpq\] ", "", " ".join(said.split())
    )
    advice = next((words for pattern, words in _ADVICE if re.search(pattern, said, re.IGNORECASE)), "")
    return f"{where}: {doing} failed: {said[:400].rstrip('. ')}{f'; {advice}' if advice else ''}"


def masked(text: str, where: Address) -> str:
    """A text without the secrets of an address, whatever it repeats of them."""
    for secret in where.secrets:
        text = text.replace(secret, HIDDEN)
    return re.sub(r"(?i)\b(password|passwd|pwd)(\s*[=:]\s*)('[^']*'|[^\s&;,]+)", rf"\1\2{HIDDEN}", text)


def _errors(where: Address) -> tuple[type[BaseException], ...]:
    """What the driver may raise; it is loaded already where it did."""
    found: list[type[BaseException]] = [sqlite3.Error, OSError, UnicodeError]
    for module, name in (("duckdb", "Error"), ("adbc_driver_manager", "Error"), ("pymysql", "MySQLError")):
        if module in sys.modules:
            found.append(getattr(sys.modules[module], name))
    if where.kind == "mysql":
        found.append(RuntimeError)  # of a package for passwords that PyMySQL wants
    return tuple(found)
