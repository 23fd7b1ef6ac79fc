"""The files of a saved sampler: one JSON document and one npz of the arrays that it refers to by number.

Reading trusts nothing: whatever is not as it must be is a DataError, and nothing is ever run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import DataError
from twinset.synthesizers.arrays import DAMAGE, read_arrays, write_arrays

DOCUMENT, ARRAYS = "sampler.json", "arrays.npz"


@dataclass
class Writer:
    """Collects arrays, then writes both files."""

    arrays: list[npt.NDArray[Any]] = field(default_factory=list)

    def put(self, array: npt.NDArray[Any]) -> int:
        """The number under which the array can be read again."""
        self.arrays.append(np.ascontiguousarray(array))
        return len(self.arrays) - 1

    def write(self, folder: Path, document: dict[str, Any]) -> None:
        (folder / DOCUMENT).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        write_arrays(folder / ARRAYS, {f"a{number}": array for number, array in enumerate(self.arrays)})


@dataclass(frozen=True)
class Reader:
    """The document and the arrays of a saved sampler."""

    document: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]

    @classmethod
    def open(cls, folder: Path) -> Reader:
        try:
            document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
            arrays = read_arrays(folder / ARRAYS, lambda dtype, shape: dtype.kind in "fiu")
        except FileNotFoundError as error:
            raise DataError(f"the sampler has no {Path(str(error.filename)).name}") from error
        except DAMAGE as error:
            raise DataError(f"the sampler's files are damaged: {error}") from error
        if not isinstance(document, dict):
            raise DataError("the sampler's document is not an object")
        return cls(document, arrays)

    def get(self, number: object, dtype: npt.DTypeLike, *, ndim: int = 1, length: int | None = None) -> npt.NDArray[Any]:
        """An array of exactly this type, dimensions and length; finite where it holds floats."""
        array = self.arrays.get(f"a{number}") if type(number) is int else None
        if array is None or array.dtype != np.dtype(dtype) or array.ndim != ndim:
            raise DataError(f"the sampler's array {number!r} is not there or not of type {np.dtype(dtype)}")
        if length is not None and len(array) != length:
            raise DataError(f"the sampler's array {number} has {len(array)} entries, not {length}")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise DataError(f"the sampler's array {number} holds numbers that are not finite")
        return array


def expect(value: Any, kind: type, what: str) -> Any:
    """The value if it is of exactly that kind; else a DataError that says what it is."""
    if type(value) is not kind:
        raise DataError(f"the sampler's {what} is not as it was saved: {value!r:.80}")
    return value


def whole(value: Any, low: int, high: int, what: str) -> int:
    """A whole number from low to high; else a DataError."""
    if type(value) is not int or not low <= value <= high:
        raise DataError(f"the sampler's {what} is not a whole number from {low} to {high}: {value!r:.80}")
    return value
