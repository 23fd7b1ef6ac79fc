"""A model as JSON and one npz, written and read back with every check: nothing that is loaded is ever run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.errors import DataError
from twinset.synthesizers.arrays import DAMAGE, read_arrays, write_arrays
from twinset.synthesizers.text.ngram.levels import LARGEST, Level
from twinset.synthesizers.text.ngram.model import FIRST, MOST_TOKENS, Model
from twinset.synthesizers.text.ngram.patterns import Patterns

DOCUMENT, ARRAYS = "ngram.json", "ngram.npz"
_PARTS = ("keys", "total", "start", "following", "bounds")
_OF_PATTERNS = ("pieces", "start", "fillers", "slot_start", "bounds")
Arrays = dict[str, npt.NDArray[np.int64]]


def write(folder: Path, engine: str, by: str, columns: dict[str, tuple[Model, tuple[str, ...]]]) -> None:
    """The models of some columns, each with the labels that it goes by."""
    arrays: Arrays = {}
    said = []
    for place, (name, (model, labels)) in enumerate(columns.items()):
        shapes = [[level.n_before, level.is_labelled] for level in model.levels]
        said.append({"column": name, "book": model.book.to_pylist(), "labels": list(labels), "levels": shapes,
                     "longest": model.longest, "texts": model.patterns.texts.to_pylist()})  # fmt: skip
        arrays |= {f"{place}-patterns-{part}": getattr(model.patterns, part) for part in _OF_PATTERNS}
        arrays[f"{place}-often"] = model.often
        for number, level in enumerate(model.levels):
            arrays |= {f"{place}-{number}-{part}": getattr(level, part) for part in _PARTS}
    document = {"engine": engine, "by": by, "columns": said}
    (folder / DOCUMENT).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    write_arrays(folder / ARRAYS, arrays)


def read_document(folder: Path) -> dict[str, Any]:
    """What was said of the models; DataError where it is missing or damaged."""
    try:
        document = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"the sampler's {DOCUMENT} is missing or damaged: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("columns"), list):
        raise DataError(f"the sampler's {DOCUMENT} is not as it was saved")
    return document


def read_models(folder: Path, document: dict[str, Any]) -> dict[str, tuple[Model, tuple[str, ...]]]:
    """The models of the columns; DataError where any of them does not hang together."""
    arrays = _arrays(folder / ARRAYS)
    found = {}
    for place, said in enumerate(document["columns"]):
        if not isinstance(said, dict) or not isinstance(said.get("column"), str):
            raise DataError(f"the sampler's {DOCUMENT} is not as it was saved")
        found[said["column"]] = _model(said, place, arrays)
    return found


def _arrays(path: Path) -> Arrays:
    try:
        return read_arrays(path, lambda dtype, shape: dtype == np.int64 and len(shape) == 1)
    except DAMAGE as error:
        raise DataError(f"the sampler's {ARRAYS} is missing or damaged: {error}") from error


def _model(said: dict[str, Any], place: int, arrays: Arrays) -> tuple[Model, tuple[str, ...]]:
    book, labels, shapes, longest = (said.get(name) for name in ("book", "labels", "levels", "longest"))
    for texts in (book, labels, said.get("texts")):
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise DataError("the sampler's words are not texts")
    if type(longest) is not int or not 0 <= longest <= MOST_TOKENS or not isinstance(shapes, list):
        raise DataError("the sampler's lengths or levels are not as they were saved")
    assert isinstance(book, list)
    assert isinstance(labels, list)
    often = _get(arrays, f"{place}-often")
    _demand(len(often) == len(book) and bool((often >= 0).all()) and (not len(often) or int(often.sum()) > 0))
    patterns = _patterns(said["texts"], f"{place}-patterns", arrays)
    n_tokens = len(book) + FIRST + len(patterns)
    levels = tuple(_level(shape, f"{place}-{number}", arrays, n_tokens) for number, shape in enumerate(shapes))
    _demand(not levels or len(book) > 0)
    return Model(_texts(book), often, levels, longest, patterns), tuple(labels)


def _texts(said: list[str]) -> pa.Array:
    try:
        return pa.array(said, pa.string())
    except (pa.ArrowException, UnicodeError) as error:
        raise DataError("the sampler's words are not texts") from error


def _patterns(texts: list[str], name: str, arrays: Arrays) -> Patterns:
    pieces, start, fillers, slot_start, bounds = (_get(arrays, f"{name}-{part}") for part in _OF_PATTERNS)
    for begins, n_all in ((start, len(pieces)), (slot_start, len(fillers))):
        _demand(len(begins) > 0 and begins[0] == 0 and begins[-1] == n_all and bool((np.diff(begins) > 0).all()))
    _demand(bool((pieces < len(texts)).all() and (~pieces < len(slot_start) - 1).all()))
    _demand(bool((fillers >= 0).all() and (fillers < len(texts)).all()) and len(bounds) == len(fillers))
    _demand(bool((np.diff(bounds, prepend=0) > 0).all()) and (not len(bounds) or int(bounds[-1]) < LARGEST))
    return Patterns(_texts(texts), pieces, start, fillers, slot_start, bounds)


def _level(shape: Any, name: str, arrays: Arrays, n_tokens: int) -> Level:
    _demand(isinstance(shape, list) and len(shape) == 2 and type(shape[0]) is int and type(shape[1]) is bool)
    _demand(0 <= shape[0] <= 5 and n_tokens ** shape[0] < LARGEST)
    keys, total, start, following, bounds = (_get(arrays, f"{name}-{part}") for part in _PARTS)
    counts = np.diff(bounds, prepend=0)
    _demand(len(keys) > 0 and len(total) == len(keys) and len(start) == len(keys) + 1 and len(following) == len(bounds))
    _demand(start[0] == 0 and start[-1] == len(following) and bool((np.diff(start) > 0).all()))
    _demand(bool((np.diff(keys) > 0).all()) and bool((counts > 0).all()) and int(bounds[-1]) < LARGEST)
    _demand(bool((following > 0).all()) and bool((following < n_tokens).all()))
    held = np.add.reduceat(counts, start[:-1])
    _demand(bool((total >= held).all()) and int(total.max()) < LARGEST)
    return Level(shape[0], shape[1], keys, total, start, following, bounds)


def _get(arrays: Arrays, name: str) -> npt.NDArray[np.int64]:
    _demand(name in arrays)
    return arrays[name]


def _demand(holds: bool) -> None:
    if not holds:
        raise DataError("the sampler's models do not hang together: the file was damaged or changed")
