"""Where a database is: a URL or the path of a file, taken apart; its password is shown nowhere.

    postgresql://user:password@host:5432/base?schema=sales      mysql://user@host/base       mariadb://...
    sqlite:///file.db   duckdb:///file.duckdb   (four slashes for a path from the root)      shop.duckdb   shop.sqlite

A password that the URL does not have comes from the environment: from the variable that ``?password_env=NAME`` names, else
from ``TWINSET_DB_PASSWORD``, else as the database's own programs find it (PGPASSWORD and ~/.pgpass; MYSQL_PWD).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from twinset.errors import PlanError

Kind = Literal["postgresql", "mysql", "sqlite", "duckdb"]

_SCHEMES: dict[str, Kind] = {
    "postgresql": "postgresql", "postgres": "postgresql", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite",
    "duckdb": "duckdb",
}  # fmt: skip
_ENDINGS: dict[str, Kind] = {
    ".duckdb": "duckdb", ".ddb": "duckdb", ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite",
}  # fmt: skip
_URL = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*)://(.*)$", re.DOTALL)
_OTHERS = ("oracle", "mssql", "sqlserver", "snowflake", "bigquery", "redshift", "clickhouse", "db2", "mongodb", "trino")
_SECRET = re.compile(r"pass|pwd|secret|token|key$", re.IGNORECASE)
HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Address:
    """A database, taken apart. ``schemas``: which of its schemas are meant, all but the system's own where empty."""

    kind: Kind
    path: Path | None = None
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    base: str = ""
    schemas: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        """The address without its password and without options, for people."""
        if self.path is not None:
            return str(self.path)
        who = f"{quote(self.user)}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"{self.kind}://{who}{self.host}{port}/{self.base}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What may be shown to nobody, in every form in which an error may repeat it."""
        plain = [self.password, *(value for name, value in self.options.items() if _SECRET.search(name))]
        found = {form for text in plain if text for form in (text, quote(text, safe=""), quote(text), repr(text)[1:-1])}
        return tuple(sorted(found, key=len, reverse=True))


def is_url(text: object) -> bool:
    """Whether a source or an output names a database: by a URL of a known kind, or by the ending of a file."""
    if not isinstance(text, str | os.PathLike):
        return False
    written = os.fspath(text)
    if isinstance(written, bytes):
        return False
    if found := _URL.match(written):
        scheme = found[1].lower().partition("+")[0]
        return scheme in _SCHEMES or scheme in _OTHERS
    return Path(written).suffix.lower() in _ENDINGS and not is_folder(written)


def is_folder(place: str | os.PathLike[str]) -> bool:
    """Whether a path is that of a directory; what may not be looked at is none."""
    try:
        return Path(place).expanduser().is_dir()
    except (OSError, ValueError, RuntimeError):
        return False


def shown(text: object) -> str:
    """A URL as it may be shown: passwords, and options that hold one, are three stars."""
    written = os.fspath(text) if isinstance(text, os.PathLike) else str(text)
    found = _URL.match(written)
    if not found:
        return written
    rest, mark, query = found[2].partition("?")
    where, slash, path = rest.rpartition("@")[2].partition("/")
    who = rest.rpartition("@")[0] if "@" in rest else ""
    if who:
        user, colon, _ = who.partition(":")
        where = f"{user}{colon and f':{HIDDEN}'}@{where}"
    parts = [re.sub(r"=.*", f"={HIDDEN}", part, flags=re.DOTALL) if _is_secret(part) else part for part in query.split("&")]
    return f"{found[1]}://{where}{slash}{path}{mark}{'&'.join(parts)}"


def _is_secret(part: str) -> bool:
    name = unquote(part.partition("=")[0])
    return name != "password_env" and _SECRET.search(name) is not None


def address(text: str | os.PathLike[str]) -> Address:
    """The database that a URL or a path names; PlanError says what is wrong, without what must not be shown."""
    written = os.fspath(text)
    found = _URL.match(written)
    if not found:
        return Address(_kind_of(Path(written).expanduser()), Path(written).expanduser())
    kind = _SCHEMES.get(found[1].lower().partition("+")[0])
    if kind is None:
        raise PlanError(
            f"{shown(written)!r}: databases of the kind {found[1]!r} are not known here; known: "
            f"{', '.join(f'{scheme}://' for scheme in _SCHEMES)}; or export its tables as Parquet into a folder"
        )
    return _file(kind, written, found[2]) if kind in ("sqlite", "duckdb") else _server(kind, written)


def _file(kind: Kind, written: str, rest: str) -> Address:
    place, _, query = rest.partition("?")
    if not place.startswith("/") or len(place) < 2 or place == "/:memory:":
        raise PlanError(
            f"{shown(written)!r} names no file; write {kind}:///shop.db for one here, {kind}:////data/shop.db from the root"
        )
    options = dict(parse_qsl(query, keep_blank_values=True))
    return Address(kind, Path(unquote(place[1:])).expanduser(), schemas=_schemas(options), options=options)


def _server(kind: Kind, written: str) -> Address:
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise PlanError(
            f"{shown(written)!r} is no valid URL: a port is a number up to 65535, and the letters : / ? # [ ] @ % in a user "
            "or password are written as %3A %2F %3F %23 %5B %5D %40 %25"
        ) from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    base = unquote(parts.path.lstrip("/"))
    if not base and kind == "mysql":
        raise PlanError(f"{shown(written)!r} names no database; write {kind}://user@host/database")
    return Address(
        kind,
        host=parts.hostname or "",
        port=port,
        user=unquote(parts.username or options.pop("user", "")),
        password=unquote(parts.password or "") or _password(options),
        base=base,
        schemas=_schemas(options),
        options=options,
    )


def _password(options: dict[str, str]) -> str:
    """The password that the URL's options or the environment have."""
    named = options.pop("password_env", "")
    given = options.pop("password", "")
    if named and named not in os.environ:
        raise PlanError(f"password_env names the variable {named!r}, which the environment does not have; set it")
    return given or (os.environ[named] if named else os.environ.get("TWINSET_DB_PASSWORD", ""))


def _schemas(options: dict[str, str]) -> tuple[str, ...]:
    return tuple(name for name in options.pop("schema", "").split(",") if name)


def _kind_of(path: Path) -> Kind:
    """The kind of a file: what its first bytes show, else its ending."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError:
        start = b""
    if start.startswith(b"SQLite format 3\0"):
        return "sqlite"
    if start[8:12] == b"DUCK":
        return "duckdb"
    kind = _ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise PlanError(f"{path} is no address of a database; known: {', '.join((*_SCHEMES, *_ENDINGS))}")
    return kind
