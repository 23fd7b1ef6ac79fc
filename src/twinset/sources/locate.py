"""From what the user wrote to files that are there: paths, patterns, lists of them, ``book.xlsx#Sheet``.

What a file holds is :mod:`twinset.sources.formats`' to know.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from twinset.errors import DataError


@dataclass(frozen=True, slots=True)
class Place:
    """One file, and the sheet of it where it is a workbook."""

    path: Path
    sheet: str | None = None


def places(source: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> tuple[Place, ...]:
    """The files that a path, a pattern or a list of them names, in order; a DataError where there are none."""
    if isinstance(source, str | os.PathLike):
        return _expand(os.fspath(source))
    found = tuple(place for one in source for place in _expand(os.fspath(one)))
    if not found:
        raise DataError("the list of files is empty; give at least one")
    return found


def _expand(written: str) -> tuple[Place, ...]:
    path = Path(written).expanduser()
    if any("\ud800" <= letter <= "\udfff" for letter in written):  # how Python shows bytes that are no UTF-8
        raise DataError(f"the name {written!a} is not written in UTF-8; rename the file")
    try:
        if path.is_dir():
            raise DataError(_directory(path))
        if path.exists() and not path.is_file():
            raise DataError(f"{path} is a pipe or a device, and a source is read more than once; save it as a file first")
        if path.exists():
            return (Place(path),)
    except OSError as error:
        raise DataError(f"{written!r} can't be read: {error.strerror or error}") from error
    file, mark, sheet = written.rpartition("#")
    if mark and Path(file).expanduser().is_file():
        return (Place(Path(file).expanduser(), sheet),)
    if any(sign in written for sign in "*?["):
        matches = Path(path.anchor).glob(str(path.relative_to(path.anchor)))
        if files := tuple(Place(match) for match in sorted(matches) if match.is_file()):
            return files
        raise DataError(f"no file matches the pattern {written!r}")
    if "://" in written:
        raise DataError(f"{written!r} is an address; download the file and give its path")
    raise DataError(_missing(path))


def _directory(path: Path) -> str:
    names = sorted(child.name for child in path.iterdir() if child.is_file())
    shown = f"; it holds: {', '.join(names[:8])}{' …' if len(names) > 8 else ''}" if names else "; it holds no file"
    return f"{path} is a directory; give a file in it, or a pattern such as '{path}/*.csv'{shown}"


def _missing(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no file {str(path)!r}: the directory {str(folder)!r} does not exist"
    names = [child.name for child in folder.iterdir() if child.is_file()]
    close = difflib.get_close_matches(path.name, names, n=3, cutoff=0.5)
    close = close or [name for name in sorted(names) if Path(name).stem == path.stem][:3]
    hint = f", did you mean {' or '.join(map(repr, close))}?" if close else ""
    return f"there is no file {str(path)!r}{hint}"
