"""The command `twinset audit`, as a user meets it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import time
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from tests import flawed
from tests.e2e.runs import TWINSET
from twinset.cli.main import run

OPTIONS = ("--synthesizer", "independent", "--option", "k=5", "--targets", "60")
ARGUMENTS = ("audit", "claims.parquet", *OPTIONS, "--shadows", "4")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pq.write_table(flawed.dataset(flawed.rows(500, 1)).to_arrow(), tmp_path / "claims.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_leaves_its_evidence_whatever_the_number_of_workers(place, capsys):
    code = run([*ARGUMENTS, "-o", "one", "--workers", "1"])
    said = capsys.readouterr().out
    assert code in (0, 3)
    assert "random records: AUC 0." in said
    assert "leaked" in said
    assert run([*ARGUMENTS, "-o", "two", "--workers", "2"]) == code
    left = contents(place / "one")
    assert left == contents(place / "two")
    assert set(left) == {"audit.html", "audit.json", "audit.md", "private/records.csv"}
    assert stat.S_IMODE((place / "one" / "private" / "records.csv").stat().st_mode) == 0o600
    found = json.loads(left["audit.json"])["audit"]
    assert found["options"] == {"privacy": "default", "k": 5, "people": ""}
    assert (found["shadows"], found["seed"], found["rows"]) == (4, 0, {"real": 500})
    assert (code == 3) == (found["verdict"]["outcome"] == "fail")
    records = pyarrow.csv.read_csv(place / "one" / "private" / "records.csv")
    assert records.num_rows == sum(1 for line in left["private/records.csv"].splitlines()[1:])
    assert max(records["row"].to_pylist()) < 500
    capsys.readouterr()
    assert run([*ARGUMENTS, "-o", "one", "--workers", "1"]) == code
    assert capsys.readouterr().out == said
    assert run([*ARGUMENTS, "--seed", "2", "-o", "one"]) == 1
    assert "--overwrite" in capsys.readouterr().err


def test_after_a_kill_the_same_command_goes_on(place, capsys):
    words = ("audit", "claims.parquet", *OPTIONS, "--shadows", "8", "--workers", "1", "-o", "out")
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen([*TWINSET, *words], cwd=place, start_new_session=True, stdout=nowhere, stderr=nowhere)
    shadows = place / ".out.staging" / "shadows"
    while process.poll() is None and len(list(shadows.glob("shadow-*.npz"))) < 2:
        time.sleep(0.01)
    os.killpg(process.pid, 9)
    process.wait()
    first = shadows / "shadow-0000.npz"
    made = first.stat().st_mtime_ns
    kept = place / "kept.npz"
    os.link(first, kept)
    assert run(list(words)) in (0, 3)
    assert "going on where it stopped" in capsys.readouterr().err
    assert kept.stat().st_mtime_ns == made
    assert not shadows.exists()
    went_on = contents(place / "out")
    shutil.rmtree(place / "out")
    run(list(words))
    assert contents(place / "out") == went_on


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (("--shadows", "7"), "even number", 2),
        (("--shadows", "2"), "even number", 2),
        (("--targets", "3"), "50", 2),
        (("--synthesizer", "treez"), "trees", 2),
        (("--option", "leef=20"), "did you mean 'leaf'", 2),
        (("--option", "leaf"), "NAME=VALUE", 2),
        (("--gate", "lax"), "standard", 2),
    ],
)
def test_mistakes_are_said(place, capsys, arguments, said, code):
    assert run(["audit", "claims.parquet", *arguments]) == code
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (place / "claims.audit").exists()


def test_too_few_rows_are_an_error(place, capsys):
    pq.write_table(flawed.dataset(flawed.rows(150, 1)).to_arrow(), place / "few.parquet")
    assert run(["audit", "few.parquet"]) == 1
    assert "at least 200" in capsys.readouterr().err
