"""Constraints by the command line: proposed, run, the same bytes for any number of workers, refused without a traceback."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import twinset
from tests.e2e.runs import data_hash
from tests.e2e.runs import twinset as run
from twinset.constraints import broken
from twinset.core.constraints import Condition, Formula, Order, Pattern, Predicate, Unique, from_data
from twinset.core.seed import Seed
from twinset.pipeline.sampling import sample_file
from twinset.pipeline.settings import Settings
from twinset.plan import load

PLAN = "stages:\n  s:\n    source: stays.csv\n    constraints: [{}]\n"


@pytest.fixture
def stays(tmp_path):
    draw = Seed(2).generator()
    start, nights, price = draw.integers(0, 300, 900), draw.integers(1, 15, 900), draw.integers(40, 200, 900)
    days = pa.array(start + 19_000, pa.int32()).cast(pa.date32())
    ends = pa.array(start + nights + 19_000, pa.int32()).cast(pa.date32())
    codes = [f"R{n:04d}" for n in draw.permutation(900)]
    rows = {"code": codes, "from": days, "to": ends, "nights": nights, "price": price, "sum": nights * price}
    pa.csv.write_csv(pa.table(rows), tmp_path / "stays.csv")
    return tmp_path


def test_what_init_proposes_is_run_and_holds(stays):
    assert run("init", "stays.csv", "-o", "plan.yaml", cwd=stays).returncode == 0
    plan = load(stays / "plan.yaml")
    rules = [from_data(data) for data in plan.stages["stays"].constraints]
    assert {"sum = nights * price", "from <= to", "unique code"} <= set(map(str, rules))
    assert all(one.reason for one in rules)
    done = run("run", "plan.yaml", "-o", "out", "--rows", "stays=700", "-q", cwd=stays)
    assert done.returncode in (0, 3), done.stderr
    found = next((stays / "out").glob("*.csv"))
    made = twinset.read(found, columns=plan.stages["stays"].columns)
    (batch,) = made.to_arrow().combine_chunks().to_batches()
    assert batch.num_rows == 700
    assert not any(broken(one, made.schema.only, batch, {}).any() for one in rules)


def test_workers_change_nothing_even_where_parts_need_each_other(stays):
    rules = [
        Unique(("from", "price")), Unique(("code",)), Pattern("code", r"[RS]\d{4}"), Order(("from", "to")),
        Formula("sum", "nights * price"), Condition("nights + price < 205"),
    ]  # fmt: skip
    sampler = twinset.fit(stays / "stays.csv", seed=0, constraints=rules)
    twinset.save(sampler, stays / "stays.twin")
    hashes = set()
    for workers in (1, 3):
        place = stays / f"by-{workers}" / "made.parquet"
        place.parent.mkdir()
        settings = Settings(workers=workers)
        sample_file(stays / "stays.twin", place, settings, n_rows=1_000, seed=3, part_rows=150)
        (batch,) = pq.read_table(place).combine_chunks().to_batches()
        assert not any(broken(one, sampler.schema.only, batch, {}).any() for one in rules)
        place.rename(stays / "made.parquet")
        hashes.add(data_hash(stays / "made.parquet"))
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("{kind: range, column: prise, low: 1}", "did you mean 'price'?"),
        ("{kind: rang, column: price}", "did you mean 'range'?"),
        ("{kind: predicate, name: f, columns: [price]}", "a plan holds no functions"),
        ("{kind: condition, expression: __import__('os')}", "there is no function '__import__'"),
        ("{kind: order, columns: [from, price]}", "can't be compared: from is date32[day], price is int64"),
        ("{kind: range, column: price, low: 9}, {kind: range, column: price, high: 5}", "9 <= price; price <= 5"),
        ("{kind: range, column: price, low: 100, strict: true}", "real rows break the strict constraint '100 <= price'"),
        ("{kind: pattern, column: code, regex: '(?=R).*'}", "look around"),
        ("{kind: formula, column: sum, expression: nights * price * 'x'}", "does not fit its columns"),
        ("{kind: unique, columns: [code]}, {kind: pattern, column: code, regex: 'R[0-9]'}", "only 10 different values"),
        ("{kind: condition, expression: price > 1000}", "holds all its constraints"),
    ],
)
def test_faults_are_named_without_a_traceback(stays, rules, said):
    (stays / "plan.yaml").write_text(PLAN.format(rules))
    done = run("run", "plan.yaml", "-o", "out", "-q", cwd=stays)
    assert done.returncode in (1, 2), done
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "fault of Twinset's own" not in done.stderr
    assert not (stays / "out").exists()


def test_a_sampler_with_a_predicate_is_python_s(stays):
    fair = Predicate("fair", ("price",))
    functions = {"fair": lambda rows: rows["price"].to_numpy() % 2 == 0}
    sampler = twinset.fit(stays / "stays.csv", seed=0, synthesizer="independent", constraints=[fair], predicates=functions)
    twinset.save(sampler, stays / "fair.twin")
    done = run("sample", "fair.twin", "-o", "made.csv", "-n", "5", cwd=stays)
    assert done.returncode == 2
    assert "load it in Python and give them" in done.stderr
