"""The shadow audit against engines of which it is known what they leak."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests import flawed
from tests.leaky import Copying, Ignoring

from twinset import audit
from twinset.evaluation.report.audit import Audit

N = 1200


def audited(out: Path, engine: object, **options: object) -> Audit:
    data = flawed.dataset(flawed.rows(N, 1))
    return audit(data, out / "a", synthesizer=engine, shadows=16, targets=150, seed=5, **options)


def figures(found: Audit, metric: str) -> dict[str, tuple[float, tuple[float, float]]]:
    return {s.subject: (s.value, s.interval) for s in found.scores if s.metric == metric}  # type: ignore[misc]


def test_an_engine_that_copies_rows_fails(tmp_path):
    """30% of its rows are copies with replacement, so that 26% of the members stand in a twin whole; strangers never do."""
    found = audited(tmp_path, Copying())
    assert found.verdict.outcome == "fail"
    share = 1 - np.exp(-0.3)
    for _, (low, high) in figures(found, "privacy.shadow_tpr").values():
        assert low > 0.8 * share
        assert high < 1
    for value, _ in figures(found, "privacy.shadow").values():
        assert value > 0.5 + 0.4 * share


def test_an_engine_that_ignores_its_data_is_told_from_nothing(tmp_path):
    """The truth is .5 and 1%; the seed is fixed, and an interval misses the truth with 5% for a seed like it."""
    found = audited(tmp_path, Ignoring())
    assert found.verdict.outcome != "fail"
    for metric in ("privacy.shadow", "privacy.shadow_value_copy"):
        for _, (low, high) in figures(found, metric).values():
            assert low <= 0.5 <= high
    for _, (low, high) in figures(found, "privacy.shadow_tpr").values():
        assert low <= 0.01 <= high


def test_single_values_that_come_back_are_found_where_rows_are_not_copied(tmp_path):
    """Columns drawn on their own from the real values: no row comes back, and each rare value of a member does with 63%."""
    found = audited(tmp_path, Copying(share=0.0))
    assert found.verdict.outcome == "fail"
    for value, (low, _) in figures(found, "privacy.shadow_value_copy").values():
        assert low > 0.6, value


def test_independent_columns_of_shared_values_give_away_far_less(tmp_path):
    """Values that ten share: 600 people in a fit still move shares and thresholds, but no single value comes back as above.

    The control, near-copies in 5% of the rows, finds about that share of the members at 1% false alarms (4 s.e. below).
    """
    found = audited(tmp_path, "independent")
    for subject, (value, _) in figures(found, "privacy.shadow_value_copy").items():
        assert value < 0.56, subject
    for score in found.scores:
        if score.metric == "privacy.shadow_tpr":
            control = score.detail["control"]
            assert isinstance(control, dict)
            assert control["value"] > 0.05 - 4 * np.sqrt(0.05 * 0.95 / (8 * 150))
            assert control["interval"][0] > score.value


@pytest.mark.verify
def test_figures_of_an_engine_that_ignores_its_data_scatter_around_the_truth(tmp_path):
    """Twelve tables and seeds: at most 4 of 24 intervals of 95% miss .5 (P of more is below 1%)."""
    missed = 0
    for seed in range(12):
        data = flawed.dataset(flawed.rows(600, 100 + seed))
        found = audit(data, tmp_path / str(seed), synthesizer=Ignoring(), shadows=8, targets=100, seed=seed)
        missed += sum(not low <= 0.5 <= high for _, (low, high) in figures(found, "privacy.shadow").values())
    assert missed <= 4
