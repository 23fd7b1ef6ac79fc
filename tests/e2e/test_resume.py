"""Kill -9 at any moment: the same command goes on and ends with the same bytes. Workers and orders change nothing."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.e2e.runs import TWINSET, data_hash, kill_sweep, real_table, twinset
from tests.linked_shop import shop
from twinset.core.dataset import Dialect
from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.execution.local import Local
from twinset.execution.processes import Processes
from twinset.pipeline import samplerfile
from twinset.pipeline.parts import MakePart, produce
from twinset.testing.samplers import FlakyText, GapFilled, KeyLinked, Pictures, Walk

FIVE = """
twinset: 1
seed: 5
part_rows: 40
format: {format}
stages:
  keys: {{synthesizer: test_key_linked, rows: {{customers: 90, orders: 200}}, options: {{delay: {delay}}}}}
  gaps: {{synthesizer: test_gap_filled, rows: 130, options: {{delay: {delay}}}}}
  texts: {{synthesizer: test_flaky_text, rows: 110, options: {{delay: {delay}}}}}
  pictures: {{synthesizer: test_pictures, rows: 50, options: {{delay: {delay}}}}}
  walk: {{synthesizer: test_walk, rows: 150, needs: [gaps], options: {{delay: {delay}}}}}
"""


ONE = """
twinset: 1
part_rows: 20
stages:
  keys: {synthesizer: test_key_linked, rows: {customers: 90, orders: 100}, options: {delay: 0.25}}
"""


def one(tmp_path: Path) -> Path:
    plan = tmp_path / "plan.yaml"
    plan.write_text(ONE)
    return plan


def five(tmp_path: Path, format: str = "csv", delay: float = 0.02) -> Path:
    plan = tmp_path / "plan.yaml"
    plan.write_text(FIVE.format(format=format, delay=delay))
    return plan


def test_five_samplers_survive_kills(tmp_path):
    counts = kill_sweep(
        ["run", five(tmp_path, "parquet"), "-o", tmp_path / "out", "-q"], tmp_path / "out", n_kills=4, seed=1
    )
    assert counts["finished"] >= 1


@pytest.mark.verify
def test_five_samplers_survive_a_hundred_kills(tmp_path):
    kill_sweep(["run", five(tmp_path), "-o", tmp_path / "out", "-q"], tmp_path / "out", n_kills=100, seed=1)


@pytest.mark.verify
def test_three_workers_survive_kills(tmp_path):
    kill_sweep(["run", one(tmp_path), "-o", tmp_path / "out", "-q", "--workers", "3"], tmp_path / "out", n_kills=30, seed=2)


@pytest.mark.verify
@pytest.mark.parametrize("workers", ["1", "3"])
def test_a_twin_of_linked_tables_survives_kills(tmp_path, workers):
    (tmp_path / "shop").mkdir()
    for name in ("countries", "products", "customers", "orders", "items", "reviews"):
        pq.write_table(shop(1200).to_arrow(name), tmp_path / "shop" / f"{name}.parquet")
    plan = tmp_path / "plan.yaml"
    plan.write_text("part_rows: 1500\nevaluate: {gate: open}\nstages: {shop: {source: shop}}\n")
    kill_sweep(["run", plan, "-o", tmp_path / "out", "-q", "--workers", workers], tmp_path / "out", n_kills=6, seed=3)


@pytest.mark.verify
def test_a_twin_of_real_data_survives_kills(tmp_path):
    arguments = ["twin", real_table("airports", tmp_path), "-o", tmp_path / "out", "-q"]
    kill_sweep(arguments, tmp_path / "out", n_kills=25, seed=3)


class Shuffled:
    """Parts in a random order that keeps needed ones first."""

    def __init__(self, seed: int) -> None:
        self.draw = np.random.Generator(np.random.Philox(seed))

    def run(self, parts, job, done):
        waiting, made = list(parts), set(done)
        while waiting:
            ready = [part for part in waiting if made.issuperset(part.needs)]
            part = ready[self.draw.integers(len(ready))]
            waiting.remove(part)
            job(part)
            made.add(part.id)
            yield part


SIZES = {
    "test_key_linked": (KeyLinked(), {"customers": 90, "orders": 200}),
    "test_gap_filled": (GapFilled(), {"readings": 130}),
    "test_flaky_text": (FlakyText(), {"notes": 110}),
    "test_pictures": (Pictures(), {"pictures": 50}),
    "test_walk": (Walk(), {"walk": 150}),
}


def made_by(executor, name: str, tmp_path: Path) -> str:
    """The bytes that an executor leaves: part files, states, rejects, blobs."""
    sampler, size = SIZES[name]
    folder = tmp_path / "parts"
    (tmp_path / "out").mkdir(parents=True)
    folder.mkdir()
    samplerfile.save(sampler, tmp_path / "sampler.twin", dialect=Dialect(), rows={})
    request = Request(size, Seed(5), part_rows=40)
    parts = tuple(sampler.parts(request))
    kept = frozenset(need for part in parts for need in part.needs)
    job = MakePart(
        str(tmp_path), tmp_path / "sampler.twin", request, folder, tmp_path / "out", "jsonl", Dialect("jsonl"), kept
    )
    produce(parts, job, executor, lambda rows: None)
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".twin")
    assert len(files) > len(parts)
    return repr([(path.relative_to(tmp_path).as_posix(), path.read_bytes()) for path in files])


@pytest.mark.parametrize("name", list(SIZES))
def test_any_order_makes_the_same_bytes(tmp_path, name):
    expected = made_by(Local(), name, tmp_path / "in-order")
    for seed in range(3):
        assert made_by(Shuffled(seed), name, tmp_path / str(seed)) == expected


def test_three_workers_make_the_same_bytes(tmp_path):
    for name in SIZES:
        assert made_by(Processes(3), name, tmp_path / name / "3") == made_by(Local(), name, tmp_path / name / "1")


def test_a_finished_run_is_not_made_again_and_a_changed_one_is_refused(tmp_path):
    plan = one(tmp_path)
    assert twinset("run", plan, "-o", "out", "-q", cwd=tmp_path).returncode == 0
    before = (tmp_path / "out" / "manifest.json").stat().st_mtime_ns
    again = twinset("run", plan, "-o", "out", "-q", cwd=tmp_path)
    assert "nothing to do" in again.stdout
    assert (tmp_path / "out" / "manifest.json").stat().st_mtime_ns == before
    data = tmp_path / "out" / "orders.parquet"
    data.write_bytes(data.read_bytes().replace(b"PAR1", b"PAR2", 1))
    harmed = twinset("run", plan, "-o", "out", "-q", cwd=tmp_path)
    assert harmed.returncode == 1
    assert "--overwrite" in harmed.stderr
    assert twinset("run", plan, "-o", "out", "-q", "--overwrite", cwd=tmp_path).returncode == 0
    assert twinset("verify", "out", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("workers", ["1", "3"])
def test_an_interrupt_ends_with_130_and_the_same_command_goes_on(tmp_path, workers):
    plan = one(tmp_path)
    words = [*TWINSET, "run", plan, "-o", tmp_path / "out", "--workers", workers]
    process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(tmp_path / ".out.staging" / "parts" / "keys", "*.json")
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "run the same command again" in errors
    assert "Traceback" not in errors
    assert not (tmp_path / "out").exists()
    again = twinset(*map(str, words[3:]), cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "going on where it stopped" in again.stderr


@pytest.mark.parametrize("after", [0.15, 0.4, 0.8])
def test_an_interrupt_while_the_command_loads_shows_no_traceback(tmp_path, after):
    process = subprocess.Popen([*TWINSET, "twin", "none.csv"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    wait_until_it_listens(process.pid)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode in (130, 1), errors  # 1 where it had come to the file that is not there
    assert "Traceback" not in errors


def test_an_interrupt_within_code_made_from_a_string_ends_with_130_too(tmp_path):
    """Python would end by a signal there, not by an exit code: so is the code of a dataclass while it loads."""
    interrupt = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    code = f"import twinset.cli.main as cli; cli.run = lambda _: exec({interrupt!r}); cli.main()"
    (tmp_path / "command.py").write_text(code)
    done = subprocess.run([sys.executable, "-m", "command"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 130, done
    assert done.stderr == "error: interrupted\n"


def wait_until_it_listens(pid: int) -> None:
    """Until the command's own code has begun: it catches SIGTERM from then on."""
    for _ in range(1000):
        caught = re.search(r"^SigCgt:\s*([0-9a-f]+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        if caught and int(caught[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.01)
    pytest.fail("the command did not begin")


def test_no_worker_outlives_a_killed_parent(tmp_path):
    plan = one(tmp_path)
    words = [*TWINSET, "run", plan, "-o", tmp_path / "out", "--workers", "2"]
    process = subprocess.Popen(
        list(map(str, words)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    wait_for(tmp_path / ".out.staging" / "parts" / "keys", "*.json")
    process.kill()
    process.wait()
    for _ in range(100):
        if not members(process.pid):
            return
        time.sleep(0.1)
    pytest.fail(f"still running: {members(process.pid)}")


def wait_for(folder: Path, pattern: str) -> None:
    for _ in range(600):
        if folder.is_dir() and any(folder.glob(pattern)):
            return
        time.sleep(0.05)
    pytest.fail(f"no {pattern} appeared in {folder}")


def members(session: int) -> list[str]:
    """The living processes of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(entry.name)
    return found


def test_a_file_sampled_from_a_sampler_survives_kills(tmp_path):
    samplerfile.save(Walk(delay=0.02), tmp_path / "walk.twin", dialect=Dialect(), rows={"walk": 10})
    out = tmp_path / "out.csv"
    arguments = ["sample", tmp_path / "walk.twin", "-n", "400000", "-o", out, "-q"]
    kill_sweep(arguments, out, n_kills=3, seed=3)
    assert twinset("verify", out, cwd=tmp_path).returncode == 0
    assert data_hash(out)
