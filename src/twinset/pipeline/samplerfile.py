"""Sampler files (``.twin``): a zip of JSON, Arrow and npz files, safe to load from anywhere.

``sampler.json`` names the engine, the schema and the hash of every other member; these are the engine's, below ``engine/``.
Nothing in the file is code; members are unpacked under plain names, within bounds on number and size, and checked against
their hashes before an engine reads them.
The bytes of the file follow from its content: no times, no order of the file system.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from twinset import __version__
from twinset.core import registry
from twinset.core.constraints import MOST_CONSTRAINTS, from_data, to_data
from twinset.core.dataset import Dialect
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.core.synthesis import Sampler
from twinset.errors import DataError, TwinsetError
from twinset.export.atomic import replacing

FORMAT: Literal[1] = 1
HEAD = "sampler.json"
ENGINE = "engine"
LARGEST = 4 * 2**30
LARGEST_HEAD = 64 * 2**20
MOST_MEMBERS = 10_000
_MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,120}(/[A-Za-z0-9][A-Za-z0-9_.-]{0,120}){0,3}")
_ENDINGS = {".json", ".npz", ".npy", ".arrow"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def save(sampler: Sampler, path: Path, *, dialect: Dialect, rows: dict[str, int]) -> None:
    """Write a sampler to ``path``, readable by its owner alone: it may say more about the data than its rows do.

    ``dialect`` and ``rows`` (of the source) are what sampling from the file falls back on.
    """
    with tempfile.TemporaryDirectory(prefix="twinset-") as scratch, replacing(path) as file:
        os.fchmod(file.fileno(), 0o600)
        folder = Path(scratch)
        (folder / ENGINE).mkdir()
        sampler.save(folder / ENGINE)
        members = sorted(member for member in folder.rglob("*") if member.is_file())
        head = _Head(
            format=FORMAT,
            twinset=__version__,
            engine=sampler.engine,
            tables=schema_to_data(sampler.schema),
            dialect=_DialectData(**dataclasses.asdict(dialect)),
            rows=rows,
            members={member.relative_to(folder).as_posix(): _sha256(member) for member in members},
        )
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            _add(archive, HEAD, head.model_dump_json(indent=1).encode())
            for member in members:
                _add(archive, member.relative_to(folder).as_posix(), member.read_bytes())


def load(path: Path) -> Loaded:
    """Read a sampler; DataError, with what is wrong, for anything that ``save`` did not write."""
    with _reading(path) as archive, tempfile.TemporaryDirectory(prefix="twinset-") as scratch:
        head = _head(archive)
        folder = Path(scratch)
        (folder / ENGINE).mkdir()
        for name, digest in head.members.items():
            _extract(archive, name, digest, folder)
        engine = registry.lookup("synthesizers", head.engine)
        sampler = engine.load(folder / ENGINE, schema_from_data(head.tables))
        return Loaded(sampler, Dialect(**head.dialect.model_dump()), head.rows)


def n_tables(path: Path) -> int:
    """How many tables a sampler makes, by the head of its file alone; DataError where it has none."""
    with _reading(path) as archive:
        return len(_head(archive).tables)


@contextmanager
def _reading(path: Path) -> Iterator[zipfile.ZipFile]:
    """The file as an archive; whatever is wrong with what is read of it is a DataError."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except TwinsetError as error:
        raise DataError(f"{path} can't be used as a sampler: {error}") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, KeyError, TypeError, OSError, EOFError,
            zlib.error, pa.ArrowException, MemoryError) as error:  # fmt: skip
        raise DataError(f"{path} is not a sampler file, or it is damaged: {error}") from error


@dataclass(frozen=True, slots=True)
class Loaded:
    """A sampler with what its file says about the source: how it was written, and its rows by table."""

    sampler: Sampler
    dialect: Dialect
    rows: dict[str, int]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _DialectData(_Strict):
    format: str
    separator: str
    decimal: str
    missing: str
    header: bool


class _TableData(_Strict):
    name: str
    columns: dict[str, dict[str, Any]]
    arrow: str
    primary_key: list[str]
    foreign_keys: list[tuple[list[str], str, list[str], bool]]
    conditions: list[tuple[str, str | int | float | bool] | None] = []
    entity: list[str]
    constraints: Annotated[list[dict[str, Any]], Field(max_length=MOST_CONSTRAINTS)] = []
    is_reference: bool = False


class _Head(_Strict):
    """``sampler.json``."""

    format: Literal[1]
    twinset: str
    engine: str
    tables: list[_TableData]
    dialect: _DialectData
    rows: dict[str, Annotated[int, Field(ge=0, le=10**12)]]
    members: dict[str, str]


def _head(archive: zipfile.ZipFile) -> _Head:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST:
        raise DataError("it holds more than a sampler can")
    if archive.getinfo(HEAD).file_size > LARGEST_HEAD:
        raise DataError(f"its {HEAD} is larger than it may be")
    content = archive.read(HEAD)
    data = json.loads(content)
    if isinstance(data, dict) and data.get("format") != FORMAT:
        raise DataError(f"this version reads sampler format {FORMAT}, not {data.get('format')!r}")
    head = _Head.model_validate_json(content)
    if sorted([*head.members, HEAD]) != sorted(member.filename for member in members):
        raise DataError("its list of members does not agree with what it holds")
    for name in head.members:
        if not name.startswith(f"{ENGINE}/") or not _MEMBER.fullmatch(name) or Path(name).suffix not in _ENDINGS:
            raise DataError(f"a member may not be called {name!r}")
    return head


def _extract(archive: zipfile.ZipFile, name: str, digest: str, folder: Path) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    running = hashlib.sha256()
    with archive.open(name) as source, target.open("wb") as out:
        while block := source.read(1 << 20):
            running.update(block)
            out.write(block)
    if running.hexdigest() != digest:
        raise DataError(f"its member {name!r} is damaged")


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    archive.writestr(info, content)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def schema_to_data(schema: Schema) -> list[_TableData]:
    """Plain data for a schema, storage types included (as a base64 Arrow schema)."""
    return [
        _TableData(
            name=table.name,
            columns={column.name: column.to_data() for column in table.columns},
            arrow=base64.b64encode(table.arrow.serialize().to_pybytes()).decode(),
            primary_key=list(table.primary_key),
            foreign_keys=[(list(key.columns), key.table, list(key.references), key.owns) for key in table.foreign_keys],
            conditions=[key.when for key in table.foreign_keys],
            entity=list(table.entity),
            constraints=[to_data(one) for one in table.constraints],
            is_reference=table.is_reference,
        )
        for table in schema
    ]


def schema_from_data(data: list[_TableData]) -> Schema:
    """The schema that :func:`schema_to_data` made; SchemaError or ValueError where it is not one."""
    tables = []
    for entry in data:
        arrow = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(entry.arrow, validate=True)))
        columns = tuple(Column.from_data(field.name, entry.columns[field.name], field.type) for field in arrow)
        conditions = entry.conditions or [None] * len(entry.foreign_keys)
        keys = tuple(
            ForeignKey(tuple(own), table, tuple(theirs), owns, when)
            for (own, table, theirs, owns), when in zip(entry.foreign_keys, conditions, strict=True)
        )
        rules = tuple(from_data(one) for one in entry.constraints)
        table = Table(entry.name, columns, tuple(entry.primary_key), keys, tuple(entry.entity), rules, entry.is_reference)
        tables.append(table)
    return Schema(tuple(tables))
