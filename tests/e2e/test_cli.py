"""The commands as a newcomer meets them, on real data."""

import csv
import json
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import twinset as ts
from tests.e2e.runs import real_table, twinset
from twinset.plan import load


@pytest.fixture(scope="module")
def weather(tmp_path_factory):
    """A folder with the weather at three airports, and the twin of it by the default command."""
    folder = tmp_path_factory.mktemp("weather")
    real_table("weather", folder)
    result = twinset("twin", "weather.csv", "--target", "temp", "--seed", "7", cwd=folder)
    assert result.returncode == 0, result.stderr
    return folder, result


@pytest.fixture(scope="module")
def tenth(tmp_path_factory):
    """A folder with every tenth hour of that weather: what is asked of it does not hang on how many rows there are."""
    folder = tmp_path_factory.mktemp("tenth")
    head, *lines = real_table("weather", folder).read_text().splitlines(keepends=True)
    (folder / "weather.csv").write_text(head + "".join(lines[::10]))
    return folder


def test_a_twin_ends_with_three_lines_and_the_path(weather):
    _, result = weather
    *answers, path = result.stdout.splitlines()
    assert [line.split()[0] for line in answers] == ["alike", "useful", "leaked"]
    assert all(line.split()[1] in ("pass", "fail", "unknown") for line in answers)
    assert path == "weather.twinset/report.html"
    assert "kept 5,223 of 26,115 rows (20%) as holdout" in result.stderr
    assert re.search(r"forecast: about \d+ s of CPU and \d+ MB of memory to learn", result.stderr)


def test_the_output_is_whole(weather):
    out = weather[0] / "weather.twinset"
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    expected = """croissant.json data.csv junit.xml manifest.json plan.yaml private/fingerprints.json private/source.key
                  report.html report.md sampler.twin scores.json"""
    assert files == expected.split()
    assert (out / "sampler.twin").stat().st_mode & 0o077 == 0
    assert (out / "private").stat().st_mode & 0o077 == 0


def test_the_twin_looks_like_its_source(weather):
    with (weather[0] / "weather.csv").open() as real, (weather[0] / "weather.twinset" / "data.csv").open() as twin:
        real_rows, rows = list(csv.DictReader(real)), list(csv.DictReader(twin))
    assert list(rows[0]) == list(real_rows[0])
    assert len(rows) == len(real_rows) == 26_115
    assert {row["origin"] for row in rows} == {"EWR", "JFK", "LGA"}
    assert {row["year"] for row in rows} == {"2013"}
    assert {row["month"] for row in rows} == {str(month) for month in range(1, 13)}


def test_the_gate_lets_a_good_twin_pass(weather):
    manifest = json.loads((weather[0] / "weather.twinset" / "manifest.json").read_text())
    verdict = manifest["stages"][0]["verdict"]
    assert verdict["is_published"]
    assert verdict["answers"]["leaked"][0] != "fail"


def test_verify_notices_one_changed_byte(weather):
    folder, _ = weather
    assert twinset("verify", "weather.twinset", cwd=folder).returncode == 0
    data = folder / "weather.twinset" / "data.csv"
    content = data.read_bytes()
    data.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
    harmed = twinset("verify", "weather.twinset", cwd=folder)
    data.write_bytes(content)
    assert harmed.returncode == 1
    assert "data.csv was changed" in harmed.stdout


def test_the_plan_gives_reasons_and_makes_the_same_twin(tenth):
    folder = tenth
    assert twinset("twin", "weather.csv", "--target", "temp", "--rows", "2000", cwd=folder).returncode in (0, 3)
    plan = load(folder / "weather.twinset" / "plan.yaml")
    (stage,) = plan.stages.values()
    assert all(column["reason"] for column in stage.columns.values())
    assert twinset("run", "weather.twinset/plan.yaml", "-o", "again", "-q", cwd=folder).returncode in (0, 3)
    assert made_data(folder / "again").read_bytes() == made_data(folder / "weather.twinset").read_bytes()


def made_data(out: Path) -> Path:
    """The data of a run, wherever the gate put it."""
    (data,) = out.rglob("data.csv")
    return data


def test_fit_and_sample_by_file(tenth):
    folder = tenth
    assert twinset("fit", "weather.csv", "-o", "model.twin", "-q", cwd=folder).returncode == 0
    for name in ("a.csv", "a.parquet", "a.jsonl", "a.arrow"):
        result = twinset("sample", "model.twin", "-n", "1000", "-o", name, "-q", cwd=folder)
        assert result.returncode == 0, result.stderr
        assert ts.read(folder / name).count("a") == 1000
        assert twinset("verify", name, cwd=folder).returncode == 0
    assert pq.read_schema(folder / "a.parquet").metadata[b"twinset.synthetic"] == b"true"
    taken = twinset("sample", "model.twin", "-n", "1001", "-o", "a.csv", "-q", cwd=folder)
    assert taken.returncode == 1
    assert "--overwrite" in taken.stderr


def test_evaluate_and_the_strict_gate(weather, tenth):
    folder = tenth
    shutil.copy(weather[0] / "weather.twinset" / "data.csv", folder / "twin.csv")
    words = ["evaluate", "--real", "weather.csv", "--synthetic", "twin.csv", "--target", "temp", "-q"]
    result = twinset(*words, "-o", "evaluation", cwd=folder)
    assert result.returncode in (0, 3), result.stderr
    assert "leaked  unknown" in result.stdout
    assert (folder / "evaluation" / "report.html").stat().st_size > 10_000
    strict = twinset(*words, "-o", "strict", "--gate", "strict", cwd=folder)
    assert strict.returncode == 3


def test_the_strict_gate_holds_what_it_can_not_know(tmp_path):
    (tmp_path / "small.csv").write_text("a,b\n" + "".join(f"{i % 5},{'xy'[i % 2]}\n" for i in range(40)))
    published = twinset("twin", "small.csv", "-o", "standard", cwd=tmp_path)
    assert published.returncode == 0, published.stderr
    held = twinset("twin", "small.csv", "-o", "strict", "--gate", "strict", cwd=tmp_path)
    assert held.returncode == 3, held.stderr
    assert (tmp_path / "strict" / "held" / "data.csv").exists()
    assert not (tmp_path / "strict" / "data.csv").exists()
    assert "the gate said no" in held.stdout
    decided = twinset("twin", "small.csv", "-o", "decided", "--gate", "strict", "--override", "a demo", cwd=tmp_path)
    assert decided.returncode == 0, decided.stderr
    assert (tmp_path / "decided" / "data.csv").exists()


def test_init_and_run(tenth):
    folder = tenth
    made = twinset("init", "weather.csv", "-o", "plans/weather.yaml", cwd=folder)
    assert made.returncode == 0, made.stderr
    run = twinset("run", "plans/weather.yaml", "--rows", "weather=500", "-o", "run", "-q", cwd=folder)
    assert run.returncode in (0, 3), run.stderr
    assert made_data(folder / "run").read_text().count("\n") == 501
    wrong = twinset("run", "plans/weather.yaml", "--rows", "wether=500", "-o", "run2", "-q", cwd=folder)
    assert wrong.returncode == 2


def test_doctor_finds_this_installation_fine():
    result = twinset("doctor", cwd=Path.cwd())
    assert result.returncode == 0, result.stdout
    assert "synthesizers: trees: loads" in result.stdout


def test_the_same_words_in_python(tenth):
    real = ts.read(tenth / "weather.csv")
    train, holdout = ts.split(real, seed=7)
    sampler = ts.fit(train, seed=7)
    twin = ts.sample(sampler, 3_000, seed=7)
    report = ts.evaluate(train, twin, holdout=holdout, target="temp")
    assert twin.to_arrow().num_rows == 3_000
    assert report.verdict.outcome in ("pass", "fail", "unknown")
    assert ts.evaluate is not None
    again = ts.sample(sampler, 3_000, seed=7)
    assert again.to_arrow().equals(twin.to_arrow())


def test_pandas_and_polars_go_in_and_come_out(tenth):
    import pandas
    import polars

    frame = pandas.read_csv(tenth / "weather.csv").head(2000)
    twin = ts.sample(ts.fit(frame, seed=1, synthesizer="independent"), 500, seed=1)
    assert list(polars.DataFrame(twin).columns) == list(frame.columns)
    assert len(pandas.DataFrame(twin.to_arrow().to_pandas())) == 500
    assert ts.fit(polars.from_pandas(frame), seed=1, synthesizer="independent").schema.only.names == tuple(frame.columns)


def test_a_plan_says_who_stands_for_personal_data(tmp_path):
    (tmp_path / "staff.csv").write_text("name,age\n" + "".join(f"Ann Other{number},{number}\n" for number in range(40)))
    result = twinset("init", "staff.csv", "--people", "de_DE", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert load(tmp_path / "plan.yaml").stages["staff"].options["people"] == "de_DE"
    refused = twinset("init", "staff.csv", "--rules", "--people", "de_DE", "--overwrite", cwd=tmp_path)
    assert refused.returncode == 2
    assert "say the locale: of its stage" in refused.stderr
