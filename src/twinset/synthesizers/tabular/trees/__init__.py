"""The engine "trees"."""

from __future__ import annotations
from dataclasses import dataclass
import numpy as np
from twinset.core.dataset import whole
from twinset.core.synthesis import Traits
from twinset.privacy.values import owners_of
from twinset.synthesizers.tabular.layout import Layout
from twinset.synthesizers.tabular.sampler import TableSampler
from twinset.synthesizers.tabular.trees.codes import *
from twinset.synthesizers.tabular.trees.forest import *
import os

LOG = os.environ.get("TLOG")
TRAITS = Traits()


@dataclass(frozen=True, slots=True)
class Trees:
    k: int = 10
    bags: int = 4
    leaf: int = 20
    floor: int = 10
    gain: float = 3.0
    depth: int = 14
    classes: int = 16
    force: float = -1.0

    def fit(self, data, *, schema, seed, ctx):
        rows = whole(data)
        layout = Layout.learn(schema.only, rows, self.k, ctx)
        symbols = layout.encode(rows)
        n = len(symbols[0])
        codings = [coding_of(f, np.bincount(s, minlength=f.n_symbols), self.classes) for f, s in zip(layout.fields, symbols)]
        order = find_order(layout.fields, codings, symbols)
        chain = []
        rng = seed.child("halves").generator()
        for i, t in enumerate(order):
            c = codings[t]
            classes = c.classes[symbols[t]].astype(np.int64)
            preds = order[:i]
            luts = []
            for p in preds:
                f = layout.fields[p]
                luts.append(
                    codings[p].codes
                    if f.is_ordered
                    else ordered_by_target(symbols[p].astype(np.int64), f.n_symbols, classes, c.n_classes)
                )
            X = np.stack([l[symbols[p]] for l, p in zip(luts, preds)], axis=1) if preds else np.zeros((n, 1), np.uint8)
            target = Target(classes, c.n_classes, None if c.scores is None else c.scores[symbols[t]])
            halves = [rng.random(n) < 0.5 for _ in range(self.bags // 2)]
            log = []
            f = grow_forest(
                X,
                symbols[t],
                target,
                halves,
                Growth(self.floor, self.gain, self.depth),
                self.leaf,
                log,
                None if self.force < 0 else self.force,
            )
            if LOG:
                print(layout.fields[t].name, [(a, b, np.round(l, 3).tolist()) for a, b, l in log[:1]])
            chain.append((t, preds, luts, f))
        return TableSampler("trees", TRAITS, schema, layout, Chain(layout.fields, chain))


def find_order(fields, codings, symbols):
    n = len(symbols[0])
    d = len(fields)
    cl = [c.classes[s].astype(np.int64) for c, s in zip(codings, symbols)]
    H = np.zeros(d)
    M = np.zeros((d, d))

    def ent(x):
        p = np.bincount(x) / len(x)
        p = p[p > 0]
        return -(p * np.log(p)).sum()

    for i in range(d):
        H[i] = ent(cl[i])
    for i in range(d):
        for j in range(i):
            M[i, j] = M[j, i] = H[i] + H[j] - ent(cl[i] * 64 + cl[j])
    mode = os.environ.get("ORDER", "greedy")
    if mode == "given":
        return list(range(d))
    if mode == "entropy":
        return list(np.argsort(H, kind="stable"))
    if mode == "rentropy":
        return list(np.argsort(-H, kind="stable"))
    if mode == "nsym":
        return list(np.argsort([f.n_symbols for f in fields], kind="stable"))
    start = int(M.sum(1).argmax())
    order = [start]
    while len(order) < d:
        rest = [j for j in range(d) if j not in order]
        order.append(
            max(rest, key=lambda j: M[j, order].max() / max(H[j], 1e-9) if mode == "greedyn" else M[j, order].max())
        )
    return order


@dataclass(frozen=True, slots=True)
class Chain:
    fields: tuple
    chain: list

    def draw(self, n, seed):
        sym = [None] * len(self.fields)
        raws = [None] * len(self.fields)
        for t, preds, luts, f in self.chain:
            rng = seed.child("field", t).generator()
            X = np.empty((n, max(len(preds), 1)), np.uint8)
            X[:, 0] = 0
            for i, (p, l) in enumerate(zip(preds, luts)):
                X[:, i] = l[sym[p]]
            sym[t] = f.draw(X, rng)
            raws[t] = self.fields[t].decode(sym[t], rng)
        return raws
