"""The JSON document of a saved sampler from which nothing was learned: what its plan said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from twinset.errors import DataError


def read_document(path: Path, names: tuple[str, ...], most_bytes: int) -> dict[str, Any]:
    """The document, which holds just what these sorted ``names`` say; DataError where it does not."""
    try:
        if path.stat().st_size > most_bytes:
            raise DataError(f"{path.name} is larger than it may be")
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path.name} is missing or damaged: {error}") from error
    if not isinstance(document, dict) or sorted(document) != list(names):
        raise DataError(f"{path.name} does not hold {', '.join(names[:-1])} and {names[-1]}")
    return document
