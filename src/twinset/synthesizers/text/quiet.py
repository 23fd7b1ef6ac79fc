"""What the rules behind a stage's columns are given: nobody who listens, and nothing to read."""

from __future__ import annotations

import pyarrow as pa

from twinset.core.media import MediaRef
from twinset.errors import InternalError


class Quiet:
    """The context of a fit and of a part that stand alone."""

    def progress(self, done: float, what: str) -> None: ...

    def note(self, what: str, column: str | None = None, count: int = 1) -> None: ...

    def rows_of(self, part: str) -> pa.Table:
        raise InternalError(f"a column by rules asked for the part {part}")

    def state_of(self, part: str) -> bytes:
        raise InternalError(f"a column by rules asked for the state of {part}")

    def put(self, content: bytes, media_type: str) -> MediaRef:
        raise InternalError("a column by rules wanted to keep a blob")
