"""Exporters: how rows become files. One format a module.

Workers turn parts of rows into part files, and one process joins these, in order, into the final file:

    make -> write_part (anywhere, in any order)  ->  assemble (in order, streaming)

Where files lie, when they are published and what a manifest says is the pipeline's to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol, runtime_checkable

import pyarrow as pa

from twinset.core import registry
from twinset.core.dataset import Dialect
from twinset.core.schema import Table
from twinset.errors import PlanError

__all__ = ["Carded", "Exporter", "dialect_for", "exporter", "exporter_for", "formats"]


@runtime_checkable
class Exporter(Protocol):
    """One file format. A frozen dataclass whose options all have defaults.

    The bytes of the final file depend on the rows and the options alone: neither on the workers, nor on how the rows fall
    into parts and batches. Files appear whole or not at all (:mod:`twinset.export.atomic`); an OSError passes through.
    """

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings of such files, the usual one first: (".csv", ".tsv")."""

    def check(self, table: Table, dialect: Dialect) -> None:
        """Raise a UserError where this format can't hold the table; needs no rows, so call it before anything is made."""

    def write_part(self, batches: Iterable[pa.RecordBatch], path: Path, table: Table, dialect: Dialect) -> None:
        """Turn the rows of one part into a part file, which does not know its place among the parts."""

    def assemble(self, parts: Iterable[Path], path: Path, table: Table, dialect: Dialect, marks: Mapping[str, str]) -> None:
        """Join part files in the given order into the final file; no parts make a file of no rows.

        Memory does not grow with the rows. ``marks`` go into the file's own metadata where the format has any.
        """


@runtime_checkable
class Carded(Protocol):
    """A format whose folder has a card beside the data, ``README.md``, as hubs want it."""

    def card(self, table: Table, file: str, n_rows: int) -> str:
        """The text of the card for the one data file of that name."""


def exporter(name: str) -> Exporter:
    """The exporter of that name; PlanError names the nearest one."""
    made: Exporter = registry.lookup("exporters", name)()
    return made


def formats() -> dict[str, tuple[str, ...]]:
    """The endings that each exporter writes, by the exporter's name."""
    return {name: exporter(name).endings for name in registry.names("exporters")}


def exporter_for(path: str | Path) -> str:
    """The name of the exporter for this file's ending; PlanError says which endings there are."""
    ending = Path(path).suffix.lower()
    by_ending = {known: name for name, endings in formats().items() for known in endings}
    if ending in by_ending:
        return by_ending[ending]
    known = ", ".join(by_ending)
    if ending in (".xlsx", ".xls", ".xlsm", ".ods"):
        raise PlanError(
            f"{str(path)!r}: spreadsheets are read but not written; write .csv, which they open (known: {known})"
        )
    if ending in (".gz", ".zst", ".bz2", ".xz", ".zip"):
        raise PlanError(f"{str(path)!r}: text is not compressed; write .parquet, which is (known: {known})")
    what = f"the ending {ending!r}" if ending else "a name without an ending"
    raise PlanError(f"{str(path)!r}: {what} names no format{registry.nearest(ending, by_ending)}; known endings: {known}")


def dialect_for(path: str | Path, source: Dialect) -> Dialect:
    """The dialect to write a file in: its source's where both are of the same format, else the format's usual one."""
    name = exporter_for(path)
    kept = source if source.format == name else Dialect(format=name)
    return replace(kept, separator="\t") if Path(path).suffix.lower() == ".tsv" else kept
