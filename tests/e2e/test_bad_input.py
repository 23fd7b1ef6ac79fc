"""Bad input by the command line: a clear error or a counted repair, nothing lost, never a traceback."""

import csv
import json
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.e2e.runs import twinset
from twinset.plan import load

ROWS = [[i, f"{i % 7}.5", "xy"[i % 2], f"2024-01-{i % 28 + 1:02d}"] for i in range(60)]


def write(path: Path, rows: list[list[object]], header: str = "id,amount,kind,day") -> Path:
    with path.open("w", newline="") as file:
        file.write(header + "\n")
        csv.writer(file).writerows(rows)
    return path


def twin(tmp_path: Path, source: str | Path, *more: str) -> subprocess.CompletedProcess[str]:
    return twinset("twin", source, "-o", "out", "--synthesizer", "independent", *more, cwd=tmp_path)


def refused(result: subprocess.CompletedProcess[str], *said: str) -> None:
    assert result.returncode in (1, 2), result
    assert "Traceback" not in result.stderr
    assert "fault of Twinset's own" not in result.stderr
    for words in said:
        assert words in result.stderr


def made(result: subprocess.CompletedProcess[str], tmp_path: Path) -> dict:
    assert result.returncode == 0, result.stderr
    return json.loads((tmp_path / "out" / "scores.json").read_text())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "empty"),
        ("header.csv", b"a,b,c\n", "no rows"),
        ("corrupt.parquet", b"PAR1 nothing more", "corrupt.parquet"),
        ("truncated.csv.gz", bytes.fromhex("1f8b0800000000000003") + b"abc", "truncated.csv.gz"),
        ("broken.xlsx", b"PK\x03\x04 no", "broken.xlsx"),
        ("broken.jsonl", b'{"a": 1}\n{"a": \n', "broken.jsonl"),
        ("program.exe", b"\x7fELF\x00\x01\x02" * 50, "program.exe"),
    ],
)
def test_what_can_not_be_read_is_refused(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    refused(twin(tmp_path, name), said)
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_named_with_its_neighbour(tmp_path):
    write(tmp_path / "customers.csv", ROWS)
    refused(twin(tmp_path, "custmers.csv"), "custmers.csv", "customers.csv")


@pytest.mark.parametrize(
    ("name", "header", "rows"),
    [
        ("one-row", "id,amount,kind,day", ROWS[:1]),
        ("one-column", "kind", [["xyz"[i % 3]] for i in range(60)]),
        ("constant", "a,b", [[5, "same"]] * 60),
        ("all-missing", "a,b", [[i % 5, ""] for i in range(60)]),
        ("mixed", "a,b", [[i % 5, "?!" if i % 9 == 0 else i] for i in range(60)]),
        ("same-names", "a,a,,b,", [[i % 3, i % 5, i % 2, i, "x"] for i in range(60)]),
        ("infinite", "a,b", [["inf" if i % 20 == 0 else i, -i] for i in range(60)]),
    ],
)
def test_odd_tables_are_made_and_what_was_mended_is_said(tmp_path, name, header, rows):
    write(tmp_path / "odd.csv", rows, header)
    scores = made(twin(tmp_path, "odd.csv", "--seed", "1"), tmp_path)
    with (tmp_path / "out" / "data.csv").open(newline="") as file:
        table = list(csv.reader(file))
    assert len(table) == len(rows) + 1
    assert all(len(row) == len(rows[0]) for row in table)
    if name in ("same-names", "infinite"):
        assert scores["evaluation"]["notes"]


def test_semicolons_decimal_commas_and_latin_letters_come_out_as_they_came_in(tmp_path):
    lines = ["straße;preis;aktiv"] + [f"Äpfel {i % 3};{i % 9},5;{'ja' if i % 2 else 'nein'}" for i in range(200)]
    (tmp_path / "deutsch.csv").write_bytes("\r\n".join(lines).encode("latin-1"))
    made(twin(tmp_path, "deutsch.csv"), tmp_path)
    text = (tmp_path / "out" / "data.csv").read_text()
    head, *rows = text.splitlines()
    assert head == "straße;preis;aktiv"
    assert all(row.count(";") == 2 for row in rows)
    assert {row.split(";")[2] for row in rows} == {"ja", "nein"}
    assert all("," in row.split(";")[1] for row in rows)


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    (tmp_path / "bom.csv").write_bytes(b"\xef\xbb\xbf" + b"a,b\n" + b"".join(b"%d,x\n" % (i % 5) for i in range(60)))
    made(twin(tmp_path, "bom.csv"), tmp_path)
    assert (tmp_path / "out" / "data.csv").read_text().startswith("a,b\n")


def test_a_missing_target_names_the_nearest_column(tmp_path):
    write(tmp_path / "t.csv", ROWS)
    refused(twin(tmp_path, "t.csv", "--target", "amout"), "did you mean 'amount'")


def test_a_plan_that_asks_for_what_there_is_not_is_refused(tmp_path):
    write(tmp_path / "t.csv", ROWS)
    day = "columns: {day: {type: date, format: '%s'}}"
    for more, said in ((day % "%K", "can't be read by the format"), (day % "%Y-%Y", "can't be read by the format")):
        (tmp_path / "p.yaml").write_text(f"stages: {{t: {{source: t.csv, {more}}}}}")
        refused(twinset("run", "p.yaml", cwd=tmp_path), said)
    (tmp_path / "p.yaml").write_text("format: exe\nstages: {t: {source: none.csv}}")
    refused(twinset("run", "p.yaml", cwd=tmp_path), "'exe'", "csv")


def test_init_says_what_was_mended(tmp_path):
    (tmp_path / "t.csv").write_text("a,a\n" + "1 %,2\n2 %,3\n" * 30)
    said = twinset("init", "t.csv", cwd=tmp_path).stderr
    assert "a_2: column 2 had the name of another one" in said
    assert "a: the sign % removed (60 times)" in said


def test_columns_that_can_not_be_learned_do_not_keep_a_file_from_its_twin(tmp_path):
    maps = pa.array([[("k", 1)], [("k", 2), ("l", 3)], None, []] * 15, pa.map_(pa.string(), pa.int64()))
    pairs = pa.array([[1.0, 2.0]] * 60, pa.list_(pa.float64(), 2))
    table = pa.table({"photo": [b"\xff", None] * 30, "n": [1, 2, 3] * 20, "tags": maps, "pair": pairs})
    pq.write_table(table, tmp_path / "t.parquet")
    notes = {(note["column"], note["text"]) for note in made(twin(tmp_path, "t.parquet"), tmp_path)["evaluation"]["notes"]}
    data = pq.read_table(tmp_path / "out" / "data.parquet")
    assert data.column_names == ["n", "tags", "pair"]
    assert {len(cell) for cell in data["tags"].to_pylist() if cell is not None} == {0}
    assert 0 < data["tags"].null_count < 60
    assert data["pair"].null_count == 60
    assert ("photo", "holds binary, which can't be learned: left out") in notes
    assert ("tags", "maps: never learned, empty ones stand in their place") in notes
    assert any(column == "pair" and "every cell comes out missing" in text for column, text in notes)
    columns = load(tmp_path / "out" / "plan.yaml").stages["t"].columns
    assert columns["photo"]["type"] == "omit"
    again = twinset("run", "out/plan.yaml", "-o", "again", "-q", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert pq.read_table(tmp_path / "again" / "data.parquet").equals(data)


def test_an_unknown_synthesizer_and_gate_name_what_there_is(tmp_path):
    write(tmp_path / "t.csv", ROWS)
    refused(twinset("twin", "t.csv", "--synthesizer", "tree", cwd=tmp_path), "did you mean 'trees'")
    refused(twinset("twin", "t.csv", "--gate", "lax", cwd=tmp_path), "standard, strict or open")


def test_places_that_are_taken_are_left_alone(tmp_path):
    write(tmp_path / "t.csv", ROWS)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    refused(twin(tmp_path, "t.csv", "--overwrite"), "no output of Twinset")
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"
    refused(twinset("twin", "t.csv", "-o", "t.csv", cwd=tmp_path), "is a file")
    refused(twinset("twin", "t.csv", "-o", "t.csv/deep", cwd=tmp_path), "is a file and not a folder")
    refused(twin(tmp_path, "t.csv", "-o", "."), "the folder that you work in")
    refused(twin(tmp_path, "t.csv", "-o", "two\nlines"), "can't be printed")
    (tmp_path / "link").symlink_to("elsewhere")
    refused(twin(tmp_path, "t.csv", "-o", "link"), "is a link")


@contextmanager
def disk(place: Path, options: str) -> Iterator[Path]:
    """A small disk of its own, mounted at ``place``; only the machine's owner may mount one."""
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", place], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"can't mount a disk here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_disk_that_can_not_be_written_is_said(tmp_path):
    write(tmp_path / "t.csv", ROWS)
    with disk(tmp_path / "disk", "size=1m,ro") as place:
        refused(twinset("twin", "t.csv", "-o", place / "out", cwd=tmp_path), "can't write to", "choose another place")
        refused(twinset("fit", "t.csv", "-o", place / "m.twin", cwd=tmp_path), "can't write to", "choose another place")


def test_a_full_disk_is_said_and_the_same_command_goes_on(tmp_path):
    draw = np.random.Generator(np.random.Philox(1))
    write(tmp_path / "t.csv", [[i, *draw.normal(size=3).round(3)] for i in range(20_000)])
    with disk(tmp_path / "disk", "size=600k") as place:
        words = ["twin", "t.csv", "-o", place / "out", "--synthesizer", "independent"]
        refused(twinset(*words, cwd=tmp_path), "full; make room and run the same command again")
        assert not (place / "out").exists()
        subprocess.run(["mount", "-o", "remount,size=60m", place], check=True)
        result = twinset(*words, cwd=tmp_path)
        assert result.returncode in (0, 3), result.stderr
        assert "going on where it stopped" in result.stderr
        assert twinset("verify", place / "out", cwd=tmp_path).returncode == 0


def test_two_thousand_columns(tmp_path):
    write(
        tmp_path / "wide.csv",
        [[(i * j) % 11 for j in range(2000)] for i in range(60)],
        ",".join(f"c{j}" for j in range(2000)),
    )
    # Its columns depend on each other, which independent ones break: the gate would rightly hold them back.
    made(twin(tmp_path, "wide.csv", "--gate", "open"), tmp_path)


def test_a_name_that_breaks_lines_leaves_the_three_lines_whole(tmp_path):
    rows = [[i % 5, (i % 5) * 2 + i % 2] for i in range(400)]
    result = twin(tmp_path, write(tmp_path / "t.csv", rows, '"a\nb",c'), "--target", "a\nb", "--gate", "open")
    made(result, tmp_path)
    answers = result.stdout.splitlines()[:3]
    assert [line.split()[0] for line in answers] == ["alike", "useful", "leaked"]
    assert "a b" in answers[1]


def test_a_hostile_sampler_file_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "evil.twin", "w") as archive:
        archive.writestr("../../evil", "x")
    refused(twinset("sample", "evil.twin", "-n", "5", "-o", "x.csv", cwd=tmp_path), "evil.twin")
    refused(twinset("sample", "none.twin", "-n", "5", "-o", "x.csv", cwd=tmp_path), "none.twin", "twinset fit")


def test_usage_errors_end_with_2(tmp_path):
    assert twinset("twin", cwd=tmp_path).returncode == 2
    assert twinset("twin", "t.csv", "--rows", "many", cwd=tmp_path).returncode == 2
    for option, value in (("--rows", 10**13), ("--seed", -1), ("--seed", 2**63), ("--workers", 0)):
        assert twinset("twin", "t.csv", option, str(value), cwd=tmp_path).returncode == 2
    assert twinset("unknown", cwd=tmp_path).returncode == 2
    assert twinset("run", "none.yaml", cwd=tmp_path).returncode == 2
