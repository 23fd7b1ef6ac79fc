"""The bytes of a text file: opened, decompressed, and brought to clean UTF-8 with every mending counted.

A file is read and not memory-mapped: one that is shortened while it is mapped would end a run without a word (SIGBUS). A
compressed one may hold as much as the memory that is free can take, and is refused beyond that. What the bytes mean is not
known here.
"""

from __future__ import annotations

import codecs
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from twinset.core.dataset import Repair
from twinset.errors import DataError

_COMPRESSED = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\x28\xb5\x2f\xfd": "zstd"}
_ZIP = b"PK\x03\x04"
_CHUNK = 1 << 20
_COPIES = 4  # a text is held about this often while its rows are read


def load(path: Path, size: int = -1) -> pa.Buffer:
    """The first ``size`` bytes of a file (all when -1), decompressed by what it starts with.

    gzip, bzip2, Zstandard and a zip of one file are decompressed. A file that can't be read, or is cut off or damaged, is a
    DataError.
    """
    start = peek(path)
    if start.startswith(_ZIP):
        return _unzip(path, size)
    for magic, codec in _COMPRESSED.items():
        if start.startswith(magic):
            return _decompress(path, codec, size)
    if not start:
        return pa.py_buffer(b"")
    with pa.OSFile(str(path)) as file:
        return file.read_buffer(None if size < 0 else size)


def peek(path: Path, size: int = 8192) -> bytes:
    """The first bytes of a file as they lie on the disk."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}") from error


def _decompress(path: Path, codec: str, size: int) -> pa.Buffer:
    try:
        with pa.input_stream(str(path), compression=codec) as file:
            return _all_of(file, path) if size < 0 else pa.py_buffer(file.read(size))
    except (OSError, EOFError, pa.ArrowException) as error:
        raise DataError(f"{path} can't be decompressed ({codec}): it is cut off or damaged; get it again") from error


def _all_of(file: pa.NativeFile, path: Path) -> pa.Buffer:
    """What is left to read, given up as soon as it is more than can be held: a small file may swell without bound."""
    held, most = pa.BufferOutputStream(), _most_text()
    while block := file.read(_CHUNK):
        held.write(block)
        if held.tell() > most:
            raise _too_large(path, most)
    return held.getvalue()


def _most_text() -> int:
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _COPIES


def _too_large(path: Path, most: int) -> DataError:
    return DataError(
        f"{path} holds more than {most / 2**20:,.0f} MB of text once decompressed, and the memory that is free takes "
        "no more; give fewer rows, or more memory"
    )


def _unzip(path: Path, size: int) -> pa.Buffer:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.namelist() if not member.endswith("/") and "__MACOSX" not in member]
            if len(members) != 1:
                raise DataError(
                    f"{path} holds {len(members)} files ({', '.join(members[:5])}); unpack it and read one of them"
                )
            if size < 0 and archive.getinfo(members[0]).file_size > (most := _most_text()):
                raise _too_large(path, most)
            with archive.open(members[0]) as file:
                return pa.py_buffer(file.read(size))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise DataError(f"{path} can't be unzipped: {error}") from error


def clean(content: pa.Buffer) -> tuple[pa.Buffer, tuple[Repair, ...]]:
    """The same text as UTF-8 without byte order mark and NUL characters.

    UTF-16 and UTF-32 are known by their mark or their zeros. In anything else, a byte that is no part of valid UTF-8 is
    read as Windows-1252 (as Latin-1 where that leaves it undefined): this is right for files wholly in Windows-1252 and
    for UTF-8 files into which some of it was pasted.
    """
    repairs: list[Repair] = []
    start = bytes(content.slice(0, min(4096, content.size)))
    wide = wide_encoding(start)
    if wide:
        content = pa.py_buffer(_recode(content, wide))
        repairs.append(Repair(f"text written in {wide}, comes out in utf-8"))
    elif start.startswith(codecs.BOM_UTF8):
        content = content.slice(len(codecs.BOM_UTF8))
    if not _is_utf8(content):
        mended, n_bytes = _read_stray_bytes(content)
        content = pa.py_buffer(mended)
        repairs.append(Repair("bytes that are not utf-8, read as windows-1252", count=n_bytes))
    if n_zeros := sum(chunk.count(0) for chunk in _chunks(content)):
        content = pa.py_buffer(bytes(content).replace(b"\0", b""))
        repairs.append(Repair("NUL characters removed", count=n_zeros))
    return content, tuple(repairs)


def _chunks(content: pa.Buffer) -> Iterator[bytes]:
    for start in range(0, content.size, _CHUNK):
        yield bytes(content.slice(start, min(_CHUNK, content.size - start)))


def wide_encoding(start: bytes) -> str | None:
    """utf-16 or utf-32 (with a mark, or shown by zeros at every second byte), or None."""
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        every_second = start[offset::2]
        if len(every_second) > 1 and every_second.count(0) > 0.4 * len(every_second) > 20 * start[1 - offset :: 2].count(0):
            return encoding
    return None


def _recode(content: pa.Buffer, encoding: str) -> bytes:
    try:
        return bytes(content).decode(encoding).encode()
    except UnicodeDecodeError as error:
        raise DataError(f"text that starts as {encoding} is damaged at byte {error.start:,}") from error


def _is_utf8(content: pa.Buffer) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(content):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _read_stray_bytes(content: pa.Buffer) -> tuple[bytes, int]:
    escaped = bytes(content).decode("utf-8", "surrogateescape")
    meanings = {0xDC00 + byte: _windows_1252(byte) for byte in range(0x80, 0x100)}
    n_strays = sum(escaped.count(chr(stray)) for stray in meanings)
    return escaped.translate(meanings).encode(), n_strays


def _windows_1252(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)
