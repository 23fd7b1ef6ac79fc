"""Real flights weather published as aggregates, and twins judged by them, by the commands of the page."""

import csv
import json
import re

import pytest

import twinset as ts
from tests.e2e.runs import ROOT, real_table, twinset
from twinset.evaluation.aggregates.files import read_aggregates

PAGE = (ROOT / "docs" / "aggregates.md").read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Every other row of the weather is real, the others stand for a twin: a perfect one."""
    place = tmp_path_factory.mktemp("aggregates")
    with real_table("weather", place).open(newline="") as file:
        head, *rows = csv.reader(file)
    for name, kept in (("real.csv", rows[::2]), ("twin.csv", rows[1::2])):
        with (place / name).open("w", newline="") as file:
            csv.writer(file).writerows([head, *kept])
    (place / "census.csv").write_text("origin,share\nEWR,0.333\nJFK,0.333\nLGA,0.333\n")
    return place


def test_the_commands_of_the_page_run(folder):
    for line in re.findall(r"^    twinset (.*)$", PAGE, re.MULTILINE):
        result = twinset(*line.split(), cwd=folder)
        assert result.returncode == 0, result.stderr
    said = (folder / "evidence" / "report.md").read_text()
    assert "Only published aggregates were compared" in said
    scores = json.loads((folder / "evidence" / "scores.json").read_text())
    assert [answer["outcome"] for answer in scores["verdict"]["answers"]] == ["unknown"] * 3
    cells = next(one for one in scores["evaluation"]["scores"] if (one["metric"], one["subject"]) == ("fidelity.cell", None))
    assert cells["detail"]["cells"] > 300
    assert cells["value"] == 0  # other hours of the same year: within the noise of both


def test_python_gives_the_same(folder, tmp_path):
    ts.aggregates(folder / "real.csv", tmp_path / "real.yaml")
    judged = ts.evaluate_by_aggregates(tmp_path / "real.yaml", folder / "twin.csv")
    assert [answer.outcome for answer in judged.verdict.answers] == ["unknown"] * 3
    assert judged.evaluation.find("fidelity.cell").value == 0


def test_a_broken_twin_fails_by_aggregates_alone(folder):
    assert twinset("aggregates", "real.csv", "-o", "a.json", "-q", cwd=folder).returncode == 0
    with (folder / "twin.csv").open(newline="") as file:
        head, *rows = csv.reader(file)
    place = head.index("temp")
    temperatures = [row[place] for row in rows]
    for row, value in zip(rows, temperatures[7000:] + temperatures[:7000], strict=True):  # half a year off
        row[place] = value
    with (folder / "broken.csv").open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    result = twinset("evaluate", "--aggregates", "a.json", "--synthetic", "broken.csv", "-o", "broken", "-q", cwd=folder)
    assert result.returncode == 3, result.stderr
    assert re.search(r"alike +fail +\d+% of the rows stand in the wrong cell of .*temp", result.stdout)


def test_the_example_of_the_page_is_a_file(tmp_path):
    (text,) = re.findall(r"^    twinset_aggregates:.*?(?=^\S)", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "a.yaml").write_text(re.sub("^    ", "", text, flags=re.MULTILINE))
    found = read_aggregates(tmp_path / "a.yaml")
    assert set(found.columns) == {"sex", "age"}
    assert found.tables[0].cells[-1] == ("Male", 30, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--synthetic", "twin.csv"], "either --real ROWS or --aggregates FILE"),
        (["--synthetic", "twin.csv", "--real", "real.csv", "--aggregates", "census.csv"], "either --real ROWS"),
        (["--synthetic", "twin.csv", "--aggregates", "census.csv", "--target", "temp"], "go with --real"),
        (["--synthetic", "twin.csv", "--aggregates", "no.yaml"], "there is no file 'no.yaml'"),
    ],
)
def test_wrong_words_are_refused(folder, words, said):
    result = twinset("evaluate", *words, "-o", "wrong", cwd=folder)
    assert result.returncode in (1, 2)
    assert said in result.stderr
    assert not (folder / "wrong").exists()
