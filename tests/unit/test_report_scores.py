"""scores.json: what is written is read back, what is damaged is refused in words, what is private is not written."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.golden.report_example import HOSTILE, SECRET, example, overridden, unmeasured

from twinset.core.score import Score
from twinset.errors import DataError
from twinset.evaluation.report import Report, load_scores, render_json
from twinset.evaluation.report.scores import plain, public


def written(report: Report) -> str:
    return render_json(report.evaluation, report.verdict, report.lineage)


def with_scores(*scores: Score) -> Report:
    report = example()
    return dataclasses.replace(report, evaluation=dataclasses.replace(report.evaluation, scores=scores))


@pytest.mark.parametrize("report", [example(), example("fail", HOSTILE), overridden(), unmeasured()])
def test_read_back_equal(report: Report) -> None:
    again = load_scores(written(report))
    assert again.verdict == report.verdict
    assert again.lineage == report.lineage
    assert again.evaluation.profiles == report.evaluation.profiles
    assert again.evaluation.associations == report.evaluation.associations
    assert again.evaluation.notes == report.evaluation.notes
    assert again.evaluation.rows == report.evaluation.rows
    assert [(score.metric, score.subject, score.value, score.interval) for score in again.evaluation.scores] == [
        (score.metric, score.subject, score.value, score.interval) for score in public(report.evaluation).scores
    ]
    assert written(again) == written(report)


def test_nothing_private_is_written() -> None:
    assert SECRET not in written(example())
    assert all(score.is_public for score in load_scores(written(example())).evaluation.scores)


def test_keys_come_in_a_stable_order_and_the_version_first() -> None:
    content = json.loads(written(example()))
    assert list(content) == ["format", "version", "verdict", "lineage", "evaluation"]
    assert list(content["evaluation"]["scores"][0])[:3] == ["metric", "subject", "value"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_become_null(value: float) -> None:
    score = Score("fidelity.kl", None, value, "lower", detail={"most": value, "each": [1.0, value]})
    again = load_scores(written(with_scores(score))).evaluation.scores[0]
    assert again.value is None
    assert again.detail == {"most": None, "each": [1.0, None]}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(
    subject=st.none() | st.text(),
    value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    reason=st.text(),
    detail=st.dictionaries(st.text(), json_values, max_size=4),
)
def test_any_score_is_read_back(subject: str | None, value: float | None, reason: str, detail: dict[str, Any]) -> None:
    score = Score("plugin.x", subject, value, "lower", (0.0, 1.0), 0.5, None, 7, True, reason, detail)
    assert load_scores(written(with_scores(score))).evaluation.scores == (score,)


def test_plain_knows_numpy_and_sets() -> None:
    import numpy as np

    assert plain({"a": np.float64(0.5), "b": np.int32(3), "c": (np.float32(1.0),), 4: {"z", "a"}}) == {
        "a": 0.5,
        "b": 3,
        "c": [1.0],
        "4": ["a", "z"],
    }
    assert plain(object()).__class__ is str


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "isn't JSON"),
        ("{", "isn't JSON"),
        ("[]", '"format": "twinset.scores"'),
        ('{"format": "other", "version": 1}', '"format": "twinset.scores"'),
        ('{"format": "twinset.scores", "version": 99}', "version 99; this Twinset reads version 2"),
        ('{"format": "twinset.scores", "version": 2}', "damaged at evaluation"),
    ],
)
def test_other_files_are_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(DataError, match="scores file") as caught:
        load_scores(text)
    assert said in str(caught.value)


def test_a_damaged_file_says_where() -> None:
    content = json.loads(written(example()))
    content["evaluation"]["scores"][2]["better"] = "sideways"
    with pytest.raises(DataError, match=r"damaged at evaluation\.scores\.2\.better"):
        load_scores(json.dumps(content))


def test_deeply_nested_rubbish_is_an_error_in_words() -> None:
    with pytest.raises(DataError):
        load_scores("[" * 100_000)
