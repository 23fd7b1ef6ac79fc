"""Files that checks read: named from the plan, counted by what they hold."""

from __future__ import annotations

import json
import shutil

import pytest
from tests.models import plan_of, rows_of, told

from twinset.errors import OutputError, UserError
from twinset.pipeline import api
from twinset.plan import dump, from_data
from twinset.testing.models import ModelServer

BAD = "The seven grey geese of Upper Lane flew over the old mill on a cold Monday morning."
GOOD = "Two boats came home."
CHECKS = {
    "contamination": {"check": "contamination", "columns": "text", "files": ["list.txt"]},
    "near_copies": {"check": "near_copies", "columns": "text", "files": "list.txt"},
    "toxicity": {"check": "toxicity", "columns": "text", "words": "list.txt"},
}


def say(body):
    """Every other row is a bad one, until it is asked again."""
    asked = body["messages"][-1]["content"]
    return f"{BAD if 'odd' in asked else GOOD}"


@pytest.fixture
def plan(tmp_path, request):
    """The plan file of a check, in a folder that is not the working one."""
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "list.txt").write_text(f"{BAD if 'words' not in request.param else 'geese'}\n")
    columns = {
        "id": {"rule": "sequence"},
        "text": {"prompt": "{{ 'odd' if id % 2 else 'even' }} {{ id }}"},
    }
    with ModelServer(say=say) as server:
        stated = plan_of(server, columns, 6, checks=[request.param], may_fall_short=True, tries=1)
        (folder / "plan.yaml").write_text(dump(from_data(stated)))
        yield folder / "plan.yaml"


@pytest.mark.parametrize("plan", CHECKS.values(), ids=CHECKS, indirect=True)
def test_files_of_checks_are_named_from_the_plan_and_change_the_run(plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    api.run(plan, tmp_path / "out")
    assert [row["text"] for row in rows_of(tmp_path / "out")] == [GOOD] * 3
    assert sum(told(tmp_path / "out")["rejects"].values()) == 3
    first = json.loads((tmp_path / "out/manifest.json").read_text())

    shutil.copytree(plan.parent, tmp_path / "moved")
    assert api.run(tmp_path / "moved/plan.yaml", tmp_path / "out").was_there
    again = api.run(tmp_path / "out/plan.yaml", tmp_path / "again")
    assert rows_of(again.place) == rows_of(tmp_path / "out")

    (plan.parent / "list.txt").write_text("nothing of that kind\n")
    with pytest.raises(OutputError, match="output of another run"):
        api.run(plan, tmp_path / "out")
    api.run(plan, tmp_path / "changed")
    second = json.loads((tmp_path / "changed/manifest.json").read_text())
    assert len(rows_of(tmp_path / "changed")) == 6
    assert (first["run"], first["plan"]) != (second["run"], second["plan"])


@pytest.mark.parametrize("plan", CHECKS.values(), ids=CHECKS, indirect=True)
def test_a_file_that_is_not_there_is_told_with_its_place(plan, tmp_path):
    (plan.parent / "list.txt").unlink()
    with pytest.raises(UserError, match=r"plans/list\.txt: No such file"):
        api.run(plan, tmp_path / "out")
