"""The files of a saved sampler: one JSON document and one npz of the arrays that it refers to by number.

Reading trusts nothing: whatever is not as it must be is a DataError, and nothing is ever run. Arrays lie uncompressed, and
what the header of one says must be what lies there before memory is taken for it: nothing can swell.
"""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import DataError

DOCUMENT, ARRAYS = "sampler.json", "arrays.npz"
_LARGEST = 4 * 2**30


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
        with zipfile.ZipFile(folder / ARRAYS, "w", zipfile.ZIP_STORED) as archive:
            for number, array in enumerate(self.arrays):
                info = zipfile.ZipInfo(f"a{number}.npy", (1980, 1, 1, 0, 0, 0))
                with archive.open(info, "w", force_zip64=True) as member:
                    np.lib.format.write_array(member, array, allow_pickle=False)


@dataclass(frozen=True)
class Reader:
    """The document and the arrays of a saved sampler."""

    document: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]

    @classmethod
    def open(cls, folder: Path) -> Reader:
        try:
            document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
            with zipfile.ZipFile(folder / ARRAYS) as archive:
                if sum(member.file_size for member in archive.infolist()) > _LARGEST:
                    raise DataError("the sampler's arrays are larger than they may be")
                arrays = {Path(member.filename).stem: _array(archive, member) for member in archive.infolist()}
        except FileNotFoundError as error:
            raise DataError(f"the sampler has no {Path(str(error.filename)).name}") from error
        except (OSError, ValueError, zipfile.BadZipFile, EOFError, KeyError, MemoryError, RecursionError,
                NotImplementedError, zlib.error) as error:  # fmt: skip
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


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> npt.NDArray[Any]:
    """One array, which can't be written to; its header is checked before anything of it is read."""
    if member.compress_type != zipfile.ZIP_STORED:
        raise DataError(f"the sampler's array {member.filename!r:.40} is compressed, and none is when it is saved")
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
        n_bytes = math.prod(shape) * dtype.itemsize
        if version != (1, 0) or is_fortran or dtype.kind not in "fiu" or n_bytes != member.file_size - file.tell():
            raise DataError(f"the sampler's array {member.filename!r:.40} does not hold what its header says")
        return np.frombuffer(file.read(), dtype).reshape(shape)


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
