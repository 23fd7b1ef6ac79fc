"""Is the twin like the real data?

No synthesizer is indistinguishable, so the bars say how far from it is still good. The judge is a strong classifier that
tries to tell the twin from unseen real rows, beside the same classifier on real rows against real rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from twinset.core.score import Score
from twinset.core.verdict import Answer
from twinset.gate.rules import Profile, Rule, judge_all, worst_first

RULES = (
    Rule(
        "fidelity.c2st_strong",
        standard=0.35,
        strict=0.15,
        says="a strong classifier tells it from unseen rows with AUC {value} (real against real {baseline})",
        why="AUC .85 is what good general synthesizers still reach on hard tables and no set of independent columns on "
        "correlated ones; .65 is the range of the best ones on easy tables",
    ),
)


def alike(scores: Sequence[Score], profile: Profile) -> Answer:
    """The answer to "alike": fails on a classifier that tells twin and real apart, or on a column that is plainly wrong."""
    findings = worst_first(judge_all(RULES, scores, profile))
    if not findings:
        return Answer("alike", "unknown", "likeness was not measured", ("no fidelity score was given",))
    reasons = tuple(finding.sentence for finding in findings if finding.outcome != "pass")
    return Answer("alike", findings[0].outcome, findings[0].sentence, reasons)
