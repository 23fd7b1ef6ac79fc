"""Checks of made rows: which rows do not hold what a plan asks of them, and why.

A check is a frozen dataclass of options with an entry point in the group ``twinset.checks``; its options are what a plan
says beside its name. It sees the finished rows of one part and gives a reason for each row that must not stay. It neither
mends rows nor asks anything but its context, so that the same part is judged alike wherever it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from twinset.core.schema import Table
from twinset.core.seed import Seed


class CheckContext(Protocol):
    """What a check may ask of its surroundings."""

    @property
    def seed(self) -> Seed:
        """The stream of this check in this part."""

    @property
    def memory(self) -> bytes | None:
        """What :meth:`Remembering.after` gave for the part before this one; none at the first part."""

    def ask(self, prompts: Sequence[str], *, system: str = "", sample: int = 0, model: str = "") -> Sequence[str]:
        """The answers of a model of the stage, its first or the one that is named, one for each prompt, recorded like all.

        Asked again with another ``sample`` the same prompt may be answered otherwise. GenerationError where there is no
        model.
        """


@runtime_checkable
class Check(Protocol):
    """One named check. ``reasons`` is a pure function of (options, rows, context)."""

    def fits(self, table: Table) -> None:
        """PlanError where the options name columns that the table lacks, or that are of a type this check can't read."""

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext) -> Sequence[str | None]:
        """For each row none where it may stay, or a few words why not: the same words for the same kind of fault."""


@runtime_checkable
class Remembering(Protocol):
    """A check that looks across parts, such as one for duplicates: its parts are made one after another."""

    def after(self, kept: pa.RecordBatch, memory: bytes | None) -> bytes:
        """What the next part is to know, in a safe format: of the rows that stayed and of the memory so far."""


def file_options(check: Any) -> tuple[str, ...]:
    """The options of a class of checks that name files: its attribute ``file_options``, none where it has no such.

    A plan's relative names start from the plan; what the files hold is part of the run.
    """
    named: tuple[str, ...] = getattr(check, "file_options", ())
    return named
