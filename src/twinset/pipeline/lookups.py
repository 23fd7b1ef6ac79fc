"""Files that rules look things up in, read once and put into the plan: what is made hangs on the plan alone.

Lookups have rows of their own; people have the first names of an official statistic. What checks compare with can be large
and private: such files are named where they lie, and :func:`plan_fingerprint` counts what they hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core import registry
from twinset.core.checks import file_options
from twinset.errors import PlanError
from twinset.plan import ModelSpec, Plan, Stage, TableSpec, TextSpec
from twinset.texts.files import stamp

MOST_ROWS = 100_000


def with_files(plan: Plan, base: Path) -> Plan:
    """The plan with the rows of each ``{rule: lookup, file: NAME}`` written out; relative names start from ``base``."""
    stages = {name: _stage(stage, base) for name, stage in plan.stages.items()}
    return plan if stages == plan.stages else plan.model_copy(update={"stages": stages})


def _stage(stage: Stage, base: Path) -> Stage:
    tables = {name: _table(table, base) for name, table in stage.tables.items()}
    stage = stage if tables == stage.tables else stage.model_copy(update={"tables": tables})
    return stage if stage.text is None else stage.model_copy(update={"text": _text(stage.text, base)})


def _text(text: TextSpec, base: Path) -> TextSpec:
    """Texts with the columns of their look-ups, and the files of their models and checks where they lie."""
    columns = {name: _rule(said, base) for name, said in text.columns.items()}
    models = {name: _model(model, base) for name, model in text.models.items()}
    checks = with_check_files(text.checks, lambda file: str(base / file))
    return text.model_copy(update={"columns": columns, "models": models, "checks": checks})


def with_check_files(checks: Iterable[Mapping[str, Any]], named: Callable[[str], str]) -> tuple[dict[str, Any], ...]:
    """What a plan says of checks, with each file that they read under the name that ``named`` gives it."""
    return tuple(_check(said, named) for said in checks)


def _check(said: Mapping[str, Any], named: Callable[[str], str]) -> dict[str, Any]:
    options = file_options(registry.lookup("checks", said["check"]))
    return {**said, **{word: _renamed(said[word], named) for word in options if said.get(word)}}


def _renamed(said: Any, named: Callable[[str], str]) -> Any:
    """A file's name, or each of a list."""
    if isinstance(said, list | tuple):
        return [_renamed(one, named) for one in said]
    return named(said) if isinstance(said, str) else said


def _model(model: ModelSpec, base: Path) -> ModelSpec:
    files = {word: str(base / place) for word in ("answers", "path") if (place := getattr(model, word)) is not None}
    return model.model_copy(update=files)


def _table(table: TableSpec, base: Path) -> TableSpec:
    columns = {name: _rule(said, base) for name, said in table.columns.items()}
    return table if columns == table.columns else table.model_copy(update={"columns": columns})


def _rule(said: Any, base: Path) -> Any:
    if isinstance(said, list):
        return [_rule(one, base) for one in said]
    if not isinstance(said, Mapping):
        return said
    if said.get("rule") == "lookup" and "file" in said:
        rest = {name: value for name, value in said.items() if name != "file"}
        return {**rest, "rows": _content(said["file"], base)}
    if said.get("rule") in ("person", "household") and "names" in said:
        return {**said, "names": _names(said["names"], base)}
    return {name: _rule(one, base) for name, one in said.items()}


def _names(said: Any, base: Path) -> Any:
    """The first names of a file, or of one for each locale; what is written out stays as it is."""
    from twinset.synthesizers.people.words.counts import from_file

    if isinstance(said, str):
        return from_file(_rows(said, base), said)
    if isinstance(said, Mapping):
        return {code: _names(file, base) if isinstance(file, str) else file for code, file in said.items()}
    return said


def _rows(name: str, base: Path) -> pa.Table:
    from twinset.core.dataset import whole
    from twinset.sources import read

    return whole(read(name if Path(name).is_absolute() else str(base / name)))


def _content(name: Any, base: Path) -> dict[str, list[Any]]:
    """The columns of a file."""
    if not isinstance(name, str):
        raise PlanError(f"the file of a lookup is a name, not {name!r:.60}")
    rows = _rows(name, base)
    if rows.num_rows > MOST_ROWS:
        raise PlanError(f"{name} has {rows.num_rows:,} rows, and a lookup has at most {MOST_ROWS:,}; make it shorter")
    return {column: _plain(rows[column]).to_pylist() for column in rows.column_names}


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers, texts and truths as they are, all else as text."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    is_plain = pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_boolean(column.type)
    return column if is_plain else column.cast(pa.string())


def plan_fingerprint(plan: Plan) -> str:
    """That of a plan whose files lie where they are named: those that checks and models read count by what they hold,
    and not by place."""
    stages = {name: _by_content(stage) for name, stage in plan.stages.items()}
    return plan.fingerprint if stages == plan.stages else plan.model_copy(update={"stages": stages}).fingerprint


def _by_content(stage: Stage) -> Stage:
    if stage.text is None:
        return stage
    checks = with_check_files(stage.text.checks, _digest)
    models = {
        name: model.model_copy(update={"path": _digest(model.path)}) if model.path and Path(model.path).is_file() else model
        for name, model in stage.text.models.items()
    }
    return stage.model_copy(update={"text": stage.text.model_copy(update={"checks": checks, "models": models})})


def _digest(file: str) -> str:
    """SHA-256 of a file, read once while it stays as it is, with its ending, which says how it is read."""
    return f"sha256 {_digest_of(file, stamp(file))}{Path(file).suffix.lower()}"


@lru_cache(maxsize=64)
def _digest_of(file: str, known: tuple[int, int]) -> str:
    with Path(file).open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
