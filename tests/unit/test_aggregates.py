"""Published aggregates: the file, what may be in it, and a twin beside it, against ground truth."""

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import twinset as ts
from twinset.core.dataset import Tables
from twinset.core.seed import Seed
from twinset.errors import DataError, PlanError
from twinset.evaluation.aggregates.files import dump_aggregates, read_aggregates
from twinset.evaluation.aggregates.measure import measure_aggregates
from twinset.evaluation.aggregates.model import Aggregates
from twinset.evaluation.aggregates.noise import Published, distance_score, share_gap, total_variation
from twinset.evaluation.aggregates.publish import protected, publishable
from twinset.gate.decide import decide
from twinset.gate.rules import worse_by
from twinset.privacy import K

SHARES = np.array([0.5, 0.3, 0.15, 0.05])


def draw(seed):
    return np.random.Generator(np.random.Philox(seed))


def people(n, seed, shift=0.0):
    """Age and income hang together; town has a rare label; some incomes are missing; joined is a date."""
    rng = draw(seed)
    age = rng.integers(18, 90, n)
    income = np.round(1000 + 30 * age + rng.normal(0, 300, n) + shift, 1)
    town = rng.choice(["Oslo", "Lima", "Quito", "Ys"], n, p=[0.5, 0.3, 0.198, 0.002])
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=int(day)) for day in rng.integers(0, 700, n)]
    known = pa.array(income, mask=rng.random(n) < 0.1)
    return pa.table({"age": age, "income": known, "town": town, "joined": days})


@pytest.fixture(scope="module")
def published():
    return publishable(ts.read(people(4000, 1)))


def measured(published, twin):
    return measure_aggregates([published], ts.read(twin), seed=Seed(3))


def test_the_interval_of_a_cell_holds_the_truth_as_often_as_it_says():
    """2,000 published shares, rounded to 5 rows, beside a twin of the same truth: at least 95% of the intervals hold 0."""
    rng, held = draw(5), 0
    for share in rng.uniform(0.01, 0.6, 2000):
        real, made = rng.binomial(600, share), rng.binomial(400, share) / 400
        low, high = share_gap(made, 400, round(real / 5) * 5 / 600, 600, 5 / 600)
        held += low <= 0 <= high
    assert held >= 1900 - 33  # one in a thousand (alpha) falls lower at 95%


def test_a_rounded_share_alone_is_no_gap():
    low, high = share_gap(0.104, 10**9, 0.10, 10**9, 0.01)
    assert low <= 0 <= high


def test_distances_of_fresh_draws_lie_at_their_baseline():
    """400 fresh twins: the interval of the distance less its baseline, as the gate takes it, lies above 0 in under 5%."""
    rng, alarms, gaps = draw(6), 0, []
    for place in range(400):
        real = Published(rng.multinomial(800, SHARES) / 800, 800, 0.0)
        score = distance_score(
            "t", str(place), real, rng.multinomial(500, SHARES).astype(float), total_variation, Seed(place)
        )
        low, _ = worse_by(score)
        alarms += low > 0
        gaps.append(score.value - score.baseline)
    assert alarms <= 34  # 20 expected at the stated rate; more than 34 with a chance of 1e-3 (alpha)
    assert abs(np.mean(gaps)) < 4 * np.std(gaps) / 20


def test_no_line_gives_its_suppressed_cells_away():
    rng = draw(7)
    for shape in ((6,), (5, 7), (3, 4, 3)):
        for _ in range(100):
            held = rng.poisson(rng.choice([2, 12, 40]), shape)
            shown = protected(held, held >= K)
            assert (held[shown] >= K).all()
            for axis in range(held.ndim):
                hidden, left = np.where(shown, 0, held).sum(axis=axis), shown.any(axis=axis)
                assert not ((hidden > 0) & (hidden < K) & left).any()


def test_nothing_of_fewer_than_ten_is_published(published):
    text = dump_aggregates(published, Path("a.yaml"))
    assert "Ys" not in text  # about 8 of 4,000
    town = published.columns["town"]
    assert set(town.labels) < {"Oslo", "Lima", "Quito"}  # one more is suppressed, so that Ys is not the rest alone
    assert all(count % 5 == 0 for count in town.labels.values())
    ages = np.asarray(people(4000, 1).column("age"))
    assert published.columns["age"].histogram.edges[0] >= ages.min() - 5


def test_rows_of_one_entity_count_once():
    """A label that one person holds in 200 rows is not published; without the entity it would be."""
    rows = pa.table({"who": [f"p{i}" for i in range(400)] + ["hermit"] * 200, "kind": ["a", "b"] * 200 + ["cave"] * 200})
    data = ts.read(rows, columns={"who": {"type": "identifier"}})
    owned = Tables(
        dataclasses.replace(data.schema, tables=(dataclasses.replace(data.schema.only, entity=("who",)),)), data.tables
    )
    assert "cave" in publishable(data).columns["kind"].labels
    found = publishable(owned)
    assert "cave" not in found.columns["kind"].labels
    assert found.entities == 400


def test_fresh_rows_raise_no_alarm_and_are_never_passed(published):
    evaluation = measured(published, people(3000, 2))
    verdict = decide(evaluation.scores)
    assert [answer.outcome for answer in verdict.answers] == ["unknown"] * 3
    assert verdict.is_published
    assert not decide(evaluation.scores, "strict").is_published
    assert evaluation.find("fidelity.cell").value == 0
    unknown = [score for score in evaluation.scores if score.value is None and "no real rows" in score.reason]
    reasons = {score.family for score in unknown}
    assert reasons == {"fidelity", "utility", "privacy"}


@pytest.mark.parametrize(
    ("metric", "subject", "harm"),
    [
        ("fidelity.tvd", "town", {"town": lambda values, rng: np.where(values == "Oslo", "Lima", values)}),
        ("fidelity.mean", "income", {"income": lambda values, rng: values + 150}),
        ("fidelity.spread", "income", {"income": lambda values, rng: values * 1.3}),
        ("fidelity.ks", "age", {"age": lambda values, rng: values // 2 + 30}),
        ("fidelity.correlation", "age × income", {"income": lambda values, rng: rng.permutation(values)}),
        ("fidelity.pair", "age × income", {"income": lambda values, rng: rng.permutation(values)}),
        (
            "fidelity.missing",
            "income",
            {"income": lambda values, rng: np.where(rng.random(len(values)) < 0.2, np.nan, values)},
        ),
    ],
)
def test_each_flaw_is_seen(metric, subject, harm):
    source = people(4000, 1)
    aggregates = publishable(ts.read(source))
    if metric == "fidelity.ks":  # published without suppressed ranges
        counts, edges = np.histogram(np.asarray(source.column("age")), bins=np.arange(10, 100, 10))
        said = {"histogram": {"edges": edges.tolist(), "figures": counts.tolist()}}
        aggregates = Aggregates.model_validate({"rows": 4000, "columns": {"age": said}})
    fresh = people(3000, 2)
    ((name, change),) = harm.items()
    values = fresh.column(name).to_pandas().to_numpy()
    harmed = fresh.set_column(fresh.column_names.index(name), name, pa.array(change(values, draw(9)), from_pandas=True))
    sound, broken = (measured(aggregates, twin).find(metric, subject) for twin in (fresh, harmed))
    assert worse_by(sound)[0] <= 0.005
    assert worse_by(broken)[0] > 0


def test_the_true_distance_lies_between_its_bounds():
    rng = draw(10)
    for _ in range(40):
        real, made = rng.normal(0, 1, 800), rng.normal(rng.normal(0, 0.4), rng.uniform(0.6, 1.5), 700)
        edges = [-9, *np.sort(rng.normal(0, 1, 5)).tolist(), 9]
        counts = np.histogram(real, edges)[0].tolist()
        said = Aggregates.model_validate({"rows": 800, "columns": {"x": {"histogram": {"edges": edges, "figures": counts}}}})
        score = measured(said, pa.table({"x": made})).find("fidelity.ks", "x")
        grid = np.sort(np.concatenate([real, made]))
        curves = [np.searchsorted(np.sort(side), grid, side="right") / len(side) for side in (real, made)]
        true = np.abs(curves[0] - curves[1]).max()
        assert score.value - 1e-9 <= true <= score.detail["at most"] + 1e-9


def test_quantiles_and_prevalence(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "twinset_aggregates: 1\nrows: 2000\ncolumns:\n  x: {quantiles: {0.25: 25, 0.5: 50, 0.75: 75}}\n"
        "tables:\n- {columns: [sex, ill], within: [sex], measure: share, "
        "cells: [[f, true, 0.1, 900], [m, true, 0.3, 1100]]}\n"
    )
    rng = draw(11)
    sex = rng.choice(["f", "m"], 5000)
    ill = rng.random(5000) < np.where(sex == "f", 0.1, 0.5)
    evaluation = measured(
        read_aggregates(tmp_path / "a.yaml"), pa.table({"x": rng.integers(0, 101, 5000), "sex": sex, "ill": ill})
    )
    assert worse_by(evaluation.find("fidelity.ks", "x"))[0] <= 0
    right, wrong = (evaluation.find("fidelity.cell", f"sex: {one} × ill: true") for one in "fm")
    assert right.interval[0] <= 0 <= right.interval[1]
    assert wrong.value == pytest.approx(0.2, abs=0.03)
    assert wrong.interval[0] > 0


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_a_file_comes_back_as_it_went(published, tmp_path, name):
    path = tmp_path / name
    path.write_text(dump_aggregates(published, path))
    assert read_aggregates(path) == published


def test_csv_tables_are_read(tmp_path):
    (tmp_path / "t.csv").write_text("sex;income;count\nf;high;1179\nf;low;9592\nm;high;6662\nm;low;*\n")
    (table,) = read_aggregates(tmp_path / "t.csv").tables
    assert table.cells[-1] == ("m", "low", None)
    assert table.n is None
    (tmp_path / "p.csv").write_text("sex,percent,n\nf,33.1%,10771\nm,66.9,21790\n")
    (table,) = read_aggregates(tmp_path / "p.csv").tables
    assert table.cells[0] == ("f", pytest.approx(0.331), 10771)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", "rows: 5", "is no file of aggregates"),
        ("a.yaml", "twinset_aggregates: 1", "there is nothing in it"),
        ("a.yaml", "twinset_aggregates: 1\ncolums: {}", "did you mean 'columns'"),
        ("a.yaml", "twinset_aggregates: 1\ncolumns: {x: {histogram: {edges: [2, 1], figures: [3]}}}", "low to high"),
        ("a.yaml", "twinset_aggregates: 1\ncolumns: {x: {histogram: {edges: [1, 2], figures: [3, 4]}}}", "1 ranges, not 2"),
        ("a.yaml", "twinset_aggregates: 1\ncolumns: {x: {labels: {a: 3}, mean: 2}}", "not both"),
        ("a.yaml", "twinset_aggregates: 1\ntables: [{columns: [x], cells: [[a, 1], [a, 2]]}]", "the cell a stands twice"),
        ("a.yaml", "twinset_aggregates: 1\ntables: [{columns: [x], cells: [[a, -1]]}]", "a number from 0 on"),
        ("a.yaml", "twinset_aggregates: 1\ntables: [{columns: [x], cells: [[a]]}]", "1 values, a figure"),
        ("a.yaml", "a: [", "not valid YAML"),
        ("t.csv", "a,b\n1,2\n", "called count, share or percent"),
        ("t.csv", "a,count\nx,many\n", "line 2: 'many' is no number"),
        ("t.csv", "a,count\nx,1,2\n", "3 fields where the header has 2"),
    ],
)
def test_bad_files_are_refused(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=said):
        read_aggregates(tmp_path / name)


def test_what_does_not_fit_is_said(published):
    twin = people(500, 2).drop_columns(["joined"])
    twin = twin.set_column(0, "age", pa.array(["young", "old"] * 250))
    notes = {note.column: note.text for note in measured(published, twin).notes}
    assert "no such column" in notes["joined"]
    assert "no numbers in the twin" in notes["age"]
    with pytest.raises(DataError, match="no column in common"):
        measured(published, pa.table({"other": [1, 2, 3]}))
    nobody = ts.read(people(5, 2))
    nobody = dataclasses.replace(nobody, tables={nobody.schema.only.name: nobody.to_arrow().slice(0, 0)})
    with pytest.raises(DataError, match="has no rows"):
        measure_aggregates([published], nobody, seed=Seed(3))


def test_the_real_rows_themselves_are_closer_than_chance_and_fresh_ones_are_not(published):
    said = [[note.text for note in measured(published, people(n, seed)).notes] for n, seed in ((4000, 1), (4000, 2))]
    assert any("may hold the very rows" in text for text in said[0])
    assert not any("may hold the very rows" in text for text in said[1])


def test_too_little_to_publish_is_refused():
    with pytest.raises(DataError, match="too few to publish"):
        publishable(ts.read(people(15, 1)))
    with pytest.raises(PlanError, match="from 1 to 10"):
        publishable(ts.read(people(100, 1)), rounding=50)
