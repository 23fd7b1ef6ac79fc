"""diff: two finished runs side by side: what changed in what went in, and which scores moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from twinset.core.chance import widening
from twinset.core.verdict import Verdict
from twinset.errors import DataError
from twinset.evaluation.difference.moves import Key, keyed, largest_first, moves
from twinset.evaluation.difference.values import AnswerChange, Difference
from twinset.evaluation.report import Report
from twinset.evaluation.report.figures import listing
from twinset.pipeline.changes import Pairs, changes, unknown
from twinset.pipeline.finished import Finished, read_finished


def compare(before: Path, after: Path) -> Difference:
    """What the run ``after`` has otherwise than the run ``before``.

    Raises DataError where one of the folders is no finished run or was changed since, where both are the same folder, and
    where they are about different tables.
    """
    if before.exists() and after.exists() and before.samefile(after):
        raise DataError(f"{before} and {after} are the same folder; give two runs to compare")
    old, new = read_finished(before), read_finished(after)
    pairs = _pairs(old, new)
    sides = [
        keyed(one.reports[name].evaluation.scores) for names in pairs for one, name in zip((old, new), names, strict=True)
    ]
    n_compared = sum(len(a.keys() & b.keys()) for a, b in zip(sides[::2], sides[1::2], strict=True))
    wider = widening(n_compared)
    moved, gone, come = [], [], []
    for (stage, _), a, b in zip(pairs, sides[::2], sides[1::2], strict=True):
        moved += moves(stage, a, b, wider)
        gone += [_name(key, stage, pairs) for key in a if key not in b]
        come += [_name(key, stage, pairs) for key in b if key not in a]
    return Difference(
        str(before), str(after), changes(old, new, pairs), unknown(old, new, pairs), tuple(_answers(old, new, pairs)),
        largest_first(moved), tuple(gone), tuple(come), n_compared, wider,
    )  # fmt: skip


def _name(key: Key, stage: str, pairs: Pairs) -> str:
    of = f"{key[0]} of {key[1] or 'the whole table'}"
    return of if len(pairs) == 1 else f"{stage}: {of}"


def _pairs(old: Finished, new: Finished) -> Pairs:
    """The stages that stand for each other: those of the same name, or the only ones; they share a column."""
    if len(old.reports) == len(new.reports) == 1:
        pairs: Pairs = ((next(iter(old.reports)), next(iter(new.reports))),)
    else:
        pairs = tuple((name, name) for name in old.reports if name in new.reports)
    if not pairs:
        names = [listing(list(one.reports), 10) for one in (old, new)]
        raise DataError(f"different tables: {old.place} is about {names[0]}, {new.place} about {names[1]}; none is in both")
    for one, other in pairs:
        _check_columns(old, one, new, other)
    return pairs


def _check_columns(old: Finished, one: str, new: Finished, other: str) -> None:
    names = [[column.name for column in run.reports[name].lineage.columns] for run, name in ((old, one), (new, other))]
    if all(names) and not set(names[0]) & set(names[1]):
        raise DataError(
            f"different tables: {one} of {old.place} has the columns {listing(names[0])}, {other} of {new.place} has "
            f"{listing(names[1])}; no column is in both"
        )


def _answers(old: Finished, new: Finished, pairs: Pairs) -> Iterator[AnswerChange]:
    for one, other in pairs:
        before, after = old.reports[one], new.reports[other]
        found = {answer.question: answer for answer in after.verdict.answers}
        for answer in before.verdict.answers:
            if (now := found.get(answer.question)) is not None:
                yield AnswerChange(one, answer.question, answer.outcome, now.outcome, answer.figure, now.figure)
        yield AnswerChange(one, "published", _published(before), _published(after))


def _published(report: Report) -> str:
    verdict: Verdict = report.verdict
    if verdict.override is not None and verdict.is_published:
        return f"yes, by decision of {verdict.override.by}"
    return "yes" if verdict.is_published else "no"
