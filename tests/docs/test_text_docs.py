"""docs/text.md: its commands and plans run, and its tables know what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.e2e.runs import twinset

from twinset.plan import parse
from twinset.synthesizers.text.columns.kinds import KINDS, OTHERS
from twinset.synthesizers.text.recipes import names
from twinset.testing.models import ModelServer

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "text.md").read_text()
PLANS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"^    twinset (.*)$", PAGE, re.MULTILINE)
ADDRESS = "http://127.0.0.1:8123/v1"
DOCUMENTS = "title,text\nRiver,{}\nGarden,The garden has nine trees.\n".format("The river flows north. " * 60)


@pytest.fixture(scope="module")
def server():
    with ModelServer() as server:
        yield server


@pytest.mark.parametrize("text", PLANS, ids=range(len(PLANS)))
def test_the_plans_run(tmp_path, server, text):
    (tmp_path / "documents.csv").write_text(DOCUMENTS)
    (tmp_path / "plan.yaml").write_text(text.replace(ADDRESS, server.base_url))
    done = twinset("run", "plan.yaml", "-o", "out", "-q", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (stage,) = parse(text).stages.values()
    (file,) = (tmp_path / "out").glob("data.*")
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(rows) == (stage.rows or 2 * 4)


def test_the_commands_run(tmp_path, server):
    assert len(COMMANDS) >= 4
    for command in COMMANDS:
        done = twinset(*command.replace(ADDRESS, server.base_url).split(), cwd=tmp_path)
        assert done.returncode == 0, (command, done.stderr)
    assert len((tmp_path / "intents/data.jsonl").read_text().splitlines()) == 100
    assert (tmp_path / "intents-hub/README.md").exists()


def asks(body):
    """A question of the words of each piece, where one is asked for; else the usual answer."""
    (*_, asked) = (message["content"] for message in body["messages"])
    words = re.sub(r"<.*?>", "", asked).split()
    return f"What of {' '.join(words[:9])}?" if "Ask one short question" in asked else None


def test_the_example_runs_over_our_own_pages(tmp_path):
    with ModelServer(say=asks) as server:
        _run_example(tmp_path, server)


def _run_example(tmp_path, server):
    example = (ROOT / "examples" / "qa.yaml").read_text()
    assert "client: local" in example
    plan = example.replace("../docs", str(ROOT / "docs")).replace("client: local", f"base_url: {server.base_url}")
    (tmp_path / "qa.yaml").write_text(plan)
    done = twinset("run", "qa.yaml", "-o", "qa", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "qa/report.html"
    rows = [json.loads(line) for line in (tmp_path / "qa/data.jsonl").read_text().splitlines()]
    assert len(rows) == 24
    assert rows[0]["title"] == "Evaluation without the real rows"
    assert all(0 < len(row["context"].split()) <= 60 for row in rows)
    forecast = int(re.search(r"up to ([\d,]+) tokens", done.stderr).group(1).replace(",", ""))
    (stage,) = json.loads((tmp_path / "qa/manifest.json").read_text())["stages"]
    used = stage["made_with"]["models"]["default"]
    assert used["prompt_tokens"] + used["completion_tokens"] <= forecast


def test_the_python_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "text.md", "exec"), {})
    assert capsys.readouterr().out.startswith("http://127.0.0.1:")


def test_it_knows_every_template_and_every_kind_of_column():
    listed = re.search(r"^Templates to begin with: (.*?)\. Each", PAGE, re.MULTILINE | re.DOTALL)
    assert listed
    assert set(re.findall(r"`(\w+)`", listed.group(1))) == set(names())
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == {*KINDS, *OTHERS}
