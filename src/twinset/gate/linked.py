"""The verdict on a twin of linked tables: the three questions asked of each table, then of all of them.

A table's scores are its own, those of its keys and of its joined rows; subjects (a root row with all that is theirs) are
asked for leaks alone. All fail where one fails, and the reasons name it. What is not known of one table is not known of all,
but where nothing could be measured: of tables too small for likeness, and of those whose columns no model predicts, the
others answer. A table too plain for any attack to recognise its rows is covered where attacks on whole subjects, which see
it too, found what was planted. A table of keys alone has nothing that could leak but its subjects.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from twinset.core.score import Score
from twinset.core.verdict import Answer, LinkedVerdict, Outcome, Override, Question, overall
from twinset.gate import alike as alike_rules
from twinset.gate import useful as useful_rules
from twinset.gate.alike import ALARMS, alike
from twinset.gate.decide import check, verdict_of
from twinset.gate.leaked import MISSED, leaked
from twinset.gate.rules import Finding, Profile, judge_all, matched
from twinset.gate.useful import useful

Groups = Mapping[str, Sequence[Score]]
_MOST_NAMED = 12
"""Tables that are named in an answer for all at most."""
_NOTHING: Mapping[Question, str] = {
    "alike": "likeness was not measured",
    "useful": "usefulness was not measured",
    "leaked": "leaks could not be looked for",
}


def decide_linked(
    tables: Groups,
    subjects: Groups,
    roots: Mapping[str, str],
    profile: Profile = "standard",
    override: Override | None = None,
) -> LinkedVerdict:
    """The verdict on tables and subjects (by their root table) with these scores; ``roots`` say whose each table's rows are.

    Raises PlanError as :func:`twinset.gate.decide.decide` does.
    """
    check(profile, override)
    n = len(tables) + len(subjects)
    whole = {root: leaked(scores, profile, n) for root, scores in subjects.items()}
    answers = {
        name: (
            alike(scores, profile, n),
            useful(_measured(scores), profile, n),
            _covered(leaked(scores, profile, n), whole.get(roots[name])),
        )
        for name, scores in tables.items()
    }
    asked: dict[Question, dict[str, Answer]] = {"alike": {}, "useful": {}, "leaked": {}}
    for name, each in answers.items():
        for answer in each:
            if answer.outcome == "fail" or _is_asked(answer.question, tables[name]):
                asked[answer.question][name] = answer
    asked["leaked"] |= {f"{root} with all that is theirs": answer for root, answer in whole.items()}
    together = tuple(_together(question, found) for question, found in asked.items())
    of_tables = {name: verdict_of(each, profile) for name, each in answers.items()}
    return LinkedVerdict(verdict_of(together, profile, override), of_tables, _keys(tables, profile, n), whole)


def _measured(scores: Sequence[Score]) -> Sequence[Score]:
    """The scores that were measured, if any was: a model across a join answers where no column of a row can be predicted."""
    rules = useful_rules.RULES
    return [score for _, score in matched(rules, scores) if score.value is not None] or scores


def _keys(tables: Groups, profile: Profile, n_asked: int) -> dict[str, Outcome]:
    """Whether an alarm sounded about a key, as judged beside all else that is asked of its table."""
    found: dict[str, list[Finding]] = {}
    for scores in tables.values():
        for finding in judge_all(ALARMS, scores, profile, n_asked):
            label = finding.score.detail.get("key")
            if isinstance(label, str) and finding.score.value is not None:
                found.setdefault(label, []).append(finding)
    return {label: "fail" if any(one.outcome == "fail" for one in each) else "pass" for label, each in found.items()}


def _covered(own: Answer, subjects: Answer | None) -> Answer:
    """No attack could have seen a leak in this table, but attacks on subjects saw what was planted there."""
    if own.outcome != "unknown" or own.figure != MISSED or subjects is None or subjects.outcome != "pass":
        return own
    figure = f"its rows are too alike to be recognised one by one; of those whose they are, {subjects.figure}"
    return Answer("leaked", "pass", figure)


def _together(question: Question, found: Mapping[str, Answer]) -> Answer:
    """One answer for all tables: the worst, with the reasons of all that did not pass."""
    if not found:
        return Answer(question, "unknown", _NOTHING[question], (f"no table could be asked: {_NOTHING[question]}",))
    outcome = overall([answer.outcome for answer in found.values()])
    worst = [(name, answer) for name, answer in found.items() if answer.outcome == outcome]
    reasons = tuple(
        f"{name}: {reason}" for bad in ("fail", "unknown") for name, answer in found.items() if answer.outcome == bad
        for reason in answer.reasons or (answer.figure,)
    )  # fmt: skip
    figure = worst[0][1].figure
    said = f"{worst[0][0]}: {figure}" if outcome != "pass" else _all_pass(question, found)
    return dataclasses.replace(Answer(question, outcome, said), reasons=reasons)


def _is_asked(question: Question, scores: Sequence[Score]) -> bool:
    """Whether the whole can be asked of this table: something was measured there, or, of leaks, something could leak."""
    if question == "leaked":
        return any(score.family == "privacy" for score in scores)
    rules = alike_rules.RULES if question == "alike" else useful_rules.RULES
    return any(score.value is not None for _, score in matched(rules, scores))


def _all_pass(question: Question, found: Mapping[str, Answer]) -> str:
    names = ", ".join(found) if len(found) <= _MOST_NAMED else f"{len(found)} tables"
    return {
        "alike": f"all of them are alike ({names})",
        "useful": f"all models trained on them do as well ({names})",
        "leaked": f"no attack gains on those learned from, and planted leaks are found ({names})",
    }[question]
