"""Whatever the tables look like, their evaluation ends in a verdict, and in pages that can be drawn."""

from __future__ import annotations

import dataclasses
import math

from hypothesis import given, settings
from tests.property.test_split_tables_properties import databases

from twinset.core.seed import Seed
from twinset.evaluation.relational import evaluate
from twinset.evaluation.report import Lineage
from twinset.evaluation.report.linked import LinkedReport, load_linked, render_linked
from twinset.gate.linked import decide_linked
from twinset.pipeline.split import split


@settings(max_examples=8, deadline=None)
@given(databases(), databases())
def test_tables_of_keys_alone_lists_circles_and_few_rows_end_in_a_verdict(real, twin):
    train, holdout = split(real, seed=Seed(1), holdout=0.3)
    made = dataclasses.replace(twin, role="synthetic")
    result = evaluate(train, made, holdout=holdout, seed=Seed(2))
    assert result == evaluate(train, made, holdout=holdout, seed=Seed(2))
    for score in result.scores:
        numbers = [score.value, score.baseline, *(score.interval or ()), *(score.baseline_interval or ())]
        assert all(number is None or math.isfinite(number) for number in numbers)
        assert score.value is not None or score.reason
    verdict = decide_linked(result.made, result.subjects, result.roots)
    assert {answer.question for answer in verdict.whole.answers} == {"alike", "useful", "leaked"}
    report = LinkedReport(result, verdict, Lineage("t", "s", "e", 1, result.rows))
    files = render_linked(report)
    assert {"report.html", "scores.json", "report.md", "junit.xml"} <= set(files)
    assert load_linked(files["scores.json"]).verdict == verdict
