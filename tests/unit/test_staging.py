"""Staging: whole or not at all, one run at a time, nothing foreign in what is published."""

import errno

import pytest

from twinset.errors import OutputError
from twinset.pipeline.staging import friendly_disk, staged, staging_folder, sweep, write


def test_the_same_run_finds_what_it_left_and_another_starts_afresh(tmp_path):
    target = tmp_path / "out"
    with staged(target, "one") as staging:
        assert not staging.is_resumed
        write(staging.place("fit") / "done", "x")
    with staged(target, "one") as staging:
        assert staging.is_resumed
        assert (staging.place("fit") / "done").read_text() == "x"
    with staged(target, "two") as staging:
        assert not staging.is_resumed
        assert not (staging.place("fit") / "done").exists()


def test_publishing_is_a_rename_and_leaves_nothing_behind(tmp_path):
    with staged(tmp_path / "deep" / "out", "one") as staging:
        write(staging.out / "data.csv", "a\n")
        staging.publish(replaces=False)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]
    assert (tmp_path / "deep" / "out" / "data.csv").read_text() == "a\n"


def test_what_a_kill_after_publishing_left_is_swept_unless_it_is_at_work(tmp_path):
    with staged(tmp_path / "out", "one"):
        sweep(tmp_path / "out")
        assert staging_folder(tmp_path / "out").exists()
    sweep(tmp_path / "out")
    assert not staging_folder(tmp_path / "out").exists()
    sweep(tmp_path / "out")
    (staging_folder(tmp_path / "out") / "fit").mkdir(parents=True)
    sweep(tmp_path / "out")
    assert not staging_folder(tmp_path / "out").exists()


def test_an_earlier_output_makes_way_only_as_a_whole(tmp_path):
    for run in ("one", "two"):
        with staged(tmp_path / "out", run) as staging:
            write(staging.out / run, run)
            staging.publish(replaces=True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["two"]
    assert not staging_folder(tmp_path / "out").exists()


def test_what_a_kill_left_half_written_is_never_published(tmp_path):
    with staged(tmp_path / "out", "one") as staging:
        (staging.out / ".data.csv.12345678.partial").write_text("half")
        (staging.out / "held").mkdir()
        (staging.out / "media" / "ab").mkdir(parents=True)
        (staging.out / "media" / "ab" / "blob.png").write_text("whole")
        (staging.out / "media" / "ab" / ".blob.png.12345678.partial").write_text("half")
    with staged(tmp_path / "out", "one") as staging:
        staging.publish(replaces=False)
    left = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*"))
    assert left == ["media", "media/ab", "media/ab/blob.png"]


def test_two_runs_at_one_place_are_kept_apart(tmp_path):
    with staged(tmp_path / "out", "one"), pytest.raises(OutputError, match="another run"), staged(tmp_path / "out", "one"):
        pass


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is a file and not a folder"), staged(tmp_path / "file" / "out", "one"):
        pass


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "full; make room"), (errno.EACCES, "can't write"), (errno.EROFS, "can't write")],
)
def test_refusals_of_the_disk_become_sentences(tmp_path, number, said):
    with pytest.raises(OutputError, match=said), friendly_disk(tmp_path):
        raise OSError(number, "no")


def test_private_files_are_the_owners_alone(tmp_path):
    write(tmp_path / "key", b"secret", 0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
