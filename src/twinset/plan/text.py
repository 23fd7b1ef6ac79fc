"""What a plan says of text made by language models: its shape alone. What a column's words mean is the engine's to know."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from twinset.plan.base import Model, Name
from twinset.plan.rules import ColumnName

Count = Annotated[int, Field(ge=1, le=10**9, strict=True)]
Money = Annotated[float, Field(ge=0, le=1e9)]
EnvironmentName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]


class BudgetSpec(Model):
    """The most that may be spent, in tokens and in US dollars, all attempts together."""

    tokens: Annotated[int, Field(ge=0, strict=True)] | None = None
    money: Money | None = None


class PriceSpec(Model):
    """US dollars for a million tokens read and written."""

    input: Money = 0.0
    output: Money = 0.0


class ModelSpec(Model):
    """A model: which one, how it is asked, how it is reached, what it may cost.

    ``key`` is the name of an environment variable. ``licence`` are the terms of the model's output, told in the manifest.
    Fields of ``HOW`` say how a run goes and not what it makes: changing them leaves answers and output valid.
    """

    client: Name = "openai_compatible"
    model: Annotated[str, Field(min_length=1, max_length=300)] = "local"
    base_url: str | None = None
    key: EnvironmentName | None = None
    temperature: Annotated[float, Field(ge=0, le=5)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] = 512
    stop: tuple[str, ...] = ()
    extra: dict[str, Any] = Field(default_factory=dict)
    timeout: Annotated[float, Field(gt=0, le=86_400)] = 120.0
    retries: Annotated[int, Field(ge=0, le=100, strict=True)] = 8
    concurrency: Annotated[int, Field(ge=1, le=4096, strict=True)] = 16
    structured: Literal["auto", "json_schema", "json_object", "prompt"] = "auto"
    path: str | None = None
    answers: str | None = None
    budget: BudgetSpec = BudgetSpec()
    price: PriceSpec = PriceSpec()
    licence: str = "unknown"


HOW = ("client", "base_url", "key", "timeout", "retries", "concurrency", "structured", "answers", "budget", "price")


class ChunkSpec(Model):
    """Documents in pieces: the text ``column`` in runs of at most ``words`` words, of which ``overlap`` are the last
    one's."""

    column: ColumnName
    words: Annotated[int, Field(ge=10, le=100_000, strict=True)] = 200
    overlap: Annotated[int, Field(ge=0, le=50_000, strict=True)] = 0

    @model_validator(mode="after")
    def _goes_on(self) -> ChunkSpec:
        if self.overlap >= self.words:
            raise ValueError("the overlap is smaller than a piece")
        return self


class OverSpec(Model):
    """Rows that the stage goes over: those of a needed stage, or of its ``source``; ``times`` rows are made for each."""

    rows_of: Name
    table: ColumnName | None = None
    times: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] = 1
    chunk: ChunkSpec | None = None


def _over(said: Any) -> Any:
    return {"rows_of": said} if isinstance(said, str) else said


def _models(said: Any) -> Any:
    """One model as the model ``default``."""
    is_one = isinstance(said, dict) and said and not all(isinstance(value, dict | ModelSpec) for value in said.values())
    return {"default": said} if is_one else said


class TextSpec(Model):
    """Text of models: ``columns`` are made in order, ``checks`` say which rows stay.

    ``tries`` is how often a row is made again that is rejected; with ``may_fall_short`` one that is rejected every time is
    left out, and counted. ``part_rows`` of them are made at once.
    """

    models: Annotated[dict[Name, ModelSpec], Field(min_length=1), BeforeValidator(_models)] = Field(
        validation_alias=AliasChoices("models", "model")
    )
    columns: Annotated[dict[ColumnName, Any], Field(min_length=1)]
    over: Annotated[OverSpec | None, BeforeValidator(_over)] = None
    checks: tuple[dict[str, Any], ...] = ()
    tries: Annotated[int, Field(ge=1, le=100, strict=True)] = 3
    may_fall_short: bool = False
    part_rows: Annotated[int, Field(ge=1, le=100_000, strict=True)] = 500

    @model_validator(mode="after")
    def _known(self) -> TextSpec:
        for check in self.checks:
            if not isinstance(check.get("check"), str):
                raise ValueError("each of checks says its name: {check: NAME, ...}")
        return self
