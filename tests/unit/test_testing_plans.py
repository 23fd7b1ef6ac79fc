"""Rows of a plan for the tests of others: tables, fixtures, strategies."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from tests.rules import SHOP

from twinset.errors import PlanError
from twinset.pipeline import api
from twinset.testing.plans import fixture_of, strategy_of, tables_of

PLAN = {"seed": 5, "stages": {"shop": {"synthesizer": "rules", "tables": SHOP}}}

shop = fixture_of(PLAN, rows={"customers": 30}, scope="module")


def test_tables_are_those_of_a_run(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(PLAN, sort_keys=False))
    api.run(tmp_path / "plan.yaml", tmp_path / "out")
    for name, table in tables_of(tmp_path / "plan.yaml").items():
        assert table.equals(pq.read_table(tmp_path / "out" / f"{name}.parquet").cast(table.schema))


def test_rows_and_seeds_are_what_is_asked_for() -> None:
    few = tables_of(PLAN, rows={"customers": 7}, seed=1)
    assert few["customers"].num_rows == 7
    assert few["orders"].num_rows < 60
    assert few["customers"].equals(tables_of(PLAN, rows={"customers": 7}, seed=1)["customers"])
    assert not few["customers"].equals(tables_of(PLAN, rows={"customers": 7}, seed=2)["customers"])


def test_labels_of_dirt_are_a_table_beside_theirs() -> None:
    columns = {"id": "sequence", "word": {"rule": "text", "words": 1, "sentences": 0}}
    dirty = {"words": {"rows": 50, "columns": columns, "dirt": {"typos": 0.2}}}
    plan = {"stages": {"s": {"synthesizer": "rules", "tables": dirty}}}
    tables = tables_of(plan)
    assert {name: table.num_rows for name, table in tables.items()} == {"words": 50, "words_dirt": 10}
    for one in tables["words_dirt"].to_pylist():
        assert tables["words"]["word"][one["row"]].as_py() == one["dirty"] != one["clean"]


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    for n_rows in (3, 4):
        tables = {"t": {"rows": n_rows, "columns": {"a": {"rule": "sequence"}}}}
        path.write_text(yaml.safe_dump({"stages": {"s": {"synthesizer": "rules", "tables": tables}}}))
        assert tables_of(path)["t"].num_rows == n_rows
        time.sleep(0.01)


def test_a_fixture_gives_tables(shop) -> None:
    assert set(shop) == {"customers", "orders", "items"}
    assert shop["customers"].num_rows == 30


@given(customers=strategy_of(PLAN, table="customers", min_rows=1, max_rows=5))
def test_a_strategy_draws_rows_of_one_table(customers) -> None:
    assert 1 <= len(customers) <= 5
    assert set(customers[0]) == {"customer_id", "tier", "amount", "total"}


@given(tables=strategy_of(PLAN, max_rows=6))
def test_a_strategy_of_all_tables_keeps_references(tables) -> None:
    keys = {row["customer_id"] for row in tables["customers"]}
    assert {row["customer_id"] for row in tables["orders"]} <= keys
    assert {row["other"] for row in tables["orders"]} <= keys
    assert {row["order_id"] for row in tables["items"]} <= {row["order_id"] for row in tables["orders"]}


def test_examples_shrink_to_few_rows() -> None:
    found = find(strategy_of(PLAN, table="customers"), lambda rows: any(row["tier"] == "gold" for row in rows))
    assert len(found) <= 3
    assert len(find(strategy_of(PLAN, table="items"), lambda rows: len(rows) >= 4)) == 4


def test_seeds_are_hypothesis_own_to_choose() -> None:
    amounts: set[float] = set()

    @settings(max_examples=30, database=None)
    @given(strategy_of(PLAN, table="customers", min_rows=3, max_rows=3))
    def look(rows) -> None:
        amounts.update(row["amount"] for row in rows if row["amount"] is not None)

    look()
    assert len(amounts) > 30


def test_combined_with_others() -> None:
    both = st.tuples(strategy_of(PLAN, table="customers", max_rows=2), st.integers())
    with pytest.raises(NoSuchExample):
        find(both, lambda pair: len(pair[0]) > 2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: tables_of("no-such-plan.yaml"), "there is no plan"),
        (lambda: tables_of({"stages": {"a": {"source": "x.csv"}}}), "one stage of tables by rules"),
        (lambda: tables_of({"stages": {"a": {"tabels": {}}}}), "did you mean 'tables'"),
        (lambda: tables_of(PLAN, rows={"custmers": 1}), "did you mean 'customers'"),
        (lambda: tables_of(PLAN, rows={"customers": 10**9}), "too many"),
        (
            lambda: tables_of(PLAN, rows={"customers": "ten"}),
            "rows of 'customers' is a whole number of at least 0, not 'ten'",
        ),
        (lambda: tables_of(5), "a plan is a path, or its content as a mapping, not 5"),
        (lambda: strategy_of(PLAN, table="order"), "did you mean 'orders'"),
    ],
)
def test_mistakes_are_named(call, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        call()


def test_nothing_is_imported_before_it_is_needed() -> None:
    code = """
        import sys
        import twinset.testing.plans
        assert not {"pytest", "hypothesis", "pandas", "sklearn", "faker"} & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


def test_a_small_table_takes_milliseconds() -> None:
    tables_of(PLAN, rows={"customers": 5})
    start = time.process_time()
    for seed in range(20):
        tables_of(PLAN, rows={"customers": 5}, seed=seed)
    assert time.process_time() - start < 4  # all three tables, with the plan read each time
