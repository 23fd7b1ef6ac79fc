"""What a plan may say, checked at this boundary by pydantic: unknown words and wrong values are named, never ignored."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from twinset.core.request import PART_ROWS
from twinset.plan.base import Constraints, Model, Name, Rows
from twinset.plan.linked import LinkedTable
from twinset.plan.rules import EdgeCases, TableName, TableSpec
from twinset.plan.text import HOW, TextSpec

Profile = Literal["standard", "strict", "open"]


def _locale(said: Any) -> Any:
    """A locale, several, or several with weights."""
    codes = [said] if isinstance(said, str) else list(said) if isinstance(said, list | tuple | dict) else []
    if not codes or not all(isinstance(code, str) and re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", code) for code in codes):
        raise ValueError("a locale is such as en_US or de_DE; several are a list, or a mapping to weights")
    weights = said.values() if isinstance(said, dict) else ()
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and 0 < one < 1e9 for one in weights):
        raise ValueError("the weights of locales are numbers above 0")
    return said


class GivenSpec(Model):
    """What the rows are conditioned on: exactly one of the four.

    ``fixed``: every row has these values; ``rows``: a file whose rows are completed one by one; ``rows_of``: a needed stage
    whose rows are; ``shares``: a column and the shares in which its values come. ``table``: whose rows they are, where
    several tables are made.
    """

    fixed: dict[str, str | int | float | bool | None] | None = None
    rows: str | None = None
    rows_of: Name | None = None
    table: TableName | None = None
    shares: dict[str, dict[str | int | float | bool, Annotated[float, Field(ge=0)]]] | None = None

    @model_validator(mode="after")
    def _one(self) -> GivenSpec:
        if sum(spec is not None for spec in (self.fixed, self.rows, self.rows_of, self.shares)) != 1:
            raise ValueError("give exactly one of fixed, rows, rows_of and shares")
        if self.table is not None and self.rows is None and self.rows_of is None:
            raise ValueError("table goes with rows or rows_of")
        if self.shares is not None and len(self.shares) != 1:
            raise ValueError("shares are of one column")
        return self


class Stage(Model):
    """One step of a plan: learn from ``source`` with ``synthesizer``, load ``sampler`` or say ``tables``; make ``rows``.

    ``rows`` counts each table's rows (a number where there is one table; none: as many as the source has). ``columns``
    says by name what inference may not decide. ``constraints`` hold in every row that is made. ``table`` names the table
    that a single file becomes. ``tables`` are made by rules, in the words and names of ``locale``; ``edge`` is theirs where
    they do not say their own. ``linked`` says of a source's tables which keys they have and whose rows are whose.
    ``presidio``: that package (an extra) looks for personal data in the source's texts, too.
    ``text`` is made by language models, over the rows of a needed stage or of the source.
    """

    source: str | None = None
    sampler: str | None = None
    table: Name | None = None
    synthesizer: str = "trees"
    options: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    rows: Rows | dict[str, Rows] | None = None
    given: GivenSpec | None = None
    needs: tuple[Name, ...] = ()
    columns: dict[str, dict[str, Any]] = Field(default_factory=dict)
    constraints: Constraints = ()
    tables: dict[TableName, TableSpec] = Field(default_factory=dict)
    locale: Annotated[Any, AfterValidator(_locale)] = "en_US"
    edge: EdgeCases = None
    linked: dict[TableName, LinkedTable] = Field(default_factory=dict)
    presidio: bool = False
    text: TextSpec | None = None

    @property
    def edged_tables(self) -> dict[str, TableSpec]:
        """The tables, of which those that say nothing of edge cases have the stage's."""
        return {
            name: table if self.edge is None or table.edge is not None else table.model_copy(update={"edge": self.edge})
            for name, table in self.tables.items()
        }

    @model_validator(mode="before")
    @classmethod
    def _engine_of_text(cls, said: Any) -> Any:
        """Text is made by the engine of that name, if no other is named."""
        return {"synthesizer": "text", **said} if isinstance(said, dict) and said.get("text") is not None else said

    @model_validator(mode="after")
    def _text_alone(self) -> Stage:
        if self.text is None:
            return self
        if self.tables or self.sampler is not None or self.given is not None or self.constraints:
            raise ValueError(
                "text goes with rows, source and needs; tables, sampler, given and constraints do not go with it"
            )
        if self.text.over is None and self.source is not None:
            raise ValueError("say over: source, so that the text is made over the rows of the source")
        if self.text.over is not None and self.text.over.rows_of not in (*self.needs, "source"):
            raise ValueError(f"over names {self.text.over.rows_of!r}, which is neither in needs nor the word source")
        if self.text.over is not None and (self.text.over.rows_of == "source") != (self.source is not None):
            raise ValueError("over: source goes with a source, and a source with it")
        return self

    @model_validator(mode="after")
    def _one_origin(self) -> Stage:
        if self.source is not None and self.sampler is not None:
            raise ValueError("a stage learns from a source or loads a sampler, not both")
        if self.given is not None and self.given.rows_of is not None and self.given.rows_of not in self.needs:
            raise ValueError(f"given.rows_of names {self.given.rows_of!r}, which is not in needs")
        if self.tables and (self.source is not None or self.sampler is not None):
            raise ValueError("tables are made by rules, with neither a source nor a sampler")
        if self.linked and self.source is None:
            raise ValueError("linked goes with a source of several tables")
        if self.presidio and self.source is None:
            raise ValueError("presidio goes with a source, in whose texts it looks for personal data")
        if self.edge is not None and not self.tables:
            raise ValueError("edge goes with tables, which are made by rules")
        if self.constraints and self.source is None:
            place = "each of the tables has its own" if self.tables else "a sampler has those that it was learned with"
            raise ValueError(f"constraints go with a source; {place}")
        return self


class Evaluating(Model):
    """How the result is judged. ``holdout`` is the share of real rows that no engine sees.

    ``thorough``: tuned learners, more rows and more attacked records, at several times the cost.
    """

    holdout: Annotated[float, Field(ge=0, lt=1)] = 0.2
    target: str | None = None
    gate: Profile = "standard"
    thorough: bool = False


class Plan(Model):
    """A whole run. ``twinset`` is the version of this format."""

    twinset: Literal[1] = 1
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)] = 0
    part_rows: Annotated[int, Field(ge=1, le=10**8, strict=True)] = PART_ROWS
    format: str | None = None
    evaluate: Evaluating = Evaluating()
    stages: Annotated[dict[Name, Stage], Field(min_length=1)]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the plan says is made, whatever its layout, and however the models of its texts are reached."""
        said = self.model_dump(mode="json")
        for stage in said["stages"].values():
            if not stage["presidio"]:
                del stage["presidio"]  # as before there was such a thing
            if stage["text"] is None:
                del stage["text"]
                continue
            for model in stage["text"]["models"].values():
                for word in HOW:
                    del model[word]
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
