"""Personal data that presidio recognises: only where a plan says so, counted, and a column of names is taken for one."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import twinset as ts
from twinset.core import types
from twinset.errors import MissingExtraError, PlanError
from twinset.pipeline import recognising, steps
from twinset.pipeline.settings import Settings, versions
from twinset.plan import Plan, Stage

NAMES = [f"{first} {last}" for first in ("Alice", "Robert", "Maria", "James") for last in ("Miller", "Johnson", "Garcia")]
ROWS = {
    "field1": [
        f"{name} called about invoice {n}, write to {name.split()[0].lower()}@mail.org" for n, name in enumerate(NAMES * 5)
    ],
    "field2": [f"{NAMES[n % 12]} {'Jr.' if n % 2 else ''}".strip() for n in range(60)],
    "field3": ["red", "green", "blue"] * 20,
}


class Heard:
    """A watch that remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def begin(self, what: str) -> None: ...

    def advance(self, done: float) -> None: ...

    def say(self, what: str) -> None:
        self.said.append(what)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    from pyarrow import csv

    csv.write_csv(pa.table(ROWS), tmp_path / "rows.csv")
    return tmp_path / "rows.csv"


def _read(source: Path, **more: object) -> tuple[dict[str, types.Type], list[str]]:
    watch = Heard()
    data = steps.read_source(Stage(source=str(source), **more), Settings(watch=watch))  # type: ignore[arg-type]
    assert data is not None
    return {column.name: column.type for column in data.schema.only.columns}, watch.said


def test_a_plan_that_does_not_say_presidio_never_asks_for_it(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "require", pytest.fail)
    kinds, said = _read(source)
    assert isinstance(kinds["field1"], types.Text)
    assert said == []


def test_without_the_extra_its_command_is_named(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(module: str, *, extra: str) -> None:
        raise MissingExtraError(module, extra)

    recognising._analyzer.cache_clear()
    monkeypatch.setattr(recognising, "require", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'twinset\[presidio\]'"):
        _read(source, presidio=True)


def test_texts_are_counted_and_names_become_personal_data(source: Path) -> None:
    pytest.importorskip("presidio_analyzer")
    kinds, said = _read(source, presidio=True)
    assert isinstance(kinds["field1"], types.Text)
    assert kinds["field2"] == types.Personal("name")
    assert isinstance(kinds["field3"], types.Categorical)
    (told,) = [one for one in said if one.startswith("field1")]
    assert "in 60 of 60 texts (email 60, name " in told
    assert told.endswith("it stays text")
    assert not any(name in line for name in NAMES for line in said)


def test_what_the_plan_declares_stays_and_texts_that_pass_are_shouted(source: Path) -> None:
    pytest.importorskip("presidio_analyzer")
    columns = {"field1": {"type": "text", "keep": True}, "field2": {"type": "categorical"}}
    kinds, said = _read(source, presidio=True, columns=columns)
    assert isinstance(kinds["field2"], types.Categorical)
    assert "THE PLAN LETS THESE TEXTS PASS" in next(one for one in said if one.startswith("field1"))


def test_plans_say_it_and_runs_name_the_versions() -> None:
    plain, asked = (Plan(stages={"t": Stage(source="rows.csv", presidio=says)}) for says in (False, True))
    assert plain.fingerprint != asked.fingerprint
    assert "presidio-analyzer" not in versions(plain)
    with pytest.raises((PlanError, ValueError), match="presidio goes with a source"):
        Plan(stages={"t": Stage(tables={}, presidio=True)})


def test_the_twin_of_a_table_takes_the_word(source: Path, tmp_path: Path) -> None:
    pytest.importorskip("presidio_analyzer")
    plan = Plan(stages={"t": Stage(source=str(source), presidio=True, synthesizer="independent")}, evaluate={"gate": "open"})  # type: ignore[arg-type]
    outcome = ts.run(plan, tmp_path / "out")
    assert "presidio finds personal data" in outcome.report.read_text()
    made = pa.csv.read_csv(tmp_path / "out" / "data.csv") if (tmp_path / "out" / "data.csv").exists() else None
    assert made is None or not set(made["field2"].to_pylist()) & set(ROWS["field2"])
