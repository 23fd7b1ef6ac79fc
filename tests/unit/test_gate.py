import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinset.core.chance import widening
from twinset.core.score import Score
from twinset.core.verdict import Override
from twinset.errors import PlanError
from twinset.gate.decide import decide
from twinset.gate.rules import Rule, decimal, percentage, worse_by


def c2st(value, half=0.01, baseline=0.5):
    span = (value - half, value + half)
    return Score("fidelity.c2st_strong", None, value, "baseline", span, baseline, (baseline - 0.01, baseline + 0.01), 5000)


def association(value, baseline=0.03):
    span = (value - 0.005, value + 0.005)
    return Score("fidelity.association", None, value, "lower", span, baseline, (baseline - 0.005, baseline + 0.005))


def pair(value, subject="a × b"):
    return Score("fidelity.pair", subject, value, "lower", (value - 0.02, value + 0.02), 0.05, (0.04, 0.06))


def gap(value, half=0.01):
    return Score("utility.gap", "income", value, "higher", (value - half, value + half), 0.0)


def replay(value=0.0, half=0.001, control=0.01):
    shown = {"value": control, "interval": (control - half, control + half)}
    return Score("privacy.near_replay", None, value, "lower", (value - half, value + half), 0.0, detail={"control": shown})


def planted(share=0.01):
    return Score("privacy.control", None, 1.0, "higher", detail={"share": share})


def answers(verdict):
    return {answer.question: answer.outcome for answer in verdict.answers}


GOOD = (c2st(0.53), gap(-0.005), replay(), planted())


def test_a_good_twin_passes_every_profile():
    for profile in ("standard", "strict", "open"):
        verdict = decide(GOOD, profile)
        assert (verdict.outcome, verdict.is_published, verdict.reasons) == ("pass", True, ())
        assert set(answers(verdict).values()) == {"pass"}


def test_figures_are_plain_words():
    figures = [answer.figure for answer in decide(GOOD).answers]
    assert figures[0] == "a strong classifier tells it from unseen rows with AUC .53 (real against real .50)"
    assert figures[1] == "a model of income trained on it loses .01 on unseen rows against one trained on real rows"
    assert figures[2] == (
        "no attack gains on records learned from; near-copies planted in 1.0% of the rows are found (near replay)"
    )


@pytest.mark.parametrize(
    ("value", "standard", "strict"), [(0.55, "pass", "pass"), (0.75, "pass", "fail"), (0.99, "fail", "fail")]
)
def test_bars_are_graded(value, standard, strict):
    scores = (c2st(value), gap(0.0), replay(), planted())
    assert answers(decide(scores, "standard"))["alike"] == standard
    assert answers(decide(scores, "strict"))["alike"] == strict


def test_bars_are_relative_to_real_against_real():
    """A classifier that tells real rows from real rows blames the draw, not the twin."""
    assert answers(decide((c2st(0.9, baseline=0.9), gap(0.0), replay(), planted())))["alike"] == "pass"


@pytest.mark.parametrize(
    ("value", "standard", "strict"), [(0.04, "pass", "pass"), (0.10, "pass", "fail"), (0.2, "fail", "fail")]
)
def test_lost_associations_are_not_alike(value, standard, strict):
    scores = (*GOOD, association(value))
    assert answers(decide(scores, "standard"))["alike"] == standard
    assert answers(decide(scores, "strict"))["alike"] == strict


def test_pairs_and_columns_sound_an_alarm_and_never_a_doubt():
    assert decide((*GOOD, pair(0.31))).outcome == "pass"
    verdict = decide((*GOOD, *(pair(0.05, f"a × {i}") for i in range(100)), pair(0.7, "age × income")))
    assert verdict.outcome == "fail"
    assert "alike: 70% of the rows stand in the wrong cell of age × income (real against real 5.0%)" in verdict.reasons


def test_the_more_is_asked_the_more_it_takes_to_fail():
    """One of 400 intervals lies beyond its bar by chance: alone it is an alarm, among many it is not."""
    one = pair(0.335)
    assert decide((*GOOD, one)).outcome == "fail"
    assert decide((*GOOD, one, *(pair(0.05, f"a × {i}") for i in range(399)))).outcome == "pass"


def test_what_lies_within_its_bar_passes_however_much_is_asked():
    """Every figure has to lie within its bar for a pass, so that asking more never makes passing easier."""
    near = [replay(0.0009, half=0.001), *(replay(0.0, half=0.001) for _ in range(50))]
    verdict = decide((c2st(0.5), gap(0.0), *near, planted()))
    assert answers(verdict)["leaked"] == "pass"
    assert Rule("m", 0.1, 0.05, "", "").judge(Score("m", None, 0.05, "lower", (0.01, 0.09), 0.0), "standard", 3.0) == "pass"
    assert (
        Rule("m", 0.1, 0.05, "", "").judge(Score("m", None, 0.15, "lower", (0.11, 0.19), 0.0), "standard", 3.0) == "unknown"
    )


def test_widening_is_bonferronis():
    assert widening(1) == pytest.approx(1)
    assert widening(25) == pytest.approx(3.0902 / 1.96, abs=1e-3)


def test_an_interval_across_the_bar_is_unknown():
    assert answers(decide((c2st(0.85, half=0.1), gap(-0.09, half=0.05), replay(), planted()))) == {
        "alike": "unknown",
        "useful": "unknown",
        "leaked": "pass",
    }


def test_a_leak_fails_and_says_which():
    verdict = decide((c2st(0.5), gap(0.0), replay(0.05), planted()))
    assert (verdict.outcome, verdict.is_published) == ("fail", False)
    assert "5.0% more of the records learned from" in verdict.reasons[0]
    assert "held back" in verdict.reasons[-1]


def test_a_control_that_nobody_finds_makes_the_answer_unknown():
    verdict = decide((c2st(0.5), gap(0.0), replay(control=0.0), planted()))
    assert answers(verdict)["leaked"] == "unknown"
    assert verdict.is_published
    assert "published although" in verdict.reasons[-1]
    assert not decide((c2st(0.5), gap(0.0), replay(control=0.0), planted()), "strict").is_published


def test_without_a_holdout_the_answer_is_unknown_with_the_reason():
    scores = (c2st(0.5), gap(0.0), Score("privacy.near_replay", None, None, "lower", reason="there is no holdout"))
    leaked = decide(scores).answers[2]
    assert (leaked.outcome, leaked.reasons) == ("unknown", ("there is no holdout",))


def test_no_scores_are_unknown_and_never_pass():
    assert set(answers(decide(())).values()) == {"unknown"}


@pytest.mark.parametrize("metric", ["privacy.dcr_share", "privacy.exact_match", "privacy.k_anonymity"])
def test_distances_and_coincidences_never_decide(metric):
    assert decide((*GOOD, Score(metric, None, 1.0, "lower", (0.99, 1.0), 0.0))).outcome == "pass"


def test_profiles_publish_as_they_say():
    bad = (c2st(0.99), gap(-0.5), replay(0.1), planted())
    assert not decide(bad, "standard").is_published
    assert not decide(bad, "strict").is_published
    opened = decide(bad, "open")
    assert (opened.is_published, opened.outcome) == (True, "fail")


def test_an_override_publishes_and_is_recorded():
    override = Override("A. Reviewer", "internal test only")
    verdict = decide((c2st(0.99), gap(0.0), replay(), planted()), "standard", override)
    assert (verdict.is_published, verdict.outcome, verdict.override) == (True, "fail", override)
    assert "A. Reviewer" in verdict.reasons[-1]


def test_mistakes_are_told():
    with pytest.raises(PlanError, match="did you mean 'strict'"):
        decide((), "strikt")  # type: ignore[arg-type]
    with pytest.raises(PlanError, match="by whom"):
        decide((), "strict", Override("", "because"))


@given(st.floats(0, 1), st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 1))
def test_the_difference_from_the_baseline_holds_its_point(value, below, above, baseline):
    low, high = worse_by(Score("m", "s", value, "lower", (value - below, value + above), baseline))
    assert low <= value - baseline <= high
    flipped = worse_by(Score("m", "s", value, "higher", (value - below, value + above), baseline))
    assert flipped == pytest.approx((-high, -low))


@given(st.sampled_from(["standard", "strict"]), st.floats(0.4, 1), st.floats(0.4, 1))
def test_a_worse_twin_is_never_judged_better(profile, one, other):
    rank = ["pass", "unknown", "fail"]
    better, worse = sorted([one, other])
    first, second = (answers(decide((c2st(v), *GOOD[1:]), profile))["alike"] for v in (better, worse))
    assert rank.index(first) <= rank.index(second)


@pytest.mark.parametrize(
    ("value", "text"), [(0.53, ".53"), (1.0, "1.00"), (-0.08, "-.08"), (0.0, "0"), (0.999, "1.00"), (-1.0, "-1.00")]
)
def test_decimals(value, text):
    assert decimal(value) == text


def test_percentages():
    assert (percentage(0.002), percentage(0.5)) == ("0.2%", "50%")


def test_a_column_called_table_is_not_judged_as_the_table() -> None:
    column = Score("fidelity.association", "table", 0.9, "lower", (0.89, 0.91), 0.0, (0.0, 0.01))
    assert answers(decide((*GOOD, association(0.03), column)))["alike"] == "pass"


def test_a_clear_gain_of_unclear_size_is_not_passed():
    """1.1% ± 1.0% more than chance: something comes back, and whether more than 0.2% does is not known."""
    answer = decide((c2st(0.5), gap(0.0), replay(0.011, half=0.010), planted())).answers[2]
    assert answer.outcome == "unknown"
    assert "can't be told" in answer.reasons[0]
    assert decide((c2st(0.5), gap(0.0), replay(0.001, half=0.0005), planted())).answers[2].outcome == "pass"


@pytest.mark.parametrize(
    ("metric", "better", "good", "bad"),
    [
        ("fidelity.group", "higher", 0.9, 0.5),
        ("fidelity.range", "higher", 0.99, 0.9),
        ("fidelity.equality", "lower", 0.01, 0.4),
        ("fidelity.order", "higher", 1.0, 0.9),
        ("fidelity.dependency", "higher", 1.0, 0.9),
    ],
)
def test_a_lost_group_or_relation_sounds_an_alarm(metric, better, good, bad):
    for value, outcome in ((good, "pass"), (bad, "fail")):
        score = Score(metric, "city", value, better, (value - 0.01, value + 0.01), 0.0 if better == "lower" else 1.0)
        assert answers(decide((*GOOD, score)))["alike"] == outcome
