"""Chains of states: where one begins, which steps lead on from a state, and where it ends."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from twinset.core.registry import nearest
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Index
from twinset.synthesizers.rules.timelines.chances import Floats, chances
from twinset.synthesizers.rules.timelines.families import flat

END = "end"


@dataclass(frozen=True, slots=True)
class Chain:
    """A Markov chain: ``start`` and ``steps`` are cumulated weights, those of each state with the end as the last."""

    states: tuple[str, ...]
    start: Floats
    steps: Floats
    most: int

    def walk(self, owners: Index, seed: Seed, wanted: Index | None = None) -> tuple[Index, Index]:
        """The number of steps of each owner, and the states of all of them, one owner after the other.

        Where ``wanted`` states the numbers, chains that end too soon begin again, and those that do not are cut off.
        """
        at = np.arange(len(owners)) if wanted is None else np.flatnonzero(wanted)
        states = np.searchsorted(self.start, chances(owners[at], 0, seed))
        lengths = np.zeros(len(owners), dtype=np.int64)
        pieces = []
        for step in range(self.most if wanted is None else int(wanted.max(initial=0))):
            if not len(at):
                break
            pieces.append((at, step, states))
            lengths[at] += 1
            draws = chances(owners[at], step + 1, seed)
            following = (draws[:, None] >= self.steps[states]).sum(axis=1)
            goes_on = following < len(self.states)
            if wanted is not None:
                begun = np.searchsorted(self.start, chances(owners[at], step + 1, seed.child("again")))
                following, goes_on = np.where(goes_on, following, begun), lengths[at] < wanted[at]
            at, states = at[goes_on], following[goes_on]
        return lengths, flat(pieces, lengths)


def chain_from(start: Any, steps: Any, most: int) -> Chain:
    """The chain that a plan describes: a state or weights of states to start with, and for each state those that follow."""
    given = options.mapping(steps, "steps")
    starts = {start: 1.0} if isinstance(start, str) else options.mapping(start, "start")
    following = {name: _following(name, said) for name, said in given.items()}
    states = tuple(dict.fromkeys([*starts, *given, *(one for said in following.values() for one in said if one != END)]))
    if END in states:
        raise PlanError(f"{END!r} is where a chain ends; give the state another name")
    _check_ends(states, starts, following)
    rows = [
        _cumulated({**dict.fromkeys(states, 0.0), END: 0.0, **(following.get(one) or {END: 1.0})}, one) for one in states
    ]
    return Chain(states, _cumulated({**dict.fromkeys(states, 0.0), **starts}, "start"), np.array(rows), most)


def funnel(said: Any) -> tuple[str, dict[str, dict[str, float]]]:
    """The start and the steps of a funnel: stages, each with the share of those before that reach it."""
    stages = options.mapping(said, "funnel", least=2)
    names = list(stages)
    steps: dict[str, dict[str, float]] = {names[-1]: {}}
    for name, after in itertools.pairwise(names):
        share = options.number(stages[after], f"the share that reaches {after!r}", 0, 1)
        steps[name] = {after: share, END: 1 - share}
    if stages[names[0]] != 1:
        raise PlanError(f"a funnel begins with all: {names[0]}: 1, not {stages[names[0]]!r}")
    return names[0], steps


def _following(name: str, said: Any) -> Mapping[str, Any]:
    if said == END or said is None:
        return {}
    return {said: 1.0} if isinstance(said, str) else options.mapping(said, f"the steps from {name!r}", least=0)


def _cumulated(weights: Mapping[str, Any], name: str) -> Floats:
    numbers = [options.number(weight, f"the weight of {one!r} after {name!r}", 0) for one, weight in weights.items()]
    if sum(numbers) <= 0:
        raise PlanError(f"after {name!r} at least one weight is above 0")
    sums = np.cumsum(numbers) / sum(numbers)
    sums[np.flatnonzero(numbers)[-1] :] = 1.0
    return np.asarray(sums)


def _check_ends(states: tuple[str, ...], starts: Mapping[str, Any], following: Mapping[str, Mapping[str, Any]]) -> None:
    """PlanError where a state that is reached leads to no end, or one is never reached."""
    ends = {one for one in states if not following.get(one) or following[one].get(END)}
    while more := {one for one in states if any(w and other in ends for other, w in following.get(one, {}).items())} - ends:
        ends |= more
    reached = {one for one, weight in starts.items() if weight}
    while more := {other for one in reached for other, w in following.get(one, {}).items() if w and other != END} - reached:
        reached |= more
    if endless := [one for one in states if one in reached and one not in ends]:
        raise PlanError(f"the chain never ends once it is at {endless[0]!r}; let some steps lead to {END!r}")
    if lost := [one for one in states if one not in reached]:
        raise PlanError(f"no step leads to the state {lost[0]!r}{nearest(lost[0], reached)}")
