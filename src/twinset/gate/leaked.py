"""Does the twin leak the people it was learned from?

It fails where an attack gains more on rows that were learned from than on rows that were not, by more than a bar. Where one
gains clearly and whether by more than the bar can't be told, it is not known. It passes only where an attack under the same
bars found the near-copies planted in a control twin: what would not have been noticed is not known either. Distances to the
closest record and exact matches are shown and decide nothing, because they miss most leaks and blame coincidences.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from twinset.core.chance import widening
from twinset.core.score import Score
from twinset.core.verdict import Answer
from twinset.gate import joins
from twinset.gate.rules import Finding, Profile, Rule, judge_all, matched, percentage, worst_first

_AUC_WHY = (
    "a twin drawn from cells of ten people and more stays within .05 of chance; one that copies the values of single people "
    "goes far beyond"
)
_RATE_WHY = "at chance one member in a hundred is found; a bar of 3% more lies above the noise of a few hundred records"
_GUESS_WHY = "gains within .05 are within what guessing differs by from one draw of targets to the next"


def _membership(attack: str, words: str) -> tuple[Rule, Rule]:
    area = Rule(
        f"privacy.{attack}",
        standard=0.05,
        strict=0.03,
        says=f"{words} tells records learned from ({{subject}}) from unseen ones with AUC {{value}} (chance {{baseline}})",
        why=_AUC_WHY,
    )
    rate = Rule(
        f"privacy.{attack}_tpr",
        standard=0.03,
        strict=0.01,
        says=f"{words} finds {{value}} of the records learned from ({{subject}}) at 1% false alarms (chance {{baseline}})",
        why=_RATE_WHY,
        percent=True,
    )
    return area, rate


RULES = (
    Rule(
        "privacy.near_replay",
        standard=0.002,
        strict=0.001,
        says="{value} more of the records learned from than of unseen ones come back in all but one or two columns",
        why="one person in five hundred who comes back nearly whole is one too many; most tables can't show less",
        percent=True,
    ),
    *_membership("nearest", "its nearest row"),
    *_membership("domias", "the twin's density"),
    *_membership("classifier", "a classifier"),
    *_membership("value_copy", "a rare value that comes back"),
    Rule(
        "privacy.slipped",
        standard=0.0,
        strict=0.0,
        says="{value} of the values of {subject} that it learned from stand in the twin (of unseen ones {baseline})",
        why="text, personal data and identifiers are never copied",
        percent=True,
    ),
    Rule(
        "privacy.singling_out",
        standard=0.05,
        strict=0.02,
        says="guesses that single out one record learned from succeed {value} more often than on unseen ones",
        why=_GUESS_WHY,
        percent=True,
    ),
    Rule(
        "privacy.linkability",
        standard=0.05,
        strict=0.02,
        says="two halves of a record learned from are linked {value} more often than those of unseen ones",
        why=_GUESS_WHY,
        percent=True,
    ),
    Rule(
        "privacy.inference",
        standard=0.05,
        strict=0.02,
        says="{subject} of records learned from is guessed right {value} more often than that of unseen ones",
        why=_GUESS_WHY,
        percent=True,
    ),
    *joins.LEAKED,
)

MISSED = "no leak was found, and the attacks would have missed one"


def leaked(scores: Sequence[Score], profile: Profile, n_asked: int = 1) -> Answer:
    """The answer to "leaked": "pass" means that no leak was found and that one would have been.

    ``n_asked``: of how many tables the same is asked, so that none fails by chance.
    """
    findings = judge_all(RULES, scores, profile, n_asked)
    leaks = [finding for finding in findings if finding.outcome == "fail"]
    if leaks:
        return Answer("leaked", "fail", leaks[0].sentence, tuple(finding.sentence for finding in leaks))
    suspected = [finding for finding in findings if finding.outcome == "unknown" and finding.is_worse]
    if suspected:
        said = tuple(f"{finding.sentence}; whether by more than is allowed can't be told" for finding in suspected)
        return Answer("leaked", "unknown", suspected[0].sentence, said)
    if not any(finding.score.value is not None for finding in findings):
        return Answer("leaked", "unknown", "leaks could not be looked for", _unmeasured(findings))
    found_by = _found_control(scores, profile)
    planted = _planted(scores)
    if not found_by:
        why = f"no attack found the near-copies planted in {planted} of a control twin's rows, so that none would be noticed"
        return Answer("leaked", "unknown", MISSED, (why,))
    names = ", ".join(found_by)
    figure = f"no attack gains on records learned from; near-copies planted in {planted} of the rows are found ({names})"
    return Answer("leaked", "pass", figure)


def _unmeasured(findings: list[Finding]) -> tuple[str, ...]:
    reasons = dict.fromkeys(finding.score.reason for finding in worst_first(findings) if finding.score.reason)
    return tuple(reasons) or ("no privacy score was given",)


def _found_control(scores: Sequence[Score], profile: Profile) -> list[str]:
    """The attacks that fail the control twin under the same bars, and see more in it than in the twin itself."""
    wider = widening(sum(score.value is not None for _, score in matched(RULES, scores)))
    found = []
    for rule, score in matched(RULES, [score for score in scores if isinstance(score.detail.get("control"), Mapping)]):
        planted = _of_control(score)
        if rule.judge(planted, profile, wider) == "fail" and _gained(score, planted):
            found.append(score.metric.removeprefix("privacy.").removesuffix("_tpr").replace("_", " "))
    return list(dict.fromkeys(found))


def _gained(score: Score, planted: Score) -> bool:
    """Whether the control's interval lies above the twin's own figure: what was planted is seen, not what was there."""
    return score.value is None or planted.interval is None or planted.interval[0] > score.value


def _of_control(score: Score) -> Score:
    control: Any = score.detail["control"]
    return dataclasses.replace(score, value=control["value"], interval=control["interval"])


def _planted(scores: Sequence[Score]) -> str:
    shares = [score.detail.get("share") for score in scores if score.metric == "privacy.control"]
    return percentage(shares[0]) if shares and isinstance(shares[0], float) else "some"
