"""Peers of the benchmarks: environments of their own to run in, and engines as they are named on the command line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Environment:
    """What pip installs, step by step: torch first, so that nothing else chooses its build. ``unwanted`` goes afterwards."""

    steps: tuple[tuple[str, ...], ...]
    unwanted: tuple[str, ...] = ()
    with_needs: bool = True

    def python(self, place: Path) -> Path:
        """The Python of the environment at that place, made where it is not there yet, or not to its end."""
        python, made = place / "bin" / "python", place / ".made"
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


def parse(engine: str) -> tuple[str, dict[str, Any]]:
    """``trees:k=20,leaf=50`` as a name and options."""
    name, _, said = engine.partition(":")
    pairs = [each.partition("=") for each in said.split(",") if each]
    return name, {key: yaml.safe_load(value) for key, _, value in pairs}
