"""docs/dirt.md and docs/timelines.md: their plans, commands and code run; the tables know every fault and option."""

from __future__ import annotations

import dataclasses
import re
import shlex
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.e2e.runs import twinset

from twinset.pipeline import api
from twinset.synthesizers.rules.dirt.soiling import FAULTS
from twinset.synthesizers.rules.edges.spec import Edge
from twinset.synthesizers.rules.timelines.events import Events
from twinset.synthesizers.rules.timelines.history import History

ROOT = Path(__file__).parents[2]
DIRT, TIMELINES = ((ROOT / "docs" / name).read_text() for name in ("dirt.md", "timelines.md"))


def plan_of(page: str, folder: Path) -> Path:
    (text,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (folder / "plan.yaml").write_text(text)
    return folder / "plan.yaml"


def test_the_python_of_the_page_runs_on_its_plan(tmp_path, monkeypatch):
    api.run(plan_of(DIRT, tmp_path), tmp_path / "out")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", DIRT, re.DOTALL)
    exec(compile(code, "dirt.md", "exec"), {})


def test_the_commands_of_the_page_run(tmp_path):
    commands = re.findall(r"^    twinset (.*?)(?: +#.*)?$", DIRT, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        words = [str(ROOT / word) if word.startswith("examples/") else word for word in shlex.split(command)]
        result = twinset(*words, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    assert {"customers", "customers_dirt", "orders", "orders_dirt"} == {
        one.stem for one in (tmp_path / "dirty").glob("*.parquet")
    }
    labels = pq.read_table(tmp_path / "shop" / "customers_dirt.parquet")
    assert set(labels["kind"].to_pylist()) == {"edge"}


def test_the_table_knows_every_fault_with_its_options():
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]* \| [^|]* \| ([^|]*)\|$", DIRT, re.MULTILINE))
    assert set(rows) == set(FAULTS)
    for word, said in rows.items():
        module, _, name = FAULTS[word].partition(":")
        options = {field.name for field in dataclasses.fields(getattr(import_module(module), name))}
        assert set(re.findall(r"`(\w+)`", said)) == options - {"share", "columns"}, word


@pytest.mark.parametrize(
    ("page", "heading", "cls"),
    [(DIRT, "## Edge cases", Edge), (TIMELINES, "## Events", Events), (TIMELINES, "## Histories", History)],
)
def test_the_tables_know_every_option(page, heading, cls):
    section = page.split(heading)[1].split("\n## ")[0]
    said = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", section, re.MULTILINE)
    names = {name for one in said for name in re.findall(r"`(\w+)`", one)}
    assert names == {field.name.rstrip("_") for field in dataclasses.fields(cls)}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("timelines")
    api.run(plan_of(TIMELINES, folder), folder / "out")
    return {path.stem: pq.read_table(path).to_pandas() for path in (folder / "out").glob("*.parquet")}


def test_the_plan_of_timelines_hangs_together(shop):
    sessions, events = shop["sessions"].set_index("session_id"), shop["events"]
    groups = events.groupby("session_id")
    assert (groups.size() == sessions.n_events[groups.size().index]).all()
    assert ((groups.amount.sum() - sessions.spent[groups.size().index]).abs() < 1e-6).all()
    assert (groups.at.max() == sessions.ended_at[groups.size().index]).all()
    assert groups.at.apply(lambda moments: moments.is_monotonic_increasing).all()
    assert (groups.at.min() == sessions.started_at[groups.size().index]).all()
    assert set(events.type) == {"visit", "view", "cart", "pay"}
    counts = shop["sessions"].customer_id.value_counts().reindex(shop["customers"].customer_id, fill_value=0)
    assert (counts.to_numpy() == shop["customers"].n_sessions.to_numpy()).all()


def test_the_labels_are_described_as_they_are(tmp_path):
    api.run(plan_of(DIRT, tmp_path), tmp_path / "out")
    labels = pq.read_table(tmp_path / "out" / "people_dirt.parquet")
    section = DIRT.split("## The labels")[1].split("\n## ")[0]
    said = [name for one in re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", one)]
    assert labels.schema.names == said
    assert labels.schema.field("row").type == pa.int64()
