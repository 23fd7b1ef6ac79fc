"""Texts: kill -9 at any moment, and the same command goes on at the cell and ends with the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest

from tests.e2e.runs import TWINSET, kill_sweep
from tests.models import SIX, plan_of, rows_of, write_plan
from twinset.pipeline.staging import staging_folder
from twinset.testing.models import ModelServer

FAULTS = {"rate": 0.01, "server": 0.01, "cut": 0.01, "broken": 0.02, "empty": 0.01, "no_json": 0.01}


def test_texts_survive_a_kill_and_ask_for_nothing_twice(tmp_path):
    with ModelServer(latency=0.01) as server:
        plan = write_plan(tmp_path, plan_of(server, SIX, 60, part_rows=20, model={"concurrency": 4}))
        words = [*TWINSET, "run", str(plan), "-o", str(tmp_path / "out"), "-q"]
        process = subprocess.Popen(words, start_new_session=True)
        while server.behaviour.n_calls < 150:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert not (tmp_path / "out").exists()
        kept = list(staging_folder(tmp_path / "out").rglob("*.answers.jsonl"))
        n_kept = sum(file.read_bytes().count(b"\n") for file in kept)
        assert n_kept >= 100
        before = server.behaviour.n_calls
        subprocess.run(words, check=True)
        assert server.behaviour.n_calls - before == 60 * 8 - n_kept
        subprocess.run([*words[:-2], str(tmp_path / "whole"), "-q"], check=True)
    assert (tmp_path / "out/data.jsonl").read_bytes() == (tmp_path / "whole/data.jsonl").read_bytes()
    assert [row["id"] for row in rows_of(tmp_path / "out")] == list(range(1, 61))
    entries = [json.loads((tmp_path / out / "manifest.json").read_text())["stages"] for out in ("out", "whole")]
    assert entries[0] == entries[1]


@pytest.mark.verify
def test_texts_with_faults_survive_ten_kills(tmp_path):
    with ModelServer(latency=0.01, faults=FAULTS) as server:
        plan = write_plan(tmp_path, plan_of(server, SIX, 200, part_rows=50, model={"concurrency": 8}))
        counts = kill_sweep(["run", plan, "-o", tmp_path / "out", "-q"], tmp_path / "out", n_kills=10, seed=1)
    assert counts["finished"] >= 1


def test_an_interrupt_ends_a_run_soon_and_keeps_what_was_answered(tmp_path):
    with ModelServer(latency=0.05) as server:
        plan = write_plan(tmp_path, plan_of(server, SIX, 200, model={"concurrency": 4}))
        process = subprocess.Popen([*TWINSET, "run", str(plan), "-o", str(tmp_path / "out"), "-q"], stderr=subprocess.PIPE)
        while server.behaviour.n_calls < 20:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 130, errors
    assert b"Traceback" not in errors
    assert b"goes on where it stopped" in errors
