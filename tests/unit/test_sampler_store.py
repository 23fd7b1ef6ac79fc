"""Saved arrays and alphabets: what is not as it was saved is refused before anything is made of it."""

import datetime
import io
import zipfile

import numpy as np
import pyarrow as pa
import pytest

import twinset as ts
from twinset.errors import DataError
from twinset.synthesizers.tabular.independent import Independent
from twinset.synthesizers.tabular.store import ARRAYS, Reader, Writer


def columns():
    return {
        "whole": pa.array([1, 2, 3, 4] * 30, pa.int32()),
        "real": pa.array([0.5, 1.25, 2.5, 4.0] * 30),
        "money": pa.array([1, 2, 3, 4] * 30, pa.int64()).cast(pa.decimal128(21, 2)).cast(pa.decimal128(12, 2)),
        "day": pa.array([datetime.date(2024, 1, day) for day in (1, 2, 3, 4)] * 30),
        "at": pa.array([datetime.datetime(2024, 1, day, 5) for day in (1, 2, 3, 4)] * 30, pa.timestamp("ns")),
        "tags": pa.array([[1], [1, 2], [], [3, 3, 3]] * 30, pa.list_(pa.int64())),
        "spot": pa.array(["48.1, 11.5", "48.2, 11.6", "48.3, 11.7", "48.4, 11.8"] * 30),
    }


def saved(folder, name):
    """A saved sampler of one column, its schema, and its arrays by name."""
    sampler = ts.fit(pa.table({name: columns()[name]}), seed=1, synthesizer="independent")
    sampler.save(folder)
    with np.load(folder / ARRAYS) as file:
        return sampler.schema, {one: file[one] for one in file.files}


def write(folder, arrays, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(folder / ARRAYS, "w", compression) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array)
            archive.writestr(f"{name}.npy", content.getvalue())


@pytest.mark.parametrize("name", list(columns()))
@pytest.mark.parametrize("absurd", [np.nan, np.inf, 1e299, -1e299])
def test_an_atom_that_its_column_can_not_hold_is_refused(tmp_path, name, absurd):
    schema, arrays = saved(tmp_path, name)
    write(tmp_path, arrays)
    assert Independent.load(tmp_path, schema).schema == schema
    for array in arrays.values():
        if array.dtype == np.float64 and len(array):
            array[0 if absurd < 0 else -1] = absurd
    write(tmp_path, arrays)
    with pytest.raises(DataError, match="not finite|can't hold"):
        Independent.load(tmp_path, schema)


def test_numbers_beyond_measure_count_as_missing_and_what_is_learned_loads(tmp_path):
    data = pa.table({"x": [1e305, -1e250, 1.0, 2.0] * 30})
    sampler = ts.fit(data, seed=1, synthesizer="independent")
    sampler.save(tmp_path)
    values = ts.sample(Independent.load(tmp_path, sampler.schema), 400, seed=1).to_arrow()["x"]
    assert set(values.drop_null().to_pylist()) == {1.0, 2.0}
    assert 120 < values.null_count < 280  # half of 400; 8 standard deviations to each side


def test_a_small_file_that_swells_is_refused_before_it_does(tmp_path):
    arrays = {"a0": np.zeros(10_000_000)}
    write(tmp_path, arrays, zipfile.ZIP_DEFLATED)
    (tmp_path / "sampler.json").write_text("{}")
    assert (tmp_path / ARRAYS).stat().st_size < 100_000
    with pytest.raises(DataError, match="is compressed"):
        Reader.open(tmp_path)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-2, -1)}",
        "{'descr': '<f8', 'fortran_order': True, 'shape': (1, 2)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<U2', 'fortran_order': False, 'shape': (2,)}",
        "no header",
    ],
)
def test_a_header_that_does_not_tell_what_lies_there_is_refused(tmp_path, header):
    (tmp_path / "sampler.json").write_text("{}")
    text = header.encode().ljust(118 - 1) + b"\n"
    content = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(16)
    with zipfile.ZipFile(tmp_path / ARRAYS, "w") as archive:
        archive.writestr("a0.npy", content)
    with pytest.raises(DataError):
        Reader.open(tmp_path)


def test_what_is_written_comes_back_and_can_not_be_changed(tmp_path):
    writer = Writer()
    put = [np.arange(5.0), np.empty(0, np.int8), np.arange(6, dtype=np.uint16).reshape(2, 3)]
    numbers = [writer.put(array) for array in put]
    writer.write(tmp_path, {"hello": 1})
    reader = Reader.open(tmp_path)
    for number, array in zip(numbers, put, strict=True):
        found = reader.get(number, array.dtype, ndim=array.ndim)
        assert np.array_equal(found, array)
        assert not found.flags.writeable
