"""A saved sampler is plain files, makes the same rows when it is loaded, and is harmless when somebody has damaged it."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from twinset.core.schema import Schema
from twinset.core.seed import Seed
from twinset.core.synthesis import Sampler, Synthesizer
from twinset.errors import DataError
from twinset.testing.bench import BrokenContractError, Case, demand, same_rows, sample

SAFE_ENDINGS = (".json", ".npz", ".arrow")
N_FLIPS = 10


def loading_gives_the_same_rows(case: Case) -> None:
    """save -> load makes the same rows, and so does saving and loading what was loaded."""
    rows = sample(case.sampler, case.request)
    loaded = case.sampler
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            loaded.save(Path(folder))
            loaded = case.engine.load(Path(folder), case.sampler.schema)
        demand(
            loaded.engine == case.sampler.engine,
            f"the loaded sampler is of engine {loaded.engine!r}, not {case.sampler.engine!r}",
        )
        demand(same_rows(rows, sample(loaded, case.request)), "a saved and loaded sampler makes other rows")


def saved_files_are_plain(case: Case) -> None:
    """Only JSON, npz without objects, and Arrow files; the same bytes when saved twice."""
    files = _saved(case.sampler)
    for name, content in files.items():
        demand(name.endswith(SAFE_ENDINGS), f"a saved sampler is {', '.join(SAFE_ENDINGS)} files, and it saved {name!r}")
        if name.endswith(".npz"):
            demand(not _holds_objects(content), f"{name!r} holds arrays of objects, which are pickles")
    demand(files == _saved(case.sampler), "saving the same sampler twice gives different bytes")


def damaged_files_are_refused(case: Case) -> None:
    """A file that is missing, cut, empty, of another shape or hostile makes ``load`` raise DataError and run nothing."""
    files = _saved(case.sampler)
    for name, content in files.items():
        others = {other: kept for other, kept in files.items() if other != name}
        for damage, changed in _damages(name, content):
            _Trap.is_sprung = False
            outcome = _load(case.engine, others if changed is None else {**others, name: changed}, case.sampler.schema)
            demand(not _Trap.is_sprung, f"load ran code out of {name!r}")
            demand(isinstance(outcome, DataError), f"load met {name!r} {damage} and gave {outcome!r}; raise a DataError")


def flipped_bytes_are_survived(case: Case) -> None:
    """One changed byte makes ``load`` raise DataError or give a sampler: never any other error."""
    files = _saved(case.sampler)
    draw = Seed(0).child("flips").generator()
    for name, content in files.items():
        ends = [*range(0, 200, 20), *range(-400, 0, 16)]  # where formats keep what they live by
        places = {end % len(content) for end in ends} | set(draw.integers(len(content), size=N_FLIPS).tolist())
        for place in sorted(places):
            flipped = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
            outcome = _load(case.engine, {**files, name: flipped}, case.sampler.schema)
            is_fine = outcome is None or isinstance(outcome, DataError)
            demand(is_fine, f"load met {name!r} with byte {place} changed and gave {outcome!r}; raise a DataError")


def _holds_objects(content: bytes) -> bool:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        try:
            return not all(arrays[name].size >= 0 for name in arrays.files)
        except ValueError:  # numpy's word for it
            return True


def _saved(sampler: Sampler) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sampler.save(folder)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
        }


def _load(engine: type[Synthesizer], files: dict[str, bytes], schema: Schema) -> Exception | None:
    """What loading these files raises; None when it gives a sampler."""
    with tempfile.TemporaryDirectory() as name:
        for path, content in files.items():
            (Path(name) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(name) / path).write_bytes(content)
        try:
            engine.load(Path(name), schema)
        except BrokenContractError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it raises is the finding
            return error
    return None


class _Trap:
    """Unpickling one of these calls ``spring``."""

    is_sprung = False

    @staticmethod
    def spring() -> int:
        _Trap.is_sprung = True
        return 0

    def __reduce__(self) -> tuple[object, tuple[()]]:
        return _Trap.spring, ()


def _damages(name: str, content: bytes) -> Iterator[tuple[str, bytes | None]]:
    yield "missing", None
    yield "empty", b""
    yield "cut in half", content[: len(content) // 2]
    yield "with other bytes in it", bytes(range(256)) * 4
    if name.endswith(".json"):
        for text in ("null", "[]", "{}", '"text"', "[" * 100_000):
            yield f"that says {text[:8]}", text.encode()
    if name.endswith(".arrow"):
        with pa.BufferOutputStream() as sink:
            with pa.ipc.new_file(sink, pa.schema([("other", pa.int8())])) as writer:
                writer.write_table(pa.table({"other": pa.array([1], pa.int8())}))
            yield "with other columns", sink.getvalue().to_pybytes()
    if name.endswith(".npz"):
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            names = arrays.files
        yield "with pickled objects", _npz({key: np.array([_Trap()], dtype=object) for key in names})
        yield "with other arrays", _npz({"other": np.zeros(1)})


def _npz(arrays: dict[str, np.ndarray]) -> bytes:
    sink = io.BytesIO()
    np.savez(sink, allow_pickle=True, **arrays)
    return sink.getvalue()


FILE_CHECKS = (loading_gives_the_same_rows, saved_files_are_plain, damaged_files_are_refused, flipped_bytes_are_survived)
