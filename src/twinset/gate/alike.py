"""Is the twin like the real data?

No synthesizer is indistinguishable, so the bars say how far from it is still good. Three rules judge the table as a whole.
A classifier that sees values as they are, and the associations between columns, tell what became of the relations; a strong
classifier that also sees rounding, heaps and equal columns tells whatever gives the twin away, down to a habit of its last
digits, and is given more room. Single columns, pairs, groups and relations can only sound an alarm: one that is plainly
wrong would be hidden by many good ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from twinset.core.score import Score
from twinset.core.verdict import Answer
from twinset.gate import joins
from twinset.gate.rules import Profile, Rule, judge_all, worst_first

RULES = (
    Rule(
        "fidelity.c2st_strong",
        standard=0.45,
        strict=0.15,
        says="a strong classifier tells it from unseen rows with AUC {value} (real against real {baseline})",
        why="AUC .95 is telling at a glance; good sequential trees reach .53 to .69, a habit of the last digits alone .91",
        of_whole=True,
    ),
    Rule(
        "fidelity.c2st",
        standard=0.25,
        strict=0.10,
        says="a classifier tells it from unseen rows with AUC {value} (real against real {baseline})",
        why="good sequential trees stay below .55, independent columns of tables whose columns hang together reach .98",
        of_whole=True,
    ),
    Rule(
        "fidelity.association",
        standard=0.10,
        strict=0.04,
        says="associations between columns are {value} off on average (real against real {baseline})",
        why="independent columns are .14 and more above real against real on every table that was tried, large or small; "
        "good sequential trees .01",
        of_whole=True,
    ),
    *joins.ALIKE,
)

_COLUMN_WHY = "a quarter of a column's rows in the wrong place is a broken column; good sequential trees stay below .01"

_RELATION_WHY = (
    "a reader who relies on it meets a contradiction in one row of twenty; good sequential trees keep what holds always"
)

ALARMS = (
    Rule(
        "fidelity.pair",
        standard=0.25,
        strict=0.10,
        of_whole=False,
        says="{value} of the rows stand in the wrong cell of {subject} (real against real {baseline})",
        why="the worst pair of good sequential trees is .02 above real against real, of independent columns .1 to .8",
        percent=True,
    ),
    Rule(
        "fidelity.tvd",
        standard=0.25,
        strict=0.10,
        of_whole=False,
        says="{value} of the values of {subject} are misplaced (real against real {baseline})",
        why=_COLUMN_WHY,
        percent=True,
    ),
    Rule(
        "fidelity.ks",
        standard=0.25,
        strict=0.10,
        of_whole=False,
        says="{value} of the values of {subject} lie on the wrong side of some value (real against real {baseline})",
        why=_COLUMN_WHY,
        percent=True,
    ),
    Rule(
        "fidelity.missing",
        standard=0.25,
        strict=0.10,
        of_whole=False,
        says="{subject} is missing in {value} more or fewer rows than it should be (real against real {baseline})",
        why=_COLUMN_WHY,
        percent=True,
    ),
    Rule(
        "fidelity.group",
        standard=0.15,
        strict=0.10,
        of_whole=False,
        says="a label of {subject} has {value} times the odds that it should have, or less (real against real {baseline})",
        why="a group that is halved has half the odds, one that is gone none; of good sequential trees .97 at worst",
    ),
    Rule(
        "fidelity.range",
        standard=0.05,
        strict=0.02,
        of_whole=False,
        says="{value} of the values of {subject} lie where real ones do (real against real {baseline})",
        why="one value in twenty where no real one is; good sequential trees have none more than real rows",
        percent=True,
    ),
    Rule(
        "fidelity.equality",
        standard=0.10,
        strict=0.03,
        of_whole=False,
        says="{subject} holds in {value} more or fewer rows than it should (real against real {baseline})",
        why=_RELATION_WHY,
        percent=True,
    ),
    Rule(
        "fidelity.order",
        standard=0.05,
        strict=0.01,
        of_whole=False,
        says="{subject} holds in {value} of the rows (real against real {baseline})",
        why=_RELATION_WHY,
        percent=True,
    ),
    Rule(
        "fidelity.dependency",
        standard=0.05,
        strict=0.02,
        of_whole=False,
        says="{subject} holds in {value} of the rows (real against real {baseline})",
        why=_RELATION_WHY,
        percent=True,
    ),
    *joins.ALARMS,
)


def alike(scores: Sequence[Score], profile: Profile, n_asked: int = 1) -> Answer:
    """The answer to "alike": by the worst of the rules for the whole, unless a column, a pair or a key is plainly wrong.

    ``n_asked``: of how many tables the same is asked, so that none fails by chance.
    """
    findings = worst_first(judge_all(RULES, scores, profile, n_asked))
    alarms = [alarm for alarm in judge_all(ALARMS, scores, profile, n_asked) if alarm.outcome == "fail"]
    if not findings and not alarms:
        return Answer("alike", "unknown", "likeness was not measured", ("no fidelity score was given",))
    worst = worst_first([*findings, *alarms])
    reasons = tuple(finding.sentence for finding in worst if finding.outcome != "pass")
    return Answer("alike", worst[0].outcome, worst[0].sentence, reasons)
