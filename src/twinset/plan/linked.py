"""What a plan says of linked tables beyond what their source knows: keys, owners, lists, and what becomes of orphans."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from twinset.plan.base import Model

Orphans = Literal["keep", "null", "drop"]
Columns = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1, max_length=64)]


class KeySpec(Model):
    """A foreign key: ``columns`` stand in ``references`` (the same names where it says none) of ``table``.

    ``when`` names a column and its value: the key holds in the rows that have it, and is no key in the others.
    """

    columns: Columns
    table: str
    references: Columns | None = None
    when: Annotated[dict[str, str | int | float | bool], Field(min_length=1, max_length=1)] | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """All columns of the table that it names."""
        return (*self.columns, *(self.when or ()))


class LinkedTable(Model):
    """One of the tables of a source.

    ``primary_key`` and ``foreign_keys`` stand in place of the source's. ``owner`` is the table that the rows belong to
    (``none``: they are their own), by whose rows privacy counts and samples are cut. ``list``: the table lists what many
    share, such as countries. ``columns`` declares columns as a stage of one table does. ``orphans``: keys that no row has
    are kept as such, made missing (``null``), or their rows are left out (``drop``).
    """

    primary_key: Columns | None = None
    foreign_keys: tuple[KeySpec, ...] | None = None
    owner: str | None = None
    list: bool | None = None
    columns: dict[str, dict[str, Any]] = Field(default_factory=dict)
    orphans: Orphans = "keep"

    @model_validator(mode="after")
    def _one_place(self) -> LinkedTable:
        if self.list and self.owner not in (None, "none"):
            raise ValueError("a table is a list that many share, or it has an owner; not both")
        return self
