"""Rows that refer to blobs: tiny pictures in a content-addressed folder, some of them twice."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import ClassVar

import pyarrow as pa

from twinset.core import types
from twinset.core.media import MEDIA_STORAGE
from twinset.core.request import Made, Part, Request
from twinset.core.schema import Schema
from twinset.core.synthesis import MakeContext
from twinset.testing.samplers.scripted import KEY, Scripted, table

SIDE = 4
SHADES = 200


@dataclass(frozen=True)
class Pictures(Scripted):
    """Grey squares and their shade."""

    engine: ClassVar[str] = "test_pictures"
    schema: ClassVar[Schema] = Schema(
        (
            table(
                "pictures",
                ("picture_id", *KEY),
                ("shade", types.Integer(), pa.int16()),
                ("image", types.Media(), MEDIA_STORAGE),
            ),
        )
    )

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        keys, draw = self.keys(part), request.seed.child(part.id).generator()
        shades = draw.integers(SHADES, size=part.size).tolist()
        images = [asdict(ctx.put(png(bytes([shade]) * SIDE**2, SIDE, SIDE), "image/png")) for shade in shades]
        yield self.batch("pictures", keys, shades, images)


def png(grey: bytes, width: int, height: int) -> bytes:
    """A PNG file of 8-bit grey pixels, row by row (RFC 2083)."""
    rows = b"".join(b"\0" + grey[row * width : (row + 1) * width] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
