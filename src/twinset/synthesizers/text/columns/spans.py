"""``spans``: where the values of other columns stand in a text, exactly; a row whose text lacks one of them is rejected.

No model is asked: what was to be mentioned is known, and where it is found can't be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from twinset.errors import PlanError
from twinset.synthesizers.text.columns.kind import Scope, check_words
from twinset.synthesizers.text.row import Asking, RejectedError, Row
from twinset.synthesizers.text.shapes import Items, Number, Record, Shape, Text
from twinset.synthesizers.text.templates import Template

SPAN = Record({"start": Number(True), "end": Number(True), "label": Text(), "text": Text()})


@dataclass(frozen=True, slots=True)
class Spans:
    """The text, and the columns of the values by label; offsets count characters, the end is the first one after."""

    text: str
    labels: Mapping[str, str]
    shape: ClassVar[Shape] = Items(SPAN)
    templates: ClassVar[tuple[Template, ...]] = ()
    questions: ClassVar[tuple[tuple[Asking, int], ...]] = ()

    @classmethod
    def read(cls, said: Mapping[str, Any], scope: Scope) -> Spans:
        check_words(said, ("spans", "labels"), scope.column)
        labels = said.get("labels")
        if not isinstance(labels, Mapping) or not labels:
            raise PlanError(f"{scope.column}.labels is a mapping of labels to columns: {{PERSON: name}}, not {labels!r:.60}")
        columns = {str(label): scope.named(column, "labels") for label, column in labels.items()}
        return cls(scope.named(said["spans"], "spans"), columns)

    async def make(self, row: Row) -> Any:
        text = str(row.values[self.text])
        wanted = [(str(value), label) for label, name in self.labels.items() for value in _values(row.values[name])]
        taken: list[tuple[int, int, str, str]] = []
        for value, label in sorted(wanted, key=lambda one: (-len(one[0]), one)):
            found = [hit.span() for hit in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text)] if value else []
            free = [(start, end) for start, end in found if all(end <= one[0] or start >= one[1] for one in taken)]
            if not free:
                raise RejectedError(f"a value of {label} is not in the text", row.content)
            taken += [(start, end, label, value) for start, end in free]
        return [dict(zip(("start", "end", "label", "text"), one, strict=True)) for one in sorted(taken)]


def _values(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
