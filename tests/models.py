"""Plans of texts for tests, answered by a stand-in on the loopback."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twinset.pipeline import api
from twinset.plan import dump, from_data
from twinset.testing.models import ModelServer

SIX = {
    "id": "sequence",
    "topic": {"rule": "category", "values": ["rivers", "gardens", "letters"]},
    "text": {"prompt": "Write about {{ topic }}, number {{ id }}."},
    "facts": {
        "prompt": "Facts of {{ text }}",
        "as": {"stars": "integer 1..5", "tone": ["good", "bad"], "who?": "text ..20"},
    },
    "title": {"prompt": "A title for {{ text }}"},
    "better": {"revise": "title"},
    "talk": {"conversation": {"user": "You ask about {{ topic }}.", "assistant": "You know {{ topic }}."}, "turns": 2},
    "score": {"judge": "better", "given": "{{ text }}", "rubric": {"clear": "It is clear.", "kind": "It is kind."}},
}


def plan_of(
    server: ModelServer, columns: Mapping[str, Any], rows: int | None = 20, *,
    model: Mapping[str, Any] | None = None, stage: Mapping[str, Any] | None = None, **text: Any,
) -> dict[str, Any]:  # fmt: skip
    """A plan of one stage; ``model`` and ``stage`` add to these, all else to what is said of the text."""
    asked = {"model": "stand-in", "base_url": server.base_url, "max_tokens": 60, **(model or {})}
    own = {"rows": rows, **(stage or {}), "text": {"model": asked, "columns": dict(columns), **text}}
    return {"format": "jsonl", "stages": {"texts": {name: value for name, value in own.items() if value is not None}}}


def write_plan(place: Path, plan: Mapping[str, Any]) -> Path:
    path = place / "plan.yaml"
    path.write_text(dump(from_data(dict(plan))))
    return path


def made(place: Path, plan: Mapping[str, Any], out: str = "out") -> list[dict[str, Any]]:
    """The rows that a plan makes."""
    api.run(write_plan(place, plan), place / out)
    return rows_of(place / out)


def rows_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "data.jsonl").read_text().splitlines()]


def told(out: Path, stage: int = 0) -> dict[str, Any]:
    """What the manifest tells of a stage's models."""
    entry: dict[str, Any] = json.loads((out / "manifest.json").read_text())["stages"][stage]
    return entry
