"""The files of an output: listed with their hashes, and checked against such a list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from twinset.core.manifest import FileEntry, Manifest
from twinset.errors import DataError

MANIFEST = "manifest.json"
_DEEPEST = 3
"""Folders of an output that a file of it may lie in: ``out/stage/held/data.csv``."""


def entry(root: Path, path: Path) -> FileEntry:
    """One file, as a manifest lists it."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return FileEntry(path=path.relative_to(root).as_posix(), bytes=path.stat().st_size, sha256=digest)


def entries(root: Path) -> tuple[FileEntry, ...]:
    """All files below ``root`` but the manifest itself, sorted by path."""
    files = (path for path in root.rglob("*") if path.is_file() and path != root / MANIFEST)
    return tuple(sorted((entry(root, path) for path in files), key=lambda one: one.path))


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of an output found; ``added`` files are not the manifest's and are no fault."""

    manifest: Manifest
    n_files: int
    faults: tuple[str, ...]
    added: tuple[str, ...]


def verify(place: Path) -> Verification:
    """Check an output folder, a data file with its manifest beside it, or a file of an output folder, byte for byte.

    Raises DataError where there is no manifest or it was changed.
    """
    if not place.exists():
        raise DataError(f"there is no {place}")
    place = place.absolute()
    path = _manifest_of(place)
    root, manifest = path.parent, read_manifest(path)
    name = None if place in (root, path) else place.relative_to(root).as_posix()
    is_inside = path.name == MANIFEST and name is not None
    listed = {one.path for one in manifest.files}
    checked = [one for one in manifest.files if not is_inside or one.path == name]
    faults = tuple(fault for one in checked if (fault := _fault(root, one)))
    added: tuple[str, ...] = ()
    if name is None:
        present = (file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file() and file != path)
        added = tuple(sorted(set(present) - listed))
    elif name not in listed:
        faults = (*faults, f"{name} is not listed in {path}")
    return Verification(manifest, len(checked), faults, added)


def _manifest_of(place: Path) -> Path:
    """The manifest of a folder, beside a file, or in one of the folders that a file of an output lies in."""
    beside = place.with_name(place.name + ".manifest.json")
    if place.is_dir() or place.name == MANIFEST:
        return (place if place.is_dir() else place.parent) / MANIFEST
    above = (folder / MANIFEST for folder in place.parents[:_DEEPEST])
    return beside if beside.exists() else next((path for path in above if path.is_file()), beside)


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file; DataError where it is missing or any byte of it was changed."""
    try:
        return Manifest.from_bytes(path.read_bytes())
    except FileNotFoundError:
        raise DataError(
            f"there is no {path.name} in {path.parent}: it is not an output of Twinset, or it was moved"
        ) from None
    except OSError as error:
        raise DataError(f"can't read {path}: {error.strerror}") from error
    except ValueError as error:
        first = str(error).splitlines()[0]
        raise DataError(f"{path} was changed after it was written ({first}); make the output again") from error


def _fault(root: Path, expected: FileEntry) -> str | None:
    path = root / expected.path
    if ".." in Path(expected.path).parts or path.is_symlink():
        return f"{expected.path} points elsewhere"
    if not path.is_file():
        return f"{expected.path} is missing"
    found = entry(root, path)
    if found.sha256 != expected.sha256:
        size = (
            "" if found.bytes == expected.bytes else f" ({expected.bytes:,} bytes were written, {found.bytes:,} are there)"
        )
        return f"{expected.path} was changed{size}"
    return None
