"""``read``: from a path, a pattern, a list of files, a folder, a database, an Arrow table or a data frame to a dataset."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import pyarrow as pa

from twinset.core import registry
from twinset.core.dataset import Dataset, Dialect, Repair, Role, Tables
from twinset.core.schema import Schema
from twinset.databases.address import is_url
from twinset.errors import DataError, PlanError, SchemaError
from twinset.sources import database, folder, names, several
from twinset.sources.formats import format_of, stem
from twinset.sources.inference import infer
from twinset.sources.locate import Place, places
from twinset.sources.raw import Raw
from twinset.sources.subset import Part, subset_of

Path = str | os.PathLike[str]
_LONGEST_NAME = 100  # of a table


@runtime_checkable
class ArrowStream(Protocol):
    """Anything that gives its rows as an Arrow stream: pyarrow, pandas, polars, DuckDB (Arrow PyCapsule interface)."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


Source = Path | Sequence[Path] | ArrowStream | Dataset


def read(
    source: Source,
    *,
    name: str | None = None,
    columns: Mapping[str, Mapping[str, object]] | None = None,
    role: Role = "train",
    tables: Sequence[str] | None = None,
    subset: Part | None = None,
) -> Dataset:
    """One table or several, with what their columns mean.

    ``source`` is a path, a pattern (``sales-*.csv``), a list of paths, which are put below each other, ``book.xlsx#Sheet``,
    a table or data frame with an Arrow stream, or a dataset, which comes back as it is. ``name`` is the table's name (the
    file's where it is None). ``columns`` declares columns by name as a plan shows them, and wins over what is found:
    ``{"joined": {"type": "date", "format": "%d/%m/%Y"}, "age": {"range": [0, 120]}}``.

    A folder (each file a table) and a database (``postgresql://``, ``mysql://``, ``sqlite:///``, ``duckdb:///``, or a file
    ending in .db, .sqlite, .sqlite3, .duckdb) give several tables with the keys between them; ``columns`` are then named
    ``"table.column"``. ``tables`` names those to read. ``subset`` keeps a share of the subjects (0.1), or so many of them
    (1000), with all that is theirs and all that it points to.

    Raises DataError for what can't be read and for cells that do not fit their declaration, SchemaError for columns that do
    not exist or do not agree. What was mended is in ``repairs`` of the dataset.
    """
    if isinstance(source, Tables) or (not hasattr(source, "__arrow_c_stream__") and isinstance(source, Dataset)):
        if name is not None or columns:
            raise PlanError("a dataset has its schema already; name and columns go with files, tables and data frames")
        return _part(source, subset)
    if is_url(source) or folder.is_folder(source):
        if name is not None:
            raise PlanError("a folder or a database has its tables' names already; name goes with one table")
        return _part(_several(source, tables, columns or {}, role), subset)
    if tables is not None:
        raise PlanError("tables are named of a folder or a database, and this is one table")
    raw, found_name = _raw(source)
    if raw.table.num_columns == 0:
        raise DataError(f"{found_name!r} has no columns")
    if raw.table.num_rows == 0:
        raise DataError(f"{found_name!r} has {raw.table.num_columns} columns and no rows: there is nothing to learn from")
    inferred = infer(raw, name or found_name, columns or {})
    rows = {inferred.table.name: inferred.rows}
    found = Tables(Schema((inferred.table,)), rows, role, inferred.dialect, raw.repairs + inferred.repairs)
    return _part(found, subset)


def _several(
    source: Source, tables: Sequence[str] | None, columns: Mapping[str, Mapping[str, object]], role: Role
) -> Dataset:
    """The tables of a database or of a folder."""
    assert isinstance(source, str | os.PathLike)
    if is_url(source):
        with database.tables(os.fspath(source), tables) as (catalogue, found):
            return several.dataset(found, catalogue, columns, role)
    place = pathlib.Path(source).expanduser()
    return several.dataset(folder.tables(place, tables, _from_file), None, columns, role)


def _part(data: Dataset, part: Part | None) -> Dataset:
    return data if part is None else subset_of(data, part)


def fingerprint(source: Source) -> str:
    """SHA-256 in hexadecimal: of a file's bytes, of the hashes of several, or of the values of tables, wherever they are."""
    if isinstance(source, Dataset):
        return source.fingerprint
    if isinstance(source, ArrowStream):
        return read(source).fingerprint
    if is_url(source):
        return read(source).fingerprint
    if folder.is_folder(source):
        assert isinstance(source, str | os.PathLike)
        found = folder.files(pathlib.Path(source).expanduser(), None)
        named = "".join(f"{name} {_hash(place)}\n" for name, place in found.items())
        return hashlib.sha256(named.encode()).hexdigest()
    hashes = [_hash(place) for place in places(source)]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def _hash(place: Place) -> str:
    try:
        with place.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{place.path} can't be read: {error.strerror or error}") from error


def _raw(source: Source) -> tuple[Raw, str]:
    if isinstance(source, ArrowStream):
        return _from_arrow(source), "data"
    if not isinstance(source, str | os.PathLike | Sequence):
        raise DataError(f"a path, a list of paths, a table or a data frame is expected, not {type(source).__name__}")
    found = places(source)
    raws = [_from_file(place) for place in found]
    return _together(found, raws), _name(found)


def _name(found: Sequence[Place]) -> str:
    """The name of the sheet or of the file; of several files the first one's, without the number at its end."""
    written = (found[0].sheet or stem(found[0].path)).replace("\\", "_")
    first = written.lstrip(".")[:_LONGEST_NAME] or "table"
    return first if len(found) == 1 else re.sub(r"[\W\d_]+$", "", first) or first


def _from_file(place: Place) -> Raw:
    format, misnamed = format_of(place.path)
    reader = registry.lookup("sources", format)
    raw = reader(place.path, place.sheet) if place.sheet is not None and format == "excel" else reader(place.path)
    assert isinstance(raw, Raw)
    return dataclasses.replace(raw, repairs=(Repair(misnamed), *raw.repairs)) if misnamed else raw


def _from_arrow(source: ArrowStream) -> Raw:
    try:
        table = source.read_all() if isinstance(source, pa.RecordBatchReader) else pa.table(source)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise DataError(f"the {type(source).__name__} can't be turned into an Arrow table: {error}") from error
    repairs: tuple[Repair, ...] = ()
    if unnamed := [column for column in table.column_names if column.startswith("__index_level_")]:
        table = table.drop_columns(unnamed)
        repairs = (Repair("the data frame's index, which has no name, left out"),)
    named, renamed = names.settle(table.column_names)
    return Raw(table.rename_columns(list(named)).replace_schema_metadata(None), False, Dialect(), repairs + renamed)


def _together(found: Sequence[Place], raws: Sequence[Raw]) -> Raw:
    """Several files' rows below each other; they have the same columns, in any order, and storage that agrees."""
    first = raws[0]
    if len(raws) == 1:
        return first
    for place, raw in zip(found[1:], raws[1:], strict=True):
        if wrong := set(first.table.column_names) ^ set(raw.table.column_names):
            raise SchemaError(
                f"{place.path} and {found[0].path} do not have the same columns; only one of them has: "
                f"{', '.join(map(repr, sorted(wrong)[:20]))}"
            )
        if raw.is_text != first.is_text:
            raise SchemaError(f"{place.path} and {found[0].path} are of different formats; read them apart")
    tables = [raw.table.select(first.table.column_names) for raw in raws]
    try:
        table = pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise SchemaError(f"the files' columns do not have types that agree: {error}") from error
    return dataclasses.replace(first, table=table, repairs=tuple(repair for raw in raws for repair in raw.repairs))
