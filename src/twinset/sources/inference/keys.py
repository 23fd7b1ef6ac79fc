"""The table's primary key, and whose row it is: found among the columns that were taken for identifiers."""

from __future__ import annotations

from collections.abc import Sequence

from twinset.core import types
from twinset.core.schema import Column
from twinset.privacy.column_names import words
from twinset.sources.inference import hints


def primary_key(table: str, columns: Sequence[Column], unique: frozenset[str]) -> tuple[str, ...]:
    """The one column that names the table's rows: an identifier, never missing, all different.

    Among several: the one named ``id`` or like the table, then one named like a key, then the first.
    """
    fit = [column.name for column in columns if isinstance(column.type, types.Identifier) and column.name in unique]
    if not fit:
        return ()
    of_table = {word.rstrip("s") for word in words(table)}
    ranked = sorted(fit, key=lambda name: (not _is_own(name, of_table), not hints.is_key(name), fit.index(name)))
    return (ranked[0],)


def _is_own(name: str, of_table: set[str]) -> bool:
    said = {word.rstrip("s") for word in words(name)}
    return hints.is_key(name) and said <= {"id", "key", "index", "row", "number", "no", "uuid"} | of_table
