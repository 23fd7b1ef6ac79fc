"""A folder of data files: each file a table, named like it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from twinset.core.registry import nearest
from twinset.databases.address import is_folder as is_folder_there
from twinset.errors import DataError
from twinset.sources.database import Found
from twinset.sources.formats import stem
from twinset.sources.locate import Place
from twinset.sources.raw import Raw


def is_folder(source: object) -> bool:
    """Whether a source is a directory."""
    return isinstance(source, str | os.PathLike) and is_folder_there(source)


_BESIDE = {"manifest.json", "croissant.json", "scores.json", "sampler.twin", "report.html", "junit.xml", "rejects.jsonl"}
"""What an output of ours has beside its tables."""


def files(folder: Path, wanted: Collection[str] | None) -> dict[str, Place]:
    """The files of a folder by the names of their tables; hidden ones do not count. DataError where two have one name."""
    found: dict[str, Place] = {}
    is_output = (folder / "manifest.json").is_file() and (folder / "croissant.json").is_file()
    for path in sorted(folder.iterdir()):
        if is_output and path.name in _BESIDE:
            continue
        if not path.is_file() or path.name.startswith((".", "_")) or path.suffix.lower() in (".md", ".sql", ".yaml", ".yml"):
            continue
        name = stem(path)
        if name in found:
            raise DataError(f"{found[name].path} and {path} would both be the table {name!r}; rename one of them")
        found[name] = Place(path)
    if not found:
        raise DataError(f"{folder} holds no data files; give a folder with a file for each table, such as orders.csv")
    for name in wanted or ():
        if name not in found:
            raise DataError(f"{folder} has no table {name!r}{nearest(name, found)}; tables: {', '.join(list(found)[:50])}")
    return {name: place for name, place in found.items() if wanted is None or name in wanted}


def tables(folder: Path, wanted: Collection[str] | None, load: Callable[[Place], Raw]) -> Iterator[Found]:
    """The tables of a folder, one by one."""
    for name, place in files(folder, wanted).items():
        yield Found(name, load(place))
