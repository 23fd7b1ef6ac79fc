"""``from`` a column made before: one field of a structured answer as a column of its own, for checks and formats to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.synthesizers.text.columns.kind import Scope, check_words
from twinset.synthesizers.text.row import Asking, Row
from twinset.synthesizers.text.shapes import Record, Shape
from twinset.synthesizers.text.templates import Template


@dataclass(frozen=True, slots=True)
class Field:
    """The structured column, and the field."""

    column: str
    field: str
    shape: Shape
    templates: ClassVar[tuple[Template, ...]] = ()
    questions: ClassVar[tuple[tuple[Asking, int], ...]] = ()

    @classmethod
    def read(cls, said: Mapping[str, Any], scope: Scope) -> Field:
        check_words(said, ("from",), scope.column)
        column, _, field = str(said["from"]).partition(".")
        shape = scope.shapes.get(scope.named(column, "from"))
        if not isinstance(shape, Record) or field not in shape.fields:
            fields = shape.fields if isinstance(shape, Record) else ()
            raise PlanError(
                f"{scope.column}.from: {column!r} has no field {field!r}{nearest(field, fields)}; "
                f"it has: {', '.join(fields) or 'none'}"
            )
        return cls(column, field, shape.fields[field])

    async def make(self, row: Row) -> Any:
        return row.values[self.column][self.field]
