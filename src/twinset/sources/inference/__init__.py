"""Inference: what each column of a raw table means, in which storage, and what had to be mended on the way.

A rule looks at one column and gives a guess or None; the first guess counts, so the order of the rules is the order of how
sure they are. What the user declared is not guessed.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.dataset import Dialect, Repair
from twinset.core.registry import nearest
from twinset.core.schema import Column, Table, Values
from twinset.errors import SchemaError
from twinset.privacy import K
from twinset.sources.inference import declared, keys, missing, typed
from twinset.sources.inference.booleans import boolean
from twinset.sources.inference.cells import Cells, tally, tidy
from twinset.sources.inference.clocks import length_of_time, time_of_day
from twinset.sources.inference.dates import moment
from twinset.sources.inference.documents import document
from twinset.sources.inference.guess import Guess, Hints, Rule
from twinset.sources.inference.identifiers import identifier
from twinset.sources.inference.labels import label
from twinset.sources.inference.ordinals import ordinal
from twinset.sources.inference.people import person
from twinset.sources.inference.quantities import number
from twinset.sources.inference.spots import point
from twinset.sources.raw import Raw

_OF_TEXT: tuple[Rule, ...] = (document, person, identifier, ordinal)
_OF_VALUES: tuple[Rule, ...] = (boolean, number, moment, time_of_day, length_of_time, point)
_OF_TIMES: tuple[Rule, ...] = (moment, time_of_day, length_of_time, point)

Declared = Mapping[str, Mapping[str, object]]
