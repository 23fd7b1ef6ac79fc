"""Running a mechanism and writing down what came out, as numbers that have names.

An answer is a vector of numbers (a noisy measurement) or a set of rows (Arrow, pandas, polars, a dataset). Knows nothing of
engines and samplers: what is audited here is a plain function.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from twinset.core.dataset import Dataset
from twinset.errors import DataError, UserError
from twinset.evaluation.arrays import Floats
from twinset.evaluation.dp import digest

Mechanism = Callable[[Any], Any]
Observation = Floats | digest.Counts
_RARE = 0.005


def observe(mechanism: Mechanism, data: Any, n: int) -> list[Observation]:
    """What ``n`` runs on the same input gave; DataError where one fails, or gives neither numbers nor rows."""
    return [_noted(_run(mechanism, data)) for _ in range(n)]


def _run(mechanism: Mechanism, data: Any) -> Any:
    try:
        return mechanism(data)
    except UserError:
        raise
    except Exception as error:
        raise DataError(
            f"the mechanism raised {type(error).__name__}: {error}; it must answer on both neighbours "
            "(an error that depends on the data is a leak in itself): handle the case inside it"
        ) from error


def _noted(output: Any) -> Observation:
    if isinstance(output, Dataset):
        return digest.of_dataset(output)
    if isinstance(output, pa.RecordBatch):
        output = pa.Table.from_batches([output])
    if isinstance(output, pa.Table):
        return digest.of_table(output)
    if hasattr(output, "__arrow_c_stream__"):
        return digest.of_table(pa.table(output))
    return _vector(output)


def _vector(output: Any) -> Floats:
    try:
        vector = np.asarray(output, dtype=np.float64).reshape(-1)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"the mechanism gave {type(output).__name__}; an audit takes a vector of numbers, "
            "rows (an Arrow table, a frame, a dataset) or a sampler"
        ) from error
    if not len(vector) or not np.isfinite(vector).all():
        what = "an empty vector" if not len(vector) else "a vector with NaN or infinite values"
        raise DataError(f"the mechanism gave {what}; every run must give the same number of finite numbers")
    return vector


def is_rows(observation: Observation) -> bool:
    """Whether the answer was a set of rows."""
    return isinstance(observation, Mapping)


def names_in(observations: Sequence[Observation]) -> tuple[str, ...]:
    """Names of the numbers in these observations; of rows, without values that hardly any run shows."""
    first = observations[0]
    if not isinstance(first, Mapping):
        return tuple(f"value {place}" for place in range(len(first))) if len(first) > 1 else ("the value",)
    seen = Counter(name for one in observations if isinstance(one, Mapping) for name in one)
    return tuple(name for name, n in seen.items() if n > 1 and n >= _RARE * len(observations))


def matrix(observations: Sequence[Observation], names: Sequence[str]) -> Floats:
    """One row a run, one column a name; a count that a run does not have is 0. DataError for answers of unlike shapes."""
    kinds = [is_rows(one) for one in observations]
    if any(kinds) and not all(kinds):
        raise DataError(
            "the mechanism gave rows in some runs and numbers in others; every run must give the same kind of answer"
        )
    if all(kinds):
        return np.array([[one.get(name, 0.0) for name in names] for one in observations])  # type: ignore[union-attr]
    lengths = sorted({len(one) for one in observations} | {len(names)})
    if len(lengths) > 1:
        raise DataError(
            f"the mechanism gave vectors of {lengths[0]} and of {lengths[-1]} numbers; every run must give as many. "
            "A length that follows the data (categories seen, say) is a leak in itself: declare the domain"
        )
    return np.stack(observations)  # type: ignore[arg-type]
