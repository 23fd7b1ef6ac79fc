"""Two runs compared by the command line: the one thing that changed is named, several are not told apart."""

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pytest

import twinset as ts
from tests.e2e.runs import twinset
from twinset.errors import DataError

pytestmark = pytest.mark.verify  # nine runs to compare take minutes; tests/unit/test_difference.py has the comparison itself

DOCS = Path(__file__).parents[2] / "docs"


def table(n, shift=0):
    draw = np.random.Generator(np.random.Philox(5))
    age = draw.integers(18, 90, n)
    kind = np.where(age + draw.normal(0, 15, n) > 50, "old", "new")
    return pa.table({"age": age + shift, "hours": draw.integers(10, 60, n), "kind": kind})


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with runs that differ in known ways, and evaluations without a plan."""
    folder = tmp_path_factory.mktemp("runs")
    pc.write_csv(table(300), folder / "t.csv")
    made = [
        ("base", "t.csv"),
        ("seed", "t.csv", "--seed", "1"),
        ("engine", "t.csv", "--synthesizer", "independent"),
        ("both", "t.csv", "--synthesizer", "independent", "--seed", "1"),
        ("strict", "t.csv", "--gate", "strict"),
        ("thorough", "t.csv", "--thorough"),
    ]
    for name, *words in made:
        result = twinset("twin", *words, "-o", name, "-q", cwd=folder)
        assert result.returncode in (0, 3), result.stderr
    (folder / "new").mkdir()
    pc.write_csv(table(300, shift=3), folder / "new" / "t.csv")
    assert twinset("twin", "new/t.csv", "-o", "data", "-q", cwd=folder).returncode in (0, 3)
    for name in ("base", "engine"):
        data = next((folder / name).rglob("data.csv"))
        words = ["--real", "t.csv", "--synthetic", data, "-o", f"judged-{name}", "-q"]
        assert twinset("evaluate", *words, cwd=folder).returncode in (0, 3)
    return folder


def changed(runs, one, other):
    result = twinset("diff", one, other, "--json", cwd=runs)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("other", "where", "said"),
    [
        ("seed", ["seed"], "Only the seed changed"),
        (
            "engine",
            ["stages.t.synthesizer"],
            "so it is what moved the scores: stages.t.synthesizer: trees before, independent",
        ),
        ("both", ["stages.t.synthesizer", "seed"], "2 things changed at once"),
        ("strict", ["evaluate.gate"], "No score moved"),
        ("thorough", ["evaluate.thorough"], "so it is what moved the scores: evaluate.thorough: False before, True after"),
        ("data", ["data.t"], "other values in age and the same in 2 more"),
    ],
)
def test_what_changed_is_named(runs, other, where, said):
    found = changed(runs, "base", other)
    assert [change["where"] for change in found["changes"]] == where
    assert said in found["conclusion"]
    assert found["unknown"] == []


def test_what_was_lost_with_the_engine_is_at_the_top(runs):
    found = changed(runs, "base", "engine")
    first = found["moves"][0]
    assert first["is_beyond_noise"]
    assert first["direction"] == "worse"
    assert "kind" in first["subject"]  # age and kind hang together, and independent columns lose that


def test_without_private_it_is_said_that_the_data_is_not_known(runs, tmp_path):
    for name in ("base", "engine"):
        shutil.copytree(runs / name, tmp_path / name, ignore=shutil.ignore_patterns("private"))
    found = changed(tmp_path, "base", "engine")
    assert len(found["unknown"]) == 2
    assert "whether the data changed" in found["conclusion"].lower()


def test_evaluations_say_that_the_twin_is_another(runs):
    found = changed(runs, "judged-base", "judged-engine")
    assert [change["where"] for change in found["changes"] if change["can_move"]] == ["data.synthetic"]
    assert "how this twin was made is not known here" in found["conclusion"]
    mixed = changed(runs, "base", "judged-engine")
    assert any("how the twin" in text for text in mixed["unknown"])


def test_terminal_and_pages(runs):
    result = twinset("diff", "base", "engine", "-o", "pages/d.html", cwd=runs)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("One thing changed")
    assert "beyond" in result.stdout
    assert "Content-Security-Policy" in (runs / "pages" / "d.html").read_text()
    assert twinset("diff", "base", "engine", "-o", "d.md", cwd=runs).returncode == 0
    assert (runs / "d.md").read_text().startswith("# base against engine")


def test_thorough_is_in_the_plan_and_in_the_scores(runs):
    assert "thorough: true" in (runs / "thorough" / "plan.yaml").read_text()
    found = [json.loads((runs / name / "scores.json").read_text()) for name in ("base", "thorough")]
    scores = [score for side in found for score in side["evaluation"]["scores"] if score["metric"] == "utility.gap"]
    gaps = [score["detail"]["learners are"] for score in scores]
    assert gaps[0] == "not tuned"
    assert gaps[-1] == "tuned on the rows they learn from"


def test_python_gives_the_same(runs):
    found = ts.diff(runs / "base", runs / "engine")
    assert [change.where for change in found.causes] == ["stages.t.synthesizer"]
    assert found.beyond


def test_bad_input_is_refused(runs, tmp_path):
    def refused(one, other, said):
        result = twinset("diff", one, other, cwd=runs)
        assert result.returncode == 1, result
        assert said in result.stderr
        assert "fault of Twinset's own" not in result.stderr

    refused("base", "base", "same folder")
    refused("base", "t.csv", "is no folder")
    refused("base", "new", "no output of")
    pc.write_csv(pa.table({"x": list(range(60)), "y": list("ab") * 30}), tmp_path / "u.csv")
    twinset("evaluate", "--real", "u.csv", "--synthetic", "u.csv", "-o", "other", "-q", cwd=tmp_path)
    refused("base", tmp_path / "other", "different tables: t of base has the columns age, hours and kind")
    broken = tmp_path / "broken"
    shutil.copytree(runs / "judged-base", broken)
    (broken / "scores.json").write_text('{"format": "twinset.scores"')
    refused("base", broken, "isn't JSON")
    harmed = tmp_path / "harmed"
    shutil.copytree(runs / "base", harmed)
    (harmed / "scores.json").write_text((harmed / "scores.json").read_text() + " ")
    refused("base", harmed, "was changed after it was written")
    result = twinset("diff", "base", "seed", "-o", "x.pdf", cwd=runs)
    assert result.returncode == 2
    assert ".html, .md, .json" in result.stderr


def test_the_same_run_made_twice_has_no_difference(runs, tmp_path):
    shutil.copytree(runs / "base", tmp_path / "copy")
    found = ts.diff(runs / "base", tmp_path / "copy")
    assert (found.changes, found.moves, found.unknown) == ((), (), ())


def test_a_folder_that_is_no_run_is_a_data_error(tmp_path):
    with pytest.raises(DataError, match="is no folder"):
        ts.diff(tmp_path / "a", tmp_path / "b")


def test_the_commands_of_the_page_run(runs):
    text = (DOCS / "diff.md").read_text()
    commands = [line.split()[1:] for line in text.splitlines() if line.startswith("    twinset diff")]
    assert len(commands) >= 3
    for words in commands:
        result = twinset(*words, cwd=runs)
        assert result.returncode == 0, result.stderr
