"""Files of arrays beside a saved sampler's document: written so that the same arrays are the same bytes, read with no trust.

Arrays lie uncompressed, and what the header of one says must be what lies there before memory is taken for it: nothing can
swell, and nothing is ever run.
"""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from twinset.errors import DataError

DAMAGE = (
    OSError, ValueError, zipfile.BadZipFile, EOFError, KeyError, MemoryError, RecursionError, NotImplementedError, zlib.error
)  # fmt: skip
"""What reading a file that is not as it was written can end in."""

Fits = Callable[[np.dtype[Any], tuple[int, ...]], bool]
_LARGEST = 4 * 2**30


def write_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """The arrays under their names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            with archive.open(info, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)


def read_arrays(path: Path, fits: Fits) -> dict[str, npt.NDArray[Any]]:
    """The arrays by name, none of which can be written to; ``fits`` says of a type and shape whether it may be there.

    DataError for what was not written so; any of DAMAGE for a file that is broken.
    """
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > _LARGEST:
            raise DataError("the sampler's arrays are larger than they may be")
        return {Path(member.filename).stem: _array(archive, member, fits) for member in archive.infolist()}


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, fits: Fits) -> npt.NDArray[Any]:
    if member.compress_type != zipfile.ZIP_STORED:
        raise DataError(f"the sampler's array {member.filename!r:.40} is compressed, and none is when it is saved")
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
        n_bytes = math.prod(shape) * dtype.itemsize
        if version != (1, 0) or is_fortran or not fits(dtype, shape) or n_bytes != member.file_size - file.tell():
            raise DataError(f"the sampler's array {member.filename!r:.40} does not hold what its header says")
        return np.frombuffer(file.read(), dtype).reshape(shape)
