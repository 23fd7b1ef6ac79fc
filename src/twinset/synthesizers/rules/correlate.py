"""Correlated columns: a Gaussian copula, met by order.

Normal numbers with the wished correlations are drawn for each row, and the values that a rule made take their order: the
smallest goes where the smallest of its normal numbers is. So every rule keeps its own distribution exactly, whatever it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core.schema import Column, Values
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.plan import CorrelateSpec
from twinset.synthesizers.rules.rule import Index


@dataclass(frozen=True, slots=True)
class Correlated:
    """One column of a group: which row of ``root`` (a root of the group's matrix) it is; its values in order, if labels."""

    group: int
    place: int
    root: npt.NDArray[np.float64]
    labels: tuple[Any, ...] = ()


def groups_of(specs: Sequence[CorrelateSpec], known: Mapping[str, Any]) -> dict[str, Correlated]:
    """The correlated columns of a table; PlanError where no numbers can be correlated so."""
    found: dict[str, Correlated] = {}
    for number, spec in enumerate(specs):
        root = _root(spec)
        for place, name in enumerate(spec.columns):
            if name not in known:
                raise PlanError(f"correlate names {name!r}, which is no column; columns: {', '.join(known)}")
            if name in found:
                raise PlanError(f"correlate names {name!r} twice; put it into one matrix with all of the others")
            if known[name].rule.reads() or known[name].unique:
                raise PlanError(f"{name!r} is unique or hangs on other columns, and can't be put into another order")
            found[name] = Correlated(number, place, root)
    return found


def _root(spec: CorrelateSpec) -> npt.NDArray[np.float64]:
    size = len(spec.columns)
    matrix = np.full((size, size), spec.rho or 0.0) if spec.matrix is None else np.array(spec.matrix)
    if spec.matrix is None:
        np.fill_diagonal(matrix, 1)
    if not np.array_equal(matrix, matrix.T) or not np.array_equal(np.diag(matrix), np.ones(size)):
        raise PlanError("the matrix of correlate is symmetric, with ones from the upper left to the lower right")
    values, vectors = np.linalg.eigh(matrix)
    if values.min() < -1e-9:
        lowest = f"; of {size} columns, rho is at least {-1 / (size - 1):.4g}" if spec.matrix is None else ""
        raise PlanError(f"no columns can be correlated like that, for some correlations contradict the others{lowest}")
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)))


def ordered(group: Correlated, column: Column) -> Correlated:
    """The same, which knows the order of its labels; PlanError for columns without an order."""
    labels = column.domain.values if isinstance(column.domain, Values) else ()
    storage = column.storage
    if pa.types.is_nested(storage) or (pa.types.is_string(storage) and not labels):
        raise PlanError(f"{column.name!r} ({storage}) has no order by which it could be correlated")
    return Correlated(group.group, group.place, group.root, labels if pa.types.is_string(storage) else ())


def reordered(array: pa.Array, group: Correlated, seed: Seed) -> pa.Array:
    """The values in the order of their normal numbers; ``seed`` is the block's, common to the group."""
    rng = seed.child("correlate", group.group).generator()
    normal = rng.standard_normal((len(group.root), len(array)))
    score = group.root[group.place] @ normal
    ranks = pc.index_in(array, value_set=pa.array(group.labels)) if group.labels else array
    smallest_first: Index = np.asarray(pc.array_sort_indices(ranks).to_numpy()).astype(np.int64)
    places = np.empty(len(array), dtype=np.int64)
    places[np.argsort(score, kind="stable")] = smallest_first
    return array.take(pa.array(places))
