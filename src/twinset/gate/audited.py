"""Does an engine leak, as a shadow audit has measured it?

It fails where the whole interval of a figure lies beyond its bar, passes where all intervals lie within and the planted
control was found, and is unknown otherwise: too few shadows or records, or attacks that would have missed a leak.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twinset.core.score import Score
from twinset.core.verdict import Answer, Verdict
from twinset.gate.decide import PUBLISHED
from twinset.gate.rules import Finding, Profile, Rule, judge_all, matched, percentage

_AREA_WHY = "an engine that learns only what ten people share stays below it; one that copies single values is far beyond"
_RATE_WHY = "at chance it is the rate of false alarms; twice as much is the least that some hundred records can show"

RULES = (
    Rule(
        "privacy.shadow",
        standard=0.05,
        strict=0.045,
        says="the likelihood-ratio attack tells twins with a record from twins without it ({subject}) with AUC {value}",
        why=_AREA_WHY,
    ),
    Rule(
        "privacy.shadow_tpr",
        standard=0.01,
        strict=0.008,
        says="it finds {value} of the members at 1% false alarms ({subject})",
        why=_RATE_WHY,
        percent=True,
    ),
    Rule(
        "privacy.shadow_value_copy",
        standard=0.015,
        strict=0.015,
        says="rare values that come back tell members from others with AUC {value} ({subject})",
        why="values that ten people share come back whether or not one of them was learned from",
    ),
)


def judge_audit(scores: Sequence[Score], profile: Profile) -> Verdict:
    """The verdict on an engine whose shadow audit gave these scores."""
    answer = _answer(scores, profile)
    return Verdict(answer.outcome, profile, (answer,), answer.outcome in PUBLISHED[profile], answer.reasons)


def _answer(scores: Sequence[Score], profile: Profile) -> Answer:
    findings = judge_all(RULES, scores, profile)
    leaks = [finding for finding in findings if finding.outcome == "fail"]
    if leaks:
        return Answer("leaked", "fail", leaks[0].sentence, tuple(finding.sentence for finding in leaks))
    if missed := _missed(scores):
        why = f"the near-copies planted in the control were not found among {' and '.join(missed)}: a leak would be missed"
        return Answer("leaked", "unknown", "no leak was found, and the attack would have missed one", (why,))
    if unsure := [finding for finding in findings if finding.outcome == "unknown"]:
        reasons = tuple(_unsure(finding, profile) for finding in unsure)
        return Answer("leaked", "unknown", "a leak can be neither shown nor ruled out", reasons)
    return Answer("leaked", "pass", "no figure is beyond its bar, and near-copies planted in the twins are found")


def _unsure(finding: Finding, profile: Profile) -> str:
    """Why a figure decides nothing; an interval across the bar shrinks with more records and shadows."""
    if finding.score.value is None:
        return finding.sentence
    bar = (finding.score.baseline or 0.0) + finding.rule.bar(profile)
    shown = percentage(bar) if finding.rule.percent else f"{bar:.3g}"
    return f"{finding.sentence}; with its interval it lies on both sides of the bar of {shown}"


def _missed(scores: Sequence[Score]) -> list[str]:
    """The groups of records among which no attack saw more in the control than in the twin and beyond chance."""
    subjects = dict.fromkeys(score.about for score in scores)
    found = {score.about for _, score in matched(RULES, scores) if _is_found(score)}
    return [subject for subject in subjects if subject not in found]


def _is_found(score: Score) -> bool:
    control: Any = score.detail.get("control")
    if score.value is None or not isinstance(control, Mapping):
        return False
    return bool(control["interval"][0] > max(score.value, score.baseline or 0.0))
