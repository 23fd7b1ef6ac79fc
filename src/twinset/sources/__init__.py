"""Sources: files, data frames and Arrow tables, read into datasets whose columns' meaning is found."""

from __future__ import annotations

from twinset.sources.raw import Raw
from twinset.sources.read import fingerprint, read

__all__ = ["Raw", "fingerprint", "read"]
