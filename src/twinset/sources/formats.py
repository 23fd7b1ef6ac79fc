"""Which format a file has: what its first bytes show, and its ending where they leave a choice.

Formats are names in the registry, so that a plugin's ``avro`` reads files that end in ``.avro``.
"""

from __future__ import annotations

from pathlib import Path

from twinset.core import registry
from twinset.errors import DataError
from twinset.sources import content

_ENDINGS = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".psv"), "csv"),
    **dict.fromkeys((".parquet", ".pq", ".parq"), "parquet"),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), "jsonl"),
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"), "excel"),
    **dict.fromkeys((".arrow", ".feather", ".ipc", ".arrows"), "arrow"),
    **dict.fromkeys((".md", ".markdown"), "markdown"),
}
_ANY_TEXT = (".txt", ".dat", ".data")
_COMPRESSIONS = (".gz", ".bz2", ".zst", ".zip")
_MAGIC = {b"PAR1": "parquet", b"ARROW1": "arrow", b"\xff\xff\xff\xff": "arrow", b"\xd0\xcf\x11\xe0": "excel"}
_WORKBOOK_PARTS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"opendocument")
_TEXTS = ("csv", "jsonl", "markdown")


def format_of(path: Path) -> tuple[str, str]:
    """The format's name in the registry; and what to tell the user where the file's ending says something else."""
    if not content.peek(path, 1):
        raise DataError(f"{path} is empty (0 bytes)")
    ending = _plain(path).suffix.lower()
    named = _named(ending)
    held = _held(path)
    if held is None:
        if named is None or named in _TEXTS:
            raise DataError(_unknown(path))
        return named, ""
    if named is None or named == held:
        return held, ""
    if held in _TEXTS and (named in _TEXTS or named not in _ENDINGS.values()):
        return named, ""
    return held, f"the file's name ends in {ending}, it holds {held} and was read as that"


def stem(path: Path) -> str:
    """The file's name without its endings: ``sales.csv.gz`` is ``sales``."""
    plain = _plain(path)
    ending = plain.suffix.lower()
    return plain.stem if ending in _ANY_TEXT or _named(ending) else plain.name


def _plain(path: Path) -> Path:
    return path.with_suffix("") if path.suffix.lower() in _COMPRESSIONS else path


def _named(ending: str) -> str | None:
    return _ENDINGS.get(ending) or (ending[1:] if ending[1:] in registry.names("sources") else None)


def _held(path: Path) -> str | None:
    """The format that a file's bytes show; None where they could be anything."""
    start = content.peek(path)
    if start.startswith(b"PK") and any(part in start for part in _WORKBOOK_PARTS):
        return "excel"
    start = bytes(content.load(path, 8192))
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            return name
    if not _is_text(start):
        return None
    return "jsonl" if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "csv"


def _is_text(start: bytes) -> bool:
    """Whether control characters are rare; stray zeros do not count, as they come in text that was cut badly."""
    n_controls = sum(start.count(byte) for byte in range(1, 32) if byte not in b"\t\n\f\r")
    return content.wide_encoding(start) is not None or n_controls <= 0.02 * len(start)


def _unknown(path: Path) -> str:
    known = ", ".join(registry.names("sources"))
    return f"{path} holds bytes that are neither text nor a known format ({known}); convert it, for example to CSV"
