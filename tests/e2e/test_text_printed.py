"""Texts on the screen: the rows of a run, the first ones long before the last, what is left out told beside them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import time

import pytest

from tests.e2e.runs import TWINSET, twinset
from tests.models import SIX, plan_of, rows_of, write_plan
from twinset.synthesizers.text.recipes import recipe
from twinset.testing.models import ModelServer

COLUMNS = {"n": {"rule": "sequence"}, "topic": SIX["topic"], "text": {"prompt": "On {{ topic }}, {{ n }}."}}


def test_what_is_printed_is_what_a_run_makes(tmp_path):
    with ModelServer() as server:
        plan = write_plan(tmp_path, plan_of(server, SIX, 50, part_rows=20, model={"concurrency": 4}))
        shown = twinset("run", plan, "-o", "-", cwd=tmp_path)
        assert shown.returncode == 0, shown.stderr
        assert "forecast: 400 calls" in shown.stderr
        assert twinset("run", plan, "-o", "out", "-q", cwd=tmp_path).returncode == 0
        nested = twinset("run", plan, "-o", "-", "--format", "csv", cwd=tmp_path)
    assert [json.loads(line) for line in shown.stdout.splitlines()] == rows_of(tmp_path / "out")
    assert len(list(csv.DictReader(io.StringIO(nested.stdout)))) == 50


def test_the_first_rows_come_while_others_are_made(tmp_path):
    with ModelServer(latency=0.1) as server:
        checks = [{"check": "duplicates", "columns": "text"}]
        plan = write_plan(tmp_path, plan_of(server, COLUMNS, 400, model={"concurrency": 8}, checks=checks))
        words = [*TWINSET, "run", str(plan), "-o", "-", "-q"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            first = json.loads(process.stdout.readline())
            assert server.behaviour.n_answers < 200
            process.stdout.close()  # as head does
            started = time.monotonic()
            process.wait(timeout=20)
    assert first["n"] == 1
    assert time.monotonic() - started < 10


def test_rows_that_are_left_out_are_told(tmp_path):
    with ModelServer(say=lambda body: "Always the same.") as server:
        checks = [{"check": "duplicates", "columns": "text"}]
        plan = write_plan(tmp_path, plan_of(server, COLUMNS, 5, checks=checks, tries=2, may_fall_short=True))
        shown = twinset("run", plan, "-o", "-", cwd=tmp_path)
    assert len(shown.stdout.splitlines()) == 1
    assert "8 rows were refused, and made again as often as the plan says: duplicates:" in shown.stderr
    assert "4 of 5 rows were refused every time and left out" in shown.stderr


@pytest.mark.parametrize(("name", "n_rows"), [("notes", 20), ("qa", 4)])
def test_texts_over_other_stages_and_sources_are_printed(tmp_path, name, n_rows):
    (tmp_path / "documents.csv").write_text("title,text\nRiver,The river flows north.\nGarden,The garden has trees.\n")
    with ModelServer() as server:
        plain = recipe(name, model="stand-in", base_url=server.base_url).partition("      checks:")[0]
        (tmp_path / "plan.yaml").write_text(plain)
        shown = twinset("run", "plan.yaml", "-o", "-", "-q", cwd=tmp_path)
        assert shown.returncode == 0, shown.stderr
        assert twinset("run", "plan.yaml", "-o", "out", "-q", cwd=tmp_path).returncode == 0
    made = next((tmp_path / "out").rglob("notes/data.jsonl" if name == "notes" else "data.jsonl"))
    assert len(shown.stdout.splitlines()) == n_rows
    assert shown.stdout == made.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--table", "text"], "no texts in a stage 'text', did you mean 'texts'"),
        (["--format", "parquet"], "what is printed is csv or jsonl"),
    ],
)
def test_what_can_not_be_printed_is_told(tmp_path, words, said):
    with ModelServer() as server:
        plan = write_plan(tmp_path, plan_of(server, COLUMNS, 5))
        shown = twinset("run", plan, "-o", "-", *words, cwd=tmp_path)
    assert shown.returncode == 2
    assert said in " ".join(shown.stderr.split())
