"""Media: images, sound and other blobs, referred to by what they are and not by where they lie."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyarrow as pa

MEDIA_STORAGE: pa.DataType = pa.struct({"uri": pa.string(), "sha256": pa.string(), "media_type": pa.string()})


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A blob in a content-addressed folder; ``uri`` is relative to the output."""

    uri: str
    sha256: str
    media_type: str


def media_ref(content: bytes, media_type: str) -> MediaRef:
    """The reference that this content has: ``media/ab/abcd….png`` for image/png."""
    digest = hashlib.sha256(content).hexdigest()
    ending = media_type.rpartition("/")[2].partition("+")[0]
    return MediaRef(f"media/{digest[:2]}/{digest}.{ending}", digest, media_type)
