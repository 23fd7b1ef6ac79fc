"""Drawing rows of which something is known: any fields, later ones of the chain included.

The law of a row is the product of its links' laws. Where all that is known comes first, plain drawing forward is exact. Else
each row gets a few particles (Gordon, Salmond and Smith 1993): free fields are drawn, steered towards what is given further
on (a twisted proposal; Guarniero, Johansen and Lee 2017); weights undo the steering and take in the likelihood of each given
field; rows whose weights have become uneven draw their particles anew by them. More sweeps follow with the last result kept
as one of the particles (conditional sequential Monte Carlo; Andrieu, Doucet and Holenstein 2010). Each of them leaves the
wanted law as it is, and so makes good what few particles miss; resampling is multinomial, as that asks for. The work for a
row is bounded, and no row is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from twinset.core.seed import Seed
from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.fields import Field, Symbols
from twinset.synthesizers.tabular.known import FLOOR, FREE, GIVEN, PRESENT, Known
from twinset.synthesizers.tabular.trees.codes import Floats
from twinset.synthesizers.tabular.trees.law import Classed
from twinset.synthesizers.tabular.trees.lookahead import Lookahead, n_pool
from twinset.synthesizers.tabular.trees.particles import Drawn, Linked, Particles, Step

N_PARTICLES, N_SWEEPS = 16, 4
_AT_ONCE, _POOL_IN_CONTEXT = 1 << 15, 4_000


@dataclass(frozen=True)
class Conditioner:
    """Draws from a chain of links given what is known of their fields.

    The first fields may have no links: they are known of every row, and ``context`` has their symbols (rows x fields).
    """

    fields: tuple[Field, ...]
    links: Sequence[Linked]
    context: Symbols | None = None
    _classed: dict[int, Classed] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def lookahead(self) -> Lookahead:
        n_rows, rng = n_pool(len(self.fields)), Seed(0).child("lookahead").generator()
        drawn: Drawn = {}
        if self.context is not None:
            n_rows = min(n_rows, _POOL_IN_CONTEXT)
            drawn = _by_field(self.context[rng.integers(0, len(self.context), n_rows)])
        for link in self.links:
            drawn[link.target] = link.draw(drawn, n_rows, rng)
        return Lookahead.of(self.fields, [drawn[number] for number in range(len(self.fields))])

    def classed(self, link: Linked) -> Classed:
        """The link's law over the classes of its field."""
        if link.target not in self._classed:
            self._classed[link.target] = link.classed(self.lookahead.tables[link.target])
        return self._classed[link.target]

    def draw(self, known: Known, seed: Seed) -> Symbols:
        """Symbols (rows x fields). Rows of which the same fields are known have the same steps."""
        symbols = known.symbols.copy()
        kinds, kind = np.unique(known.states, axis=0, return_inverse=True)
        kind = kind.ravel()
        steps = [self._steps(states.tolist()) for states in kinds]
        n_weighed = np.array([max((k + 1 for k, step in enumerate(own) if step.is_weighed), default=0) for own in steps])
        for number, some in enumerate(_chunks(n_weighed[kind] if len(steps) else kind)):
            rng = seed.child("known", number).generator()
            drawn = self._draw(steps, kind[some], int(n_weighed[kind[some]].max()), symbols[some], rng)
            for target, own in drawn.items():
                symbols[some, target] = own
        return symbols

    def _steps(self, states: list[int]) -> list[Step]:
        """What to do at each link for rows of which this is known."""
        steps: list[Step] = []
        given = [link.target for link in self.links if states[link.target] == GIVEN]
        best: dict[int, float] = {}
        is_random = False
        for link in self.links:
            state = states[link.target]
            if state == PRESENT and not 0 < self.classed(link).marginal[0] < 1:
                state = FREE
            if state == GIVEN:
                given.remove(link.target)
                steps.append(Step(GIVEN, is_weighed=is_random))
                for later in given:
                    best[later] = max(best.get(later, 0.0), self.lookahead.shared(link.target, later))
                continue
            guides = self.lookahead.guides(link.target, given, best) if given and link.is_steerable else []
            steps.append(Step(state, tuple(guides), is_weighed=is_random and state == PRESENT))
            is_random = True
        return steps

    def _draw(
        self, steps: list[list[Step]], kind: Numbers, n_weighed: int, symbols: Symbols, rng: np.random.Generator
    ) -> Drawn:
        """Fields of rows of these kinds; all that changes weights is in the first ``n_weighed`` steps."""
        kept: Drawn = {}
        first = _by_field(symbols[:, : 0 if self.context is None else self.context.shape[1]])
        several = {number: np.repeat(own, N_PARTICLES) for number, own in first.items()}
        for _ in range(N_SWEEPS if n_weighed else 0):
            particles = Particles(self, symbols, kind, N_PARTICLES, several)
            for place, link in enumerate(self.links[:n_weighed]):
                particles.advance(link, [own[place] for own in steps], kept, rng)
            kept = particles.pick(rng)
        last = Particles(self, symbols, kind, 1, kept or first)
        for place, link in enumerate(self.links[n_weighed:], n_weighed):
            last.advance(link, [own[place] for own in steps], {}, rng)
        return last.drawn


def evidence(links: Sequence[Linked], n_context: int, known: Known, seed: Seed) -> Floats:
    """The logarithm of how likely the given fields of each row are, by one draw forward of the fields before them."""
    drawn = _by_field(known.symbols[:, :n_context])
    logs, rng = np.zeros(len(known.symbols)), seed.child("evidence").generator()
    is_given = known.states == GIVEN
    last = max((place for place, link in enumerate(links) if is_given[:, link.target].any()), default=-1)
    for link in links[: last + 1]:
        given = is_given[:, link.target]
        own = known.symbols[:, link.target] if given.all() else link.draw(drawn, len(logs), rng)
        own = np.where(given, known.symbols[:, link.target], own)
        if given.any():
            logs += np.where(given, np.log(np.maximum(link.likelihood(drawn, own), FLOOR)), 0.0)
        drawn[link.target] = own
    return logs


def _by_field(symbols: Symbols) -> Drawn:
    return {number: symbols[:, number] for number in range(symbols.shape[1])}


def _chunks(n_weighed: Numbers) -> Iterator[Numbers]:
    """The rows in pieces of a bounded number of particles, rows with as many steps to be weighed side by side."""
    order = np.argsort(n_weighed, kind="stable")
    n_forward = int((n_weighed == 0).sum())
    for rows, size in ((order[:n_forward], _AT_ONCE), (order[n_forward:], _AT_ONCE // N_PARTICLES)):
        for start in range(0, len(rows), size):
            yield rows[start : start + size]
