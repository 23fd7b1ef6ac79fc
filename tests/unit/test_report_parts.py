"""The parts of the page: figures in words, charts, explanations, details of any shape, attacks, advice."""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from html import escape as html_escape
from importlib.resources import files
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.golden.report_example import example, html, overridden, unmeasured

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.report import Report
from twinset.evaluation.report.advice import next_steps
from twinset.evaluation.report.attacks import stories
from twinset.evaluation.report.columns import columns
from twinset.evaluation.report.details import detail
from twinset.evaluation.report.figures import clip, count, figure, interval, listing, signed
from twinset.evaluation.report.heatmap import MOST_COLUMNS, chosen, difference
from twinset.evaluation.report.histogram import edge, histogram, sparkline, spoken
from twinset.evaluation.report.pairs import in_script
from twinset.evaluation.report.rows import is_beyond_chance, row
from twinset.evaluation.report.strip import span, strip
from twinset.evaluation.report.words import describe, known
from twinset.evaluation.result import Associations, Profile


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "share", "–"),
        (math.nan, "index", "–"),
        (0.0, "share", "0%"),
        (1.0, "share", "100%"),
        (-0.00001, "share", ">−0.01%"),
        (0.12345, "share", "12.3%"),
        (0.0123, "share", "1.23%"),
        (0.00001, "share", "<0.01%"),
        (-0.5, "share", "−50.0%"),
        (0.5034, "index", "0.503"),
        (-0.0001, "index", "0.000"),
        (1234567.0, "number", "1,234,567"),
        (12.3456, "number", "12.3"),
        (0.00123, "number", "0.0012"),
        (0.00001, "number", "<0.0001"),
        (3e12, "number", "3.00e+12"),
        (7.0, "count", "7"),
        (12345.0, "count", "12,345"),
    ],
)
def test_figures(value: float | None, unit: str, text: str) -> None:
    assert figure(value, unit) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.12, "share", "+12.0%"),
        (-0.12, "share", "−12.0%"),
        (0.00001, "share", "<0.01%"),
        (-0.00001, "share", ">−0.01%"),
        (0.0001, "index", "0.000"),
        (0.0, "share", "0%"),
        (None, "share", "–"),
    ],
)
def test_differences_have_a_sign_where_they_can_be_seen(value: float | None, unit: str, text: str) -> None:
    assert signed(value, unit) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "facts"),
    [
        ({"subjects": 105, "of": 105}, (("measured on", "all 105"),)),
        ({"subjects": 500, "of": 1225}, (("measured on", "500 of 1,225"),)),
        ({"subjects": 12}, (("measured on", "12"),)),
        ({"of": 12}, (("of", "12"),)),
    ],
)
def test_how_many_were_measured_of_how_many(known: dict[str, int], facts: tuple[tuple[str, str], ...]) -> None:
    score = Score("fidelity.pair", "table", 0.1, "lower", detail=known)
    assert detail(score, describe(score.metric)).facts == facts


@given(st.floats(), st.sampled_from(["share", "index", "number", "count"]))
def test_any_figure_is_short_and_never_minus_nothing(value: float, unit: str) -> None:
    text = figure(value, unit)  # type: ignore[arg-type]
    assert text
    assert not re.fullmatch(r"−0?[.,0]*%?", text)
    if abs(value) < 1e6:
        assert len(text) <= 15


def test_intervals_counts_and_lists_in_words() -> None:
    assert interval((0.1, 0.25), "share") == "10.0% to 25.0%"
    assert interval(None) == ""
    assert (count(1, "row"), count(0, "row"), count(12345, "row")) == ("1 row", "0 rows", "12,345 rows")
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert listing(list("abcdefg")) == "a, b, c, d, e and 2 more"


@given(st.text(), st.integers(10, 80))
def test_clipped_text_is_short_and_on_one_line(text: str, length: int) -> None:
    clipped = clip(text, length)
    assert 0 < len(clipped) <= length
    assert len(clipped.splitlines()) == 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", clipped)


def test_every_metric_is_explained_with_its_source() -> None:
    content = tomllib.loads(files("twinset.evaluation.report").joinpath("metrics.toml").read_text(encoding="utf-8"))
    assert known() == tuple(f"{family}.{name}" for family, metrics in content.items() for name in metrics)
    for name in known():
        metric = describe(name)
        assert metric.title
        assert metric.what.endswith((".", "?"))
        assert metric.good.endswith(".")
        assert metric.source
        assert all(metric.ends)
        assert metric.scale[0] < metric.scale[1]
        assert metric.unit in ("share", "index", "number", "count")
        assert bool(metric.limits) == (metric.family == "privacy")
        assert metric.of in (("columns", "several", "table") if metric.family == "fidelity" else ("",))


def test_unknown_metrics_get_a_title_of_their_name() -> None:
    assert describe("plugin.some_thing").title == "Some thing"
    assert describe("odd").title == "Odd"
    assert describe("").title == ""
    assert describe("privacy.domias_tpr").title == "Membership by density, at 1% false alarms"


finite = st.floats(-1e9, 1e9)


@given(finite, st.tuples(finite, finite), st.none() | finite, st.sampled_from(["fidelity.c2st", "plugin.x", "utility.gap"]))
def test_strips_hold_all_their_figures(
    value: float, bounds: tuple[float, float], baseline: float | None, metric: str
) -> None:
    low, high = sorted((*bounds, value))[0], sorted((*bounds, value))[2]
    score = Score(metric, "x", value, "lower", (low, high), baseline)
    left, right = span(score, describe(metric))
    assert left < right
    assert left <= low <= high <= right
    drawn = str(strip(score, describe(metric)))
    places = [float(each) for each in re.findall(r'(?:x|cx)="([-\d.]+)"', drawn)]
    assert all(-0.1 <= place <= 160.1 for place in places)
    assert "nan" not in drawn


def test_no_figure_no_strip() -> None:
    assert strip(Score("fidelity.c2st", None, None, "lower"), describe("fidelity.c2st")) == ""


def _profile(kind: str, values: str, edges: tuple[float, ...], train: tuple[float | None, ...]) -> Profile:
    labels = tuple(f"bin {place}" for place in range(len(train)))
    made = tuple(1 / len(train) for _ in train)
    return Profile("c", values, kind, labels, edges, train, made, 0.0, 0.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("train", [(1.0,), (None,), (0.5, None, 0.5), (0.0, 0.0), (None, None)])
@pytest.mark.parametrize("kind", ["number", "time", "label"])
def test_every_shape_of_chart_is_drawn(kind: str, train: tuple[float | None, ...]) -> None:
    edges = () if kind == "label" else tuple(float(place) for place in range(len(train) + 1))
    profile = _profile(kind, {"number": "real", "time": "datetime", "label": "categorical"}[kind], edges, train)
    drawn = ElementTree.fromstring(str(histogram(profile)))
    hidden = [each for each in drawn.iter() if each.get("class") == "hidden-bin"]
    assert len(hidden) == train.count(None)
    assert ElementTree.fromstring(str(sparkline(profile))).tag == "svg"
    assert "nan" not in str(histogram(profile))


def test_charts_without_bins_do_not_fail() -> None:
    assert "svg" in histogram(_profile("label", "categorical", (), ()))
    assert "svg" in histogram(_profile("number", "real", (), ()))


def test_a_chart_is_read_out_by_where_it_differs_most() -> None:
    profile = _profile("label", "categorical", (), (0.9, 0.1))
    assert spoken(profile) == "c, real and synthetic. They differ most at bin 0: real 90.0%, synthetic 50.0%"


@pytest.mark.parametrize(
    ("kind", "values", "edges", "said"),
    [
        ("number", "integer", (1000.0, 2000.0), "1,000"),
        ("time", "date", (20000.0, 20001.0), "2024-10-04"),
        ("time", "datetime", (1.7e9, 1.9e9), "2023-11-14"),
        ("time", "datetime", (1.7e9, 1.7e9 + 3600), "11-14 22:13"),
        ("time", "time", (3600.0, 7200.0), "01:00"),
        ("time", "date", (1e12, 2e12), "1.00e+12"),
        ("time", "date", (-1e5, 0.0), "1696-03-17"),
    ],
)
def test_edges_in_words(kind: str, values: str, edges: tuple[float, ...], said: str) -> None:
    assert edge(_profile(kind, values, edges, (1.0,)), 0) == said


def test_heatmaps_draw_the_columns_that_differ_most() -> None:
    n_columns = MOST_COLUMNS + 5
    real = tuple(tuple(0.0 for _ in range(n_columns)) for _ in range(n_columns))
    made = tuple(tuple(0.5 if {i, j} == {0, n_columns - 1} else 0.0 for j in range(n_columns)) for i in range(n_columns))
    held = Associations(tuple(map(str, range(n_columns))), real, made)
    places = chosen(held)
    assert len(places) == MOST_COLUMNS
    assert {0, n_columns - 1} <= set(places)
    assert places == sorted(places)
    assert difference(held, [0, n_columns - 1]) == [[0.0, 0.5], [0.5, 0.0]]


@given(st.text())
def test_json_can_not_leave_its_script(text: str) -> None:
    import json

    written = str(in_script([text]))
    assert not set("<>&") & set(written)
    assert json.loads(written) == [text]


def test_details_of_every_shape() -> None:
    score = Score(
        "fidelity.tvd", None, 0.1, "lower",
        detail={
            "columns": [["a", 0.1], ["b", 0.3]],
            "shares": {"x": 0.5, "y": 0.25},
            "worst": [["c", 0.2, 0.1], ["d", 0.1, 0.1], ["e", 0.05, 0.1]],
            "control": {"value": 0.3, "interval": [0.2, 0.4]},
            "n_rows": 12,
            "is_odd": True,
            "nested": {"a": {"b": 1}},
            "found by": ["privacy.domias_tpr", "somebody"],
            "empty": [],
            "none": None,
            "mixed": [["a", 1], "b"],
        },
    )  # fmt: skip
    made = detail(score, describe(score.metric))
    assert [(ranked.title, ranked.entries) for ranked in made.rankings] == [
        ("Columns that gave it away", (("b", "30.0%", 1.0), ("a", "10.0%", 0.1 / 0.3))),
        ("Shares", (("x", "50.0%", 1.0), ("y", "25.0%", 0.5))),
    ]
    assert made.furthest == (("c", "20.0%", "10.0%"),)
    assert str(made.control) == "30.0% (20.0% to 40.0%)"
    assert dict(made.facts) == {
        "n rows": "12",
        "is odd": "yes",
        "nested": "a: b: 1",
        "found by": "Membership by density, at 1% false alarms; somebody",
        "empty": "–",
        "none": "–",
        "mixed": "a; 1; b",
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["control", "learners", "columns", "worst", "x"]), json_values))
def test_no_detail_breaks_a_row(given_detail: dict[str, object]) -> None:
    for metric in ("utility.tstr", "privacy.domias", "plugin.x"):
        assert row(Score(metric, "x", 0.5, "higher", detail=given_detail)).value


def test_beyond_chance_is_rare_by_chance() -> None:
    """Twenty figures of nothing, looked at together: at most one time in twenty is one of them called beyond chance."""
    random = Seed(11).child("beyond").generator()
    n_trials, n_figures = 2000, 20
    values = random.normal(0.0, 0.01, (n_trials, n_figures))
    found = [
        any(
            is_beyond_chance(Score("privacy.x", "y", value, "lower", (value - 0.0196, value + 0.0196), 0.0), n_figures)
            for value in trial.tolist()
        )
        for trial in values
    ]
    assert 0.005 < np.mean(found) < 0.05


def test_attacks_tell_what_they_found() -> None:
    told = {story.metric.name: story for story in stories(example().evaluation.scores) if story.metric.family == "privacy"}
    assert told["privacy.domias"].status == "nothing"
    assert told["privacy.value_copy"].status == "found"
    assert told["privacy.k_anonymity"].status == "shown"
    assert told["privacy.linkability"].status == "unknown"
    assert [label for label, _ in told["privacy.domias"].lines] == ["all records", "all records, at 1% false alarms"]
    assert "privacy.control" not in told


def test_advice_fits_the_verdict() -> None:
    assert len(next_steps(example())) == 1
    assert "held back" in next_steps(example("fail"))[0]
    assert any("would have seen a leak" in step for step in next_steps(example("unknown")))
    assert "answerable" in next_steps(overridden())[0]
    assert len(set(next_steps(unmeasured()))) == len(next_steps(unmeasured()))


@pytest.mark.parametrize(
    ("question", "outcome", "said"),
    [
        ("alike", "fail", "Look first at income, city and joined"),
        ("alike", "unknown", "so that likeness can be measured"),
        ("useful", "fail", "Check that income and what predicts it were learned"),
        ("useful", "unknown", "Give it more rows with 'income'"),
        ("leaked", "fail", "do not share it"),
        ("leaked", "unknown", "would have seen a leak"),
    ],
)
def test_each_answer_has_its_advice(question: str, outcome: str, said: str) -> None:
    report = example()
    answers = tuple(
        dataclasses.replace(answer, outcome=outcome) if answer.question == question else answer
        for answer in report.verdict.answers
    )
    changed = dataclasses.replace(report.verdict, outcome=outcome, answers=answers, is_published=False)
    steps = next_steps(dataclasses.replace(report, verdict=changed))
    assert any(said in step for step in steps)
    page = html(dataclasses.replace(report, verdict=changed))
    assert all(html_escape(step, quote=False).replace("'", "&#39;") in page for step in steps)


def test_a_relation_that_breaks_is_to_become_a_rule() -> None:
    report = example()
    answers = (dataclasses.replace(report.verdict.answers[0], outcome="fail"),)
    changed = dataclasses.replace(report.verdict, outcome="fail", answers=answers, is_published=False)

    def steps(gap: float) -> str:
        broken = Score("fidelity.equality", "price = total", gap, "lower", baseline=0.006)
        evaluation = dataclasses.replace(report.evaluation, scores=(*report.evaluation.scores, broken))
        return " ".join(next_steps(Report(evaluation, changed, report.lineage)))

    assert "price = total should hold" in steps(0.38)
    assert "twinset init" in steps(0.38)
    assert "twinset init" not in steps(0.02)


def test_without_a_target_the_advice_is_to_name_one() -> None:
    report = example()
    answers = (dataclasses.replace(report.verdict.answers[1], outcome="unknown"),)
    evaluation = dataclasses.replace(report.evaluation, target=None)
    changed = dataclasses.replace(report.verdict, outcome="unknown", answers=answers)
    assert any("Name a target column" in step for step in next_steps(Report(evaluation, changed, report.lineage)))


def test_columns_without_figures_are_ordered_by_their_charts() -> None:
    report = example()
    evaluation = dataclasses.replace(report.evaluation, scores=())
    names = [view.name for view in columns(Report(evaluation, report.verdict, report.lineage), {"age": [], "income": []})]
    assert names == ["income", "age"]
