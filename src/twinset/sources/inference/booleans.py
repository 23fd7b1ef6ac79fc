"""True and false in words: yes and no, t and f, ja and nein. 0 and 1 stay the numbers that they are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints

_PAIRS = (
    ("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"), ("off", "on"), ("nein", "ja"), ("non", "oui"), ("no", "sí"),
    ("no", "si"), ("nee", "ja"), ("nej", "ja"), ("não", "sim"), ("nie", "tak"), ("faux", "vrai"), ("falsch", "wahr"),
)  # fmt: skip
_MOST_SPELLINGS = 6


def boolean(cells: Cells, hints: Hints) -> Guess | None:
    """Both words of a pair, in whatever case; the commoner spelling of each is the one that comes out."""
    if not 2 <= cells.n_distinct <= _MOST_SPELLINGS:
        return None
    texts = cells.head(_MOST_SPELLINGS)
    spoken = [text.casefold() for text in texts]
    pair = next((pair for pair in _PAIRS if set(spoken) == set(pair)), None)
    if pair is None:
        return None
    truths = np.array([word == pair[1] for word in spoken])
    usual = [_usual(texts, cells, truths == truth) for truth in (False, True)]
    n_other = sum(int(count) for text, count in zip(texts, cells.counts, strict=True) if text not in usual)
    repairs = (Repair(f"spelled otherwise than {usual[0]} and {usual[1]}", cells.name, n_other),) if n_other else ()
    words = None if usual == ["false", "true"] else (usual[0], usual[1])
    return Guess(types.Boolean(words), pa.array(truths), f"two words, {usual[0]} and {usual[1]}", repairs=repairs)


def _usual(texts: list[str], cells: Cells, chosen: np.ndarray) -> str:
    return max((int(count), text) for text, count, is_one in zip(texts, cells.counts, chosen, strict=True) if is_one)[1]
