"""Forecasts of what a large request needs on the disk, against what it takes."""

import re
import shutil

import numpy as np
import pyarrow as pa
import pytest

import twinset as ts
from twinset.errors import OutputError
from twinset.pipeline import sampling
from twinset.pipeline.room import TRIED_FROM, size_in_words
from twinset.pipeline.settings import Settings
from twinset.pipeline.staging import staging_folder


class Listener:
    """Keeps what a run says, and the most that lay in a staging folder when something was said or began."""

    def __init__(self, folder):
        self.folder, self.said, self.most = folder, [], 0

    def begin(self, what):
        self.look()

    def advance(self, share, what=""):
        self.look()

    def say(self, text):
        self.said.append(text)

    def look(self):
        self.most = max(self.most, sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    draw = np.random.Generator(np.random.Philox(1))
    table = pa.table({"x": draw.normal(size=3000).round(2), "y": draw.choice(["red", "green"], 3000)})
    path = tmp_path_factory.mktemp("model") / "m.twin"
    ts.save(ts.fit(table, seed=1, synthesizer="independent"), path)
    return path


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_the_forecast_is_what_the_rows_take(tmp_path, model, name):
    target = tmp_path / name
    listener = Listener(staging_folder(target))
    sampling.sample_file(model, target, Settings(workers=1, watch=listener), n_rows=TRIED_FROM, seed=1)
    ((size, unit),) = re.findall(r"forecast: about (\d+) (\w+) on the disk while 1,000,000 rows", "\n".join(listener.said))
    taken = listener.most + target.stat().st_size  # all parts, when joining begins, and the file that they are joined into
    assert unit == "MB"
    assert taken / 1e6 == pytest.approx(int(size), rel=0.15)


def test_more_than_the_disk_holds_is_refused_and_what_fits_is_said(tmp_path, model):
    settings = Settings(workers=1)
    with pytest.raises(OutputError, match=r"rows need about \d+ [TP]B on the disk .* at most [\d,]+ rows") as refusal:
        sampling.sample_file(model, tmp_path / "out.csv", settings, n_rows=10**12, seed=1)
    (most,) = re.findall(r"at most ([\d,]+) rows", str(refusal.value))
    free = shutil.disk_usage(tmp_path).free
    assert 8 < free / int(most.replace(",", "")) < 100  # bytes of a row and of its part: "-0.53,green" and the like
    assert not (tmp_path / "out.csv").exists()


def test_what_another_run_left_behind_does_not_let_a_file_be_replaced(tmp_path, model):
    with pytest.raises(OutputError, match="rows need"):
        sampling.sample_file(model, tmp_path / "out.csv", Settings(workers=1), n_rows=10**12, seed=1)
    (tmp_path / "out.csv").write_text("mine")
    with pytest.raises(OutputError, match="--overwrite"):
        sampling.sample_file(model, tmp_path / "out.csv", Settings(workers=1), n_rows=10, seed=1)
    assert (tmp_path / "out.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (52e12, "52 TB"), (3e18, "3,000 PB")]
)
def test_sizes_in_words(size, words):
    assert size_in_words(size) == words
