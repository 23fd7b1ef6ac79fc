"""``json_valid``: text is JSON, an object or list where that is asked for, with the keys that it must have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.verification.code import bare
from twinset.verification.columns import need, texts

_LONGEST = 10_000_000
_KINDS: dict[str, type] = {"object": dict, "array": list}


@dataclass(frozen=True, slots=True)
class JsonValid:
    """``column`` holds JSON documents of a ``kind``; objects have the keys ``required``, each with something in it.

    NaN, Infinity and keys that come twice are no JSON that others can read, and are refused.
    """

    column: str
    kind: Literal["any", "object", "array"] = "any"
    required: tuple[str, ...] = ()
    fenced: bool = False

    def __post_init__(self) -> None:
        if self.kind not in ("any", *_KINDS):
            raise PlanError(f"kind is any, object or array, not {self.kind!r}")

    def fits(self, table: Table) -> None:
        need(table, "column", self.column)

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        return [self._reason(text) for text in texts(rows, self.column)]

    def _reason(self, text: str | None) -> str | None:
        if text is None or len(text) > _LONGEST:
            return "there is no JSON" if text is None else "the JSON is too long"
        try:
            made = json.loads(bare(text) if self.fenced else text, parse_constant=_refuse, object_pairs_hook=_no_key_twice)
        except (ValueError, RecursionError):
            return "it is no JSON"
        if self.kind != "any" and not isinstance(made, _KINDS[self.kind]):
            return f"the JSON is no {self.kind}"
        for item in made if isinstance(made, list) else [made]:
            for key in self.required:
                if not isinstance(item, dict) or item.get(key) in (None, "", [], {}):
                    return f"the JSON has no {key!r}"
        return None


def _refuse(word: str) -> None:
    raise ValueError(word)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key comes twice")
    return made
