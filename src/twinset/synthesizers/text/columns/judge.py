"""``judge``: a column scored by a rubric: a score for each of its criteria, and why; ``keep`` says which rows stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from twinset.errors import PlanError
from twinset.synthesizers.text.columns.kind import ASKING, Scope, check_words
from twinset.synthesizers.text.row import Asking, RejectedError, Row, prompt
from twinset.synthesizers.text.shapes import Number, Record, Shape, Text
from twinset.synthesizers.text.templates import Template, as_document

_SYSTEM = (
    "You judge texts by a rubric, strictly and evenly. The lowest score is for what fails, the highest for what can't be "
    "better."
)
_WHY = 600


@dataclass(frozen=True, slots=True)
class Judge:
    """What is judged, beside what, by which criteria, and the lowest scores with which a row stays."""

    how: Asking
    column: str
    given: Template | None
    rubric: Mapping[str, str]
    scale: tuple[int, int]
    keep: Mapping[str, float]

    @classmethod
    def read(cls, said: Mapping[str, Any], scope: Scope) -> Judge:
        check_words(said, ("judge", "given", "rubric", "scale", "keep", *ASKING), scope.column)
        given = scope.template(said["given"], "given") if said.get("given") is not None else None
        rubric = _rubric(said.get("rubric"), scope.column)
        scale = _scale(said.get("scale", [1, 5]), scope.column)
        keep = _keep(said.get("keep", {}), rubric, scale, scope.column)
        return cls(scope.asking(said), scope.named(said["judge"], "judge"), given, rubric, scale, keep)

    @property
    def shape(self) -> Shape:
        score = Number(True, *self.scale)
        return Record({"why": Text(high=_WHY), **dict.fromkeys(self.rubric, score)})

    @property
    def templates(self) -> Iterable[Template]:
        return [self.given] if self.given else []

    @property
    def questions(self) -> Iterable[tuple[Asking, int]]:
        return [(self.how, sum(map(len, self.rubric.values())) + 4 * self.how.max_tokens)]

    async def make(self, row: Row) -> Any:
        criteria = "\n".join(f"- {name}: {meaning}" for name, meaning in self.rubric.items())
        given = f"It was written for this:\n{as_document(self.given.render(row.values))}\n\n" if self.given else ""
        low, high = self.scale
        ask = (
            f"{given}The text to judge:\n{as_document(row.values[self.column])}\n\n"
            f"Score each from {low} to {high}, and say why in one sentence:\n{criteria}"
        )
        scores = await row.value("scores", self.how, prompt(ask, _SYSTEM, has_documents=True), self.shape)
        for name, least in self.keep.items():
            if scores[name] < least:
                raise RejectedError(f"judged: {name} below {least:g}", row.content)
        return scores


def _rubric(said: Any, column: str) -> dict[str, str]:
    is_fine = isinstance(said, Mapping) and said and all(isinstance(one, str) and one for one in said.values())
    if not is_fine or "why" in said:
        raise PlanError(f"{column}.rubric is a mapping of criteria to what they mean: {{helpful: 'It answers ...'}}")
    return {str(name): meaning for name, meaning in said.items()}


def _scale(said: Any, column: str) -> tuple[int, int]:
    is_pair = isinstance(said, list | tuple) and len(said) == 2 and all(type(end) is int for end in said)
    if not is_pair or said[0] >= said[1]:
        raise PlanError(f"{column}.scale is the lowest and the highest score, such as [1, 5], not {said!r:.40}")
    return said[0], said[1]


def _keep(said: Any, rubric: Mapping[str, str], scale: tuple[int, int], column: str) -> dict[str, float]:
    if not isinstance(said, Mapping) or not set(said) <= set(rubric) or not all(map(_is_number, said.values())):
        raise PlanError(f"{column}.keep is the lowest score of some criteria ({', '.join(rubric)}), not {said!r:.60}")
    if any(not scale[0] <= low <= scale[1] for low in said.values()):
        raise PlanError(f"{column}.keep asks for scores outside of the scale from {scale[0]} to {scale[1]}")
    return dict(said)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
