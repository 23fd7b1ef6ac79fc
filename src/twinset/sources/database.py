"""A database read into a dataset: its tables, their rows in one snapshot, and the keys and rules that it declares."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from twinset import databases
from twinset.core.dataset import Dialect
from twinset.core.registry import nearest
from twinset.databases.catalogue import Catalogue, Relation
from twinset.errors import DataError
from twinset.sources.raw import Raw
from twinset.sources.spool import mapped


@dataclass(frozen=True)
class Found:
    """One table as it was found: its rows, and what its database declares of it, if it is one's."""

    name: str
    raw: Raw
    relation: Relation | None = None


@contextmanager
def tables(url: str, wanted: Collection[str] | None) -> Iterator[tuple[Catalogue, Iterator[Found]]]:
    """What a database declares, and its tables one by one; only the wanted ones where they are named."""
    where = databases.address(url)
    with databases.reading(where) as reader:
        catalogue = reader.catalogue
        relations = _wanted(catalogue, wanted, str(where))
        yield catalogue, (_found(reader, relation, catalogue) for relation in relations)


def _wanted(catalogue: Catalogue, wanted: Collection[str] | None, where: str) -> list[Relation]:
    if not catalogue.relations:
        left = f"; not read: {', '.join(catalogue.left_out[:10])}" if catalogue.left_out else ""
        raise DataError(f"{where} holds no tables that this user may see{left}")
    known = {label: key for key, label in catalogue.labels.items()}
    for name in wanted or ():
        if name not in known:
            raise DataError(f"{where} has no table {name!r}{nearest(name, known)}; tables: {', '.join(sorted(known)[:50])}")
    found = [one for one in catalogue.relations if wanted is None or catalogue.labels[one.key] in wanted]
    if refused := [catalogue.labels[one.key] for one in found if not one.is_readable]:
        raise DataError(
            f"{where}: this user may not read {', '.join(map(repr, refused[:20]))}; grant SELECT on them, or name "
            "the tables to read"
        )
    return found


def _found(reader: databases.Reader, relation: Relation, catalogue: Catalogue) -> Found:
    rows = reader.rows(relation)
    table = mapped(rows.reader, rows.reader.schema)
    return Found(catalogue.labels[relation.key], Raw(table, False, Dialect(), tuple(rows.repairs)), relation)
