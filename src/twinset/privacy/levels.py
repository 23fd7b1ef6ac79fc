"""The dial between likeness and privacy: how many entities must stand behind what an engine learns."""

from __future__ import annotations

from dataclasses import dataclass, replace

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.privacy import K


@dataclass(frozen=True, slots=True)
class Level:
    """``k`` entities must share a value before it is learned, ``leaf`` entities be alike before a row is drawn from them.

    ``caution`` nats of what held-out rows find most likely are given up for drawing from more entities than that, where rows
    are many and nobody has several; there, ``fine`` rows of a class must be in a node before they say which of its values
    come out (:mod:`twinset.synthesizers.tabular.trees.dealt`).
    """

    k: int
    leaf: int
    caution: float
    fine: int = 1


LEVELS = {"low": Level(5, 10, 0.5), "default": Level(K, 20, 1.5), "high": Level(20, 50, 10.0, 75)}


def level_of(name: str, k: int | None, leaf: int | None = None) -> Level:
    """The level of that name, with what is said by number in its place; PlanError for what there is not."""
    if name not in LEVELS:
        raise PlanError(f"privacy is {', '.join(LEVELS)}, not {name!r}{nearest(name, LEVELS)}")
    own = LEVELS[name]
    level = replace(own, k=own.k if k is None else k, leaf=own.leaf if leaf is None else leaf)
    for what, value in (("k", level.k), ("leaf", level.leaf)):
        if type(value) is not int or not 2 <= value <= 10**6:
            raise PlanError(f"{what} is a whole number of at least 2, not {value!r}")
    return level
