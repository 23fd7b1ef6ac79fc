"""The code and the commands in the pages on checked texts and on review run."""

import csv
import re
import shlex
from pathlib import Path

from tests.e2e.runs import twinset
from tests.intents import intents

from twinset.core import registry
from twinset.pipeline.reviewing import Reviewed
from twinset.review.choices import Choice, opened

DOCS = Path(__file__).parents[2] / "docs"
CHECKS, REVIEW = (DOCS / "text-checks.md").read_text(), (DOCS / "review.md").read_text()
PLAN = """
twinset: 1
format: csv
stages:
  notes:
    synthesizer: rules
    tables:
      notes:
        rows: 20
        columns:
          text: {rule: category, values: {one: 1, two: 1}}
"""


def commands(page: str) -> list[list[str]]:
    return [shlex.split(command) for command in re.findall(r"^    twinset (.*)$", page, re.MULTILINE)]


def test_the_python_of_the_page_runs():
    (code,) = re.findall(r"```python\n(.*?)```", CHECKS, re.DOTALL)
    exec(compile(code, "text-checks.md", "exec"), {})


def test_each_check_is_in_the_table():
    assert sorted(re.findall(r"^\| `(\w+)` \|", CHECKS, re.MULTILINE)) == list(registry.names("checks"))


def test_the_commands_of_the_page_run(tmp_path):
    for name, n, seed in (("real", 400, 1), ("made", 100, 2), ("unseen", 60, 3)):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text", "label", "answer"])
            writer.writerows((text, label, label) for text, label in intents(n, seed))
    (tmp_path / "benchmark.txt").write_text("where is the parcel that I ordered last week\n")
    found = commands(CHECKS)
    assert len(found) == 6
    for words in found:
        done = twinset(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "floor" / "texts.html").exists()


def test_the_commands_of_the_page_on_review_run(tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN)
    found = commands(REVIEW)
    assert found[1] == ["review", "notes", "--reviewer", "ann"]
    assert twinset(*found[0], cwd=tmp_path).returncode == 0
    of = Reviewed.of(tmp_path / "notes")
    with opened(tmp_path / "notes" / "review" / "data" / "ann.jsonl", "ann", of.digest) as log:
        log.add(Choice(3, "accept"))
    for words in found[2:]:
        done = twinset(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert twinset("verify", "notes.reviewed", cwd=tmp_path).returncode == 0
