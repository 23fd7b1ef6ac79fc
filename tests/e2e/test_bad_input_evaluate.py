"""Bad input to `twinset evaluate`: the rest is compared, what could not be is named, what is not known never passes."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.e2e.runs import twinset


def rows(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, n)
    income = np.exp(9 + age / 60 + rng.normal(size=n) / 2).round(2)
    city = np.array(["Ulm", "Köln", "Bonn"])[rng.integers(0, 3, n)]
    return pd.DataFrame({"age": age, "income": income, "city": city, "is_late": rng.random(n) < age / 90})


def evaluated(tmp_path: Path, sides: dict[str, pd.DataFrame], *more: str) -> tuple[int, dict]:
    """The exit code, and scores.json."""
    words = []
    for name, frame in sides.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
        words += [f"--{name}", f"{name}.csv"]
    result = twinset("evaluate", *words, "-o", "out", *more, cwd=tmp_path)
    assert "Traceback" not in result.stderr
    assert result.returncode in (0, 3), result.stderr
    return result.returncode, json.loads((tmp_path / "out" / "scores.json").read_text())


def answers(report: dict) -> dict[str, str]:
    return {answer["question"]: answer["outcome"] for answer in report["verdict"]["answers"]}


def reasons(report: dict) -> str:
    return " ".join(report["verdict"]["reasons"])


def scores(report: dict, metric: str) -> list[dict]:
    return [score for score in report["evaluation"]["scores"] if score["metric"] == metric]


@pytest.mark.parametrize(("gate", "code"), [("standard", 0), ("strict", 3)])
def test_without_a_holdout_nothing_passes_for_safe(tmp_path, gate, code):
    sides = {"real": rows(400, 1), "synthetic": rows(400, 2)}
    returned, report = evaluated(tmp_path, sides, "--gate", gate, "--target", "is_late")
    assert returned == code
    assert (answers(report)["useful"], answers(report)["leaked"]) == ("unknown", "unknown")
    assert "no holdout" in reasons(report)


def test_other_columns_and_types_are_named_and_the_rest_is_compared(tmp_path):
    twin = rows(400, 2).drop(columns="city").assign(town="Ulm", age=[f"about {age}" for age in rows(400, 2)["age"]])
    _, report = evaluated(tmp_path, {"real": rows(400, 1), "synthetic": twin, "holdout": rows(200, 3)})
    notes = {(note["column"], note["text"]) for note in report["evaluation"]["notes"]}
    assert ("city", "the synthetic data has no such column: not compared") in notes
    assert ("town", "only the synthetic data has this column: not compared") in notes
    assert ("age", "synthetic: values that are no integer count as missing") in notes
    measured = {score["subject"] for score in report["evaluation"]["scores"] if score["value"] is not None}
    assert {"income", "is_late"} <= measured
    assert "city" not in measured


def test_no_column_in_common_is_an_error_in_words(tmp_path):
    rows(60, 1).to_csv(tmp_path / "real.csv", index=False)
    rows(60, 2).add_prefix("x").to_csv(tmp_path / "twin.csv", index=False)
    result = twinset("evaluate", "--real", "real.csv", "--synthetic", "twin.csv", "-o", "out", cwd=tmp_path)
    assert result.returncode == 1
    assert "no column in common" in result.stderr


def test_a_target_that_real_rows_lack_is_refused_and_one_that_the_twin_lacks_is_unknown(tmp_path):
    sides = {"real": rows(400, 1), "synthetic": rows(400, 2).drop(columns="is_late"), "holdout": rows(200, 3)}
    _, report = evaluated(tmp_path, sides, "--target", "is_late")
    assert answers(report)["useful"] == "unknown"
    assert "is not among the columns compared by value" in reasons(report)
    words = ["--real", "real.csv", "--synthetic", "synthetic.csv", "--target", "is_latte", "-o", "other"]
    result = twinset("evaluate", *words, cwd=tmp_path)
    assert result.returncode == 1
    assert "did you mean 'is_late'" in result.stderr


def test_too_few_rows_for_an_interval_are_said(tmp_path):
    _, report = evaluated(tmp_path, {"real": rows(14, 1), "synthetic": rows(12, 2), "holdout": rows(9, 3)})
    assert set(answers(report).values()) == {"unknown"}
    figures = scores(report, "fidelity.tvd")
    assert figures
    assert all(score["interval"] is None and "too few for an interval" in score["reason"] for score in figures)


def test_nothing_but_missing_values_is_no_pass(tmp_path):
    twin = rows(400, 2).astype(object)
    twin[:] = None
    sides = {"real": rows(400, 1), "synthetic": twin, "holdout": rows(200, 3)}
    _, report = evaluated(tmp_path, sides, "--target", "is_late")
    assert answers(report)["alike"] == "fail"
    assert answers(report)["useful"] != "pass"
    assert {score["value"] for score in scores(report, "fidelity.missing")} == {1.0}


def test_sides_of_other_sizes_are_compared(tmp_path):
    _, report = evaluated(tmp_path, {"real": rows(900, 1), "synthetic": rows(70, 2), "holdout": rows(41, 3)})
    assert "fail" not in answers(report).values()
    assert report["evaluation"]["rows"] == {"train": 900, "synthetic": 70, "holdout": 41}


def test_the_training_file_itself_leaks(tmp_path):
    code, report = evaluated(tmp_path, {"real": rows(600, 1), "synthetic": rows(600, 1), "holdout": rows(300, 3)})
    assert (code, answers(report)["leaked"]) == (3, "fail")


def test_a_holdout_that_was_learned_from_proves_nothing(tmp_path):
    real = rows(600, 1)
    _, report = evaluated(tmp_path, {"real": real, "synthetic": real, "holdout": real.iloc[:300]})
    assert answers(report)["leaked"] == "unknown"
    assert "300 of 300 rows of the holdout are rows of train" in reasons(report)
