"""The benchmark beside peers, on a small table and our own engines: lines kept, runs that go on, failures told, the plot.

It fits and judges several times: long, so part of `make verify`.
"""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.verify
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "tabular.py"


def benchmark(*words: object) -> str:
    return subprocess.run(
        [sys.executable, str(BENCHMARK), *map(str, words)], check=True, capture_output=True, text=True, timeout=600
    ).stdout


def lines(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


def written(folder: Path, n_rows: int) -> Path:
    draw = np.random.Generator(np.random.Philox(1))
    age = draw.integers(18, 90, n_rows)
    pay = np.round(age * 50 + draw.normal(0, 200, n_rows), -1)
    job = np.where(age + draw.normal(0, 15, n_rows) > 50, "a", "b")
    path = folder / "people.parquet"
    pq.write_table(pa.table({"age": age, "pay": pay, "job": job}), path)
    return path


def test_runs_are_kept_go_on_and_are_drawn(tmp_path: Path):
    people, out, plot = written(tmp_path, 500), tmp_path / "out", tmp_path / "frontier.svg"
    asked = (people, "--target", "job", "--out", out, "--seeds", 1, "--engines", "holdout", "trees:leaf=30")
    shown = benchmark(*asked)
    assert "| Twinset trees leaf=30 | 1 | " in shown
    assert "| real rows, never seen | 1 | " in shown
    before = lines(out)
    assert {(line["engine"], line["status"]) for line in before} == {("holdout", "done"), ("trees:leaf=30", "done")}
    assert before[1]["cpu_seconds"] > 0.2
    assert before[1]["peak_mb"] > 50
    assert all(0 <= before[1]["scores"][name]["value"] <= 1 for name in ("c2st", "strong", "tstr", "tvd", "copy"))
    assert benchmark(*asked) == shown
    assert lines(out) == before

    benchmark("plot", out, "-o", plot)
    texts = [element.text for element in ET.parse(plot).iter("{http://www.w3.org/2000/svg}text")]
    assert "people" in texts
    assert any(text.startswith("trees leaf=30, ") for text in texts)

    page = tmp_path / "page.md"
    page.write_text("Head\n<!-- tables: begin -->\nold\n<!-- tables: end -->\nTail\n")
    benchmark("table", out, "--into", page)
    text = page.read_text()
    assert text.startswith("Head\n")
    assert text.endswith("Tail\n")
    assert "| Twinset trees leaf=30 | 1 | " in text
    assert "old" not in text


def test_what_fails_or_is_out_of_time_is_told_and_not_dropped(tmp_path: Path):
    out = tmp_path / "out"  # the least limit is a second, and so many rows take longer
    asked = (written(tmp_path, 200_000), "--target", "job", "--out", out, "--seeds", 1)
    assert "k is a whole number of at least 2" in benchmark(*asked, "--engines", "trees:k=0")
    assert "Twinset trees: capped: no rows after" in benchmark(*asked, "--engines", "trees", "--cap", 0.1)
    assert [line["status"] for line in lines(out)] == ["failed", "capped"]
