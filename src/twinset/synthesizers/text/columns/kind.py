"""What every kind of column is: a frozen dataclass of checked options that makes a row's value by asking models."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.plan import ModelSpec
from twinset.synthesizers.text.row import Asking, Row
from twinset.synthesizers.text.shapes import Shape
from twinset.synthesizers.text.templates import Template, template


class Kind(Protocol):
    """One column. ``questions`` are the calls that a row costs, the longest case: how each is asked and about how much."""

    @property
    def shape(self) -> Shape: ...

    @property
    def templates(self) -> Iterable[Template]: ...

    @property
    def questions(self) -> Iterable[tuple[Asking, int]]: ...

    async def make(self, row: Row) -> Any: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What a column's options may name: the columns made before it (with their fields), of which some hold documents."""

    column: str
    known: Mapping[str, Any]
    foreign: frozenset[str]
    shapes: Mapping[str, Shape]
    models: Mapping[str, ModelSpec]
    paths: frozenset[str] = field(default_factory=frozenset)

    def template(self, source: Any, word: str) -> Template:
        return template(source, f"{self.column}.{word}", self.known, self.foreign)

    def bare(self, source: Any, word: str) -> tuple[Template, bool]:
        """A template whose text is kept as it is, without marks, and whether documents stand in it."""
        made = template(source, f"{self.column}.{word}", self.known, frozenset())
        return made, bool(made.names & self.foreign)

    def orders(self, source: Any, word: str) -> Template | None:
        """A template whose text is an order to the model, in which no document may stand."""
        if source is None:
            return None
        made = self.template(source, word)
        if made.is_foreign:
            raise PlanError(
                f"{self.column}.{word}: {', '.join(sorted(made.names & self.foreign))} holds documents or what was made "
                f"from "
                "them, which are data and no orders to a model; name it in the prompt instead"
            )
        return made

    def named(self, name: Any, word: str) -> str:
        """A column made before this one."""
        if not isinstance(name, str) or name not in self.known:
            raise PlanError(
                f"{self.column}.{word} names {name!r}, which is no column made before it{nearest(name, self.known)}"
            )
        return name

    def asking(self, said: Mapping[str, Any]) -> Asking:
        """How the column asks: its own ``model``, ``max_tokens`` and the like, or the model's."""
        name = said.get("model", next(iter(self.models)))
        if name not in self.models:
            raise PlanError(
                f"{self.column}: there is no model {name!r}{nearest(name, self.models)}; known: {', '.join(self.models)}"
            )
        spec = self.models[name]
        own = {word: said[word] for word in ("max_tokens", "temperature", "top_p", "stop") if word in said}
        if isinstance(own.get("stop"), str):
            own["stop"] = [own["stop"]]
        try:
            mixed = ModelSpec.model_validate({**spec.model_dump(), **own})
        except ValueError:
            raise PlanError(
                f"{self.column}: {', '.join(own)} of a column are those of a model: numbers, and texts to stop at"
            ) from None
        return Asking(name, mixed.max_tokens, mixed.temperature, mixed.top_p, mixed.stop)


ASKING = ("model", "max_tokens", "temperature", "top_p", "stop")


def check_words(said: Mapping[str, Any], known: Iterable[str], place: str) -> None:
    """PlanError for an option that there is not."""
    allowed = [*known]
    for word in said:
        if word not in allowed:
            raise PlanError(f"{place} has no option {word!r}{nearest(word, allowed)}; its options: {', '.join(allowed)}")


def hash_of(templates: Iterable[Template]) -> str:
    """SHA-256 of a column's templates."""
    return hashlib.sha256("\0".join(one.source for one in templates).encode()).hexdigest()
