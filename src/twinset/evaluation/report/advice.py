"""What to do next, in plain words, from the verdict and the scores behind it.

It knows the usual ways out; whether one of them helps is for the next run to show.
"""

from __future__ import annotations

from twinset.core.score import Score
from twinset.core.verdict import Answer, Verdict
from twinset.evaluation.report.details import excess
from twinset.evaluation.report.figures import clip, listing
from twinset.evaluation.report.lineage import Report

_WORST = 3
_RELATIONS, _BROKEN = ("fidelity.equality", "fidelity.order"), 0.05
"""Of relations between columns, the difference from which on they are worth a rule of their own."""


def headline(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    if verdict.override is not None and verdict.is_published:
        return f"Published in spite of the verdict, by {clip(verdict.override.by, 80)}"
    if verdict.outcome == "pass" and not verdict.is_published:
        return "Passes by itself: alike, useful, and no leak was found"
    if verdict.outcome == "pass":
        return "Fit to use: alike, useful, and no leak was found"
    failed = [answer.question for answer in verdict.answers if answer.outcome == "fail"]
    if failed:
        return f"Not fit to use: {' and '.join(_FAILED[question] for question in failed)}"
    unknown = [_UNKNOWN[answer.question] for answer in verdict.answers if answer.outcome == "unknown"]
    return f"Not proven: {listing(unknown)} could not be judged"


_FAILED = {"alike": "it does not look alike", "useful": "it is not useful enough", "leaked": "it leaks"}
_UNKNOWN = {"alike": "likeness", "useful": "usefulness", "leaked": "leaks"}


def next_steps(report: Report) -> tuple[str, ...]:
    """What a reader should do, the most important first."""
    steps = [publishing(report.verdict)]
    for answer in report.verdict.answers:
        if answer.outcome != "pass":
            steps += _STEPS[answer.question](report, answer)
    return tuple(dict.fromkeys(steps))


def publishing(verdict: Verdict) -> str:
    """Whether it was published, and what that asks of the reader."""
    if verdict.override is not None:
        why = clip(verdict.override.why, 300)
        return f"Somebody decided to publish in spite of the verdict and is answerable for it: {why}"
    if verdict.outcome == "pass" and not verdict.is_published:
        return "The data was held back for what is said of all its tables together: see the report on all of them."
    if verdict.outcome == "pass":
        return "Use it for what it was made for. Keep its manifest with it, so that everybody can see that it is synthetic."
    if not verdict.is_published:
        return "The data was held back. Mend what is below and run again, or record who publishes it all the same, and why."
    return "The data was published. Read below what could not be shown before you rely on it."


def _is_by_aggregates(report: Report) -> bool:
    """Whether no real row was at hand."""
    return "real" in report.evaluation.rows and "train" not in report.evaluation.rows


def _alike(report: Report, answer: Answer) -> list[str]:
    if answer.outcome == "unknown" and _is_by_aggregates(report):
        return [_NO_ROWS]
    if answer.outcome == "unknown":
        return ["Give it more rows, so that likeness can be measured with less doubt."]
    names = {profile.column for profile in report.evaluation.profiles}
    worst = _worst([score for score in report.evaluation.scores if score.subject in names and score.family == "fidelity"])
    steps = ["If single columns are fine and rows can still be told apart, try a stronger synthesizer or give it more rows."]
    if worst:
        look = f"Look first at {listing(worst)}: there the two differ most. Check the types they were taken for."
        steps.insert(0, look)
    if broken := _worst([score for score in report.evaluation.scores if _is_broken(score)]):
        rule = (
            f"{listing(broken)} should hold as often as in real rows. Where a rule is behind it (a total, a sum, an order),"
        )
        steps.insert(0, f"{rule} say so in a plan, which keeps it in every row: twinset init proposes the rules that hold.")
    return steps


def _is_broken(score: Score) -> bool:
    """Whether a relation between columns holds far less, or far more, than it should."""
    return score.metric in _RELATIONS and score.subject is not None and excess(score) > _BROKEN


def _useful(report: Report, answer: Answer) -> list[str]:
    targets = [score.about for score in report.evaluation.scores if score.metric == "utility.gap"]
    if _is_by_aggregates(report):
        return [_NO_ROWS]
    if answer.outcome == "fail" and targets:
        learned = f"Check that {listing(targets)} and what predicts it were learned and not left out"
        return [f"{learned}; then try a stronger synthesizer or give it more rows."]
    if not report.evaluation.rows.get("holdout"):
        return [_NO_HOLDOUT]
    if report.evaluation.target is None:
        return ["Name a target column (what a model would predict), so that usefulness can be measured."]
    return [
        f"Give it more rows with {clip(report.evaluation.target, 40)!r}, so that usefulness can be measured with less doubt."
    ]


def _leaked(report: Report, answer: Answer) -> list[str]:
    if answer.outcome == "fail":
        return [
            "Treat this data as you treat the real rows, and do not share it.",
            "Protect or leave out columns with rare values, ask for more privacy (--privacy high), and run again.",
        ]
    if _is_by_aggregates(report):
        return [_NO_ROWS]
    if not report.evaluation.rows.get("holdout"):
        return [_NO_HOLDOUT]
    return ["The attacks could not show that they would have seen a leak: give them more rows, or treat it as real data."]


_NO_HOLDOUT = "Set real rows aside before learning (a holdout): without them neither usefulness nor leaks can be judged."
_NO_ROWS = (
    "Only published aggregates were compared. Ask whoever holds the real rows to evaluate where they lie: only there can "
    "whole rows, usefulness and leaks be judged."
)
_STEPS = {"alike": _alike, "useful": _useful, "leaked": _leaked}


def _worst(scores: list[Score]) -> list[str]:
    """The subjects that differ most from their baselines, each once."""
    ordered = sorted((score for score in scores if excess(score) > 0), key=excess, reverse=True)
    return list(dict.fromkeys(score.about for score in ordered))[:_WORST]
