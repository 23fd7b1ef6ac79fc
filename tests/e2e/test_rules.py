"""Plans of tables by rules, from the command line: the same bytes whatever is killed and whoever works."""

from __future__ import annotations

import json
import resource
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from tests.e2e.runs import TWINSET, data_hash, kill_sweep, twinset
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


def test_rows_are_printed_as_a_run_makes_them(tmp_path):
    plan = plan_of(tmp_path, format="csv")
    assert twinset("run", plan, "-o", "out", "-q", "--rows", "customers=70", cwd=tmp_path).returncode == 0
    for name in SHOP:
        printed = twinset("run", plan, "--rows", "customers=70", "-o", "-", "--table", name, cwd=tmp_path)
        assert printed.returncode == 0, printed.stderr
        assert printed.stdout == (tmp_path / "out" / f"{name}.csv").read_text()
    lines = twinset("run", plan, "-o", "-", "--table", "items", "--format", "jsonl", cwd=tmp_path).stdout.splitlines()
    assert json.loads(lines[1]) == {"order_id": 1, "line": 2}


def test_the_first_rows_are_on_the_screen_at_once(tmp_path):
    plan = plan_of(tmp_path)
    words = [*TWINSET, "run", str(plan), "--rows", "customers=100", "-o", "-", "--table", "customers"]
    subprocess.run(words, check=True, capture_output=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert len(done.stdout.splitlines()) == 101
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0  # about 0.4 s where nothing else runs


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no full device")
def test_a_full_disk_behind_the_screen_is_told(tmp_path):
    words = [*TWINSET, "run", str(plan_of(tmp_path)), "--rows", "customers=100", "-o", "-", "--table", "customers"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "error: can't write the output: No space left on device\n"


def test_printing_ends_quietly_where_nobody_reads_on(tmp_path):
    words = [*TWINSET, "run", str(plan_of(tmp_path)), "--rows", "customers=200000", "-o", "-", "--table", "customers"]
    reader = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert reader.stdout.readline() == "customer_id,tier,amount,total\n"
    reader.stdout.close()
    assert "Traceback" not in reader.stderr.read()
    reader.wait()
    reader.stderr.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "-"], "say which one to print: --table customers or --table orders or --table items"),
        (["-o", "-", "--table", "custmers"], "did you mean 'customers'"),
        (["-o", "-", "--table", "items", "--format", "parquet"], "what is printed is csv or jsonl"),
        (["-o", "out", "--table", "items"], "--table goes with -o -"),
        (["-o", "out", "--rows", "order=5"], "the plan makes no table 'order', did you mean 'orders'"),
        (["-o", "out", "--rows", "orders=-5"], "--rows takes TABLE=N"),
        (["-o", "out", "--format", "parket"], "did you mean 'parquet'"),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_words_are_named(tmp_path, arguments, said):
    done = twinset("run", plan_of(tmp_path), *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_lookups_read_files_beside_the_plan(tmp_path):
    (tmp_path / "cities.csv").write_text("city,country,people\nBerlin,DE,3.5\nLyon,FR,0.5\n")
    columns = {
        "place": {"rule": "lookup", "file": "cities.csv", "weight": "people", "hidden": True},
        "city": "place.city", "country": "place.country",
    }  # fmt: skip
    plan = plan_of(tmp_path, {"t": {"rows": 500, "columns": columns}})
    assert twinset("run", plan, "-o", "out", "-q", cwd=tmp_path).returncode == 0
    rows = pq.read_table(tmp_path / "out" / "data.parquet").to_pylist()
    assert {(row["city"], row["country"]) for row in rows} == {("Berlin", "DE"), ("Lyon", "FR")}
    (tmp_path / "cities.csv").write_text("city,country,people\nRome,IT,3\nNice,FR,1\n")
    changed = twinset("run", plan, "-o", "out", "-q", cwd=tmp_path)
    assert changed.returncode == 1
    assert "another run" in changed.stderr
    (tmp_path / "cities.csv").unlink()
    again = twinset("run", tmp_path / "out" / "plan.yaml", "-o", "again", "-q", cwd=tmp_path)
    assert again.returncode == 0, "the settled plan holds what was looked up"
    lost = twinset("run", plan, "-o", "-", cwd=tmp_path)
    assert "cities.csv" in lost.stderr
    assert lost.returncode in (1, 2)


HOSTILE = {
    "code": "{rule: formula, of: \"__import__('os').system('touch harmed')\"}",
    "attribute": '{rule: formula, of: "a.__class__"}',
    "tag": "!!python/object/apply:os.system [touch harmed]",
    "template": '{rule: template, of: "{a.__class__.__mro__}"}',
    "format": '{rule: template, of: "{a:>999999999}"}',
    "module": '{rule: "os:system"}',
    "field": '{rule: "../../etc/passwd"}',
    "list": "{rule: list, of: {rule: list, of: {rule: list, of: a, length: 99999}, length: 99999}, length: 1.5}",
    "regex": '{rule: pattern, regex: "((((a+)+)+)+)+((((a+)+)+)+)+$"}',
    "alias": "&a [*a]",
    "deep": "{rule: struct, fields: {a: " * 60 + "1" + "}}" * 60,
    "huge": "{rule: integer, low: 0, high: 1e400}",
    "key": "{rule: uuid, ? [a] : b}",
    "nul": '{rule: constant, value: "\\0", rows: "x"}',
    "weights": "{rule: category, values: {a: .nan}}",
    "infinite": "{rule: normal, mean: .inf}",
    "date": "{rule: date, between: [-999999-01-01, 2020-01-01]}",
    "degree": "{rule: text, words: 1000000000}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_plan_runs_code_or_ends_in_a_traceback(tmp_path, name):
    text = "stages: {s: {synthesizer: rules, tables: {t: {rows: 3, columns: {a: sequence, b: %s}}}}}"
    (tmp_path / "plan.yaml").write_text(text % HOSTILE[name])
    for arguments in (["-o", "-"], ["-o", "out"]):
        done = twinset("run", "plan.yaml", *arguments, cwd=tmp_path)
        assert done.returncode in (1, 2), done.stdout
        assert "fault of Twinset's own" not in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith("error: ")
    assert not (tmp_path / "harmed").exists()
