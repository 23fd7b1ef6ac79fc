"""What follows what: for runs of tokens that enough people share, how often each next token came.

A level knows contexts of one length, of texts of one label or of all. A token after a context is known where ``k`` entities
at least have that very run; what fewer have is counted together, and sends the draw to a shorter context (back-off, after
Katz 1987). So no run longer than what k entities share comes out but by chance, put together from pieces that they do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.privacy.values import Owners, holders
from twinset.synthesizers.text.ngram.tokens import Codes

Counts = npt.NDArray[np.int64]
LARGEST = 2**62


@dataclass(frozen=True)
class Level:
    """Contexts in order; of each the tokens that may follow with their cumulative counts, and how often anything did.

    ``n_before`` tokens are the context, and the label where ``is_labelled``. Arrays: keys, total (contexts); start
    (contexts + 1); following, bounds (runs), where bounds go on from context to context.
    """

    n_before: int
    is_labelled: bool
    keys: Codes
    total: Counts
    start: Codes
    following: Codes
    bounds: Counts

    def draw(self, keys: Codes, random: np.random.Generator) -> Codes:
        """The next token of each context; -1 where a shorter one must be asked."""
        chance = random.random(len(keys))
        if not len(self.keys):
            return np.full(len(keys), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        before = np.concatenate([[0], self.bounds])[self.start[at]]
        wanted = before + (chance * self.total[at]).astype(np.int64)
        place = np.searchsorted(self.bounds, wanted, side="right")
        is_known = (self.keys[at] == keys) & (place < self.start[at + 1])
        return np.where(is_known, self.following[np.minimum(place, len(self.following) - 1)], -1)


def learn(contexts: Codes, following: Codes, n_tokens: int, owners: Owners, k: int, shape: tuple[int, bool]) -> Level:
    """A level from all runs: the key of each one's context, the token after it, and whose it is.

    Runs that fewer than k entities have are left out; contexts too, so that their totals are shared as well.
    """
    known, place = np.unique(contexts, return_inverse=True)
    is_shared = holders(place, len(known), owners) >= k
    total = np.bincount(place, minlength=len(known))
    runs, run = np.unique(place * n_tokens + following, return_inverse=True)
    counts = np.bincount(run, minlength=len(runs))
    of_context, token = np.divmod(runs, n_tokens)
    is_kept = (holders(run, len(runs), owners) >= k) & is_shared[of_context]
    has_some = np.zeros(len(known), dtype=np.bool_)
    has_some[of_context[is_kept]] = True
    number = np.cumsum(has_some) - 1
    per_context = np.bincount(number[of_context[is_kept]], minlength=int(has_some.sum()))
    start = np.concatenate([[0], np.cumsum(per_context)]).astype(np.int64)
    bounds = np.cumsum(counts[is_kept]).astype(np.int64)
    return Level(*shape, known[has_some], total[has_some].astype(np.int64), start, token[is_kept], bounds)
