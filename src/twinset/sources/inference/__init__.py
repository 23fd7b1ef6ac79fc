"""Inference: what each column of a raw table means, in which storage, and what had to be mended on the way.

A rule looks at one column and gives a guess or None; the first guess counts, so the order of the rules is the order of how
sure they are. What the user declared is not guessed.
"""

from __future__ import annotations

from twinset.sources.inference.table import Inferred, infer

__all__ = ["Inferred", "infer"]
