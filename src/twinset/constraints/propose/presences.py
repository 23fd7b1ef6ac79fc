"""Columns that are there only where another one is, or only where a label says so; one proposal for each column."""

from __future__ import annotations

import numpy as np

from twinset.constraints.evaluate import plain
from twinset.constraints.propose.look import Look, Mask
from twinset.core import types
from twinset.core.constraints import Presence
from twinset.core.schema import Column

_MOST_LABELS = 50
_BY_CHANCE = 3
"""Times k entities would break it if the two columns had nothing to do with each other."""


def presences(look: Look) -> list[Presence]:
    """``b`` only where ``a`` is one of some labels, else ``b`` only where ``c`` is there."""
    found = []
    for column in look.table.columns:
        there = look.is_there(column.name)
        if look.n_entities(there) >= look.k and look.n_entities(~there) >= look.k:
            proposed = _by_label(look, column, there) or _by_presence(look, column, there)
            found += [proposed] if proposed else []
    return found


def _by_label(look: Look, column: Column, there: Mask) -> Presence | None:
    for other in look.table.columns:
        if other.name == column.name or not isinstance(other.type, types.Categorical | types.Ordinal | types.Boolean):
            continue
        if (labels := _labels_with(look, other, there)) is not None:
            reason = f"missing in all other rows of {look.n_rows:,}"
            return Presence(column.name, other.name, labels, reason=reason)
    return None


def _labels_with(look: Look, other: Column, there: Mask) -> tuple[str | bool, ...] | None:
    """The labels under which a column is ever there; None where these are all, too rare, or chance would do the same."""
    values = plain(look.rows.column(other.name))
    coded = values.dictionary_encode()
    if not 2 <= len(coded.dictionary) <= _MOST_LABELS:
        return None
    codes = np.asarray(coded.indices.fill_null(len(coded.dictionary)).to_numpy(), dtype=np.int64)
    held = look.holders_in(codes[there], there)
    held = np.pad(held, (0, len(coded.dictionary) + 1 - len(held)))
    is_with = held > 0
    outside = ~is_with[codes]
    by_chance = look.n_entities(outside) * there.mean()
    if is_with[-1] or held[is_with].min(initial=look.k) < look.k or by_chance < _BY_CHANCE * look.k:
        return None
    labels = [label for label, has in zip(coded.dictionary.to_pylist(), is_with, strict=False) if has]
    return tuple(sorted(labels))


def _by_presence(look: Look, column: Column, there: Mask) -> Presence | None:
    """Of the columns that are always there when this one is, the one that is there least; of two alike the first."""
    best: tuple[int, str] | None = None
    names = look.table.names
    for other in look.table.columns:
        theirs = look.is_there(other.name)
        is_same = bool((theirs == there).all()) and names.index(other.name) > names.index(column.name)
        if other.name == column.name or is_same or (there & ~theirs).any():
            continue
        n_there = int(theirs.sum())
        by_chance = look.n_entities(~theirs) * there.mean()
        if by_chance >= _BY_CHANCE * look.k and (best is None or n_there < best[0]):
            best = (n_there, other.name)
    if best is None:
        return None
    return Presence(column.name, best[1], reason=f"in all {look.n_rows:,} rows; it is missing wherever {best[1]} is")
