"""Plans of tables by rules, from the command line: the same bytes whatever is killed and whoever works."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from tests.e2e.runs import data_hash, kill_sweep, twinset
from tests.rules import SHOP


def plan_of(tmp_path: Path, tables=SHOP, **plan) -> Path:
    stages = {"shop": {"synthesizer": "rules", "tables": tables}}
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump({"twinset": 1, "seed": 5, "part_rows": 100, **plan, "stages": stages}, sort_keys=False))
    return path


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_one_and_three_workers_make_the_same_bytes(tmp_path, format):
    plan = plan_of(tmp_path, format=format)
    hashes = []
    for workers in ("1", "3"):
        done = twinset("run", plan, "-o", tmp_path / workers / "out", "-q", "--workers", workers, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        hashes.append(data_hash(tmp_path / workers / "out"))
    assert hashes[0] == hashes[1]
    assert twinset("verify", tmp_path / "1" / "out", cwd=tmp_path).returncode == 0


def test_a_run_survives_kills(tmp_path):
    arguments = ["run", plan_of(tmp_path, part_rows=20), "-o", tmp_path / "out", "-q", "--rows", "customers=2000"]
    counts = kill_sweep(arguments, tmp_path / "out", n_kills=3, seed=1)
    assert counts["finished"] >= 1


def test_rows_scale_a_table_and_those_that_belong_to_it(tmp_path):
    done = twinset("run", plan_of(tmp_path), "-o", "out", "-q", "--rows", "customers=50", "--rows", "items=77", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = {name: pq.read_metadata(tmp_path / "out" / f"{name}.parquet").num_rows for name in SHOP}
    assert rows["customers"] == 50
    assert rows["items"] == 77
    assert 100 < rows["orders"] < 200


def test_a_settled_plan_makes_the_same_again(tmp_path):
    assert twinset("run", plan_of(tmp_path), "-o", "out", "-q", cwd=tmp_path).returncode == 0
    again = twinset("run", tmp_path / "out" / "plan.yaml", "-o", "again", "-q", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    for name in SHOP:
        first, second = (pq.read_table(tmp_path / place / f"{name}.parquet") for place in ("out", "again"))
        assert first.equals(second)
