"""What to do next about linked tables, in plain words, from the verdict and the scores behind it."""

from __future__ import annotations

from twinset.core.verdict import LinkedVerdict, Verdict
from twinset.evaluation.relational.result import LinkedEvaluation
from twinset.evaluation.report.advice import publishing
from twinset.evaluation.report.figures import listing


def next_steps(evaluation: LinkedEvaluation, verdict: LinkedVerdict) -> tuple[str, ...]:
    """The most important first."""
    steps = [publishing(verdict.whole)]
    if keys := [label for label, outcome in verdict.keys.items() if outcome == "fail"]:
        steps.append(f"Look first at the keys that sounded an alarm: {listing(keys)}.")
    for question, words in (("alike", _ALIKE), ("useful", _USEFUL), ("leaked", _LEAKED)):
        if failed := _failed(verdict, question):
            steps.append(words.format(names=listing(failed)))
    subjects = [table for table, answer in verdict.subjects.items() if answer.outcome == "fail"]
    if subjects:
        steps.append(f"Whole subjects of {listing(subjects)} come back: do not share this data, and ask for more privacy.")
    shared = [part.name for part in evaluation.parts if part.is_shared and part.standing == "made"]
    if shared and verdict.whole.outcome != "pass":
        steps.append(
            f"Say that {listing(shared)} is a reference if its rows are nobody's, or hold some of its rows back: nothing "
            "of it is unseen now, and whether it leaks can't be told."
        )
    if not evaluation.rows.get("holdout"):
        steps.append("Set real subjects aside before learning (a holdout): without them leaks can't be judged.")
    return tuple(dict.fromkeys(steps))


def _failed(verdict: LinkedVerdict, question: str) -> list[str]:
    return [name for name, own in verdict.tables.items() if _outcome(own, question) == "fail"]


def _outcome(verdict: Verdict, question: str) -> str:
    return next((answer.outcome for answer in verdict.answers if answer.question == question), "unknown")


_ALIKE = "Open the pages of {names}: there rows, or their ties, differ most."
_USEFUL = "Check that what predicts the targets of {names} was learned and not left out; then give it more rows."
_LEAKED = "Treat {names} as you treat the real rows: protect or leave out columns with rare values and run again."
