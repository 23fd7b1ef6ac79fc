"""Free text passes where a plan says keep, and nowhere else."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

import twinset as ts
from twinset.core.schema import Column
from twinset.errors import DataError, SchemaError
from twinset.evaluation.attacks.slipped import is_protected

NOTES = [f"Parcel {n} was left with the neighbour who lives next door" for n in range(30)]
ROWS = pa.table({"age": [20 + n % 40 for n in range(120)], "note": [NOTES[n % 30] if n % 4 else None for n in range(120)]})
KEPT = {"note": {"type": "text", "keep": True}}


@pytest.mark.parametrize("engine", ["independent", "trees"])
@pytest.mark.parametrize("columns", [{}, KEPT], ids=["by default", "keep"])
def test_texts_pass_where_the_plan_says_so(engine: str, columns: dict[str, dict[str, object]], tmp_path: Path) -> None:
    pyarrow.csv.write_csv(ROWS, tmp_path / "rows.csv")
    data = ts.read(tmp_path / "rows.csv", columns=columns)
    sampler = ts.fit(data, synthesizer=engine, seed=1)
    ts.save(sampler, tmp_path / "model.twin")
    with zipfile.ZipFile(tmp_path / "model.twin") as members:
        held = b"".join(members.read(name) for name in members.namelist())
    assert (b"neighbour" in held) == bool(columns)
    made = [ts.sample(one, 400, seed=2).to_arrow().column("note") for one in (sampler, ts.load(tmp_path / "model.twin"))]
    assert made[0] == made[1]
    texts = set(made[0].drop_null().to_pylist())
    assert texts <= set(NOTES) if columns else not texts & set(NOTES)
    assert len(texts) > 25
    assert 0.15 < made[0].null_count / 400 < 0.35
    assert ts.sample(sampler, 400, seed=3).to_arrow().column("note") != made[0]


def test_the_attack_looks_at_all_texts_but_those() -> None:
    own, other = (Column.from_data("note", said, pa.string()).type for said in (KEPT["note"], {"type": "text"}))
    assert not is_protected(own)
    assert is_protected(other)
    with pytest.raises(SchemaError, match="keep is true or false"):
        Column.from_data("note", {"type": "text", "keep": "yes"}, pa.string())
    with pytest.raises(SchemaError, match="has no option 'keep'"):
        Column.from_data("note", {"type": "personal", "keep": True}, pa.string())


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    data = ts.read(ROWS, columns=KEPT)
    ts.save(ts.fit(data, synthesizer="independent", seed=1), tmp_path / "model.twin")
    with zipfile.ZipFile(tmp_path / "model.twin") as members:
        held = {name: members.read(name) for name in members.namelist()}
    with zipfile.ZipFile(tmp_path / "broken.twin", "w") as members:
        for name, content in held.items():
            members.writestr(name, content.replace(b'"counts"', b'"counted"') if name.endswith("sampler.json") else content)
    assert b'"counts"' in b"".join(held.values())
    with pytest.raises(DataError):
        ts.load(tmp_path / "broken.twin")
    assert json.loads(held["sampler.json"])
