"""Files: a name with its ending, and the media type that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.kinds.words import vocabulary
from twinset.synthesizers.rules.rule import Options, Rows, Scope
from twinset.synthesizers.rules.weights import Weighted, zipf_ranks

MEDIA_TYPES = {
    "pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "txt": "text/plain", "csv": "text/csv",
    "json": "application/json", "html": "text/html", "xml": "application/xml", "zip": "application/zip",
    "jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "svg": "image/svg+xml", "webp": "image/webp",
    "mp3": "audio/mpeg", "wav": "audio/wav", "mp4": "video/mp4", "webm": "video/webm",
    "parquet": "application/vnd.apache.parquet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File(Options):
    """A record of ``name``, ``extension``, ``mime`` and ``bytes``; ``extensions``: which, as a list or with weights."""

    word: ClassVar[str] = "file"
    extensions: Any = tuple(MEDIA_TYPES)

    def __post_init__(self) -> None:
        object.__setattr__(self, "extensions", options.paired(self.extensions))
        if not isinstance(self.extensions, dict):
            options.listed(self.extensions, "extensions")
        for name in self.extensions:
            options.choice(name, "each of extensions", MEDIA_TYPES)
        self._weights()

    def _weights(self) -> dict[str, float]:
        if not isinstance(self.extensions, dict):
            return dict.fromkeys(self.extensions, 1.0)
        weights = options.mapping(self.extensions, "extensions").items()
        return {name: options.number(one, f"the weight of {name}", 0, above=True) for name, one in weights}

    def column(self, name: str, scope: Scope) -> Column:
        storage = pa.struct([(one, pa.string()) for one in ("name", "extension", "mime")] + [("bytes", pa.int64())])
        return Column(name, types.Nested(), storage, origin="declared")

    def make(self, rows: Rows) -> pa.Array:
        rng, weights = rows.seed.generator(), self._weights()
        which = pa.array(Weighted.of(list(weights.values())).at(rng.random(rows.n)))
        words = vocabulary()
        first, second = (words.take(pa.array(zipf_ranks(rows.n, len(words), 0.7, rng))) for _ in range(2))
        numbers = pa.array([f"{number:02d}" for number in range(100)]).take(pa.array(rng.integers(0, 100, rows.n)))
        extension = pa.array(list(weights)).take(which)
        stem = pc.binary_join_element_wise(first, second, numbers, "-")
        size = np.exp(rng.standard_normal(rows.n) * 1.5) * 60_000
        return pa.StructArray.from_arrays(
            [
                pc.binary_join_element_wise(stem, extension, "."),
                extension,
                pa.array([MEDIA_TYPES[name] for name in weights]).take(which),
                pa.array(size.astype(np.int64) + 1),
            ],
            names=["name", "extension", "mime", "bytes"],
        )
