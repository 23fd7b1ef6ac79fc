"""Is the twin like the real data?

No synthesizer is indistinguishable, so the bars say how far from it is still good. A classifier that sees values as they
are tells what became of the relations; a strong one that also sees rounding, heaps and equal columns tells whatever gives the
twin away, down to a habit of its last digits, and is therefore given more room. Single columns and pairs fail only where
they are plainly wrong, which a table of many good columns would hide.
"""

from __future__ import annotations

from collections.abc import Sequence

from twinset.core.score import Score
from twinset.core.verdict import Answer
from twinset.gate.rules import Profile, Rule, judge_all, worst_first

_COLUMN_WHY = "a quarter of a column's rows in the wrong place is a broken column; a tenth is twice what protection costs"

RULES = (
    Rule(
        "fidelity.c2st_strong",
        standard=0.45,
        strict=0.15,
        says="a strong classifier tells it from unseen rows with AUC {value} (real against real {baseline})",
        why="AUC .95 is telling at a glance; good sequential trees reach .53 to .65, a habit of the last digits alone .90",
    ),
    Rule(
        "fidelity.c2st",
        standard=0.25,
        strict=0.10,
        says="a classifier tells it from unseen rows with AUC {value} (real against real {baseline})",
        why="AUC .75 is twice as far from chance as published engines get on tables of their kind; good sequential trees stay "
        "below .55, independent columns reach .98",
    ),
    Rule(
        "fidelity.pair",
        standard=0.25,
        strict=0.10,
        says="{value} of the rows stand in the wrong cell of {subject} (real against real {baseline})",
        why="the worst pair of good sequential trees is .02 above real against real, of independent columns .5 to .8",
        percent=True,
    ),
    Rule(
        "fidelity.tvd",
        standard=0.25,
        strict=0.10,
        says="{value} of the values of {subject} are misplaced (real against real {baseline})",
        why=_COLUMN_WHY,
        percent=True,
    ),
    Rule(
        "fidelity.ks",
        standard=0.25,
        strict=0.10,
        says="{value} of the values of {subject} lie on the wrong side of some value (real against real {baseline})",
        why=_COLUMN_WHY,
        percent=True,
    ),
    Rule(
        "fidelity.missing",
        standard=0.25,
        strict=0.10,
        says="{subject} is missing in {value} more or fewer rows than it should be (real against real {baseline})",
        why=_COLUMN_WHY,
        percent=True,
    ),
)


def alike(scores: Sequence[Score], profile: Profile) -> Answer:
    """The answer to "alike", by the worst of what was found; the classifier gives the figure where nothing is wrong."""
    findings = worst_first(judge_all(RULES, scores, profile))
    if not findings:
        return Answer("alike", "unknown", "likeness was not measured", ("no fidelity score was given",))
    reasons = tuple(finding.sentence for finding in findings if finding.outcome != "pass")
    return Answer("alike", findings[0].outcome, findings[0].sentence, reasons)
