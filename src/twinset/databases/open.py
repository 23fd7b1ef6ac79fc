"""A database opened for reading: one snapshot, whatever others write meanwhile."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from twinset.core.dataset import Repair
from twinset.databases.address import Address
from twinset.databases.catalogue import Catalogue, Relation


@dataclass(frozen=True)
class Rows:
    """A table's rows as they come, and what had to be changed about them, which is known when the last row has come."""

    reader: pa.RecordBatchReader
    repairs: list[Repair] = field(default_factory=list)


class Reader(Protocol):
    """One database in one snapshot."""

    @property
    def catalogue(self) -> Catalogue:
        """Its tables, without views."""

    def rows(self, relation: Relation) -> Rows:
        """The rows of one table, in the order in which the database keeps them, text where Arrow has no such type."""


@contextmanager
def reading(where: Address) -> Iterator[Reader]:
    """The database at an address; UserError where it can't be opened, MissingExtraError without its driver."""
    module = importlib.import_module(f"twinset.databases.{where.kind}")
    with module.opened(where) as reader:
        yield reader
