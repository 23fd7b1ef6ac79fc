"""Constraints around engines: each kind holds in every row, through files and given rows, or is refused with reasons."""

from __future__ import annotations

import datetime as dt
import decimal
import itertools
import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import twinset
from twinset.constraints import broken
from twinset.core.constraints import (
    Combinations,
    Condition,
    Formula,
    InRange,
    Order,
    Pattern,
    Predicate,
    Presence,
    Sum,
    Unique,
)
from twinset.core.request import Fixed, Request, SeedRows, Shares
from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.errors import DataError, GenerationError, PlanError, SchemaError
from twinset.pipeline import memory
from twinset.pipeline.constraining import constrained
from twinset.synthesizers.constrained import Constrained
from twinset.synthesizers.tabular.independent import Independent
from twinset.testing import check_synthesizer

N = 1_200
CITIES = {f"city-{number}": f"state-{number % 4}" for number in range(12)}


def _sales() -> pa.Table:
    draw = Seed(7).generator()
    start = np.datetime64("2020-01-01") + draw.integers(0, 900, N)
    end = start + draw.geometric(0.2, N) - 1
    price, count = np.round(draw.gamma(2, 10, N), 2), draw.integers(1, 6, N)
    city = draw.choice(list(CITIES), N)
    kind = draw.choice(["new", "used", "hire"], N)
    parts = [draw.integers(0, 50, N) for _ in range(3)]
    return pa.table(
        {
            "code": [f"{'NS'[n % 2]}-{n:05d}" for n in draw.permutation(N)],
            "start": pa.array(start, pa.date32()),
            "end": pa.array(end, pa.date32(), mask=draw.random(N) < 0.2),
            "price": price,
            "count": count,
            "amount": pa.array(np.round(price * count, 2), mask=draw.random(N) < 0.1),
            "city": city,
            "state": [CITIES[one] for one in city],
            "kind": kind,
            "age": pa.array(draw.integers(1, 20, N), mask=kind == "new"),
            "a": parts[0],
            "b": parts[1],
            "c": parts[2],
            "all": sum(parts),
        }
    )


SALES = _sales()
RULES = (
    Order(("start", "end"), strict=True),
    Formula("amount", "price * count", 2, strict=True),
    Combinations(("city", "state")),
    Presence("age", "kind", ("used", "hire"), strict=True),
    Sum("all", ("a", "b", "c"), strict=True),
    Pattern("code", r"[NS]-\d{5}", strict=True),
    Unique(("code",), strict=True),
    InRange("a", 0, 49, strict=True),
    Condition("a + b <= 90"),
)


def made(sampler, n_rows: int, *, seed: int = 1, given=None, part_rows: int = 500) -> pa.RecordBatch:
    """Rows in one batch."""
    request = Request({sampler.schema.only.name: n_rows}, Seed(seed), given, part_rows)
    return memory.sample(sampler, request).to_arrow().combine_chunks().to_batches()[0]


def holds_all(rows: pa.RecordBatch, sampler) -> bool:
    """Whether rows hold each constraint, seen without the engine's own check."""
    table = sampler.schema.only
    return not any(broken(one, table, rows, {}).any() for one in table.constraints if not isinstance(one, Predicate))


@pytest.fixture(scope="module", params=["independent", "trees"])
def sampler(request):
    return twinset.fit(SALES, seed=0, synthesizer=request.param, constraints=RULES)


def test_all_hold_in_every_row(sampler):
    rows = made(sampler, 3_000)
    assert holds_all(rows, sampler)
    assert set(zip(rows["city"].to_pylist(), rows["state"].to_pylist(), strict=True)) == set(CITIES.items())
    assert pc.count_distinct(rows["code"]).as_py() == 3_000


def test_what_was_learned_is_still_like_the_real_rows(sampler):
    """Against the truth that made them; at alpha 1e-4 each (a normal quantile of 3.9 standard errors)."""
    rows = made(sampler, 6_000)
    gaps = pc.subtract(rows["end"].cast(pa.int32()), rows["start"].cast(pa.int32())).drop_null().to_numpy()
    real = pc.subtract(SALES["end"].combine_chunks().cast(pa.int32()), SALES["start"].combine_chunks().cast(pa.int32()))
    assert abs(gaps.mean() - pc.mean(real).as_py()) < 3.9 * np.sqrt(20 / len(gaps) + 20 / N)
    for name, share in (("end", 0.2), ("amount", 0.1)):
        assert abs(rows[name].null_count / 6_000 - share) < 3.9 * np.sqrt(share * (1 - share) * (1 / 6_000 + 1 / N))
    if sampler.inner.engine == "independent":
        return  # each column on its own: whether an age is there can't follow its kind, and is taken away besides
    assert abs(rows["age"].null_count / 6_000 - 1 / 3) < 3.9 * np.sqrt(2 / 9 * (1 / 6_000 + 1 / N))


def test_a_saved_sampler_makes_the_same_rows(sampler, tmp_path):
    twinset.save(sampler, tmp_path / "sales.twin")
    again = twinset.load(tmp_path / "sales.twin")
    assert again.schema == sampler.schema
    assert made(again, 700).equals(made(sampler, 700))


@pytest.mark.parametrize("kind", [type(one) for one in RULES])
def test_each_kind_holds_alone(kind):
    rules = [one for one in RULES if isinstance(one, kind)]
    sampler = twinset.fit(SALES, seed=0, synthesizer="independent", constraints=rules)
    assert holds_all(made(sampler, 2_000), sampler)


ONE_COLUMN_IS_GIVEN = {"fixed_values_stand_in_every_row", "seed_rows_stand_in_their_rows", "shares_come_out"}


def test_it_keeps_the_contract_of_engines_under_constraints():
    for check in check_synthesizer(Constrained("trees"), data=constrained(twinset.read(SALES), RULES)):
        if check.name not in ONE_COLUMN_IS_GIVEN:
            check.run()


def test_it_can_be_given_one_column_that_is_tied_to_no_other():
    """Columns of a known combination are given together or not at all, which is refused in words (see below)."""
    rules = [rule for rule in RULES if not isinstance(rule, Combinations)]
    checks = check_synthesizer(Constrained("trees"), data=constrained(twinset.read(SALES), rules))
    found = [check for check in checks if check.name in ONE_COLUMN_IS_GIVEN]
    assert len(found) == len(ONE_COLUMN_IS_GIVEN)
    for check in found:
        check.run()


# --- every storage

EPOCH = dt.datetime(2021, 3, 1, tzinfo=dt.UTC)
STORAGES = {
    "integers": (pa.int16(), lambda n: n),
    "reals": (pa.float64(), lambda n: n / 4),
    "halves": (pa.float32(), lambda n: n / 4),
    "decimals": (pa.decimal128(9, 2), lambda n: decimal.Decimal(n) / 100),
    "days": (pa.date32(), lambda n: EPOCH.date() + dt.timedelta(days=n)),
    "long days": (pa.date64(), lambda n: EPOCH.date() + dt.timedelta(days=n)),
    "moments": (pa.timestamp("ms"), lambda n: EPOCH.replace(tzinfo=None) + dt.timedelta(minutes=7 * n)),
    "zoned moments": (pa.timestamp("us", "America/New_York"), lambda n: EPOCH + dt.timedelta(minutes=7 * n)),
    "times of day": (pa.time32("s"), lambda n: dt.time(n // 60 % 24, n % 60)),
    "durations": (pa.duration("s"), lambda n: dt.timedelta(minutes=n)),
}


@pytest.mark.parametrize("storage", STORAGES)
def test_orders_hold_in_every_storage_with_missing_values(storage):
    kind, value = STORAGES[storage]
    draw = Seed(3).generator()
    first = draw.integers(0, 1_000, 600)
    second, third = first + draw.integers(0, 30, 600), first + draw.integers(30, 90, 600)
    columns = {}
    for name, numbers in zip("xyz", (first, second, third), strict=True):
        missing = draw.random(600) < 0.15
        columns[name] = pa.array([None if gone else value(int(n)) for n, gone in zip(numbers, missing, strict=True)], kind)
    sampler = twinset.fit(pa.table(columns), seed=0, synthesizer="independent", constraints=[Order(("x", "y", "z"))])
    rows = made(sampler, 2_000)
    assert rows.schema.field("y").type == twinset.read(pa.table(columns)).schema.only["y"].storage
    assert holds_all(rows, sampler)
    for name in "xyz":
        assert abs(rows[name].null_count / 2_000 - columns[name].null_count / 600) < 0.08


def test_a_gap_keeps_its_law_and_its_heaps():
    """Three stays in ten are of whole hours: 3.9 standard errors of both sides (alpha 1e-4); quantiles to a twentieth."""
    draw, n_real, n_made = Seed(5).generator(), 6_000, 20_000
    start = draw.integers(0, 1_000 * 86_400, n_real)
    other = draw.gamma(2, 20_000, n_real).astype(np.int64)
    stay = np.where(draw.random(n_real) < 0.3, 3_600 * draw.integers(1, 5, n_real), other)
    rows = pa.table({"start": start, "end": start + stay}).cast(
        pa.schema([("start", pa.timestamp("s")), ("end", pa.timestamp("s"))])
    )
    made_rows = made(twinset.fit(rows, seed=0, constraints=[Order(("start", "end"))]), n_made, part_rows=n_made)
    gaps = np.asarray(pc.subtract(made_rows["end"], made_rows["start"]).cast(pa.int64()))
    assert gaps.min() >= 0
    assert abs((gaps % 3_600 == 0).mean() - 0.3) < 3.9 * np.sqrt(0.21 * (1 / n_made + 1 / n_real))
    ladder = (0.05, 0.25, 0.5, 0.75, 0.95)
    assert np.quantile(gaps, ladder) == pytest.approx(np.quantile(stay, ladder), rel=0.05)


def test_an_order_whose_gap_says_nothing_is_met_by_drawing_again():
    draw = Seed(5).generator()
    pairs = np.sort(draw.normal(0, 10, (900, 2)).round(1), axis=1)
    wide = pairs[:, 0] - draw.gamma(2, 30, 900).round(1)
    sampler = twinset.fit(
        pa.table({"low": wide, "high": pairs[:, 1]}), seed=0, synthesizer="independent", constraints=[Order(("low", "high"))]
    )
    assert sampler.form.steps == ()
    assert holds_all(made(sampler, 3_000), sampler)


def test_orders_of_labels_follow_their_domain():
    draw = Seed(3).generator()
    sizes = ["small", "middle", "large"]
    pairs = [sorted(pair) for pair in draw.integers(0, 3, (500, 2)).tolist()]
    data = twinset.read(
        pa.table({"ours": [sizes[a] for a, _ in pairs], "theirs": [sizes[b] for _, b in pairs]}),
        columns={name: {"type": "ordinal", "values": sizes} for name in ("ours", "theirs")},
    )
    sampler = twinset.fit(data, seed=0, synthesizer="independent", constraints=[Order(("ours", "theirs"))])
    rows = made(sampler, 1_000)
    assert all(sizes.index(a) <= sizes.index(b) for a, b in zip(*(column.to_pylist() for column in rows), strict=True))


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.integers(20, 200), st.integers(1, 97), st.data())
def test_whatever_the_rows_what_is_made_holds(root, n_rows, part_rows, data):
    draw = Seed(root).generator()
    a = draw.integers(-20, 20, n_rows)
    b = a + draw.integers(0, 5, n_rows)
    gone = draw.random((3, n_rows)) < data.draw(st.sampled_from([0.0, 0.3, 0.9]))
    label = draw.choice(["x", "y"], n_rows)
    rows = pa.table(
        {"a": pa.array(a, mask=gone[0]), "b": pa.array(b, mask=gone[1]), "c": pa.array(2 * a - b, mask=gone[2]),
         "label": label, "d": pa.array(draw.integers(0, 9, n_rows), mask=label == "x")}
    )  # fmt: skip
    rules = data.draw(
        st.lists(
            st.sampled_from(
                [Order(("a", "b")), Formula("c", "2 * a - b"), Presence("d", "label", ("y",)), InRange("a", -15),
                 Condition("a != 0"), Combinations(("label", "d"))]
            ), min_size=1, unique=True)
    )  # fmt: skip
    columns = {name: {"type": "integer"} for name in "abcd"} | {"label": {"type": "categorical"}}
    read = twinset.read(rows, columns=columns)
    under = constrained(read, rules).schema.only
    assume(not np.logical_or.reduce([broken(one, under, rows.to_batches()[0], {}) for one in rules]).all())
    sampler = twinset.fit(read, seed=0, synthesizer=Independent(k=2), constraints=rules)
    assert holds_all(made(sampler, 150, part_rows=part_rows), sampler)


# --- constraints that touch one another


def test_a_formula_reads_what_another_step_makes():
    draw = Seed(1).generator()
    a, gap = draw.integers(0, 100, 500), draw.integers(0, 9, 500)
    rows = pa.table({"a": a, "b": a + gap, "width": gap, "double": 2 * gap})
    rules = [Order(("a", "b")), Formula("width", "b - a"), Formula("double", "width * 2"), InRange("double", 0, 14)]
    sampler = twinset.fit(rows, seed=0, synthesizer="independent", constraints=rules)
    assert [step.word for step in sampler.form.steps] == ["gaps", "computed", "computed"]
    assert sampler.form.inner.names == ("a", "b - a")
    assert holds_all(made(sampler, 1_000), sampler)


def test_formulas_of_dates_labels_and_flags():
    draw = Seed(1).generator()
    nights, day = draw.integers(1, 9, 600), draw.integers(18_000, 18_400, 600)
    rows = pa.table(
        {
            "nights": nights,
            "from": pa.array(day, pa.int32()).cast(pa.date32()),
            "to": pa.array(day + nights, pa.int32()).cast(pa.date32()),
            "is_long": nights >= 5,
            "length": pa.array(np.where(nights >= 5, "long", "short")).dictionary_encode(),
            "month": pa.array(day, pa.int32()).cast(pa.date32()),
        }
    )
    rows = rows.set_column(5, "month", pc.month(rows["from"]))
    rules = [
        {"kind": "formula", "column": "to", "expression": "column('from') + days(nights)", "strict": True},
        {"kind": "formula", "column": "is_long", "expression": "nights >= 5", "strict": True},
        {"kind": "formula", "column": "length", "expression": "'long' if is_long else 'short'", "strict": True},
        {"kind": "formula", "column": "month", "expression": "month(column('from'))", "strict": True},
        {"kind": "condition", "expression": "column('from') >= '2019-05-01' and not missing(nights)"},
    ]
    data = twinset.read(rows, columns={"nights": {"type": "integer"}, "is_long": {"type": "boolean"}})
    sampler = twinset.fit(data, seed=0, synthesizer="independent", constraints=rules)
    assert sampler.form.inner.names == ("nights", "from")
    made_rows = made(sampler, 800)
    assert holds_all(made_rows, sampler)
    assert made_rows.schema.field("length").type == data.schema.only["length"].storage


def test_what_would_close_a_circle_is_left_to_the_check_and_said():
    draw = Seed(1).generator()
    a, b = draw.integers(0, 4, 500), draw.integers(0, 4, 500)
    rules = [Formula("c", "a + b"), Formula("a", "c - b")]
    data = constrained(twinset.read(pa.table({"a": a, "b": b, "c": a + b})), rules)
    sampler, notes = memory.fit(Independent(), data, data.schema, Seed(0))
    assert len(sampler.form.steps) == 1
    assert any("is met by drawing rows again" in note.text for note in notes)
    assert holds_all(made(sampler, 300), sampler)


def test_rows_that_break_a_constraint_are_counted_and_not_learned_from():
    rows = pa.table({"a": [*range(100)] * 5, "b": ["x"] * 500})
    data = constrained(twinset.read(rows), [InRange("a", 10, 60)])
    sampler, notes = memory.fit(Independent(k=2), data, data.schema, Seed(0))
    (note,) = [note for note in notes if "break the constraint" in note.text]
    assert (note.count, note.column) == (245, "a")
    assert holds_all(made(sampler, 400), sampler)


@pytest.mark.parametrize("storage", [pa.int8(), pa.uint8(), pa.decimal128(3, 0), pa.int64()])
def test_values_beyond_what_a_storage_holds_are_drawn_again(storage):
    draw = Seed(4).generator()
    a, b = draw.integers(0, 21, (2, 1_000))
    a, b = a[a * b <= 100], b[a * b <= 100]
    small = pa.array(a * b).cast(pa.string()).cast(storage)
    rows = twinset.read(pa.table({"a": a, "b": b, "c": small}), columns={name: {"type": "integer"} for name in "ab"})
    rules = [Formula("c", "a * b"), Condition("a * b <= 100")]
    sampler = twinset.fit(rows, seed=0, synthesizer="independent", constraints=rules)
    assert holds_all(made(sampler, 1_000), sampler)


# --- uniqueness


def test_uniqueness_of_what_is_learned_holds_over_all_parts():
    draw = Seed(2).generator()
    rows = pa.table({"person": draw.integers(0, 60, 800), "day": draw.integers(0, 50, 800), "x": draw.random(800).round(1)})
    unique = pa.table(rows).group_by(["person", "day"]).aggregate([("x", "first")]).rename_columns(["person", "day", "x"])
    columns = {name: {"type": "integer"} for name in ("person", "day")}
    rule = Unique(("person", "day"))
    sampler = twinset.fit(twinset.read(unique, columns=columns), seed=0, synthesizer="independent", constraints=[rule])
    rows = made(sampler, 700, part_rows=100)
    assert holds_all(rows, sampler)


@pytest.mark.parametrize(
    ("regex", "n_rows", "fits"), [(r"[AB]-\d{3}", 2_000, True), (r"[AB]-\d{3}", 2_001, False), (r"\d{30}", 5_000, True)]
)
def test_patterns_give_each_of_their_texts_once_and_no_more(regex, n_rows, fits):
    codes = pa.table({"code": [f"A-{n:03d}" for n in range(900)], "x": [1, 2, 3] * 300})
    data = twinset.read(codes, columns={"code": {"type": "identifier"}})
    rules = [Pattern("code", regex), Unique(("code",))]
    sampler = twinset.fit(data, seed=0, synthesizer="independent", constraints=rules)
    if not fits:
        with pytest.raises(PlanError, match=r"2,001 rows are asked for, and there are only 2,000 different values"):
            made(sampler, n_rows)
        return
    rows = made(sampler, n_rows)
    assert pc.count_distinct(rows["code"]).as_py() == n_rows
    assert pc.all(pc.match_substring_regex(rows["code"], f"^{regex}$")).as_py()


def test_identifiers_run_out_with_their_own_pattern():
    rows = pa.table({"code": [f"C-{n:02d}" for n in range(100)], "x": [*range(10)] * 10})
    sampler = twinset.fit(rows, seed=0, synthesizer="independent", constraints=[Unique(("code",))])
    assert pc.count_distinct(made(sampler, 100)["code"]).as_py() == 100
    with pytest.raises(PlanError, match="101 rows are asked for, and there are only 100 different values"):
        made(sampler, 101)


def test_uniqueness_that_runs_out_is_a_bounded_error():
    rows = pa.table({"a": [n // 30 for n in range(600)], "b": [n % 30 for n in range(600)]})
    columns = {name: {"type": "integer"} for name in "ab"}
    sampler = twinset.fit(
        twinset.read(rows, columns=columns), seed=0, synthesizer="independent", constraints=[Unique(("a", "b"))]
    )
    with pytest.raises(GenerationError, match=r"rows still break constraints after .* unique a, b \(\d+ rows\)"):
        made(sampler, 700)


# --- predicates


def test_a_predicate_holds_and_is_asked_for_again_after_saving(tmp_path):
    rule = Predicate("even", ("a", "b"))
    functions = {"even": lambda rows: (rows["a"].to_numpy() + rows["b"].to_numpy()) % 2 == 0}
    sampler = twinset.fit(SALES, seed=0, synthesizer="independent", constraints=[rule], predicates=functions)
    rows = made(sampler, 1_000)
    assert functions["even"](rows).all()
    twinset.save(sampler, tmp_path / "even.twin")
    with pytest.raises(PlanError, match=r"not here: even"):
        twinset.load(tmp_path / "even.twin")
    with pytest.raises(PlanError, match=r"has no predicate 'odd'; its predicates: even"):
        twinset.load(tmp_path / "even.twin", predicates={**functions, "odd": len})
    assert made(twinset.load(tmp_path / "even.twin", predicates=functions), 1_000).equals(rows)


def test_a_predicate_that_is_never_true_ends_soon_and_by_name():
    always = {"seldom": lambda rows: np.ones(rows.num_rows, dtype=bool)}
    never = {"seldom": lambda rows: np.zeros(rows.num_rows, dtype=bool)}
    rule = Predicate("seldom", ("a",))
    with pytest.raises(DataError, match="no row of table 'data' holds all its constraints"):
        twinset.fit(SALES, seed=0, synthesizer="independent", constraints=[rule], predicates=never)
    sampler = twinset.fit(SALES, seed=0, synthesizer="independent", constraints=[rule], predicates=always).bind(never)
    with pytest.raises(GenerationError, match=r"200 of 200 rows .* seldom\(a\) \(200 rows\)"):
        made(sampler, 200)


# --- given rows


@pytest.fixture(scope="module")
def ruled():
    return twinset.fit(SALES, seed=0, synthesizer="independent", constraints=RULES)


def test_given_rows_are_kept_and_completed(ruled):
    given = SALES.select(["city", "state", "start", "code", "kind"]).slice(0, 400)
    rows = made(ruled, 400, given=SeedRows(given), part_rows=150)
    assert rows.select(given.column_names).equals(given.combine_chunks().to_batches()[0])
    assert holds_all(rows, ruled)


def test_fixed_values_and_shares_are_kept(ruled):
    rows = made(ruled, 300, given=Fixed({"start": dt.date(2020, 5, 1), "kind": "new"}))
    assert set(rows["start"].to_pylist()) == {dt.date(2020, 5, 1)}
    assert rows["age"].null_count == 300
    shares = made(ruled, 400, given=Shares("kind", {"new": 0.25, "used": 0.75}))
    assert pc.sum(pc.equal(shares["kind"], "new")).as_py() == 100
    assert holds_all(shares, ruled)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Fixed({"amount": 3.0}), r"'amount' can't be given alone under the constraint 'amount = price \* count"),
        (Fixed({"city": "city-1"}), "give all of city, state in each row"),
        (Fixed({"city": "city-1", "state": "state-2"}), "given rows break"),
        (Fixed({"a": 77}), "1 of 1 given rows break '0 <= a <= 49' themselves"),
        (Fixed({"cty": "x"}), "there is no column 'cty'"),
        (Shares("state", {"state-1": 1.0}), "'state' can't be given alone"),
        (SeedRows(pa.table({"start": ["soon"]})), "is not date32"),
    ],
)
def test_what_can_t_be_given_is_said(ruled, given, said):
    n_rows = given.rows.num_rows if isinstance(given, SeedRows) else 5
    with pytest.raises(PlanError, match=said):
        made(ruled, n_rows, given=given)


# --- what is refused


@pytest.mark.parametrize(
    ("rule", "error", "said"),
    [
        (InRange("a", 0, 10, strict=True), DataError, r"of 1,200 real rows break the strict constraint '0 <= a <= 10'"),
        (InRange("a", 1_000), DataError, "no row of table 'data' holds all"),
        (InRange("ag", 0), SchemaError, "did you mean 'age'"),
        (Predicate("p", ("a",)), SchemaError, "its function is not here"),
        (Condition("a > city"), SchemaError, "does not fit its columns"),
    ],
)
def test_faults_are_named_before_anything_is_made(rule, error, said):
    with pytest.raises(error, match=said):
        twinset.fit(SALES, seed=0, synthesizer="independent", constraints=[rule])


def test_damaged_files_are_data_errors(ruled, tmp_path):
    ruled.save(tmp_path)
    document = json.loads((tmp_path / "constrained.json").read_text())
    engine = Constrained
    changes = [
        {"engine": "constrained"}, {"engine": "none"}, {"engine": 3}, {"steps": 3}, {"steps": [3]},
        *({"steps": [{**step, **change}]} for step, change in itertools.product(
            document["steps"], ({"step": "x"}, {"constraint": 99}, {"constraint": "0"}, {"constraint": -1})
        )),
        {"steps": [{**document["steps"][-1], "rests": ["zz"]} for _ in range(2)]},
    ]  # fmt: skip
    for change in changes:
        (tmp_path / "constrained.json").write_text(json.dumps(document | change))
        with pytest.raises(DataError):
            engine.load(tmp_path, ruled.schema)
    (tmp_path / "constrained.json").write_text(json.dumps(document))
    (tmp_path / "book-2.arrow").write_bytes(b"no arrow")
    with pytest.raises(DataError, match="book of combinations"):
        engine.load(tmp_path, ruled.schema)


def test_steps_in_a_wrong_order_are_noticed_on_loading(tmp_path):
    a = Seed(1).generator().integers(0, 30, 200)
    rules = [Formula("b", "a + 1"), Formula("c", "b * 2")]
    sampler = twinset.fit(
        pa.table({"a": a, "b": a + 1, "c": 2 * a + 2}), seed=0, synthesizer="independent", constraints=rules
    )
    sampler.save(tmp_path)
    document = json.loads((tmp_path / "constrained.json").read_text())
    assert holds_all(made(Constrained.load(tmp_path, sampler.schema), 50), sampler)
    (tmp_path / "constrained.json").write_text(json.dumps(document | {"steps": document["steps"][::-1]}))
    with pytest.raises(DataError, match="steps do not fit its table"):
        Constrained.load(tmp_path, sampler.schema)


def test_combinations_of_a_few_are_nobody_s_to_give():
    rows = pa.table({"city": [f"c{n}" for n in range(200)] + ["big"] * 50, "state": ["s"] * 250, "x": [1, 2] * 125})
    data = twinset.read(rows, columns={"city": {"type": "categorical"}})
    sampler = twinset.fit(data, seed=0, synthesizer="independent", constraints=[Combinations(("city", "state"))])
    assert set(made(sampler, 500)["city"].to_pylist()) == {"big"}
    none = twinset.fit(data, seed=0, synthesizer=Independent(k=60), constraints=[Combinations(("city", "state"))])
    assert set(made(none, 50)["city"].to_pylist()) == {None}


def test_an_engine_is_not_put_around_itself_and_one_table_is_needed():
    with pytest.raises(PlanError, match="not around itself"):
        Constrained(Constrained())
    data = twinset.read(SALES)
    with pytest.raises(SchemaError, match="one table"):
        Constrained("independent").fit(data, schema=Schema(()), seed=Seed(0), ctx=None)
