"""Keys that are all combinations of some labels and evenly spaced times or numbers, such as every hour at every station."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core.keys import plain
from twinset.core.seed import Seed
from twinset.privacy.values import Numbers
from twinset.synthesizers.relational.shape import Shape, label_of
from twinset.synthesizers.relational.summary import is_number

_DENSE, _EVEN = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Grid:
    """``labels`` of the label columns (one combination a row), and the ``number`` column's first value and step."""

    labels: pa.Table
    number: str
    storage: pa.DataType
    first: int
    step: int
    n_steps: int

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.labels.column_names, self.number)

    def rows(self, n_rows: int, seed: Seed) -> pa.Table:
        """That many different combinations, evenly many of each label; more steps where there are too few."""
        n_labels = max(self.labels.num_rows, 1)
        n_steps = max(self.n_steps, -(-n_rows // n_labels))
        n_cells = n_steps * n_labels
        cells = np.arange(n_cells)
        if n_rows < n_cells:
            cells = np.sort(seed.generator().permutation(n_cells)[:n_rows])
        which, step = np.divmod(cells, n_steps)
        values = pa.array(self.first + self.step * step)
        values = (
            values.cast(pa.int32()).cast(self.storage) if pa.types.is_date32(self.storage) else values.cast(self.storage)
        )
        return self.labels.take(pa.array(which)).append_column(self.number, values.cast(self.storage))


def find_grid(shape: Shape, columns: tuple[str, ...], wide: pa.Table, k: int) -> Grid | None:
    """The grid of these key columns; None where there is none. No end of it is seen by fewer than ``k`` rows."""
    drawn = {column.name: column for column in shape.drawn}
    names = [label_of(number) for number, tie in shape.of("list") if set(tie.fills) & set(columns)]
    numbers = [name for name in columns if name in drawn and is_number(drawn[name])]
    if len(numbers) != 1 or len(names) + len(numbers) < len(columns) or wide.num_rows <= k:
        return None
    storage = drawn[numbers[0]].storage
    labels = wide.select(names)
    distinct = labels.group_by(names).aggregate([]).sort_by([(name, "ascending") for name in names]) if names else labels
    values = _whole(plain(wide.column(numbers[0])))
    if values is None:
        return None
    ordered = np.sort(values)
    steps = np.diff(np.unique(values))
    if not len(steps):
        return None
    step = int(np.median(steps))
    if (steps == step).mean() < _EVEN:
        return None
    low, high = int(ordered[k - 1]), int(ordered[-k])
    n_steps = (high - low) // step + 1
    if n_steps < 1 or wide.num_rows < _DENSE * n_steps * max(distinct.num_rows, 1):
        return None
    return Grid(distinct, numbers[0], storage, low, step, n_steps)


def _whole(column: pa.Array) -> Numbers | None:
    """Values as whole numbers; None where any is missing or none is whole."""
    if column.null_count:
        return None
    if pa.types.is_date32(column.type):
        return np.asarray(column.cast(pa.int32()).cast(pa.int64()).to_numpy())
    if pa.types.is_timestamp(column.type) or pa.types.is_integer(column.type):
        return np.asarray(column.cast(pa.int64()).to_numpy())
    return None
