"""The evaluation as a whole: every metric of the registry, in order, once; what it needs to say is said."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tests import flawed

from twinset.core import registry, types
from twinset.core.dataset import Tables
from twinset.core.schema import Column, Schema, Table
from twinset.core.score import Metric
from twinset.core.seed import Seed
from twinset.evaluation.measure import evaluate, metric, point_values
from twinset.evaluation.result import Evaluation


@pytest.fixture(scope="module")
def told() -> list[tuple[float, str]]:
    return []


@pytest.fixture(scope="module")
def evaluation(told: list[tuple[float, str]]) -> Evaluation:
    train, holdout = flawed.dataset(flawed.rows(600, 1)), flawed.dataset(flawed.rows(250, 2), "holdout")
    twin = flawed.dataset({name: values for name, values in flawed.rows(500, 3).items() if name != "fee"}, "synthetic")
    return evaluate(
        train, twin, holdout=holdout, target="is_late", seed=Seed(5), progress=lambda done, what: told.append((done, what))
    )


def test_every_metric_of_the_registry_is_a_metric() -> None:
    for name in registry.names("metrics"):
        assert isinstance(metric(name), Metric)


def test_thoroughness_reaches_the_metrics_that_have_it() -> None:
    assert metric("c2st", is_thorough=True) != metric("c2st")
    assert metric("ks", is_thorough=True) == metric("ks")


def test_all_families_are_measured_and_timed(evaluation: Evaluation) -> None:
    assert {score.family for score in evaluation.scores} == {"fidelity", "utility", "privacy"}
    assert set(evaluation.cpu_seconds) == set(registry.names("metrics"))
    assert evaluation.rows == {"train": 600, "synthetic": 500, "holdout": 250}
    assert evaluation.target == "is_late"


def test_progress_runs_from_none_to_all(evaluation: Evaluation, told: list[tuple[float, str]]) -> None:
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert {what for _, what in told} >= set(registry.names("metrics"))


def test_what_was_left_out_is_noted(evaluation: Evaluation) -> None:
    assert [note.column for note in evaluation.notes if "no such column" in note.text] == ["fee"]
    assert "fee" not in {profile.column for profile in evaluation.profiles}
    assert evaluation.associations is not None
    assert "fee" not in evaluation.associations.columns


def test_figures_name_their_rows_and_stand_beside_a_baseline(evaluation: Evaluation) -> None:
    for name in ("ks", "tvd", "pair", "association", "triple", "c2st", "c2st_strong", "alpha_precision"):
        score = evaluation.find(f"fidelity.{name}")
        assert score is not None
        assert score.n > 0
        assert score.interval is not None
        assert score.baseline_interval is not None
    assert evaluation.find("fidelity.nothing") is None


def test_details_are_plain_data(evaluation: Evaluation) -> None:
    """They go into JSON as they are."""
    plain = (str, int, float, bool, type(None))

    def check(value: object) -> None:
        if isinstance(value, dict):
            for each in value.values():
                check(each)
        elif isinstance(value, list | tuple):
            for each in value:
                check(each)
        else:
            assert type(value) in plain, value

    for score in evaluation.scores:
        check(dict(score.detail))
        check([score.value, score.baseline, score.interval, score.baseline_interval])


def test_text_is_left_out_and_said_to_be() -> None:
    columns = (Column("x", types.Real(), pa.float64()), Column("note", types.Text(), pa.string()))
    table = pa.table({"x": np.arange(40.0), "note": ["said"] * 40})
    data = Tables(Schema((Table("t", columns),)), {"t": table})
    found = evaluate(data, data, seed=Seed(1))
    assert [note.column for note in found.notes] == ["note"]


def test_point_values_are_of_all_rows_and_stand_alone() -> None:
    train, twin = flawed.dataset(flawed.rows(900, 1)), flawed.twin(flawed.dropped_category, 400, 2)
    scores = {(score.metric, score.subject): score for score in point_values(train, twin, seed=Seed(1))}
    regions = [np.asarray(side.to_arrow()["region"].to_pylist()) for side in (train, twin)]
    gaps = [abs((regions[0] == name).mean() - (regions[1] == name).mean()) for name in np.unique(regions[0])]
    assert scores["fidelity.group", "region"].value is not None
    assert scores["fidelity.group", "region"].value < 0.6
    assert scores["fidelity.tvd", "region"].value == pytest.approx(sum(gaps) / 2)
    assert all(score.interval is None and score.baseline is None for score in scores.values())
