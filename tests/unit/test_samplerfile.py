"""Sampler files: what is saved comes back; what was damaged or made by an enemy is refused, and nothing of it runs."""

import io
import json
import pickle
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinset.core.dataset import Dialect
from twinset.errors import DataError
from twinset.pipeline import samplerfile
from twinset.testing.samplers import KeyLinked, Walk


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("sampler") / "keys.twin"
    samplerfile.save(KeyLinked(), path, dialect=Dialect("csv", separator=";"), rows={"customers": 3, "orders": 9})
    return path


def rewritten(saved, tmp_path, change):
    """The saved file with its members changed by ``change(members)``, hashes left as they are."""
    with zipfile.ZipFile(saved) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(tmp_path / "changed.twin", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return tmp_path / "changed.twin"


def head_of(archive, /, **changes):
    head = json.loads(archive["sampler.json"])
    archive["sampler.json"] = json.dumps(head | changes).encode()


def test_a_sampler_comes_back_with_what_its_source_was(saved):
    loaded = samplerfile.load(saved)
    assert loaded.sampler == KeyLinked()
    assert loaded.dialect == Dialect("csv", separator=";")
    assert loaded.rows == {"customers": 3, "orders": 9}
    assert saved.stat().st_mode & 0o777 == 0o600


def test_the_bytes_follow_from_the_content(saved, tmp_path):
    samplerfile.save(
        KeyLinked(), tmp_path / "again.twin", dialect=Dialect("csv", separator=";"), rows=samplerfile.load(saved).rows
    )
    assert (tmp_path / "again.twin").read_bytes() == saved.read_bytes()


@given(st.data())
def test_no_damage_does_more_than_a_data_error(saved, tmp_path_factory, data):
    content = bytearray(saved.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damage") / "damaged.twin"
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    try:
        assert samplerfile.load(path).sampler.engine == "test_key_linked"  # a byte that carries nothing, such as a flag
    except DataError:
        pass


@pytest.mark.parametrize(
    "name", ["../evil.json", "/tmp/evil.json", "a/../../evil.json", "evil.py", ".hidden.json", "a\\b.json"]
)
def test_a_member_can_not_leave_the_folder_or_be_code(saved, tmp_path, name):
    def change(members):
        members[name] = b"{}"
        head_of(members, members={**json.loads(members["sampler.json"])["members"], name: "0"})

    with pytest.raises(DataError, match="may not be called|does not agree"):
        samplerfile.load(rewritten(saved, tmp_path, change))


def test_unlisted_and_changed_members_are_refused(saved, tmp_path):
    with pytest.raises(DataError, match="does not agree"):
        samplerfile.load(rewritten(saved, tmp_path, lambda members: members.update({"more.json": b"{}"})))
    with pytest.raises(DataError, match="is damaged"):
        samplerfile.load(
            rewritten(saved, tmp_path, lambda members: members.update({"engine/options.json": b'{"delay": 1}'}))
        )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": 99}, "format 1, not 99"),
        ({"engine": "os.system"}, "there is no 'os.system'"),
        ({"engine": "test_walk"}, "not the one that it makes"),
        ({"tables": []}, "not the one that it makes"),
        ({"tables": [{"name": "x"}]}, "damaged"),
        ({"rows": [1]}, "damaged"),
        ({"dialect": {"format": "csv", "shell": "rm"}}, "damaged"),
    ],
)
def test_a_head_that_does_not_make_sense_is_refused(saved, tmp_path, changes, said):
    with pytest.raises(DataError, match=said):
        samplerfile.load(rewritten(saved, tmp_path, lambda members: head_of(members, **changes)))


def test_a_pickle_is_not_even_opened(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "hit"), "w"))

    (tmp_path / "model.twin").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(DataError, match="not a sampler file"):
        samplerfile.load(tmp_path / "model.twin")
    assert not (tmp_path / "hit").exists()


def test_a_bomb_is_refused_by_its_size(tmp_path, monkeypatch):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sampler.json", b"0" * 50_000_000)
    (tmp_path / "bomb.twin").write_bytes(content.getvalue())
    monkeypatch.setattr(samplerfile, "LARGEST", 10_000_000)
    with pytest.raises(DataError, match="more than a sampler can"):
        samplerfile.load(tmp_path / "bomb.twin")


def test_a_head_that_swells_and_rows_without_bound_are_refused(saved, tmp_path, monkeypatch):
    with pytest.raises(DataError, match="damaged"):
        samplerfile.load(rewritten(saved, tmp_path, lambda members: head_of(members, rows={"orders": 10**18})))
    monkeypatch.setattr(samplerfile, "LARGEST_HEAD", 100)
    with pytest.raises(DataError, match="larger than it may be"):
        samplerfile.load(saved)


def test_saving_over_a_sampler_replaces_it_whole(saved, tmp_path):
    path = tmp_path / "model.twin"
    samplerfile.save(KeyLinked(), path, dialect=Dialect(), rows={})
    samplerfile.save(Walk(), path, dialect=Dialect(), rows={})
    assert samplerfile.load(path).sampler == Walk()
    assert [file.name for file in tmp_path.iterdir()] == ["model.twin"]
