"""The table's primary key, and whose row it is: found among the columns that were taken for identifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twinset.core import types
from twinset.core.schema import Column
from twinset.privacy.column_names import words
from twinset.sources.inference import hints


def primary_key(table: str, columns: Sequence[Column], unique: frozenset[str]) -> tuple[str, ...]:
    """The one column that names the table's rows: an identifier, never missing, all different.

    Among several: the one named ``id`` or like the table, then one named like a key, then the first.
    """
    fit = [column.name for column in columns if isinstance(column.type, types.Identifier) and column.name in unique]
    fit = [name for name in fit if not hints.is_postal(name)]
    if not fit:
        return ()
    of_table = {word.rstrip("s") for word in words(table)}
    ranked = sorted(fit, key=lambda name: (not _is_own(name, of_table), not hints.is_key(name), fit.index(name)))
    return (ranked[0],)


def entity(columns: Sequence[Column], unique: frozenset[str], n_distinct: Mapping[str, int]) -> tuple[str, ...]:
    """The column that says whose rows these are: a key of persons that repeats; the one with most values among several.

    None where a key of persons differs in every row: then each row is its own entity.
    """
    of_people = [
        c.name
        for c in columns
        if isinstance(c.type, types.Identifier) and hints.is_of_people(c.name) and hints.is_key(c.name)
    ]
    if not of_people or unique & set(of_people):
        return ()
    return (max(of_people, key=lambda name: n_distinct[name]),)


def _is_own(name: str, of_table: set[str]) -> bool:
    said = {word.rstrip("s") for word in words(name)}
    return hints.is_key(name) and said <= {"id", "key", "index", "row", "number", "no", "uuid"} | of_table
