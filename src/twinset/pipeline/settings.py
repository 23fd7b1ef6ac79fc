"""What belongs to one call and not to the plan: it changes how a run goes, never what is made."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from twinset import __version__
from twinset.core.verdict import Override
from twinset.pipeline.watch import Silent, Watch


@dataclass(frozen=True, slots=True)
class Settings:
    """``base`` is the folder that a plan's relative paths start from; ``workers`` None: as many as pay off."""

    base: Path = Path()
    workers: int | None = None
    overwrite: bool = False
    override: Override | None = None
    watch: Watch = field(default_factory=Silent)


def versions() -> dict[str, str]:
    """What can change the bytes of an output: our version, Python's and those of the packages that compute."""
    packages = {name: version(name) for name in ("numpy", "pyarrow", "scikit-learn")}
    return {"twinset": __version__, "python": platform.python_version(), **packages, "machine": platform.machine()}
