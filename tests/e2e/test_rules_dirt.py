"""Dirty tables and edge cases from the command line: the same bytes whoever works, in every format."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from tests.e2e.runs import data_hash, kill_sweep, twinset

TABLES = {
    "customers": {
        "rows": 1_000,
        "key": "id",
        "columns": {
            "id": "sequence",
            "note": "text",
            "day": {"rule": "date", "between": ["2000-01-01", "2030-12-31"]},
            "at": {"rule": "datetime", "between": ["2000-01-01", "2030-12-31"], "zone": "Europe/Berlin"},
            "n_orders": {"rule": "count_of", "table": "orders"},
        },
        "dirt": {
            "typos": 0.02,
            "duplicates": {"share": 0.02, "near": 0.5},
            "wrong_type": {"columns": ["day"], "share": 0.02},
        },
    },
    "orders": {
        "per": {"table": "customers", "degree": {"rule": "poisson", "mean": 2}},
        "columns": {"id": {"rule": "parent", "column": "id"}, "amount": "normal"},
        "dirt": {"orphans": {"columns": ["id"], "share": 0.05}},
    },
    "versions": {
        "per": "customers",
        "history": {"from": "day", "until": "2035-01-01", "changes": {"tier": 0.3}},
        "columns": {
            "id": {"rule": "parent", "column": "id"},
            "since": "history.valid_from",
            "tier": {"rule": "text", "words": 1},
        },
    },
}


def plan_of(folder: Path, **plan) -> Path:
    stage = {"synthesizer": "rules", "tables": TABLES, "edge": {"share": 0.05, "invalid": 0.02}}
    path = folder / "plan.yaml"
    path.write_text(yaml.safe_dump({"twinset": 1, "seed": 5, "part_rows": 150, **plan, "stages": {"shop": stage}}))
    return path


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_one_and_three_workers_make_the_same_bytes(tmp_path, format):
    plan = plan_of(tmp_path, format=format)
    for workers in ("1", "3"):
        done = twinset("run", plan, "-o", tmp_path / workers / "out", "-q", "--workers", workers, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert data_hash(tmp_path / "1" / "out") == data_hash(tmp_path / "3" / "out")
    assert twinset("verify", tmp_path / "1" / "out", cwd=tmp_path).returncode == 0


def test_a_run_survives_kills(tmp_path):
    arguments = ["run", plan_of(tmp_path, part_rows=20), "-o", tmp_path / "out", "-q"]
    assert kill_sweep(arguments, tmp_path / "out", n_kills=3, seed=1)["finished"] >= 1


def test_text_files_hold_every_edge_case(tmp_path):
    for format in ("parquet", "csv", "jsonl"):
        done = twinset("run", plan_of(tmp_path, format=format), "-o", format, "-q", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    labels = pq.read_table(tmp_path / "parquet" / "customers_dirt.parquet").select(["clean", "dirty"]).to_pylist()
    with (tmp_path / "csv" / "customers_dirt.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = (tmp_path / "jsonl" / "customers_dirt.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert len(rows) == len(lines) == len(labels) > 150
    for label, row, line in zip(labels, rows, map(json.loads, lines), strict=True):
        for name in ("clean", "dirty"):
            assert row[name] == (label[name] or "")
            assert line[name] == label[name]


def test_edges_and_labels_on_the_screen(tmp_path):
    plan = plan_of(tmp_path)
    shown = twinset("run", plan, "-o", "-", "--table", "customers_dirt", "--rows", "customers=200", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("row,clean_row,column,kind,detail,is_valid,clean,dirty\n")
    assert "edge" in shown.stdout
    refused = twinset("run", plan, "-o", "-", "--table", "orders", "--edge", "2", cwd=tmp_path)
    assert refused.returncode == 2
    assert "--edge is a share from 0 to 1" in refused.stderr
