"""Does the twin serve as the real data do?

A model trained on the twin and one trained on the real rows are tested on the same unseen real rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from twinset.core.score import Score
from twinset.core.verdict import Answer
from twinset.gate import joins
from twinset.gate.rules import Profile, Rule, judge_all, worst_first

RULES = (
    Rule(
        "utility.gap",
        standard=0.10,
        strict=0.03,
        says="a model of {subject} trained on it loses {worse} on unseen rows against one trained on real rows",
        why="a tenth of AUC or R2 separates published synthesizers that are used from those that are not; .03 is twice the "
        "spread between seeds of a good one",
    ),
    *joins.USEFUL,
)


def useful(scores: Sequence[Score], profile: Profile, n_asked: int = 1) -> Answer:
    """The answer to "useful": fails where a model trained on the twin is worse by more than the bar.

    ``n_asked``: of how many tables the same is asked, so that none fails by chance.
    """
    findings = worst_first(judge_all(RULES, scores, profile, n_asked))
    if not findings:
        return Answer("useful", "unknown", "usefulness was not measured", ("no utility score was given",))
    reasons = tuple(finding.sentence for finding in findings if finding.outcome != "pass")
    return Answer("useful", findings[0].outcome, findings[0].sentence, reasons)
