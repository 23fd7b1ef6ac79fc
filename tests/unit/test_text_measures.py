"""Figures about made texts: they see what was planted, and nothing where nothing was."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from tests.intents import intents
from tests.leaked_cases import copied, item, nearly, sentence

from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.errors import DataError, PlanError
from twinset.evaluation.report.texts import TextReport, is_alarmed, render_html, render_json, render_markdown
from twinset.evaluation.text.collapse import alarm
from twinset.evaluation.text.features import vectors
from twinset.evaluation.text.few import Labelled, few_shot
from twinset.evaluation.text.measure import Texts, measure_texts
from twinset.evaluation.text.student import distilled
from twinset.texts.minhash import likeness, signatures, similar_pairs
from twinset.texts.pieces import letter_pieces, plain, word_pieces

SEED = Seed(4)


def some(n: int, seed: int) -> list[str]:
    draw = random.Random(seed)
    return [f"{sentence(draw)}. {sentence(draw)}." for _ in range(n)]


@cache
def scores_of(kind: str) -> dict[str, Score]:
    draw = random.Random(9)
    items, real, unseen = [item(draw) for _ in range(60)], some(300, 1), some(100, 2)
    made = {
        "honest": some(250, 3),
        "few things": [nearly(draw.choice(real[:8]), draw) for _ in range(250)],
        "copies": some(200, 3) + real[:50],
        "leaked": some(200, 3) + [copied(draw.choice(items), draw) for _ in range(50)],
    }[kind]
    texts = Texts(*(pa.array(side) for side in (real, made, unseen, items)))
    return {score.metric: score for score in measure_texts(texts, seed=SEED)}


def test_honest_texts_are_as_real_ones() -> None:
    scores = scores_of("honest")
    for name in ("text.distinct_1", "text.distinct_2", "text.vendi", "text.nearest"):
        score = scores[name]
        assert score.value == pytest.approx(score.baseline, rel=0.1), name
        assert score.interval is not None
        assert score.interval[0] < score.value < score.interval[1]
    assert scores["text.collapse"].detail["rings"] is False
    for name in ("duplicates", "memorised", "contamination"):
        assert scores[f"text.{name}"].value <= 0.02, name


def test_a_model_that_says_few_things_sets_off_the_alarm() -> None:
    scores = scores_of("few things")
    assert scores["text.collapse"].detail["rings"] is True
    assert scores["text.vendi"].value < 0.5 * scores["text.vendi"].baseline
    assert scores["text.duplicates"].value > 0.9
    assert scores["text.clusters"].value > 2 * scores["text.clusters"].baseline


@pytest.mark.parametrize(("kind", "metric"), [("copies", "text.memorised"), ("leaked", "text.contamination")])
def test_copies_and_leaks_are_counted(kind: str, metric: str) -> None:
    """A fifth of the texts is planted; the interval holds it."""
    score = scores_of(kind)[metric]
    assert score.interval is not None
    assert score.interval[0] <= 0.2 <= score.interval[1]
    assert score.baseline <= 0.02


def test_measured_twice_it_is_the_same_and_order_does_not_matter_for_leaks() -> None:
    real, made = pa.array(some(60, 1)), pa.array(some(50, 2))
    assert measure_texts(Texts(real, made), seed=SEED) == measure_texts(Texts(real, made), seed=SEED)


def test_too_few_texts_are_an_error() -> None:
    with pytest.raises(DataError, match="3 synthetic texts"):
        measure_texts(Texts(pa.array(some(20, 1)), pa.array(some(3, 2))), seed=SEED)


def test_a_model_measures_meaning() -> None:
    """Two ways to say one thing are nearer than two things; letters alone see it the other way round."""
    pytest.importorskip("sentence_transformers")
    texts = pa.array(["The doctor was late.", "The physician did not come in time.", "The doctors were paid."] * 4)
    meant, spelled = (vectors([texts], SEED, model)[0] for model in ("minilm", ""))
    assert meant[0] @ meant[1] > meant[0] @ meant[2]
    assert spelled[0] @ spelled[1] < spelled[0] @ spelled[2]


def test_a_model_that_is_not_there_is_an_error() -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(PlanError, match="no embedding model"):
        measure_texts(Texts(pa.array(some(20, 1)), pa.array(some(20, 2))), seed=SEED, model="/no/such/model")


@pytest.mark.verify
def test_the_alarm_hardly_ever_rings_for_texts_of_the_same_kind() -> None:
    """200 pairs of sets, seeds of a recipe (20) and larger ones: at most 6 alarms (binomial, p = 0.01, alpha = 0.005)."""
    rung = 0
    for n_real, n_made in ((20, 200), (300, 300)):
        for trial in range(100):
            sides = [pa.array(some(n, 1000 * n_real + 2 * trial + place)) for place, n in enumerate((n_real, n_made))]
            space = vectors(sides, SEED)
            found = alarm(*sides, (space[0], space[1]), SEED.child(trial))
            rung += found is not None and found.chance <= 0.01
    assert rung <= 6


def labelled(n: int, seed: int, noise: float = 0.0) -> Labelled:
    texts, labels = zip(*intents(n, seed, noise), strict=True)
    return Labelled(pa.array(texts), pa.array(labels))


def gains(made: Labelled) -> list[tuple[float, float, str]]:
    real, test = labelled(200, 1), labelled(150, 2)
    found = few_shot(real, made, test, seed=SEED, few=(2,), draws=8)
    return [(score.detail["gain low"], score.detail["gain high"], score.reason) for score in found]


@pytest.mark.parametrize(
    ("made", "noise", "n_few", "teacher", "few"),
    [
        ((400, 0.0), 0.0, 3, "no difference was found", ""),
        ((400, 0.0), 0.0, 40, "no difference was found", "no difference was found"),
        ((400, 0.3), 0.3, 3, "the student is better than its teacher", ""),
        ((30, 0.0), 0.0, 40, "the teacher is better", "few real texts are better"),
        ((400, 1.0), 0.0, 3, "the teacher is better", "few real texts are better"),
    ],
    ids=["good labels", "as good as by hand", "a teacher that is wrong now and then", "too few labels", "labels by lot"],
)
def test_a_student_is_set_beside_its_teacher_and_few_real_texts(
    made, noise: float, n_few: int, teacher: str, few: str
) -> None:
    """Answers to the test are right but for ``noise``, those that the student learns from but for a noise of their own."""
    real, test = labelled(200, 1), labelled(200, 2)
    answers = labelled(200, 2).labels.to_pylist()
    draw = random.Random(11)
    answers = [draw.choice(["refund", "track", "cancel", "pay"]) if draw.random() < noise else one for one in answers]
    found = distilled(real, labelled(made[0], 3, made[1]), test, seed=SEED, teacher=pa.array(answers), few=(n_few,), draws=8)
    assert [score.metric for score in found] == ["utility.student"] * 2
    assert [score.reason for score in found] == [teacher, few]
    assert found[0].baseline == pytest.approx(1 - 0.75 * noise, abs=0.08)
    assert all(score.interval[0] <= score.value <= score.interval[1] for score in found)


def test_a_student_of_one_label_is_none() -> None:
    one = Labelled(pa.array(["some text"] * 50), pa.array(["pay"] * 50))
    (score,) = distilled(labelled(100, 1), one, labelled(60, 2), seed=SEED)
    assert score.value is None
    assert "fewer than two of the labels" in score.reason
    with pytest.raises(DataError, match="60 texts to test on and 1 answers"):
        distilled(labelled(100, 1), labelled(100, 3), labelled(60, 2), seed=SEED, teacher=pa.array(["pay"]))


def test_good_texts_help_few_real_ones_and_wrong_labels_do_harm() -> None:
    assert gains(labelled(120, 3))[0][0] > 0.05
    assert gains(labelled(120, 4, noise=1.0))[0][2] == "made texts do harm"


def test_texts_that_say_nothing_are_a_null_result() -> None:
    neutral = Labelled(pa.array(["..."] * 40), pa.array(["refund", "track", "cancel", "pay"] * 10))
    low, high, reason = gains(neutral)[0]
    assert low <= 0 <= high
    assert reason == "no difference was found"


def test_classifiers_need_labels_and_tests() -> None:
    one = Labelled(pa.array(["a"] * 40), pa.array(["x"] * 40))
    with pytest.raises(DataError, match="at least two labels"):
        few_shot(one, one, one, seed=SEED)
    with pytest.raises(DataError, match="texts to test on"):
        few_shot(labelled(50, 1), labelled(50, 1), labelled(5, 1), seed=SEED)


def test_pages_show_figures_and_no_text() -> None:
    report = TextReport("made <b>", "real", tuple(scores_of("copies").values()), {"synthetic": 250}, {"<i>why</i>": 3})
    pages = render_html(report), render_markdown(report), render_json(report)
    assert not is_alarmed(report)
    for page in pages:
        assert not any(text in page for text in some(300, 1) + some(200, 3))
        assert "20 words" not in page
    assert "<b>" not in pages[0].split("<h1>")[1].split("</h1>")[0]
    assert "&lt;i&gt;why" in pages[0]
    assert render_html(report) == pages[0]


def test_pieces_of_texts() -> None:
    texts = pa.array(["The cat, the CAT!", "", None, "日本語", "a"])
    assert plain(texts).to_pylist() == ["the cat the cat", "", "", "日 本 語", "a"]
    assert word_pieces(texts, 2).row.tolist() == [0, 0, 0, 3, 3]
    assert word_pieces(texts, 2).unique().counts.tolist() == [2, 0, 0, 2, 0]
    assert letter_pieces(texts, 3).counts.tolist() == [15, 0, 0, 5, 1]
    again = word_pieces(pa.array(["cat the"]), 2)
    assert again.hashes[0] in word_pieces(texts, 2).hashes


def test_minhash_estimates_the_share_of_pieces_in_common() -> None:
    """Within four standard errors of the Jaccard index, over many pairs within their mean."""
    draw = random.Random(3)
    ones = some(100, 5)
    others = [nearly(text, draw) for text in ones]
    found = likeness(signatures(pa.array(ones)), signatures(pa.array(others)))
    sets = [
        [set(letter_pieces(pa.array([text]), 5).hashes.tolist()) for text in pair] for pair in zip(ones, others, strict=True)
    ]
    exact = np.array([len(a & b) / len(a | b) for a, b in sets])
    assert np.abs(found - exact).max() < 0.18
    assert found.mean() == pytest.approx(exact.mean(), abs=0.015)


def test_all_pairs_above_the_likeness_are_found_from_their_first() -> None:
    texts = some(200, 6)
    later = [f"{text} Indeed." for text in texts[:50]]
    earlier, found = similar_pairs(signatures(pa.array(texts + later)), 0.75)
    assert sorted(zip(earlier.tolist(), found.tolist(), strict=True)) == [(n, 200 + n) for n in range(50)]
