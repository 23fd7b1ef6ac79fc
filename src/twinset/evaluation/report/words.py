"""The words for each metric: its title, unit and scale, what it is, what is good, what it can't show, where it comes from.

The words are in ``metrics.toml``. A metric that is not in it (a plugin's) gets a title made from its name and no more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from twinset.evaluation.report.figures import Unit


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric in words. ``scale`` is what its strip spans; ``ends`` say what its ends mean.

    ``of`` is "columns", "several" or "table": what it is measured on, for when nothing could be measured.
    """

    name: str
    title: str
    unit: Unit = "number"
    scale: tuple[float, float] = (0.0, 0.0)
    ends: tuple[str, str] = ("", "")
    what: str = ""
    good: str = ""
    limits: str = ""
    source: str = ""
    of: str = ""

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]


RATE = "_tpr"
"""What the name of a membership attack's figure at a low false-alarm rate ends in."""


def describe(name: str) -> Metric:
    """The words for a dotted metric name; never fails."""
    known = _catalogue().get(name)
    if known is None and name.endswith(RATE):
        attack = describe(name.removesuffix(RATE))
        return Metric(name, f"{attack.title}, at 1% false alarms", "share", (0.0, 0.1), ("none found", "many found"))
    return known or Metric(name, title=_title(name))


def title(text: str) -> str:
    """The title of a metric where the text is the name of one that is explained; else the text."""
    return describe(text).title if text.removesuffix(RATE) in _catalogue() else text


def place(name: str) -> int:
    """Where a metric stands among those that are explained; after all of them, if it is not."""
    return known().index(name) if name in _catalogue() else len(known())


def _title(name: str) -> str:
    text = name.partition(".")[2] or name
    return text.replace("_", " ").replace(".", ": ").strip().capitalize() or name


@cache
def _catalogue() -> Mapping[str, Metric]:
    text = files("twinset.evaluation.report").joinpath("metrics.toml").read_text(encoding="utf-8")
    return {
        f"{family}.{name}": _metric(f"{family}.{name}", data)
        for family, metrics in tomllib.loads(text).items()
        for name, data in metrics.items()
    }


def _metric(name: str, data: dict[str, Any]) -> Metric:
    low, high = data.pop("scale")
    return Metric(name, scale=(float(low), float(high)), ends=tuple(data.pop("ends")), **data)


@cache
def known() -> tuple[str, ...]:
    """The names of all metrics that are explained."""
    return tuple(_catalogue())
