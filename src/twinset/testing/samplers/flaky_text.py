"""A stand-in for a language model: three answers in ten are refused and asked for again, a bounded number of times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.request import Made, Part, Reject, Request
from twinset.core.schema import Schema
from twinset.core.synthesis import MakeContext
from twinset.testing.samplers.scripted import KEY, Scripted, table

REJECTED = 0.3
MOST_TRIES = 5
PLAIN = "There is nothing to report."
_REASONS = np.array(["refused", "not the asked-for form", "too long"])
_WORDS = np.array(["the", "patient,", "says", "“café”", "日本", '"quoted"', "pain", "no", "sleep", "again", "today"])


@dataclass(frozen=True)
class FlakyText(Scripted):
    """Notes of a few words; a row whose every try is refused gets a plain sentence, so that all rows are there."""

    engine: ClassVar[str] = "test_flaky_text"
    schema: ClassVar[Schema] = Schema((table("notes", ("note_id", *KEY), ("text", types.Text(), pa.string())),))

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        keys, draw = self.keys(part), request.seed.child(part.id).generator()
        texts = np.full(part.size, PLAIN, dtype=object)
        asked = np.arange(part.size)
        for _ in range(MOST_TRIES):
            answers = [" ".join(words) for words in draw.choice(_WORDS, (asked.size, 6))]
            is_refused = draw.random(asked.size) < REJECTED
            texts[asked[~is_refused]] = [text for text, refused in zip(answers, is_refused, strict=True) if not refused]
            for place in np.flatnonzero(is_refused):
                yield Reject("notes", str(draw.choice(_REASONS)), answers[place])
            asked = asked[is_refused]
        yield self.batch("notes", keys, texts)
