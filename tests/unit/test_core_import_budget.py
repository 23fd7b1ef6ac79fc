"""``import twinset`` is light: nothing heavy is loaded, and it costs little over a bare Python."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

HEAVY = ("pandas", "polars", "sklearn", "scipy", "numba", "torch", "pyarrow", "numpy", "pydantic", "typer", "jinja2")
BUDGET_SECONDS = 0.06


def cpu_seconds(statement: str) -> float:
    """CPU time of a Python that runs one statement."""
    before = os.times()
    subprocess.run([sys.executable, "-c", statement], check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_import_loads_nothing_heavy() -> None:
    code = f"import sys, twinset; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert loaded == []


def test_import_is_within_its_budget() -> None:
    cpu_seconds("import twinset")  # so that compiled files are there
    costs = [cpu_seconds("import twinset") - cpu_seconds("pass") for _ in range(7)]
    assert statistics.median(costs) <= BUDGET_SECONDS


def test_names_are_found_when_they_are_used() -> None:
    code = "import twinset; assert set(twinset.__all__) <= set(dir(twinset)); twinset.no_such_name"
    failed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "has no attribute 'no_such_name'" in failed.stderr
