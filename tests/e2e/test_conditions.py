"""Given rows, balanced columns and imputation by the command line."""

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest

from tests.dear_and_cheap import table
from tests.e2e.runs import data_hash, twinset


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with rows.csv, and model.twin that was learned from them."""
    place = tmp_path_factory.mktemp("conditions")
    pyarrow.csv.write_csv(table(), place / "rows.csv")
    fitted = twinset("fit", "rows.csv", "-o", "model.twin", cwd=place)
    assert fitted.returncode == 0, fitted.stderr
    return place


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_given_rows_are_completed(folder):
    (folder / "given.csv").write_text("kind,size\ndear,\ncheap,3\n,7\npricey,900\n")
    result = twinset("sample", "model.twin", "--given", "given.csv", "-o", "completed.csv", cwd=folder)
    assert result.returncode == 0, result.stderr
    assert "kind: 1 given values were never learned" in result.stderr
    assert "size: 1 given values were never learned" in result.stderr
    made = rows_of(folder / "completed.csv")
    assert [(row["kind"], row["size"]) for row in made][1] == ("cheap", "3")
    assert [row["kind"] for row in made][:2] == ["dear", "cheap"]
    assert made[0]["size"] in "56789"
    assert made[2]["size"] == "7"
    assert (made[3]["kind"], made[3]["size"]) == ("pricey", "900")
    notes = json.loads((folder / "completed.csv.manifest.json").read_text())["stages"][0]["notes"]
    assert len(notes) == 2


def test_the_same_command_finds_nothing_to_do_and_other_rows_are_refused(folder):
    (folder / "some.csv").write_text("size\n1\n2\n")
    assert twinset("sample", "model.twin", "--given", "some.csv", "-o", "some-out.csv", cwd=folder).returncode == 0
    before = (folder / "some-out.csv").stat().st_mtime_ns
    assert twinset("sample", "model.twin", "--given", "some.csv", "-o", "some-out.csv", cwd=folder).returncode == 0
    assert (folder / "some-out.csv").stat().st_mtime_ns == before
    (folder / "some.csv").write_text("size\n1\n3\n")
    other = twinset("sample", "model.twin", "--given", "some.csv", "-o", "some-out.csv", cwd=folder)
    assert other.returncode == 1
    assert "is there already" in other.stderr


def test_a_column_is_balanced_whatever_the_workers(folder):
    words = ("sample", "model.twin", "--balance", "colour=grey:0.3", "-n", "1000")
    one, two = (twinset(*words, "--workers", number, "-o", f"{number}/out.csv", cwd=folder) for number in ("1", "2"))
    assert one.returncode == two.returncode == 0, one.stderr
    assert data_hash(folder / "1" / "out.csv") == data_hash(folder / "2" / "out.csv")
    counts = Counter(row["colour"] for row in rows_of(folder / "1" / "out.csv"))
    assert abs(counts["grey"] - 300) < 5
    assert set(counts) == {"grey", "red", "blue"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--balance", "colour", "--given", "rows.csv"), "not both"),
        (("--balance", "color"), "did you mean 'colour'"),
        (("--given", "nowhere.csv"), "nowhere.csv"),
        (("--given", "rows.csv", "-n", "5"), "leave out --rows"),
    ],
)
def test_what_can_not_be_given_is_said(folder, words, said):
    result = twinset("sample", "model.twin", "-o", "never.csv", *words, cwd=folder)
    assert result.returncode in (1, 2)
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert not (folder / "never.csv").exists()


def test_missing_cells_are_filled_as_often_as_asked(folder):
    result = twinset("impute", "rows.csv", "-o", "filled.csv", "--draws", "3", "--seed", "5", cwd=folder)
    assert result.returncode == 0, result.stderr
    assert "filled, 3 times; these are real rows" in result.stdout
    real, made = rows_of(folder / "rows.csv"), rows_of(folder / "filled.csv")
    assert [row.pop("draw") for row in made] == [str(draw) for draw in (1, 2, 3) for _ in real]
    for wanted, found in zip(real * 3, made, strict=True):
        assert found.pop("kind") in ({wanted["kind"]} if wanted["kind"] else {"dear", "cheap"})
        assert float(found.pop("price")) == float(wanted["price"])
        assert found == {name: cell for name, cell in wanted.items() if name not in ("kind", "price")}
    again = twinset("impute", "rows.csv", "-o", "filled.csv", cwd=folder)
    assert again.returncode == 1
    assert "there already" in again.stderr


def test_a_filled_cell_goes_with_its_row(folder):
    """kind follows from the price, but for a few rows at the edge: imputing finds it out where it was taken away."""
    twinset("impute", "rows.csv", "-o", "once.csv", cwd=folder)
    holes = [row["kind"] == "" for row in rows_of(folder / "rows.csv")]
    made = [row for row, is_hole in zip(rows_of(folder / "once.csv"), holes, strict=True) if is_hole]
    right = [(row["kind"] == "dear") == (float(row["price"]) > 45) for row in made]
    assert len(right) > 400
    assert np.mean(right) > 0.9
