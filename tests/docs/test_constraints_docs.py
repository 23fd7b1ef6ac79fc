"""docs/constraints.md: its plan and its Python run, on sales that hold what it says, and its table knows all kinds."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from twinset.constraints import broken
from twinset.core.constraints import BY_WORD, from_data
from twinset.core.dataset import whole
from twinset.core.expression import FUNCTIONS
from twinset.core.seed import Seed
from twinset.pipeline import api, steps
from twinset.pipeline.settings import Settings
from twinset.plan import parse

PAGE = (Path(__file__).parents[2] / "docs" / "constraints.md").read_text()
N = 1_500


@pytest.fixture
def sales(tmp_path, monkeypatch) -> Path:
    draw = Seed(1).generator()
    ordered = np.datetime64("2023-01-01") + draw.integers(0, 700, N)
    shipped = ordered + draw.integers(0, 6, N)
    price, count = np.round(draw.gamma(3, 8, N) + 2, 2), draw.integers(1, 12, N)
    amount, freight = np.round(price * count, 2), np.round(draw.gamma(2, 3, N), 2)
    city, kind = draw.integers(0, 15, N), draw.choice(["plain", "gift"], N)
    discount = np.where(count < 9, np.round(draw.uniform(0, 0.4, N), 2), 0.2)
    notes = draw.choice(["thanks", "congratulations", "get well"], N)
    rows = pa.table(
        {
            "code": [f"S-{n:05d}" for n in draw.permutation(N)],
            "ordered": ordered, "shipped": shipped, "delivered": shipped + draw.integers(1, 9, N),
            "kind": kind, "gift_note": pa.array(notes, mask=kind != "gift"),
            "city": [f"city {n}" for n in city], "state": [f"state {n % 4}" for n in city],
            "price": price, "count": count, "discount": discount,
            "amount": amount, "freight": freight, "total": np.round(amount + freight, 2),
        }
    )  # fmt: skip
    pa.csv.write_csv(rows, tmp_path / "sales.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_plan_runs_and_all_of_it_holds(sales):
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    plan = parse(text)
    (sales / "plan.yaml").write_text(text)
    api.run(sales / "plan.yaml", sales / "out")
    made = steps.read_source(plan.stages["sales"].model_copy(update={"source": "out/data.csv"}), Settings(base=sales))
    (batch,) = whole(made).combine_chunks().to_batches()
    assert batch.num_rows == N
    for data in plan.stages["sales"].constraints:
        assert not broken(from_data(data), made.schema.only, batch, {}).any(), data


def test_the_python_runs(sales):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    scope: dict[str, object] = {}
    exec(compile(code, "constraints.md", "exec"), scope)
    pq.write_table(scope["twin"].to_arrow(), sales / "twin.parquet")
    assert scope["is_fair"](pq.read_table(sales / "twin.parquet").combine_chunks().to_batches()[0]).all()


def test_the_page_knows_each_kind_and_each_function():
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(BY_WORD)
    section = PAGE.split("## The language of expressions")[1].split("##")[0]
    assert all(name in section for name in FUNCTIONS)
