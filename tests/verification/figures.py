"""What the checks catch of the labelled set, and what they refuse of what is right: counts, shares and a table of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.verification import labelled
from tests.verification.labelled import Half, Program
from twinset.verification.against import Contamination
from twinset.verification.claims import Source
from twinset.verification.code import CodeRuns
from twinset.verification.duplicates import Duplicates
from twinset.verification.maths import Math

KINDS = {"number": "numbers", "date": "dates", "name": "names"}


@dataclass(frozen=True, slots=True)
class Figure:
    """Of one kind of fault: faults caught and missed, and right ones refused and kept."""

    what: str
    half: str
    caught: int
    missed: int
    refused: int
    kept: int

    @property
    def recall(self) -> float:
        return self.caught / (self.caught + self.missed)

    @property
    def precision(self) -> float:
        return self.caught / max(1, self.caught + self.refused)


def figure(what: str, half: str, pairs: Iterable[tuple[bool, bool]]) -> Figure:
    """From (is a fault, is refused) of each case."""
    counts = {(fault, told): 0 for fault in (True, False) for told in (True, False)}
    for pair in pairs:
        counts[pair] += 1
    return Figure(what, half, counts[True, True], counts[True, False], counts[False, True], counts[False, False])


def of_claims(half: Half) -> Iterator[Figure]:
    """Each kind by its own finder: a date found as a number counts as missed, and against the numbers.

    Swaps of two values of a source are beyond rules, and counted by themselves.
    """
    found = []
    for claim in labelled.claims():
        if claim.half == half:
            source = Source(claim.source)
            said = Source(claim.answer, beside=source)
            found.append((claim.wrong, {kind: bool(said.unfounded(word, source)) for kind, word in KINDS.items()}))
    for kind in KINDS:
        pairs = [(wrong == kind, told[kind]) for wrong, told in found if wrong != "swap"]
        yield figure(f"wrong {kind}s", half, pairs)
    yield figure("any of them", half, [(wrong != "", any(told.values())) for wrong, told in found if wrong != "swap"])
    yield figure("swapped values", half, [(True, any(told.values())) for wrong, told in found if wrong == "swap"])


def of_copies(half: Half, folder: Path) -> Iterator[Figure]:
    check = Duplicates("t")
    pairs = [
        (one.same, check.reasons(pa.record_batch({"t": [one.first, one.second]}))[1] is not None)
        for one in labelled.pairs()
        if one.half == half
    ]
    yield figure("duplicates", half, pairs)
    items = folder / "items.parquet"
    pq.write_table(pa.table({"item": labelled.items()}), items)
    texts = [one for one in labelled.exposures() if one.half == half]
    told = Contamination("t", str(items)).reasons(pa.record_batch({"t": [one.text for one in texts]}))
    yield figure("leaked test items", half, [(one.leaked, why is not None) for one, why in zip(texts, told, strict=True)])


def of_sums(half: Half) -> Figure:
    cases = [one for one in labelled.sums() if one.half == half]
    rows = pa.record_batch({"a": [one.answer for one in cases], "e": [one.reference for one in cases]})
    told = Math("a", "e").reasons(rows)
    return figure("wrong answers", half, [(not one.right, why is not None) for one, why in zip(cases, told, strict=True)])


def of_programs(programs: list[Program]) -> Figure:
    rows = pa.record_batch({"c": [one.code for one in programs], "t": [one.tests for one in programs]})
    told = CodeRuns("c", "t", seconds=1, megabytes=256, disk=2, workers=2).reasons(rows)
    return figure(
        "failing code", "all", [(not one.passes, why is not None) for one, why in zip(programs, told, strict=True)]
    )


def table(figures: Iterable[Figure]) -> str:
    """The figures as a table of Markdown."""
    lines = [
        "| what | half | caught | missed | right ones refused | kept | recall | precision |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in figures:
        shares = f"{one.recall:.1%} | {one.precision:.1%}"
        lines.append(f"| {one.what} | {one.half} | {one.caught} | {one.missed} | {one.refused} | {one.kept} | {shares} |")
    return "\n".join(lines)
