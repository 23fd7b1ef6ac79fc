"""Columns that are there only where another one is, or only where a label says so; one proposal for each column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from twinset.constraints.evaluate import plain
from twinset.constraints.propose.look import MOST_COLUMNS, Look, Mask
from twinset.core import types
from twinset.core.constraints import Presence

_MOST_LABELS = 50
_BY_CHANCE = 3
"""Times k entities would break it if the two columns had nothing to do with each other."""


@dataclass(frozen=True)
class _Labels:
    """The labels of a column, and each row's place among them (their number where it is missing)."""

    name: str
    labels: tuple[str | bool, ...]
    codes: npt.NDArray[np.int64]


def presences(look: Look) -> list[Presence]:
    """``b`` only where ``a`` is one of some labels, else ``b`` only where ``c`` is there."""
    there = {column.name: look.is_there(column.name) for column in look.table.columns}
    varied = [name for name, own in there.items() if min(look.n_entities(own), look.n_entities(~own)) >= look.k]
    varied, labels = varied[:MOST_COLUMNS], _labels(look)
    found = []
    for name in varied:
        proposed = _by_label(look, name, there[name], labels) or _by_presence(
            look, name, {one: there[one] for one in varied}
        )
        found += [proposed] if proposed else []
    return found


def _labels(look: Look) -> list[_Labels]:
    found: list[_Labels] = []
    for column in look.table.columns:
        if isinstance(column.type, types.Categorical | types.Ordinal | types.Boolean) and len(found) < MOST_COLUMNS:
            coded = plain(look.rows.column(column.name)).dictionary_encode()
            if 2 <= len(coded.dictionary) <= _MOST_LABELS:
                codes = np.asarray(coded.indices.fill_null(len(coded.dictionary)).to_numpy(), dtype=np.int64)
                found.append(_Labels(column.name, tuple(coded.dictionary.to_pylist()), codes))
    return found


def _by_label(look: Look, name: str, there: Mask, labels: list[_Labels]) -> Presence | None:
    for other in labels:
        if other.name != name and (values := _labels_with(look, other, there)) is not None:
            return Presence(name, other.name, values, reason=f"missing in all other rows of {look.n_rows:,}")
    return None


def _labels_with(look: Look, other: _Labels, there: Mask) -> tuple[str | bool, ...] | None:
    """The labels under which a column is ever there; None where these are all, too rare, or chance would do the same."""
    held = look.holders_in(other.codes[there], there)
    held = np.pad(held, (0, len(other.labels) + 1 - len(held)))
    is_with = held > 0
    outside = ~is_with[other.codes]
    by_chance = look.n_entities(outside) * there.mean()
    if is_with[-1] or held[is_with].min(initial=look.k) < look.k or by_chance < _BY_CHANCE * look.k:
        return None
    return tuple(sorted(label for label, has in zip(other.labels, is_with, strict=False) if has))


def _by_presence(look: Look, name: str, there: dict[str, Mask]) -> Presence | None:
    """Of the columns that are always there when this one is, the one that is there least; of two alike the first."""
    own, best = there[name], None
    places = {other: place for place, other in enumerate(there)}
    for other, theirs in there.items():
        is_same = bool((theirs == own).all()) and places[other] > places[name]
        if other == name or is_same or (own & ~theirs).any():
            continue
        n_there = int(theirs.sum())
        by_chance = look.n_entities(~theirs) * own.mean()
        if by_chance >= _BY_CHANCE * look.k and (best is None or n_there < best[0]):
            best = (n_there, other)
    if best is None:
        return None
    return Presence(name, best[1], reason=f"in all {look.n_rows:,} rows; it is missing wherever {best[1]} is")
