"""One field given the fields before it: a bag of trees, each drawn from with equal chance.

Trees come in pairs on opposite halves of the entities: one half gives a tree its structure, the other its contents (honest
leaves; Wager and Athey 2018), so that nothing that a split was chosen for is what comes out of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Symbols
from twinset.synthesizers.tabular.trees.codes import Codes
from twinset.synthesizers.tabular.trees.grow import Growth, Structure, Target, grow
from twinset.synthesizers.tabular.trees.leaf import STRENGTHS, Contents, contents_of, held_out_likelihood, parents_of, route


@dataclass(frozen=True, slots=True)
class Forest:
    structure: Structure
    roots: Numbers
    parent: Numbers
    strength: np.ndarray
    contents: Contents

    def draw(self, predictors: Codes, rng: np.random.Generator) -> Symbols:
        n_rows = len(predictors)
        node = self.roots[rng.integers(0, len(self.roots), n_rows)] if len(self.roots) > 1 else np.zeros(n_rows, np.int64)
        node = route(self.structure, predictors, node)
        active = np.arange(n_rows)
        while True:
            at = node[active]
            up = rng.random(len(active)) * (self.contents.count[at] + self.strength[at]) >= self.contents.count[at]
            up &= self.parent[at] != at
            active = active[up]
            if not len(active):
                break
            node[active] = self.parent[node[active]]
        place = self.contents.start[node] + np.floor(rng.random(n_rows) * self.contents.count[node]).astype(np.int64)
        return self.contents.symbols[place]


def grow_forest(
    predictors: Codes, symbols: Symbols, target: Target, halves, growth: Growth, least: int, log=None, force=None
) -> Forest:
    parts = []
    for half in halves:
        for own in (half, ~half):
            own_rows, other_rows = np.flatnonzero(own), np.flatnonzero(~own)
            t = Target(
                target.classes[own_rows], target.n_classes, None if target.scores is None else target.scores[own_rows]
            )
            s = grow(predictors[own_rows], t, growth)
            leaf = route(s, predictors, np.zeros(len(predictors), np.int64))
            c = contents_of(s, leaf[other_rows], symbols[other_rows])
            lik = held_out_likelihood(
                s, (leaf[other_rows], target.classes[other_rows]), (leaf[own_rows], t.classes), target.n_classes
            )
            m = STRENGTHS[int(lik.argmax())] if force is None else force
            if log is not None:
                log.append((len(s), m, lik))
            strength = np.full(len(s), m)
            strength[c.count < least] = 1e12
            strength[0] = 0
            parts.append((s, c, strength))
    return join(parts)


def join(parts):
    off = 0
    so = 0
    fs = [[] for _ in range(9)]
    roots = []
    for s, c, st in parts:
        roots.append(off)
        for l, a in zip(
            fs, (s.feature, s.low, s.high, s.child + off, parents_of(s) + off, st, c.start + so, c.count, c.symbols)
        ):
            l.append(a)
        off += len(s)
        so += len(c.symbols)
    f = [np.concatenate(l) for l in fs]
    return Forest(Structure(*f[:4]), np.array(roots), f[4], f[5], Contents(f[8], f[6], f[7]))
