"""scores.json: the whole report as data, for programs. Versioned, in a stable order, with finite numbers only.

What may not be shown is not written. ``load_scores`` reads it back, so that a page can be drawn again from the file.
"""

from __future__ import annotations

import dataclasses
import json
import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from twinset.core.verdict import Verdict
from twinset.errors import DataError
from twinset.evaluation.report.lineage import Lineage, Report
from twinset.evaluation.result import Evaluation

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = "twinset.scores"
VERSION = 2
T = TypeVar("T")


def render_json(evaluation: Evaluation, verdict: Verdict, lineage: Lineage) -> str:
    """The report as JSON text that ends with a newline."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "verdict": plain(verdict),
        "lineage": plain(lineage),
        "evaluation": plain(public(evaluation)),
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def load_scores(text: str) -> Report:
    """The report that ``render_json`` wrote; DataError for anything else."""
    content = opened(text, FORMAT, VERSION, "not a scores file")
    return validated(_adapter(), content, ("evaluation", "verdict", "lineage"))


def opened(text: str, format: str, version: int, fault: str) -> Mapping[str, object]:
    """What a scores file of that format and version holds; DataError, with what it is instead, for anything else."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"this is not a scores file: it isn't JSON ({error})") from None
    if not isinstance(content, dict) or content.get("format") != format:
        raise DataError(f'this is {fault}: it should start with "format": "{format}"')
    if content.get("version") != version:
        raise DataError(f"this scores file has version {content.get('version')!r}; this Twinset reads version {version}")
    return content


def validated(adapter: TypeAdapter[T], content: Mapping[str, object], names: Sequence[str]) -> T:
    """The report that the parts of these names make; DataError says which part is damaged."""
    from pydantic import ValidationError

    try:
        return adapter.validate_python({key: content.get(key) for key in names})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DataError(f"this scores file is damaged at {place}: {first['msg']}") from None


@cache
def _adapter() -> TypeAdapter[Report]:
    from pydantic import TypeAdapter

    return TypeAdapter(Report)


def public(evaluation: Evaluation) -> Evaluation:
    """The evaluation without the scores that would show real rows."""
    return dataclasses.replace(evaluation, scores=tuple(score for score in evaluation.scores if score.is_public))


def plain(value: object) -> object:
    """Plain JSON data: dataclasses as objects in their fields' order, numbers that are not finite as null."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return [plain(item) for item in sorted(value, key=repr)]
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [plain(item) for item in value]
    return str(value)
