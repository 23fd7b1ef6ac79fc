"""What is known of rows by what is given: their context; a time of day that is given says its hour and its minute."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from twinset.synthesizers.tabular.fields import Field, NumberField, Raw
from twinset.synthesizers.tabular.known import GIVEN, Known
from twinset.synthesizers.tabular.trees.guess import Difference


def with_context(known: Known, fields: Sequence[Field], context: Sequence[Raw]) -> Known:
    """What is known, and the first fields, which are known of every row, what is missing in them included."""
    states, symbols = known.states.copy(), known.symbols.copy()
    for number, raw in enumerate(context):
        states[:, number], symbols[:, number] = GIVEN, fields[number].encode(raw)
    return dataclasses.replace(known, states=states, symbols=symbols, raws={**known.raws, **dict(enumerate(context))})


def with_parts(known: Known, fields: Sequence[Field], differences: dict[int, Difference]) -> Known:
    """What is known, and the parts of given times where nothing else is given of them.

    ``differences`` are by field. Trees draw a time after its parts, and particles would have to hit it.
    """
    states, symbols, raws = known.states.copy(), known.symbols.copy(), dict(known.raws)
    for whole, difference in differences.items():
        for number, part in zip(difference.guess.inputs, difference.parts, strict=False):
            field = fields[number]
            if whole not in known.raws or not isinstance(field, NumberField) or not len(field.alphabet):
                continue
            given = np.asarray(known.raws[whole], dtype=np.float64)
            own = np.where(np.isnan(given), np.nan, part.of(np.nan_to_num(given)))
            is_said = (states[:, whole] == GIVEN) & (states[:, number] != GIVEN) & np.isin(own, field.alphabet.atoms)
            raws[number] = np.where(is_said, own, raws.get(number, np.full(len(own), np.nan)))
            symbols[is_said, number] = field.encode(own[is_said])
            states[is_said, number] = GIVEN
    return dataclasses.replace(known, states=states, symbols=symbols, raws=raws)
