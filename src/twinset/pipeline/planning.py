"""Plans by a few words of a command line: the twin of one source."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from twinset.plan import Evaluating, Plan, Profile, Stage


def plan_for(
    source: str | Path, *, rows: int | dict[str, int] | None, synthesizer: str, privacy: str, target: str | None, seed: int,
    gate: Profile, thorough: bool = False, people: str = "", presidio: bool = False,
) -> Plan:  # fmt: skip
    """The plan of a twin of one source; a relative path stays as it is."""
    name = re.sub(r"[^A-Za-z0-9_]+", "_", Path(str(source).partition("?")[0]).name.split(".")[0]).strip("_") or "table"
    name = name if name[0].isalpha() else f"t_{name}"
    options = dial(privacy, people)
    stage = Stage(source=str(source), rows=rows, synthesizer=synthesizer, options=options, presidio=presidio)
    return Plan(seed=seed, evaluate=Evaluating(target=target, gate=gate, thorough=thorough), stages={name[:100]: stage})


def dial(privacy: str, people: str = "") -> dict[str, Any]:
    """The engine's options for a level of privacy and for people; the usual is not said: engines need not know of it."""
    return ({} if privacy == "default" else {"privacy": privacy}) | ({"people": people} if people else {})
