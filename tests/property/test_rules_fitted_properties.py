"""Whatever the table: the rules fitted to it make rows, and what few rows hold is not in them."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from twinset.core.dataset import Tables
from twinset.core.schema import Column, Table
from twinset.core.types import Categorical
from twinset.pipeline.drafting import faults
from twinset.pipeline.maker import Maker
from twinset.plan import parse
from twinset.plan.commented import written
from twinset.synthesizers.rules.fitted import fitted
from twinset.testing.strategies import datasets


@settings(max_examples=60)
@given(data=datasets(is_finite=False), times=st.sampled_from([1, 3, 30]))
def test_rules_are_found_for_any_table(data: Tables, times: int) -> None:
    table = data.schema.only
    rows = pa.concat_tables([data.to_arrow()] * times)
    if rows.num_rows < 20:
        return
    commented, _ = fitted(table, rows)
    if not commented.data["columns"]:
        return
    text = written("s", {"t": commented}, head=[])
    assert list(faults({"t": commented})) == [], text
    made = Maker(parse(text)).tables({"t": 30})["t"]
    assert set(made.column_names) <= set(table.names)


@given(labels=st.lists(st.text(min_size=4, max_size=12), min_size=30, max_size=60), k=st.integers(2, 12))
def test_no_rare_label_is_said(labels: list[str], k: int) -> None:
    table = Table("t", (Column("a", Categorical(), pa.string()),))
    commented, _ = fitted(table, pa.table({"a": pa.array([*labels, *["usual"] * 40])}), k=k)
    said = commented.data["columns"]["a"].get("values", {})
    assert all(labels.count(label) + 40 * (label == "usual") >= k or label == "other" for label in said)
