"""A whole report made by hand: every kind of column, family of score and outcome; and names to make it nasty.

Regenerate the golden files with: python -m tests.golden.report_example
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from pathlib import Path

from twinset.core.score import Score
from twinset.core.verdict import Answer, Outcome, Override, Verdict, overall
from twinset.evaluation.report import (
    ColumnLineage,
    Lineage,
    Report,
    Step,
    render_html,
    render_json,
    render_junit,
    render_markdown,
)
from twinset.evaluation.result import Associations, Evaluation, Note, Profile

FOLDER = Path(__file__).parent
FILES = {"report.md": render_markdown, "report.junit.xml": render_junit, "report.scores.json": render_json}
SECRET = "SECRET-9311"

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\"'><svg/onload=alert(1)>",
    "{{ 7*7 }} {% for %}",
    "a\nb\tc\r\nd",
    "שלום עולם \u202e reversed",
    "🧑‍🚀 emoji \ufeff\u200d",
    "a × b",
    "long " * 400,
    "| pipe `tick` *star* [link](javascript:alert(1)) <b>",
    "\x00\x01 control \x7f",
    " ",
    "#1. - + http://evil.example www.evil.example @someone",
)


def example(outcome: Outcome = "pass", names: tuple[str, ...] = ("age", "joined", "city", "income")) -> Report:
    """A report on as many columns as there are names; its kinds go round."""
    profiles = tuple(_profile(place, name) for place, name in enumerate(names))
    scores = tuple(_columns(profiles) + _pairs(names[:40]) + _whole(names) + _utility(names) + _attacks(names))
    notes = (
        Note("not compared by value", "customer id"),
        Note("labels of fewer than 10 rows were gathered into other", names[0], 14),
        Note("labels of fewer than 10 rows were gathered into other", names[-1], 3),
        Note("rows had more fields than the header and were cut", None, 12),
    )
    rows = {"train": 8000, "synthetic": 8000, "holdout": 2000}
    evaluation = Evaluation(scores, profiles, _associations(names[:60]), notes, rows, names[-1])
    return Report(evaluation, verdict(outcome), _lineage(profiles, rows))


def verdict(outcome: Outcome, override: Override | None = None) -> Verdict:
    """A verdict in which "leaked" has the outcome and the other two pass."""
    answers = (
        Answer("alike", "pass", "a strong classifier tells it from unseen rows with AUC .56 (real against real .50)"),
        Answer("useful", "pass", "a model of income trained on it does .01 worse than one trained on real rows"),
        Answer(
            "leaked", outcome, f"the answer is {outcome}", () if outcome == "pass" else ("the first reason", "the second")
        ),
    )
    reasons = tuple(f"{answer.question}: {reason}" for answer in answers for reason in answer.reasons)
    is_published = outcome == "pass" or override is not None
    return Verdict(overall([answer.outcome for answer in answers]), "standard", answers, is_published, reasons, override)


def overridden() -> Report:
    """A report on data that leaks and was published all the same."""
    return dataclasses.replace(
        example("fail"), verdict=verdict("fail", Override("A. Reviewer", "a drill with made-up people"))
    )


def unmeasured() -> Report:
    """A report in which next to nothing could be measured."""
    scores = (Score("privacy.domias", None, None, "lower", reason="there is no holdout"),)
    answers = (Answer("alike", "unknown", "not measured"), Answer("useful", "unknown", ""), Answer("leaked", "unknown", ""))
    return Report(Evaluation(scores), Verdict("unknown", "strict", answers, False), Lineage("Nothing", "nowhere", "none", 0))


def _profile(place: int, name: str) -> Profile:
    missing = 0.01 * (place % 3)
    if place % 4 == 2:
        labels = ("Oslo", "Lima", "Quito", "Perth", "other")
        return Profile(
            name, "categorical", "label", labels, (), (0.4, 0.3, 0.2, 0.1, None), (0.38, 0.31, 0.2, 0.1, 0.01), missing, 0.02
        )
    real, made = _bell(20, 10.0), _bell(20, 10.0 + place % 5 / 10)
    train = (None, *real[1:])
    if place % 4 == 1:
        edges = tuple(18000.0 + 30 * edge for edge in range(21))
        return Profile(
            name, "date", "time", tuple(f"month {edge}" for edge in range(20)), edges, train, made, missing, missing
        )
    edges = tuple(2.5 * edge for edge in range(21))
    labels = tuple(f"{low:g} to {high:g}" for low, high in itertools.pairwise(edges))
    return Profile(name, "integer" if place % 4 else "real", "number", labels, edges, train, made, missing, missing)


def _bell(n_bins: int, middle: float) -> tuple[float, ...]:
    heights = [math.exp(-((place + 0.5 - middle) ** 2) / 18) for place in range(n_bins)]
    return tuple(round(height / sum(heights), 4) for height in heights)


def _columns(profiles: tuple[Profile, ...]) -> list[Score]:
    scores = []
    for place, profile in enumerate(profiles):
        value = 0.01 + 0.011 * (place % 7)
        scores.append(
            Score(
                "fidelity.tvd", profile.column, value, "lower", (value - 0.004, value + 0.004), 0.012, (0.009, 0.015), 4000
            )
        )
        if profile.kind != "label":
            scores.append(Score("fidelity.ks", profile.column, value / 2, "lower", None, 0.011, None, 4000))
    worst = [[profile.column, 0.07, 0.012] for profile in profiles[:5]]
    mean = Score(
        "fidelity.tvd",
        None,
        0.03,
        "lower",
        (0.02, 0.04),
        0.012,
        None,
        4000,
        detail={"subjects": len(profiles), "worst": worst},
    )
    return [*scores, mean]


def _pairs(names: tuple[str, ...]) -> list[Score]:
    subjects = [f"{a} × {b}" for place, a in enumerate(names) for b in names[place + 1 :]][:300]
    scores = [
        Score("fidelity.pair", subject, 0.04 + 0.01 * (i % 6), "lower", None, 0.03, None, 4000)
        for i, subject in enumerate(subjects)
    ]
    return [*scores, Score("fidelity.pair", None, 0.06, "lower", (0.05, 0.07), 0.03, None, 4000)]


def _whole(names: tuple[str, ...]) -> list[Score]:
    telling = {"columns": [[name, round(0.1 / (place + 1), 4)] for place, name in enumerate(names[:5])]}
    return [
        Score("fidelity.c2st", None, 0.53, "baseline", (0.515, 0.545), 0.502, (0.487, 0.517), 4000, detail=telling),
        Score("fidelity.c2st_strong", None, 0.56, "baseline", (0.545, 0.575), 0.503, (0.488, 0.518), 4000, detail=telling),
        Score("fidelity.c2st_train", None, 0.55, "baseline", (0.535, 0.565), 0.56, None, 4000, detail={"gap": 0.01}),
    ]


def _utility(names: tuple[str, ...]) -> list[Score]:
    learners = {"boosting": {"tstr": 0.91, "trtr": 0.925}, "linear": {"tstr": 0.89, "trtr": 0.9}}
    detail = {"kind": "classification", "learner": "boosting", "learners": learners, "rows_learned_from": 8000}
    target = names[-1]
    return [
        Score("utility.tstr", target, 0.91, "higher", (0.9, 0.92), 0.925, (0.915, 0.935), 2000, detail=detail),
        Score("utility.gap", target, -0.015, "higher", (-0.025, -0.005), 0.0, None, 2000, detail=detail),
    ]


def _attacks(names: tuple[str, ...]) -> list[Score]:
    planted = {"control": {"value": 0.58, "interval": (0.565, 0.595)}}
    drawn = "2,000 of 2,000 unseen records were drawn"
    inference = [
        Score("privacy.inference", name, 0.01, "lower", (-0.03, 0.05), 0.0, None, 400, reason=drawn) for name in names[:12]
    ]
    return [
        Score("privacy.domias", None, 0.507, "lower", (0.492, 0.522), 0.5, None, 4000, reason=drawn, detail=planted),
        Score("privacy.domias_tpr", None, 0.011, "lower", (0.007, 0.016), 0.01, None, 4000, reason=drawn, detail=planted),
        Score("privacy.value_copy", None, 0.61, "lower", (0.59, 0.63), 0.5, None, 4000, reason=drawn, detail=planted),
        *inference,
        Score("privacy.k_anonymity", None, 1.0, "higher", reason="shown only", detail={"columns": list(names[:2])}),
        Score("privacy.linkability", None, None, "lower", reason="fewer than four columns can be compared"),
        Score(
            "privacy.control",
            None,
            0.5,
            "higher",
            n=80,
            reason="80 rows were planted",
            detail={"found by": ["privacy.domias"]},
        ),
        Score("privacy.rows", None, 0.5, "lower", is_public=False, reason=SECRET, detail={"row": SECRET}),
        Score("fairness.gap_between_groups", "city", 0.123, "lower", detail={"note": "from a plugin"}),
    ]


def _associations(names: tuple[str, ...]) -> Associations:
    places = range(len(names))
    real = tuple(tuple(1.0 if i == j else round(abs(math.sin(i * j + i + j)) / 2, 3) for j in places) for i in places)
    made = tuple(tuple(value if value == 1 else round(value * 0.8, 3) for value in line) for line in real)
    return Associations(names, real, made)


def _lineage(profiles: tuple[Profile, ...], rows: dict[str, int]) -> Lineage:
    stories = tuple(ColumnLineage(each.column, each.type, "all values are of this type", "learned") for each in profiles)
    return Lineage(
        "Customers, synthetic", "customers.csv", "trees", 7, {"real": 10_000, **rows}, {"leaf": 50}, {"twinset": "0.1.0"},
        {"plan": "0123456789abcdef" * 4}, (*stories, ColumnLineage("customer id", "identifier", "unique", "made anew")),
        (Step("read", 0.4, "one file"), Step("fit", 2.6), Step("sample", None, "8,000 rows")), "2026-01-31",
        "twinset run plan.yaml",
    )  # fmt: skip


def html(report: Report) -> str:
    """The page of a report."""
    return render_html(report.evaluation, report.verdict, report.lineage)


if __name__ == "__main__":
    for name, render in FILES.items():
        shown = example("fail")
        (FOLDER / name).write_text(render(shown.evaluation, shown.verdict, shown.lineage), encoding="utf-8")
