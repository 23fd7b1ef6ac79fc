"""True and false in words: yes and no, t and f, ja and nein. 0 and 1 stay the numbers that they are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Repair
from twinset.sources.inference.cells import Cells
from twinset.sources.inference.guess import Guess, Hints

_PAIRS = (
    ("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"), ("off", "on"), ("nein", "ja"), ("non", "oui"), ("no", "sí"),
    ("no", "si"), ("nee", "ja"), ("nej", "ja"), ("não", "sim"), ("nie", "tak"), ("faux", "vrai"), ("falsch", "wahr"),
)  # fmt: skip
_MOST_SPELLINGS = 6


def boolean(cells: Cells, table: Hints) -> Guess | None:
    """Both words of a pair, in whatever case; the commoner spelling of each is the one that comes out."""
    if not 2 <= cells.n_distinct <= _MOST_SPELLINGS:
        return None
    texts = cells.head(_MOST_SPELLINGS)
    spoken = [text.casefold() for text in texts]
    pair = next((pair for pair in _PAIRS if set(spoken) == set(pair)), None)
    if pair is None:
        return None
    truths = np.array([word == pair[1] for word in spoken])
    words = (_usual(texts, cells, ~truths), _usual(texts, cells, truths))
    n_other = sum(int(count) for text, count in zip(texts, cells.counts, strict=True) if text not in words)
    repairs = (Repair(f"spelled otherwise than {words[0]} and {words[1]}", cells.name, n_other),) if n_other else ()
    kind = types.Boolean(None if words == ("false", "true") else words)
    return Guess(kind, pa.array(truths), f"two words, {words[0]} and {words[1]}", repairs=repairs)


def by_words(cells: Cells, words: tuple[str, str]) -> Guess:
    """The cells by declared words, false then true; other words are null."""
    is_either = pc.is_in(cells.values, value_set=pa.array(words))
    truths = pc.if_else(is_either, pc.equal(cells.values, words[1]), None)
    return Guess(types.Boolean(words), truths, f"two words, {words[0]} and {words[1]}")


def _usual(texts: list[str], cells: Cells, chosen: npt.NDArray[np.bool_]) -> str:
    return max((int(count), text) for text, count, is_one in zip(texts, cells.counts, chosen, strict=True) if is_one)[1]
