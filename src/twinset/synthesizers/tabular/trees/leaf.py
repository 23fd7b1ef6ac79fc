"""What is in a tree's nodes, and how far down a draw goes.

Every node, not only every leaf, has a law: its own frequencies, shrunk towards its parent's law by m rows. One half of the
entities gives the frequencies; the other half, which gave the structure, says which m finds it likely, for each node by
itself: children that follow from their parent's question to the row are hardly shrunk, those that differ by chance become
their parent again. As in the rule of one standard error (Breiman et al. 1984) it is the strongest m that is not much less
likely than the best. Then a draw stops at a node with the posterior probability that the tree should have ended there
(context tree weighting; Willems, Shtarkov and Tjalkens 1995). So splits that were chosen by chance are not drawn from.

The rows' symbols are sorted so that each node is one run of them; shrinking is climbing to the parent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from twinset.privacy.values import Numbers, Owners, distinct
from twinset.synthesizers.tabular.fields import Symbols
from twinset.synthesizers.tabular.trees.codes import Floats
from twinset.synthesizers.tabular.trees.structure import Structure

STRENGTHS = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
_FAINT, _PRIOR = 0.01, 0.4


@dataclass(frozen=True, slots=True)
class Weights:
    """How strongly each node is shrunk to its parent (in rows), and its probability to be the last."""

    strength: Floats
    stop: Floats


@dataclass(frozen=True, slots=True)
class Contents:
    """Runs of the rows' symbols: node i's are ``symbols[start[i] : start[i] + count[i]]``.

    ``stop`` is a node's probability to be the last on the way down, ``stay`` not to climb from it again.
    """

    symbols: Symbols
    start: Numbers
    count: Numbers
    stop: Floats
    stay: Floats


def weigh(structure: Structure, own: Numbers, asked: Numbers, least: int, caution: float) -> Weights:
    """The strengths and what follows from them; ``own`` and ``asked`` are each half's counts in leaves (nodes x classes).

    A strength may make the rows of a node ``caution`` nats less likely than the best. Nodes with fewer than ``least`` rows
    of the own half are their parent's.
    """
    counts, questions = structure.add_up(own), structure.add_up(asked)
    law = np.empty_like(counts)
    law[0] = (counts[0] + 1 / counts.shape[1]) / (counts[0].sum() + 1)
    strength, told = np.zeros(len(structure)), np.empty(len(structure))
    told[0] = questions[0] @ np.log(law[0])
    for inner in structure.levels:
        child = np.concatenate([structure.child[inner], structure.child[inner] + 1])
        above, held, wanted = law[structure.parent[child]], counts[child], questions[child]
        likely = np.array([_told(wanted, _shrunk(held, above, law[0], m)) for m in STRENGTHS])
        is_near = likely >= likely.max(axis=0) - caution
        chosen = np.where(is_near.T, STRENGTHS, 0.0).max(axis=1)
        is_small = held.sum(axis=1) < least
        law[child] = np.where(is_small[:, None], above, _shrunk(held, above, law[0], chosen[:, None]))
        strength[child] = np.where(is_small, np.inf, chosen)
        told[child] = _told(wanted, law[child])
    return Weights(strength, _stops(structure, told))


def _shrunk(held: Floats, above: Floats, root: Floats, strength: float | Floats) -> Floats:
    """The law over the classes of nodes with these counts, given their parents' and the root's."""
    return np.asarray((held + strength * above + _FAINT * root) / (held.sum(axis=1)[:, None] + strength + _FAINT))


def _told(wanted: Floats, law: Floats) -> Floats:
    """The log-likelihood of the counts of each node."""
    return np.asarray((wanted * np.log(law)).sum(axis=1))


def _stops(structure: Structure, told: Floats) -> Floats:
    """Each node's posterior probability to be the last, from the log-likelihood of the rows in it by its law."""
    total, stop = told.copy(), np.ones(len(structure))
    for inner in reversed(structure.levels):
        on = total[structure.child[inner]] + total[structure.child[inner] + 1]
        ends, goes = told[inner] + np.log(_PRIOR), on + np.log(1 - _PRIOR)
        total[inner] = np.logaddexp(ends, goes)
        stop[inner] = np.exp(ends - total[inner])
    return stop


def fill(structure: Structure, leaf: Numbers, symbols: Symbols, owners: Owners, least: int, weights: Weights) -> Contents:
    """The contents of a tree with rows in these leaves. Nodes of fewer than ``least`` entities are always climbed from."""
    count = structure.add_up(np.bincount(leaf, minlength=len(structure))).astype(np.int64)
    start = np.zeros(len(structure), dtype=np.int64)
    for inner in structure.levels:
        first = structure.child[inner]
        start[first] = start[inner]
        start[first + 1] = start[inner] + count[first]
    order = np.argsort(start[leaf] * (int(symbols.max(initial=0)) + 1) + symbols)
    held = count if owners is None else _holders(structure, leaf, owners, start)
    stay = np.where(held >= least, count / np.maximum(count + weights.strength, 1), 0.0)
    stay[0] = 1.0
    return Contents(symbols[order], start, count, weights.stop, stay)


def _holders(structure: Structure, leaf: Numbers, owners: Numbers, start: Numbers) -> Numbers:
    """Distinct entities in each node.

    Each entity counts once in every leaf where it is, and once less where two of its leaves next to each other meet.
    """
    leaves = np.unique(leaf)
    leaves = leaves[np.argsort(start[leaves], kind="stable")]
    rank = np.zeros(len(structure), dtype=np.int64)
    rank[leaves] = np.arange(len(leaves))
    owner, place = np.divmod(distinct(owners * len(leaves) + rank[leaf]), len(leaves))
    here = np.flatnonzero(owner[1:] == owner[:-1])
    last = _last(structure, rank[leaves], leaves)
    meet, active = leaves[place[here]], np.arange(len(here))
    while len(active):
        active = active[last[meet[active]] < place[here[active] + 1]]
        meet[active] = structure.parent[meet[active]]
    n_nodes = len(structure)
    held = np.bincount(leaves[place], minlength=n_nodes) - np.bincount(meet, minlength=n_nodes)
    for inner in reversed(structure.levels):
        held[inner] += held[structure.child[inner]] + held[structure.child[inner] + 1]
    return held


def _last(structure: Structure, rank: Numbers, leaves: Numbers) -> Numbers:
    """The last place below each node of leaves with these places; -1 where there are none."""
    last = np.full(len(structure), -1)
    last[leaves] = rank
    for inner in reversed(structure.levels):
        last[inner] = np.maximum(last[structure.child[inner]], last[structure.child[inner] + 1])
    return last
