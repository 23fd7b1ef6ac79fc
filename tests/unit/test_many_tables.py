"""Of many tables a line names some and counts the rest, so that it can be read."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.golden.report_example import example

from twinset.gate.linked import decide_linked
from twinset.pipeline.linking import linked
from twinset.plan.linked import LinkedTable
from twinset.sources import read


@pytest.mark.parametrize(("n_tables", "said"), [(3, "(t00, t01, t02)"), (20, "(20 tables)")])
def test_a_verdict_on_many_tables_counts_them(n_tables, said):
    scores, names = example("pass").evaluation.scores, [f"t{number:02}" for number in range(n_tables)]
    whole = decide_linked(dict.fromkeys(names, scores), {}, {name: name for name in names}).whole
    assert [answer.figure[-len(said) :] for answer in whole.answers[:2]] == [said] * 2


def test_whose_rows_are_whose_is_told_of_some_and_counted_of_the_rest(tmp_path):
    pq.write_table(pa.table({"id": np.arange(400), "size": np.arange(400) % 7}), tmp_path / "shops.parquet")
    for number in range(15):
        rows = {"id": np.arange(900), "shops_id": np.arange(900) % 400, "price": np.arange(900) % 11}
        pq.write_table(pa.table(rows), tmp_path / f"sales{number:02}.parquet")
    told: list[str] = []
    said = {f"sales{number:02}": LinkedTable(owner="shops") for number in range(15)}
    linked(read(tmp_path), said, told.append)
    assert "rows of sales11 belong to shops; 3 more tables have owners: privacy counts by shops" in told[0]
