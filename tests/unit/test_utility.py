"""Train on the twin, test on real: twins that teach as much, less, or nothing; targets chosen and given."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tests import flawed

from twinset.core import types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, Schema, Table
from twinset.core.score import Comparison, Score
from twinset.core.seed import Seed
from twinset.evaluation.encode import encoded
from twinset.evaluation.matrix import Draw, for_lines, for_trees
from twinset.evaluation.measure import metric
from twinset.evaluation.shuffled import shuffled_copies
from twinset.evaluation.utility.learners import fitted, predicted, tuned, usual
from twinset.evaluation.utility.targets import chosen_targets
from twinset.evaluation.utility.task import Task, task_for

N = 2_000


def comparison(flaw: flawed.Flaw, target: str | None, with_holdout: bool = True) -> Comparison:
    holdout = flawed.dataset(flawed.rows(1_000, 3), "holdout") if with_holdout else None
    return Comparison(flawed.dataset(flawed.rows(N, 1)), flawed.twin(flaw, N, 2), holdout, target)


def scores(flaw: flawed.Flaw, target: str | None, with_holdout: bool = True) -> dict[tuple[str, str], Score]:
    found = metric("tstr").measure(comparison(flaw, target, with_holdout), seed=Seed(1))
    return {(score.metric.removeprefix("utility."), score.subject): score for score in found}


@pytest.mark.parametrize("target", ["is_late", "plan", "amount"])
def test_fresh_rows_teach_as_much_as_train(target: str) -> None:
    """A truth value, four classes, a number."""
    found = scores(flawed.fresh, target)
    gap, tstr = found["gap", target], found["tstr", target]
    assert gap.interval is not None
    assert gap.value == pytest.approx(0, abs=0.03)
    assert gap.interval[0] > -0.06
    assert tstr.value == pytest.approx((tstr.baseline or 0) + (gap.value or 0))
    assert set(tstr.detail["learners"]) == {"boosting", "linear", "forest"}  # type: ignore[call-overload]
    importance = found["importance", target]
    assert importance.baseline_interval is not None
    assert importance.baseline_interval[0] <= (importance.value or 0) <= importance.baseline_interval[1]


@pytest.mark.parametrize("target", ["is_late", "plan", "amount"])
def test_unrelated_columns_teach_nothing(target: str) -> None:
    found = scores(flawed.independent, target)
    gap = found["gap", target]
    assert gap.interval is not None
    assert gap.interval[1] < -0.05


def test_what_needs_the_holdout_says_so() -> None:
    assert "no holdout" in scores(flawed.fresh, "plan", with_holdout=False)["tstr", "plan"].reason
    assert "no holdout" in scores(flawed.fresh, None, with_holdout=False)["gap", None].reason


def test_without_a_target_predictable_columns_are_chosen_and_said_to_be() -> None:
    """Plan and fee follow from each other and are passed over; region and the dates' season can't be predicted."""
    chosen = chosen_targets(comparison(flawed.fresh, None), Seed(1))
    assert 1 <= len(chosen) <= 3
    assert not {"plan", "fee", "region"} & set(chosen)
    found = scores(flawed.fresh, None)
    assert {subject for _, subject in found} == set(chosen)
    assert all("chosen" in str(score.detail["target"]) for (figure, _), score in found.items() if figure == "tstr")


def test_nothing_to_predict_is_unknown() -> None:
    rng = np.random.default_rng(0)
    noise = {name: rng.normal(size=600) for name in ("amount", "paid", "income")}
    data = flawed.dataset(noise)
    assert [s.value for s in metric("tstr").measure(Comparison(data, data, data), seed=Seed(1))] == [None] * 4


def test_rare_classes_are_merged_and_unknown_ones_join_them() -> None:
    labels = np.array([f"c{min(i % 20, i % 7)}" for i in range(900)])
    data = flawed.dataset({"region": labels, "age": np.arange(900.0)})
    task = task_for(Comparison(data, data, data), "region", Seed(1))
    assert isinstance(task, Task)
    assert task.n_classes == 6
    assert task.wanted(Draw("train", np.arange(900))).max() == 5


def test_r_squared_and_area_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import r2_score, roc_auc_score

    rng = np.random.default_rng(0)
    data = flawed.dataset(flawed.rows(400, 1))
    number, label = (task_for(Comparison(data, data), name, Seed(1)) for name in ("amount", "plan"))
    assert isinstance(number, Task)
    assert isinstance(label, Task)
    wanted, said, ones = rng.normal(size=400), rng.normal(size=400), np.ones((1, 400))
    assert number.figure(wanted, said, ones) == pytest.approx([r2_score(wanted, said)])
    classes, chances = rng.integers(0, 4, 400).astype(float), rng.dirichlet(np.ones(4), 400)
    expected = roc_auc_score(classes, chances, multi_class="ovr", average="macro")
    assert label.figure(classes, chances, ones) == pytest.approx([expected])


def test_features_are_the_same_on_all_sides() -> None:
    table = encoded(comparison(flawed.dropped_category, None))
    sides = [Draw(side, np.arange(50)) for side in ("train", "synthetic", "holdout")]  # type: ignore[arg-type]
    for made in (for_trees, for_lines):
        features = [made(table.columns, side) for side in sides]
        assert len({each.sources for each in features}) == 1
    lines = for_lines(table.columns, sides[0]).values
    assert np.isfinite(lines).all()
    assert np.abs(lines).max() <= 5


def test_shuffled_copies_move_one_column_and_what_is_made_of_it() -> None:
    table = encoded(comparison(flawed.fresh, None))
    given = for_lines(table.columns, Draw("train", np.arange(80)))
    names, copies = shuffled_copies(given)
    assert names == tuple(column.name for column in table.columns)
    assert (copies[0] == given.values).all()
    for name, copy in zip(names, copies[1:], strict=True):
        changed = {given.sources[place] for place in np.flatnonzero((copy != given.values).any(axis=0))}
        assert changed == {(name,)}
        assert np.allclose(np.sort(copy, axis=0), np.sort(given.values, axis=0))


def test_confidence_intervals_of_fresh_rows_cover_as_often_as_train_does() -> None:
    fresh = {s.subject: s for s in metric("confidence").measure(comparison(flawed.fresh, None), seed=Seed(1))}
    moved = {s.subject: s for s in metric("confidence").measure(comparison(flawed.independent, None), seed=Seed(1))}
    for subject in ("means", "regressions"):
        assert fresh[subject].baseline == pytest.approx(0.83, abs=0.1)
        assert fresh[subject].value == pytest.approx(fresh[subject].baseline, abs=0.12)
    assert moved["means"].value is not None
    assert moved["means"].value > 0.7
    assert moved["regressions"].value is not None
    assert moved["regressions"].baseline is not None
    assert moved["regressions"].value < moved["regressions"].baseline - 0.05


def test_a_class_of_three_rows_has_a_figure_and_no_warning() -> None:
    def side(seed: int) -> flawed.Tables:
        return flawed.dataset({**flawed.rows(1_500, seed), "is_late": np.arange(1_500) % 500 == 499})

    found = metric("tstr").measure(Comparison(side(1), side(2), side(3), "is_late"), seed=Seed(1))
    tstr = next(iter(found))
    assert tstr.value is not None
    assert tstr.interval is not None


def product(n: int, seed: int, noise: float) -> Tables:
    """A number that is the product of two others, with noise: without any, small leaves are best, with much, large ones."""
    rng = np.random.Generator(np.random.Philox(seed))
    a, b = rng.uniform(-1, 1, (2, n))
    table = pa.table({"y": a * b + rng.normal(0, noise, n), "a": a, "b": b})
    schema = Schema((Table("product", tuple(Column(name, types.Real(), pa.float64()) for name in table.column_names)),))
    return Tables(schema, {"product": table})


@pytest.mark.parametrize(("noise", "leaf"), [(0.0, 1), (1.0, 20)])
def test_tuning_chooses_what_does_better_on_unseen_rows(noise: float, leaf: int) -> None:
    compared = Comparison(product(800, 1, noise), product(800, 2, noise), product(3_000, 3, noise), "y")
    task = task_for(compared, "y", Seed(1))
    assert isinstance(task, Task)
    draw, test = Draw("train", np.arange(800)), Draw("holdout", np.arange(3_000))
    chosen = tuned("forest", task, draw, Seed(1))
    assert chosen["min_samples_leaf"] == leaf
    figures = []
    for each in (usual("forest"), chosen):
        said = predicted(fitted("forest", task, draw, Seed(1), each), "forest", task, test)
        figures.append(float(task.figure(task.wanted(test), said, np.ones((1, 3_000)))[0]))
    assert figures[1] > figures[0] + 0.02


def test_thorough_tunes_and_takes_more_rows_and_fresh_rows_still_teach_as_much() -> None:
    thorough = metric("tstr", is_thorough=True)
    found = {score.metric: score for score in thorough.measure(comparison(flawed.fresh, "plan"), seed=Seed(1))}
    gap = found["utility.gap"]
    assert gap.detail["learners are"] == "tuned on the rows they learn from"
    assert gap.value == pytest.approx(0, abs=0.03)
    compared = comparison(flawed.fresh, None)
    few, many = (metric("attacks", is_thorough=flag).measure(compared, seed=Seed(1)) for flag in (False, True))
    asked = [{score.metric: score.n for score in scores} for scores in (few, many)]
    assert asked[1]["privacy.inference"] > asked[0]["privacy.inference"]
    assert asked[1]["privacy.linkability"] > asked[0]["privacy.linkability"]
