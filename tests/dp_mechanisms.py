"""Mechanisms whose privacy is known: noisy measurements and a small private engine, sound and with one flaw each.

Noise comes from the operating system's entropy, as it must; the flaws are the ones that audits of real libraries found.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from twinset.core.dataset import Batch, Dataset, whole
from twinset.core.request import Made, Part, Request, even_parts
from twinset.core.schema import Schema, Values
from twinset.core.seed import Seed
from twinset.core.synthesis import FitContext, Forecast, MakeContext, Sampler, Traits

ENTROPY = np.random.Generator(np.random.Philox(np.random.SeedSequence()))


def laplace(scale):
    """Counts with Laplace noise: private with epsilon = (L1 distance of neighbours) / scale, and with no less."""
    return lambda counts: counts + ENTROPY.laplace(0, scale, len(counts))


def gaussian(sigma):
    """Counts with Gaussian noise: mu = (L2 distance of neighbours) / sigma, exactly."""
    return lambda counts: counts + ENTROPY.normal(0, sigma, len(counts))


def randomized_response(epsilon):
    """A bit that is flipped now and then: the mechanism whose events reach epsilon exactly."""
    return lambda bit: np.array([bit ^ (ENTROPY.random() < 1 / (1 + np.exp(epsilon)))], dtype=float)


@dataclass(frozen=True, slots=True)
class NoisyHistogram:
    """A private engine: the count of each cell of the declared domain with Laplace noise, rows drawn by what is above 0.

    Private under adding or removing a row with epsilon = 1 / scale. Flaws: ``reads_domain`` knows only cells that are there,
    ``tells_domain`` writes the values that are there into its schema, ``seeds_noise`` draws noise from the recorded seed.
    """

    scale: float = 1.0
    reads_domain: bool = False
    tells_domain: bool = False
    seeds_noise: bool = False

    @property
    def traits(self) -> Traits:
        return Traits(is_private=True)

    def forecast(self, schema: Schema, n_rows: Mapping[str, int]) -> Forecast:
        return Forecast(0.01, 1_000_000)

    def fit(self, data: Dataset | None, *, schema: Schema, seed: Seed, ctx: FitContext) -> Sampler:
        rows = whole(data)
        seen = Counter(zip(*(column.to_pylist() for column in rows.columns), strict=True))
        declared = itertools.product(*(column.domain.values for column in schema.only.columns))
        cells = sorted(seen) if self.reads_domain else list(declared)
        random = seed.generator() if self.seeds_noise else ENTROPY
        noisy = np.array([seen[cell] for cell in cells]) + random.laplace(0, self.scale, len(cells))
        if self.tells_domain:
            columns = zip(schema.only.columns, rows.columns, strict=True)
            told = [replace(column, domain=Values(tuple(sorted(set(values.to_pylist()))))) for column, values in columns]
            schema = Schema((schema.only.with_columns(tuple(told)),))
        return Cells(schema, tuple(cells), tuple(np.maximum(noisy, 0).tolist()))

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Sampler:
        saved = json.loads((folder / "cells.json").read_text())
        return Cells(schema, tuple(map(tuple, saved["cells"])), tuple(saved["weights"]))


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows drawn from weighted cells."""

    schema: Schema
    cells: tuple[tuple[object, ...], ...]
    weights: tuple[float, ...]
    engine: str = "noisy_histogram"

    def parts(self, request: Request) -> Iterable[Part]:
        ((table, n_rows),) = request.size.items()
        return even_parts(table, n_rows, request.part_rows)

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        weights = np.array(self.weights) if sum(self.weights) > 0 else np.ones(len(self.cells))
        drawn = request.seed.child(part.id).generator().choice(len(weights), part.size, p=weights / weights.sum())
        values = zip(*(self.cells[place] for place in drawn), strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(values, self.schema.only.arrow, strict=True)]
        yield Batch(part.table, pa.record_batch(arrays, schema=self.schema.only.arrow))

    def save(self, folder: Path) -> None:
        (folder / "cells.json").write_text(json.dumps({"cells": self.cells, "weights": self.weights}))


def copies_the_number_of_rows(data: Dataset) -> pa.Table:
    """Rows that have nothing to do with the data but for how many they are."""
    table = data.schema.only
    n_rows = data.count(table.name)
    values = [
        [column.domain.values[i] for i in ENTROPY.integers(len(column.domain.values), size=n_rows)]
        for column in table.columns
    ]
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(values, table.arrow, strict=True)], schema=table.arrow
    )
