"""Bad and odd input: each figure is measured or says why not; nothing warns, nothing raises but what is said."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from tests import flawed

from twinset.core import registry, types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, Schema, Table
from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.evaluation.align import align
from twinset.evaluation.associations import associations
from twinset.evaluation.measure import evaluate, metric
from twinset.evaluation.profile import profiles

OURS = tuple(
    name
    for name in registry.names("metrics")
    if type(metric(name)).__module__.split(".")[2:3] in (["fidelity"], ["utility"])
)


def numbers(**columns: list[float | None] | np.ndarray) -> Tables:
    arrays = {name: pa.array(values, pa.float64(), from_pandas=True) for name, values in columns.items()}
    return Tables(
        Schema((Table("t", tuple(Column(n, types.Real(), pa.float64()) for n in arrays)),)), {"t": pa.table(arrays)}
    )


def labels(**columns: list[str | None]) -> Tables:
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    known = tuple(Column(n, types.Categorical(), pa.string()) for n in arrays)
    return Tables(Schema((Table("t", known),)), {"t": pa.table(arrays)})


def measured(train: Tables, twin: Tables, holdout: Tables | None = None, target: str | None = None) -> list[Score]:
    aligned = align(train, twin, holdout)
    comparison = Comparison(aligned.train, aligned.synthetic, aligned.holdout, target)
    scores = [score for name in OURS for score in metric(name).measure(comparison, seed=Seed(1))]
    list(profiles(comparison))
    associations(comparison, Seed(1))
    for score in scores:
        check(score)
    assert len({(score.metric, score.subject) for score in scores}) == len(scores)
    return scores


def check(score: Score) -> None:
    """What holds for every score: finite, intervals in order around their figure, a reason where there is no figure."""
    for figure, interval in ((score.value, score.interval), (score.baseline, score.baseline_interval)):
        assert figure is None or math.isfinite(figure), score
        if interval is not None:
            assert figure is not None
            assert interval[0] <= figure + 1e-9, score
            assert figure - 1e-9 <= interval[1], score
    assert score.value is not None or score.reason, score


def texts(n: int) -> Tables:
    table = Table("t", (Column("note", types.Text(), pa.string()),))
    return Tables(Schema((table,)), {"t": pa.table({"note": ["said"] * n})})


RANDOM = np.random.default_rng(0)
ODD = {
    "one row": (numbers(a=[1.0], b=[2.0]), numbers(a=[1.0], b=[2.0])),
    "three rows": (numbers(a=[1.0, 2, 3], b=[2.0, 2, 1]), numbers(a=[1.0, 3, 5], b=[2.0, 0, 1])),
    "one column": (numbers(a=np.arange(50.0)), numbers(a=np.arange(50.0))),
    "all missing": (numbers(a=[None] * 60, b=np.arange(60)), numbers(a=[None] * 60, b=np.arange(60))),
    "missing in train": (numbers(a=[None] * 60, b=np.arange(60)), numbers(a=np.arange(60), b=np.arange(60))),
    "missing in the twin": (numbers(a=np.arange(60), b=np.arange(60)), numbers(a=[None] * 60, b=[None] * 60)),
    "constant": (numbers(a=[3.0] * 60, b=[0.0] * 60), numbers(a=[3.0] * 60, b=[1.0] * 60)),
    "labels all missing": (labels(a=[None] * 60, b=["x", "y"] * 30), labels(a=["z"] * 60, b=[None] * 60)),
    "one label": (labels(a=["x"] * 60), labels(a=["x"] * 60)),
    "labels all different": (labels(a=[f"l{i}" for i in range(600)]), labels(a=[f"m{i}" for i in range(600)])),
    "many against few": (numbers(a=RANDOM.normal(size=900)), numbers(a=RANDOM.normal(size=12))),
    "few against many": (numbers(a=RANDOM.normal(size=12)), numbers(a=RANDOM.normal(size=900))),
    "huge and tiny": (numbers(a=RANDOM.normal(size=90) * 1e300), numbers(a=RANDOM.normal(size=90) * 1e-300)),
    "text alone": (texts(60), texts(40)),
    "infinite": (numbers(a=RANDOM.normal(size=90)), numbers(a=[math.inf, -math.inf, math.nan] * 30)),
}


@pytest.mark.parametrize("with_holdout", [False, True])
@pytest.mark.parametrize("case", ODD)
def test_odd_tables_are_measured_or_say_why_not(case: str, with_holdout: bool) -> None:
    train, twin = ODD[case]
    assert measured(train, twin, train if with_holdout else None, train.schema.only.names[0])


def test_a_twin_that_is_the_training_file_is_no_worse_than_real_and_alarms() -> None:
    train, holdout = flawed.dataset(flawed.rows(1_600, 1)), flawed.dataset(flawed.rows(700, 2), "holdout")
    scores = {(s.metric, s.subject): s for s in measured(train, train, holdout, "is_late")}
    assert all(
        s.value <= s.baseline_interval[1]
        for s in scores.values()
        if s.better == "lower" and s.value is not None and s.baseline_interval is not None
    )
    gap = scores["fidelity.c2st_train", None].detail["gap_interval"]
    assert isinstance(gap, list)
    assert gap[0] > 0


def test_without_a_holdout_what_needs_one_says_so() -> None:
    train = flawed.dataset(flawed.rows(600, 1))
    scores = {(s.metric, s.subject): s for s in measured(train, train, None, "is_late")}
    assert scores["utility.tstr", "is_late"].value is None
    assert "no holdout" in scores["utility.gap", "is_late"].reason
    assert scores["fidelity.c2st_train", None].value is None
    assert "learned from" in scores["fidelity.c2st_strong", None].reason


def test_a_target_that_is_not_there_is_an_error_and_one_that_says_nothing_has_a_reason() -> None:
    train = flawed.dataset(flawed.rows(200, 1))
    with pytest.raises(DataError, match="no column 'late' to be the target"):
        evaluate(train, train, target="late", seed=Seed(1))
    constant = {**flawed.rows(200, 1), "is_late": np.full(200, False)}
    scores = measured(flawed.dataset(constant), train, train, "is_late")
    assert "1 value(s) of 'is_late'" in next(s.reason for s in scores if s.metric == "utility.tstr")


def test_a_twin_with_one_class_teaches_nothing() -> None:
    train, holdout = flawed.dataset(flawed.rows(900, 1)), flawed.dataset(flawed.rows(400, 2))
    twin = flawed.dataset({**flawed.rows(900, 3), "is_late": np.full(900, False)})
    scores = {(s.metric, s.subject): s for s in measured(train, twin, holdout, "is_late")}
    assert scores["utility.tstr", "is_late"].value == pytest.approx(0.5)
    gap = scores["utility.gap", "is_late"]
    assert gap.interval is not None
    assert gap.interval[1] < 0


def test_many_columns_are_bounded_and_said_so() -> None:
    wide = {f"c{i}": RANDOM.normal(size=60) for i in range(500)}
    scores = measured(numbers(**wide), numbers(**wide), numbers(**wide))
    pairs = next(s for s in scores if s.metric == "fidelity.pair" and s.subject is None)
    assert pairs.detail["subjects"] == 300
    assert pairs.detail["of"] == 500 * 499 // 2


def test_the_same_seed_gives_the_same_scores() -> None:
    train, twin = flawed.dataset(flawed.rows(240, 1)), flawed.dataset(flawed.rows(200, 2))
    assert measured(train, twin, train, "is_late") == measured(train, twin, train, "is_late")


def test_a_column_called_table_does_not_hide_the_table() -> None:
    data = numbers(table=RANDOM.normal(size=100), x=RANDOM.normal(size=100))
    evaluation = evaluate(data, numbers(table=RANDOM.normal(size=100) + 9, x=RANDOM.normal(size=100)), seed=Seed(1))
    whole = evaluation.find("fidelity.ks")
    assert whole is not None
    assert whole.value == pytest.approx(np.mean([s.value for s in evaluation.scores if s.metric == "fidelity.ks"][:2]))
