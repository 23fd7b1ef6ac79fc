"""Moves of scores against ground truth: what is noise is called noise, what is not is not."""

import dataclasses
import json

import numpy as np
import pytest
from tests.golden.report_example import example

from twinset.core.chance import widening
from twinset.core.score import Score
from twinset.evaluation.difference.moves import keyed, largest_first, moves
from twinset.evaluation.difference.values import Change, Difference
from twinset.evaluation.difference.words import conclusion
from twinset.evaluation.report import render_difference_html, render_difference_json, render_difference_markdown

SEED = Change("seed", "seed", "0", "1")
OPTION = Change("plan", "stages.t.options.leaf", "50", "5")
GATE = Change("plan", "evaluate.gate", "standard", "open", can_move=False)


def score(value, half=0.01, metric="fidelity.tvd", subject="a", better="lower", baseline=0.01, detail=None):
    interval = None if half is None or value is None else (value - half, value + half)
    return Score(metric, subject, value, better, interval, baseline, n=100, detail=detail or {})


def moved(old, new, wider=1.0):
    return moves("t", keyed([old]), keyed([new]), wider)[0]


def compared(changes=(), unknown=(), found=None, n_compared=3):
    found = found if found is not None else (moved(score(0.02), score(0.2)),)
    return Difference("one", "other", tuple(changes), tuple(unknown), (), tuple(found), (), (), n_compared, 2.0)


def test_noise_is_beyond_its_bar_as_rarely_as_stated():
    """Means of 200 draws of the same normal: 400 pairs of 20 figures; a comparison cries wolf in at most 5% + noise."""
    draw = np.random.Generator(np.random.Philox(11))
    half, wider, alarms = 1.96 / np.sqrt(200), widening(20), 0
    for _ in range(400):
        sides = draw.normal(0, 1 / np.sqrt(200), (2, 20))
        scores = [[score(float(value), half, subject=str(place)) for place, value in enumerate(side)] for side in sides]
        alarms += any(move.is_beyond for move in moves("t", *map(keyed, scores), wider))
    # 400 comparisons at 5%: 20 expected, more than 38 with a chance of 1e-4 (alpha)
    assert alarms <= 38


def test_a_move_of_known_size_is_found():
    move = moved(score(0.02), score(0.08), widening(300))
    assert move.is_beyond
    assert move.times_noise == pytest.approx(0.06 / (widening(300) * np.hypot(0.01, 0.01)))


@pytest.mark.parametrize(
    ("old", "new", "better", "direction"),
    [
        (0.1, 0.2, "lower", "worse"),
        (0.1, 0.2, "higher", "better"),
        (0.6, 0.5, "baseline", "better"),
        (0.5, 0.4, "baseline", "worse"),
        (0.4, 0.6, "baseline", "same"),
        (None, 0.2, "lower", "unknown"),
    ],
)
def test_better_and_worse(old, new, better, direction):
    move = moved(score(old, better=better, baseline=0.5), score(new, better=better, baseline=0.5))
    assert move.direction == direction or (direction == "same" and abs(abs(0.4 - 0.5) - abs(0.6 - 0.5)) < 1e-9)


def test_what_has_no_interval_or_is_a_mean_of_others_is_not_judged():
    assert moved(score(0.1, None), score(0.5)).is_beyond is None
    means = [
        [score(value, subject=None, detail={"subjects": 1}), score(0.1, subject=name)]
        for value, name in ((0.1, "a"), (0.5, "b"))
    ]
    (move,) = moves("t", *map(keyed, means), 1.0)
    assert move.is_mixed
    assert move.is_beyond is None


def test_the_largest_come_first_and_the_unmeasured_last():
    found = [
        moved(score(None), score(0.1)),
        moved(score(0.1), score(0.12)),
        moved(score(0.1, None), score(0.9)),
        moved(score(0.1), score(0.3)),
    ]
    assert [move.after.value for move in largest_first(found)] == [0.3, 0.12, 0.9, 0.1]


def test_the_conclusion_says_what_can_be_said():
    assert "Only the seed changed" in conclusion(compared([SEED]))
    assert "so it is what moved the scores: stages.t.options.leaf: 50 before, 5 after" in conclusion(
        compared([OPTION, GATE])
    )
    assert "cannot be told apart" in conclusion(compared([SEED, OPTION]))
    assert "can't be said" in conclusion(compared([OPTION], ["whether the data changed"]))
    assert "should be the same" in conclusion(compared([GATE]))
    assert "No score moved" in conclusion(compared([GATE], found=()))


def test_the_pages_say_it_and_escape_names():
    nasty = "<script>alert(1)</script>|x"
    change = dataclasses.replace(OPTION, after=nasty)
    found = compared([change, GATE], found=[moved(score(0.02, subject=nasty), score(0.2, subject=nasty))])
    page, text, data = (
        render(found) for render in (render_difference_html, render_difference_markdown, render_difference_json)
    )
    assert "<script>alert" not in page
    assert "so it is what moved the scores" in page
    assert "<script>alert" not in text
    assert json.loads(data)["moves"][0]["is_beyond_noise"] is True
    assert page == render_difference_html(found)


def test_a_whole_report_against_itself_has_no_moves():
    scores = example().evaluation.scores
    assert moves("t", keyed(scores), keyed(scores), 1.0) == []
