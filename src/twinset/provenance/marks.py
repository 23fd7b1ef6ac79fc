"""Marks inside the data files, for formats that have a place for them, and the generation that they tell.

Data made from synthetic data is of the second generation, and so on: models that learn from their own output over and over
collapse, and nobody notices without a count.
"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from twinset import __version__

STATEMENT = (
    "This data is synthetic. It was made by a program and describes no real person or event; "
    "see the manifest beside it for how it came to be."
)


def marks(*, run: str, generation: int) -> dict[str, str]:
    """Key-value metadata for a data file."""
    return {
        "twinset.synthetic": "true",
        "twinset.statement": STATEMENT,
        "twinset.version": __version__,
        "twinset.run": run,
        "twinset.generation": str(generation),
        "twinset.digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicData",
    }


def generation_of(path: Path) -> int:
    """How many times over the data at ``path`` is synthetic: 0 for data that no mark or manifest calls synthetic."""
    if path.suffix in (".parquet", ".pq"):
        try:
            metadata = pq.read_metadata(path).metadata or {}
        except (OSError, pa.ArrowException):
            return 0
        return _number(metadata.get(b"twinset.generation", b"0").decode(errors="replace"))
    for manifest in (path.with_name(path.name + ".manifest.json"), path.parent / "manifest.json"):
        try:
            data = json.loads(manifest.read_bytes())
            if any(Path(entry["path"]).name == path.name for entry in data["files"]):
                return _number(data["generation"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return 0


def _number(text: object) -> int:
    return int(str(text)) if str(text).isdecimal() else 0
