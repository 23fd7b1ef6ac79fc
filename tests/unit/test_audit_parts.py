"""The parts of the shadow audit against what is known: halves, closeness, statistics, likelihood ratios, figures."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pyarrow as pa
import pytest
from tests import flawed

from twinset.core.schema import Schema
from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.audit import lira
from twinset.evaluation.audit.closeness import Labels, Ranks
from twinset.evaluation.audit.roc import roc
from twinset.evaluation.audit.statistics import names, statistics
from twinset.evaluation.audit.table import UNSEEN, Audited
from twinset.evaluation.audit.targets import ISOLATED, RANDOM, choose, known_targets
from twinset.gate.audited import judge_audit
from twinset.pipeline.shadows import Halves


def audited(n: int = 400, seed: int = 1, **columns: np.ndarray) -> tuple[Audited, Schema, pa.Table]:
    data = flawed.dataset({**flawed.rows(n, seed), **columns})
    return Audited.of(data.schema.only, data.to_arrow(), Seed(0)), data.schema, data.to_arrow()


def test_every_row_is_in_one_half_of_each_pair_and_entities_are_whole():
    who = np.repeat(np.arange(60), 5)
    data = flawed.dataset({"who": who, **flawed.rows(300, 1)}, entity=("who",))
    halves = Halves.of(data.schema, data.to_arrow(), Seed(3))
    for pair in range(4):
        first, second = halves.members(2 * pair), halves.members(2 * pair + 1)
        assert (first ^ second).all()
        assert all(len(set(first[who == one])) == 1 for one in range(60))
        assert len(set(who[first])) == 30
    assert sorted(who[halves.one_row_each()]) == list(range(60))


def test_pairs_are_cut_independently():
    halves = Halves(np.arange(10_000), Seed(3))
    both = halves.members(0) & halves.members(2)
    assert abs(both.sum() - 2500) < 4 * math.sqrt(10_000 / 16)


def test_what_a_label_misses_is_its_surprise():
    closeness = Labels.of(np.array([0.5, 0.25, 0.25]), np.array([1, 0], np.int32))
    missed = closeness.missed(np.array([0, 1, UNSEEN], np.int32))
    np.testing.assert_allclose(missed, [[math.log(4), 0, math.log(4)], [0, math.log(2), math.log(2)]], rtol=1e-6)


def test_what_a_rank_misses_grows_with_the_share_in_between():
    closeness = Ranks.of(np.array([0.25, 0.25, 0.25, 0.25, 0.0]), np.array([0, 1], np.int32))
    missed = closeness.missed(np.arange(5, dtype=np.int32))
    np.testing.assert_allclose(missed[0], np.log([1, 2, 3, 4, 4]), rtol=1e-6)
    np.testing.assert_allclose(missed[1], np.log([3, 1, 3, 4, 4]), rtol=1e-6)
    np.testing.assert_allclose(closeness.whole, np.log([4, 4]), rtol=1e-6)


def test_values_that_no_real_row_has_equal_nothing():
    table, schema, rows = audited()
    other = rows.set_column(1, schema.only.arrow.field(1), pa.array(["atlantis"] * 400))
    codes = table.coded(table.read(other)).codes
    assert (codes[1] == UNSEEN).all()
    assert (codes[0] == table.coded(table.records).codes[0]).all()


def test_a_record_far_from_all_others_is_among_the_isolated():
    columns = flawed.rows(400, 1)
    columns["amount"][7], columns["income"][7], columns["opened"][7] = 1e6, 1e6, 0
    data = flawed.dataset(columns)
    table = Audited.of(data.schema.only, data.to_arrow(), Seed(0))
    chosen = choose(table, np.arange(400), 60, Seed(1))
    assert chosen.groups[RANDOM].sum() == 60
    assert chosen.groups[ISOLATED].sum() == 60
    assert 7 in chosen.rows[chosen.groups[ISOLATED]]
    assert (np.diff(chosen.rows) > 0).all()


def test_statistics_see_a_copy_and_windows_are_read_as_if_alone():
    table, _, rows = audited()
    others = flawed.dataset(flawed.rows(300, 2)).to_arrow()
    targets = known_targets(table, np.arange(10), Seed(2))
    both = table.coded(table.read(pa.concat_tables([others, rows.slice(0, 10)])))
    found = statistics(targets, both, (slice(0, 300), slice(10, 310)))
    alone = statistics(targets, both.take(slice(10, 310)), (slice(None),))
    np.testing.assert_allclose(found[1], alone[0], rtol=1e-5, atol=1e-5)
    kinds = names(tuple(column.name for column in table.columns))
    assert found.shape == (2, 10, len(kinds))
    by_name = dict(zip(kinds, np.moveaxis(found, 2, 0), strict=True))
    np.testing.assert_allclose(by_name["missing: 0"], [[0] * 10, [math.log(2)] * 10], rtol=1e-5)
    assert (by_name["exact: best"][1] == 0).all()
    assert (by_name["exact: best"][0] < 0).all()
    assert (by_name["rare: best"][1] >= by_name["rare: best"][0]).all()
    assert (by_name["near: best"][1] > by_name["near: best"][0]).all()


def test_the_likelihood_ratio_reaches_what_theory_allows():
    """Normal laws one spread apart by d: no attack has an AUC above Φ(d/√2); with 32 shadows it comes near (±4 s.e.)."""
    draw = np.random.default_rng(5)
    is_member = balanced(32, 400, draw)
    centre = draw.normal(0, 10, 400)
    values = centre + is_member * 0.7 + draw.normal(0, 1, (32, 400))
    scores = lira.scores(values[:, :, None], is_member, ("one",), Seed(1))
    best = NormalDist().cdf(0.7 / math.sqrt(2))
    assert best - 0.03 < roc(scores, is_member, Seed(2)).area.value < best + 0.02


def test_records_with_laws_of_their_own_are_found_by_their_own():
    """Half of the records rise when they are in, half fall: nothing is common to all, and it is found all the same."""
    draw = np.random.default_rng(5)
    is_member = balanced(64, 300, draw)
    way = np.where(np.arange(300) % 2, 1.0, -1.0)
    values = way * is_member * 1.5 + draw.normal(0, 1, (64, 300))
    assert roc(lira.scores(values[:, :, None], is_member, ("one",), Seed(1)), is_member, Seed(2)).area.value > 0.8


def test_nothing_is_found_where_nothing_is_and_intervals_hold():
    """Noise, 60 times: the mean AUC is .5 within 4 s.e., and at most ten intervals of 95% miss it (P of more: 2e-4)."""
    areas, missed = [], 0
    for seed in range(60):
        draw = np.random.default_rng(seed)
        is_member = balanced(8, 120, draw)
        values = draw.normal(0, 1, (8, 120, 6)) + draw.normal(0, 1, (1, 120, 1)) + draw.normal(0, 1, (8, 1, 1))
        area = roc(lira.scores(values, is_member, ("a", "a", "b", "b", "c", "c"), Seed(1)), is_member, Seed(2)).area
        areas.append(area.value)
        missed += not area.interval[0] <= 0.5 <= area.interval[1]
    assert abs(np.mean(areas) - 0.5) < 4 * np.std(areas) / math.sqrt(60)
    assert missed <= 10


def test_figures_are_those_of_the_curve():
    draw = np.random.default_rng(3)
    is_member = balanced(6, 200, draw)
    scores = np.round(is_member * 0.8 + draw.normal(0, 1, (6, 200)), 1)
    found = roc(scores, is_member, Seed(1))
    inside, outside = scores[is_member], scores[~is_member]
    wins = (inside[:, None] > outside).mean() + (inside[:, None] == outside).mean() / 2
    assert found.area.value == pytest.approx(wins)
    levels = np.unique(scores)[::-1]
    alarms, hits = ([0, *((side >= level).mean() for level in levels)] for side in (outside, inside))
    assert [each.value for each in found.hits] == pytest.approx([np.interp(level, alarms, hits) for level in (0.01, 0.001)])
    assert all(low <= each.value <= high for each in (found.area, *found.hits) for low, high in [each.interval])
    assert found.curve[-1] == (1.0, 1.0)


@pytest.mark.parametrize(
    ("area", "interval", "control", "outcome"),
    [
        (0.51, (0.50, 0.52), (0.56, 0.60), "pass"),
        (0.60, (0.58, 0.62), (0.65, 0.70), "fail"),
        (0.54, (0.52, 0.57), (0.60, 0.70), "unknown"),
        (0.51, (0.50, 0.52), (0.49, 0.53), "unknown"),
    ],
)
def test_the_gate(area, interval, control, outcome):
    detail = {"control": {"value": sum(control) / 2, "interval": control}}
    score = Score("privacy.shadow", RANDOM, area, "lower", interval, 0.5, n=1000, detail=detail)
    verdict = judge_audit([score], "standard")
    assert verdict.outcome == outcome
    assert verdict.is_published == (outcome != "fail")
    assert judge_audit([score], "strict").is_published == (outcome == "pass")


def balanced(n_shadows: int, n_records: int, draw: np.random.Generator) -> np.ndarray:
    """Members by lot in the even shadows, the others in the odd ones."""
    first = draw.random((n_shadows // 2, n_records)) < 0.5
    return np.stack([first, ~first], axis=1).reshape(n_shadows, n_records)
