"""``duplicates``: no text of a run is an earlier one again, to the letter or nearly.

Parts are looked at one after another, in their order, and each knows the texts that stayed before it, as hashes and MinHash
signatures of 256 bytes: what is refused depends on the parts alone, never on the workers. Put this check last: a text
counts as said once it was looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.schema import Table
from twinset.errors import DataError
from twinset.texts.minhash import PLACES, Signatures, repeats, signatures, similar_pairs
from twinset.texts.overlap import is_among
from twinset.texts.pieces import Hashes, hashed, plain
from twinset.verification.columns import as_names, joined, need, share

EXACT, NEAR = "it is an earlier text again", "it is nearly an earlier text"
_WIDTH = 2 * PLACES
_SCHEMA = pa.schema([("hash", pa.uint64()), ("signature", pa.binary(_WIDTH))])


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The texts in ``columns`` (together) are new; ``likeness`` of runs of five letters from which on they are not.

    With a likeness of 1 only texts that differ in nothing but capitals, blanks and punctuation are refused.
    """

    columns: tuple[str, ...] | str
    likeness: float = 0.75

    def __post_init__(self) -> None:
        share(self.likeness, "likeness")

    def fits(self, table: Table) -> None:
        need(table, "columns", *as_names(self.columns), textual=False)

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        texts, (known, before) = self._texts(rows), _read(ctx.memory if ctx is not None else None)
        hashes = hashes_of(texts)
        is_exact = is_among(hashes, np.sort(known))
        _, first = np.unique(hashes, return_index=True)
        is_exact |= ~np.isin(np.arange(len(hashes)), first)
        is_near = self._near(texts, before, is_exact)
        return [EXACT if exact else NEAR if near else None for exact, near in zip(is_exact, is_near, strict=True)]

    def after(self, kept: pa.RecordBatch, memory: bytes | None) -> bytes:
        texts, (known, before) = self._texts(kept), _read(memory)
        made = signatures(texts) if self.likeness < 1 else np.zeros((len(texts), PLACES), dtype=np.uint16)
        return _written(np.concatenate([known, hashes_of(texts)]), np.concatenate([before, made]))

    def _texts(self, rows: pa.RecordBatch) -> pa.Array:
        return pa.array(joined(rows, as_names(self.columns)), pa.string())

    def _near(self, texts: pa.Array, before: Signatures, is_exact: np.ndarray) -> np.ndarray:
        is_near = np.zeros(len(texts), dtype=np.bool_)
        if self.likeness < 1:
            new = np.flatnonzero(~is_exact)
            every = np.concatenate([before, signatures(texts.take(pa.array(new)))])
            pairs = similar_pairs(every, self.likeness, len(before))
            is_near[new] = repeats(pairs, len(every), len(before))[len(before) :]
        return is_near


def hashes_of(texts: pa.Array) -> Hashes:
    """One hash for each text, whatever its capitals, blanks and punctuation."""
    return np.array([hashed(text) for text in plain(texts).to_pylist()], dtype=np.uint64)


def _written(hashes: Hashes, made: Signatures) -> bytes:
    cells = pa.FixedSizeBinaryArray.from_buffers(pa.binary(_WIDTH), len(made), [None, pa.py_buffer(made.tobytes())])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, _SCHEMA) as writer:
        writer.write_batch(pa.record_batch([pa.array(hashes), cells], schema=_SCHEMA))
    return bytes(sink.getvalue().to_pybytes())


def _read(memory: bytes | None) -> tuple[Hashes, Signatures]:
    if memory is None:
        return np.zeros(0, np.uint64), np.zeros((0, PLACES), np.uint16)
    try:
        table = pa.ipc.open_stream(memory).read_all().combine_chunks()
        if table.schema != _SCHEMA:
            raise DataError("what was remembered of earlier texts is not of this check")
        hashes = table["hash"].to_numpy()
        return hashes, np.frombuffer(b"".join(table["signature"].to_pylist()), np.uint16).reshape(-1, PLACES)
    except pa.ArrowException as error:
        raise DataError(f"what was remembered of earlier texts is damaged: {error}") from error
