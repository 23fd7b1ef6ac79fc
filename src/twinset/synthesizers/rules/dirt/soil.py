"""A block made dirty: rows copied, cells broken, each at most once, and a label for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.synthesizers.rules.block import Block
from twinset.synthesizers.rules.dirt.cells import Mask, picked, quota, replaced, spelled, there
from twinset.synthesizers.rules.dirt.fault import Broken, Fault
from twinset.synthesizers.rules.dirt.labels import Label, Labels
from twinset.synthesizers.rules.dirt.rows import Duplicates, Orphans, Swapped, differ
from twinset.synthesizers.rules.dirt.texts import Typos
from twinset.synthesizers.rules.rule import Index

NEAR = "near_duplicates"


@dataclass(frozen=True, slots=True)
class Soil:
    """What makes the blocks of one table dirty. ``clean`` is the table before and ``dirty`` after it."""

    clean: Table
    dirty: Table
    duplicates: Duplicates | None
    faults: tuple[tuple[Fault, tuple[str, ...]], ...]
    near: tuple[str, ...] = ()
    """Columns of which a near copy has a typing error in one."""

    def made(self, rows: pa.RecordBatch, block: Block) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """The dirty rows, and their labels."""
        work = _Work(self, rows, block)
        work.mark_edges(rows)
        work.mark_copies()
        for fault, columns in self.faults:
            work.break_(fault, columns)
        arrays = [work.stored(name) for name in self.dirty.names]
        labels = work.labels.batch(list(self.dirty.names))
        return pa.RecordBatch.from_arrays(arrays, schema=self.dirty.arrow), labels


class _Work:
    """One block on its way from clean to dirty."""

    def __init__(self, soil: Soil, rows: pa.RecordBatch, block: Block) -> None:
        self.soil, self.block = soil, block
        self.n, self.start = block.address.size, block.address.start
        self.seed: Seed = block.request.seed.child(soil.clean.name, "dirt")
        self.source: Index = np.arange(self.n)
        self.is_copy = np.zeros(self.n, dtype=np.bool_)
        n_before = 0
        if soil.duplicates is not None:
            self.source, self.is_copy = soil.duplicates.source(self.start, self.n, self.rng("duplicates"))
            n_before = quota(soil.duplicates.share, 0, self.start)
        taken = rows if soil.duplicates is None else rows.take(pa.array(self.source))
        self.columns = dict(zip(soil.clean.names, taken.columns, strict=True))
        self.is_broken = {name: np.zeros(len(self.source), dtype=np.bool_) for name in self.columns}
        self.labels = Labels(self.start + n_before, self.start, self.source)

    def rng(self, *names: str) -> np.random.Generator:
        return self.seed.child(*names, self.block.address.block).generator()

    def stored(self, name: str) -> pa.Array:
        """A column, as text from here on where it becomes that."""
        if self.columns[name].type != self.soil.dirty[name].storage:
            self.columns[name] = spelled(self.columns[name], self.soil.clean[name])
        return self.columns[name]

    def mark_edges(self, rows: pa.RecordBatch) -> None:
        """Label the edge cases that the rules have made, which are not broken any further."""
        for name in self.soil.clean.names:
            found = self.block.edges_of(name)
            if found is None:
                continue
            found = found.where(there(rows.column(name)))
            place = np.full(self.n, -1)
            place[found.rows] = np.arange(len(found.rows))
            at = np.flatnonzero(place[self.source] >= 0)
            self.is_broken[name][at] = True
            text = self._spelled(name, self.columns[name].take(pa.array(at)))
            details = [found.details[number] for number in place[self.source[at]]]
            self.labels.found.append(Label(at, name, "edge", details, text, text, is_valid=True))

    def mark_copies(self) -> None:
        """Label the copies, and break a text in some of them."""
        rows = np.flatnonzero(self.is_copy)
        if not len(rows) or self.soil.duplicates is None:
            return
        nothing = pa.nulls(len(rows), pa.string())
        details = [f"a copy of clean row {row}" for row in (self.source[rows] + self.start).tolist()]
        self.labels.found.append(Label(rows, None, Duplicates.word, details, nothing, nothing))
        if self.soil.near:
            self._break_copies(rows)

    def _break_copies(self, copies: Index) -> None:
        assert self.soil.duplicates is not None
        rng, fault = self.rng(NEAR), Typos(0.0)
        first = quota(self.soil.duplicates.share, 0, self.start)
        n = quota(self.soil.duplicates.near, first, first + len(copies))
        near = np.sort(rng.choice(copies, n, replace=False, shuffle=False))
        column = rng.integers(0, len(self.soil.near), n)
        for number, name in enumerate(self.soil.near):
            may = self._may(fault, name)
            mine = near[column == number]
            self._put(fault, name, mine[may[mine]], rng, NEAR)

    def break_(self, fault: Fault, columns: tuple[str, ...]) -> None:
        """Break a share of the cells of some columns."""
        if isinstance(fault, Swapped):
            self._swap(fault, columns[0], columns[1])
            return
        for name in columns:
            if fault.is_text:
                self.stored(name)
            rng = self.rng(fault.word, name)
            rows = picked(self._may(fault, name), quota(fault.share, self.start, self.start + self.n), rng)
            self._put(fault, name, rows, rng, fault.word)

    def _may(self, fault: Fault, name: str) -> Mask:
        return np.asarray(fault.may(self.columns[name], self.soil.clean[name]) & ~self.is_broken[name])

    def _put(self, fault: Fault, name: str, rows: Index, rng: np.random.Generator, kind: str) -> None:
        if not len(rows):
            return
        before, draws = self.columns[name].take(pa.array(rows)), rng.random((len(rows), 3))
        if isinstance(fault, Orphans):
            broken = fault.strangers(self.block, name, draws)
        else:
            broken = fault.broken(before, draws, self.soil.clean[name])
        self._write(name, rows, kind, before, broken)

    def _write(self, name: str, rows: Index, kind: str, before: pa.Array, broken: Broken) -> None:
        after = broken.values
        self.columns[name] = replaced(self.columns[name], rows, after)
        self.is_broken[name][rows] = True
        spelling = (self._spelled(name, before), self._spelled(name, after))
        self.labels.found.append(Label(rows, name, kind, broken.details, *spelling))

    def _swap(self, fault: Swapped, first: str, second: str) -> None:
        may = differ(self.columns[first], self.columns[second]) & ~self.is_broken[first] & ~self.is_broken[second]
        rng = self.rng(fault.word, first, second)
        rows = picked(may, quota(fault.share, self.start, self.start + self.n), rng)
        if not len(rows):
            return
        one, other = (self.columns[name].take(pa.array(rows)) for name in (first, second))
        self._write(first, rows, fault.word, one, Broken(other, [f"the value of {second}"] * len(rows)))
        self._write(second, rows, fault.word, other, Broken(one, [f"the value of {first}"] * len(rows)))

    def _spelled(self, name: str, values: pa.Array) -> pa.Array:
        column: Column = self.soil.clean[name]
        return spelled(values, column) if values.type == column.storage else values.cast(pa.string())
