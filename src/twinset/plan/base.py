"""What the models of a plan share: unknown words are refused, names and counts have bounds, constraints are known ones."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from twinset.core.constraints import MOST_CONSTRAINTS, Predicate, from_data
from twinset.errors import SchemaError

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,99}$")]
Rows = Annotated[int, Field(ge=0, le=10**12, strict=True)]


class Model(BaseModel):
    """A part of a plan."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _known(said: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    for number, data in enumerate(said):
        try:
            constraint = from_data(data)
        except SchemaError as error:
            raise ValueError(f"{_th(number)}: {error}") from None
        if isinstance(constraint, Predicate):
            raise ValueError(f"{_th(number)}: a plan holds no functions; write a condition, or fit in Python")
    return said


def _th(number: int) -> str:
    return f"constraint number {number + 1}"


Constraints = Annotated[tuple[dict[str, Any], ...], Field(max_length=MOST_CONSTRAINTS), AfterValidator(_known)]
