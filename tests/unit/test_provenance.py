"""Provenance: any changed byte is noticed, Croissant is valid by the field's own judge, generations are counted."""

import json
import logging
from pathlib import Path

import mlcroissant
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from twinset.core import types
from twinset.core.manifest import Manifest, SourceEntry, StageEntry, VerdictEntry
from twinset.core.schema import Column, Table
from twinset.errors import DataError
from twinset.provenance.croissant import Described, croissant
from twinset.provenance.files import MANIFEST, entries, entry, read_manifest, verify
from twinset.provenance.marks import STATEMENT, generation_of, marks


@pytest.fixture
def output(tmp_path):
    (tmp_path / "data.csv").write_text("a,b/c d,when\n1,x,2020-01-01\n2,y,2020-01-02\n")
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "source.key").write_text("00")
    verdict = VerdictEntry(outcome="pass", profile="standard", is_published=True, answers={"alike": ("pass", "AUC .52")})
    manifest = Manifest(
        twinset="0.1.0",
        statement=STATEMENT,
        run="r",
        plan="p",
        seed=0,
        generation=1,
        created="2026-01-01T00:00:00+00:00",
        versions={"numpy": "2"},
        sources=(SourceEntry(stage="a", name="a.csv", rows={"a": 2}, hash="h"),),
        stages=(
            StageEntry(name="a", synthesizer="trees", options={}, rows={"a": 2}, rejects={}, notes=("ü",), verdict=verdict),
        ),
        files=entries(tmp_path),
    )
    (tmp_path / MANIFEST).write_bytes(manifest.to_bytes())
    return tmp_path


def test_an_unharmed_output_verifies(output):
    found = verify(output)
    assert (found.n_files, found.faults, found.added) == (2, (), ())
    assert read_manifest(output / MANIFEST).stages[0].verdict.answers == {"alike": ("pass", "AUC .52")}


def test_every_single_changed_byte_of_the_data_is_noticed(output):
    content = (output / "data.csv").read_bytes()
    for place in range(len(content)):
        (output / "data.csv").write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert verify(output).faults == ("data.csv was changed",)


def test_every_single_changed_byte_of_the_manifest_is_noticed(output):
    content = (output / MANIFEST).read_bytes()
    for place in range(len(content)):
        (output / MANIFEST).write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(DataError, match="was changed after it was written") as refused:
            verify(output)
        assert "\n" not in str(refused.value)


def test_missing_added_and_longer_files_are_named(output):
    (output / "notes.txt").write_text("mine")
    (output / "data.csv").write_text("a\n")
    (output / "private" / "source.key").unlink()
    found = verify(output)
    assert found.faults == (
        "data.csv was changed (43 bytes were written, 2 are there)",
        "private/source.key is missing",
    )
    assert found.added == ("notes.txt",)


def test_a_file_of_an_output_is_checked_by_the_manifest_of_its_folder(output, monkeypatch):
    for name in ("data.csv", "private/source.key"):
        found = verify(output / name)
        assert (found.n_files, found.faults, found.added) == (1, (), ())
    assert verify(output / MANIFEST).n_files == 2
    (output / "private" / "source.key").write_text("other")
    monkeypatch.chdir(output)
    assert verify(Path("data.csv")).faults == ()
    assert verify(Path("private/source.key")).faults[0].startswith("private/source.key was changed")
    (output / "notes.txt").write_text("mine")
    assert verify(output / "notes.txt").faults == (f"notes.txt is not listed in {output / MANIFEST}",)


def test_a_link_to_elsewhere_is_not_followed(output, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "data.csv"
    elsewhere.write_bytes((output / "data.csv").read_bytes())
    (output / "data.csv").unlink()
    (output / "data.csv").symlink_to(elsewhere)
    assert verify(output).faults == ("data.csv points elsewhere",)


def test_a_folder_that_is_no_output_is_refused(tmp_path):
    with pytest.raises(DataError, match="not an output of Twinset"):
        verify(tmp_path)


def table() -> Table:
    return Table(
        "customers",
        (
            Column("a", types.Integer(), pa.int64()),
            Column("b/c d", types.Categorical(), pa.string()),
            Column("when", types.Date(), pa.date32()),
        ),
        primary_key=("a",),
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib, which mlcroissant reads with
def test_croissant_is_valid_and_its_loader_reads_the_rows(output, caplog):
    described = Described(table(), entry(output, output / "data.csv"))
    text = croissant("customers", [described], version="1.0.0", published="2026-01-01")
    (output / "croissant.json").write_text(text)
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(str(output / "croissant.json"))
    assert "not standard" not in caplog.text
    rows = list(dataset.records("customers"))
    assert [row["customers/a"] for row in rows] == [1, 2]
    assert json.loads(text)["rai:isDataSynthetic"] is True


def test_generations_are_counted_from_marks_and_manifests(output, tmp_path):
    assert generation_of(output / "data.csv") == 1
    assert generation_of(tmp_path / "other.csv") == 0
    rows = pa.table({"a": [1]}).replace_schema_metadata(marks(run="r", generation=3))
    pq.write_table(rows, tmp_path / "twin.parquet")
    assert generation_of(tmp_path / "twin.parquet") == 3
    pq.write_table(pa.table({"a": [1]}), tmp_path / "real.parquet")
    assert generation_of(tmp_path / "real.parquet") == 0
