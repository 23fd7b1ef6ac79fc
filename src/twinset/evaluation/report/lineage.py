"""How a synthetic table came to be, as plain data that a report can tell and a file can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from twinset.core.verdict import Verdict
from twinset.evaluation.result import Evaluation


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the run: CPU seconds where they were measured, and a few words on what it did."""

    name: str
    seconds: float | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class ColumnLineage:
    """One column: what it was taken for (``type`` in words), why, and what was done with it ("learned", "left out" ...)."""

    name: str
    type: str
    reason: str = ""
    treatment: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a synthetic table comes from and how it is made again.

    ``rows`` counts rows by role ("real", "train", "holdout", "synthetic"). ``fingerprints`` and ``versions`` are by name.
    ``made`` is a date in ISO 8601, given by the caller: a report never reads the clock. ``command`` makes the same again.
    """

    title: str
    source: str
    synthesizer: str
    seed: int
    rows: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[ColumnLineage, ...] = ()
    steps: tuple[Step, ...] = ()
    made: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report is drawn from."""

    evaluation: Evaluation
    verdict: Verdict
    lineage: Lineage
