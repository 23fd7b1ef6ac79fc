"""What is to be written: tables with their files, in the order in which they can be loaded, and the keys that hold."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from twinset.core import keys
from twinset.core.schema import ForeignKey, Schema, Table
from twinset.databases import Address, Catalogue, Link, Relation
from twinset.errors import DataError, PlanError, SchemaError

_ROWS = 1 << 16
_LIMITED = re.compile(r"^((?:national )?(?:character varying|character|varchar|char))\((\d+)\)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """One table: what it is, where its rows are, and the table of the source that it is made like, if there is one."""

    table: Table
    files: tuple[Path, ...]
    like: Relation | None = None

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """All rows, batch by batch."""
        for path in self.files:
            try:
                with pq.ParquetFile(path) as file:
                    yield from file.iter_batches(batch_size=_ROWS, columns=None if columns is None else list(columns))
            except (pa.ArrowException, OSError) as error:
                raise DataError(f"{path} is no Parquet file, or is damaged: {error}") from error

    def rows(self, columns: Sequence[str]) -> pa.Table:
        """Some columns of all rows in memory."""
        schema = pa.schema([self.table.arrow.field(name) for name in dict.fromkeys(columns)])
        batches = [batch.select(schema.names).cast(schema) for batch in self.batches(schema.names)]
        return pa.Table.from_batches(batches, schema)


@dataclass
class Job:
    """Everything that is to be written to one place. ``notes`` grow while it is done."""

    where: Address
    loads: tuple[Load, ...]
    source: Address | None = None
    catalogue: Catalogue | None = None
    overwrite: bool = False
    notes: list[str] = field(default_factory=list)
    broken: set[tuple[str, tuple[str, ...], str]] = field(default_factory=set)
    _wider: dict[str, dict[str, str]] = field(default_factory=dict)

    def load_of(self, name: str) -> Load:
        return next(one for one in self.loads if one.table.name == name)

    @property
    def is_alike(self) -> bool:
        """Whether the source is the same kind of database, so that its own declarations can be used."""
        return self.catalogue is not None and self.source is not None and self.source.kind == self.where.kind

    def holds(self, load: Load, key: ForeignKey) -> bool:
        """Whether every row's key leads somewhere."""
        return (load.table.name, key.columns, key.table) not in self.broken

    def widened(self, load: Load) -> dict[str, str]:
        """Columns whose texts are longer than the source declares, each with a type that takes them; that is said.

        What stands in the place of a value that may not be copied can be longer than it was.
        """
        if load.table.name not in self._wider:
            self._wider[load.table.name] = found = dict(_widened(load))
            self.notes += [
                f"{load.table.name}.{name} is {kind}, as what stands there is longer than in the source"
                for name, kind in found.items()
            ]
        return self._wider[load.table.name]

    def link_holds(self, load: Load, link: Link) -> bool:
        """The same of a key as its database has it; one to a table that is not written can't hold."""
        other = None if self.catalogue is None else self.catalogue.labels.get(link.table)
        known = other is not None and any(one.table.name == other for one in self.loads)
        return known and (load.table.name, link.columns, str(other)) not in self.broken


def job_of(
    tables: Mapping[str, Sequence[Path]], schema: Schema, where: Address, source: Address | None, catalogue: Catalogue | None
) -> Job:
    """The job; keys of which rows lead nowhere are left out of it, and said."""
    if unknown := sorted(set(tables) - {table.name for table in schema}):
        raise PlanError(f"there are files of tables that the schema does not have: {', '.join(unknown)}")
    by_label = {} if catalogue is None else {label: catalogue.find(key) for key, label in catalogue.labels.items()}
    loads = tuple(
        Load(_declarable(table), tuple(tables[table.name]), by_label.get(table.name))
        for table in schema
        if table.name in tables
    )
    job = Job(where, loads, source, catalogue)
    names = {load.table.name for load in loads}
    for load in loads:
        for key in _all_keys(load, catalogue):
            if key.table in names and (n_orphans := _orphans(load, key, job)):
                job.broken.add((load.table.name, key.columns, key.table))
                job.notes.append(
                    f"{load.table.name}: {n_orphans:,} rows have a {', '.join(key.columns)} that no row of {key.table} has, "
                    "so this foreign key is not declared"
                )
    return job


def _declarable(table: Table) -> Table:
    """The table with the keys that a database knows of: none that holds under a condition."""
    return dataclasses.replace(table, foreign_keys=tuple(key for key in table.foreign_keys if key.when is None))


def _widened(load: Load) -> Iterator[tuple[str, str]]:
    for one in load.like.fields if load.like else ():
        said = _LIMITED.match(one.declared)
        if said is None or one.labels or one.name not in load.table.names:
            continue
        longest = max((_longest(batch.column(0)) for batch in load.batches([one.name])), default=0)
        if longest > int(said[2]):
            varying = said[1] if "var" in said[1].lower() else "varchar"
            yield one.name, f"{varying}({longest}){one.declared[said.end() :]}"


def _longest(values: pa.Array) -> int:
    """How many letters the longest text has; 0 where there is none."""
    texts = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
    return pc.max(pc.utf8_length(texts)).as_py() or 0 if pa.types.is_string(texts.type) else 0


def _all_keys(load: Load, catalogue: Catalogue | None) -> list[ForeignKey]:
    found = list(load.table.foreign_keys)
    for link in load.like.links if load.like and catalogue else ():
        other = catalogue.labels.get(link.table) if catalogue else None
        if other and set(link.columns) <= set(load.table.names):
            found.append(ForeignKey(link.columns, other, link.references))
    return list({(key.columns, key.table, key.references): key for key in found}.values())


def _orphans(load: Load, key: ForeignKey, job: Job) -> int:
    other = job.load_of(key.table)
    try:
        spots = keys.places(load.rows(key.columns), key, other.rows(key.references))
    except SchemaError:
        return -1
    return int((spots == keys.ORPHAN).sum())
