"""Rules as data: how much worse than real data a twin may be, judged with the uncertainty of what was measured.

Every bar is a distance from the score's own baseline (what fresh real rows get), never an absolute figure, so that fresh
real rows do not fail by chance. A rule passes when the whole interval of the distance is within the bar, fails when the
whole of it is beyond, and otherwise does not know: the usual form of a non-inferiority test. Without an interval the
figure alone decides.

The more is asked, the sooner something stands out by chance. Before one figure fails a twin, the intervals of all that one
question asks are therefore widened so that they hold the truth together in 95 of 100 evaluations (Bonferroni). To pass, each
has to lie within its bar, and that needs no widening: a twin beyond one bar passes in 2.5 of 100 evaluations at most, of how
many bars ever (the intersection-union test; Berger, Technometrics 24, 1982).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from twinset.core.chance import widening
from twinset.core.score import Interval, Score
from twinset.core.verdict import Outcome
from twinset.errors import InternalError

Profile = Literal["standard", "strict", "open"]


@dataclass(frozen=True, slots=True)
class Rule:
    """How far a metric may be on the worse side of its baseline, under the standard and the strict bar.

    ``says`` is the sentence for a reader, with the fields {value}, {baseline}, {worse} (the distance) and {subject};
    ``why`` is where the bars come from. ``percent`` shows figures as percentages. ``of_whole`` limits the rule to
    the score of the whole table (True) or to those of its parts (False).
    """

    metric: str
    standard: float
    strict: float
    says: str
    why: str
    percent: bool = False
    of_whole: bool | None = None

    def bar(self, profile: Profile) -> float:
        """The bar of a profile; "open" publishes everything and judges as "standard" does."""
        return self.strict if profile == "strict" else self.standard

    def is_about(self, score: Score) -> bool:
        """Whether the score is one that this rule judges."""
        return score.metric == self.metric and self.of_whole in (None, score.subject is None)

    def judge(self, score: Score, profile: Profile, wider: float = 1.0) -> Outcome:
        """pass, fail or unknown for one score, failed only by its interval ``wider`` times as wide."""
        beyond, within = worse_by(score, wider), worse_by(score)
        if beyond is None or within is None:
            return "unknown"
        bar = self.bar(profile)
        return "fail" if beyond[0] > bar else "pass" if within[1] <= bar else "unknown"

    def sentence(self, score: Score) -> str:
        """What was measured, in plain words."""
        if score.value is None:
            of = "" if score.subject is None else f" of {score.subject}"
            return f"not measured: {score.reason or 'no reason was given'} ({self.metric}{of})"
        show = percentage if self.percent else decimal
        baseline = 0.0 if score.baseline is None else score.baseline
        worse = baseline - score.value if score.better == "higher" else score.value - baseline
        return self.says.format(value=show(score.value), baseline=show(baseline), worse=show(worse), subject=score.about)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule on one score; ``is_worse``: whatever the bar, the whole interval lies on the worse side of the baseline."""

    rule: Rule
    score: Score
    outcome: Outcome
    is_worse: bool = False

    @property
    def sentence(self) -> str:
        return self.rule.sentence(self.score)


def worse_by(score: Score, wider: float = 1.0) -> Interval | None:
    """How much worse than its baseline a score is: the interval of the difference; None where nothing was measured.

    Where a score is best at its baseline, only what lies above it is worse: a classifier that can't tell twin from real for
    other reasons than likeness is a matter of leaks.
    """
    if score.value is None:
        return None
    baseline = 0.0 if score.baseline is None else score.baseline
    low, high = score.interval or (score.value, score.value)
    base_low, base_high = score.baseline_interval or (baseline, baseline)
    difference = score.value - baseline
    below = wider * math.hypot(score.value - low, base_high - baseline)
    above = wider * math.hypot(high - score.value, baseline - base_low)
    if not all(map(math.isfinite, (difference, below, above))):
        raise InternalError(f"{score.metric} of {score.about} is not a finite number")
    if score.better == "higher":
        return -difference - above, -difference + below
    return difference - below, difference + above


def matched(rules: Iterable[Rule], scores: Sequence[Score]) -> list[tuple[Rule, Score]]:
    """Every rule with every score it is about, in the order of the rules."""
    return [(rule, score) for rule in rules for score in scores if rule.is_about(score)]


def judge_all(rules: Iterable[Rule], scores: Sequence[Score], profile: Profile, n_asked: int = 1) -> list[Finding]:
    """Every rule on every score it is about; intervals are as wide as their number, asked of ``n_asked`` tables, needs."""
    pairs = matched(rules, scores)
    wider = widening(n_asked * sum(score.value is not None for _, score in pairs))
    return [
        Finding(rule, score, rule.judge(score, profile, wider), (worse_by(score, wider) or (0.0, 0.0))[0] > 0.0)
        for rule, score in pairs
    ]


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Failures, then what is unknown, then what passed; within each as they came."""
    return sorted(findings, key=lambda finding: ("fail", "unknown", "pass").index(finding.outcome))


def decimal(value: float) -> str:
    """.53, 1.00, -.08: two digits, as correlations and areas under a curve are written; three where two would be 0."""
    text = f"{value:.2f}" if abs(value) >= 0.005 else f"{value:.3f}"
    if text in ("-0.000", "0.000"):
        return "0"
    return text.replace("0.", ".", 1) if abs(value) < 1 and not text.endswith("1.00") else text


def percentage(value: float) -> str:
    """0.2%, 12%: two significant digits below ten."""
    return f"{value:.1%}" if abs(value) < 0.1 else f"{value:.0%}"
