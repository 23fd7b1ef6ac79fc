"""What this installation can do, and what is wrong with it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from twinset.core import registry
from twinset.errors import TwinsetError
from twinset.pipeline.settings import versions

NEEDED_DISK = 2**30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    found: str
    is_fine: bool = True


def examine() -> list[Finding]:
    """Look at Python, packages, processors, memory, disk and plugins."""
    packages = [Finding(name, found) for name, found in versions().items() if name not in ("python", "machine")]
    memory = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return [
        Finding("python", f"{sys.version.split()[0]} on {sys.platform}", sys.version_info >= (3, 11)),
        *packages,
        Finding("processors", str(len(os.sched_getaffinity(0)))),
        Finding("free memory", f"{memory / 2**30:.1f} GB", memory > 2**29),
        _disk(Path(tempfile.gettempdir())),
        _disk(Path.cwd()),
        *(finding for group in registry.GROUPS for finding in _plugins(group)),
    ]


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    is_writable = os.access(folder, os.W_OK)
    found = f"{free / 2**30:.1f} GB free" + ("" if is_writable else ", not writable")
    return Finding(f"folder {folder}", found, is_writable and free > NEEDED_DISK)


def _plugins(group: str) -> list[Finding]:
    """Every plugin of a group, loaded: a broken one is named here and not when it is first used."""
    found = []
    for name in registry.names(group):
        try:
            registry.lookup(group, name)
            found.append(Finding(f"{group}: {name}", "loads"))
        except (TwinsetError, ImportError) as error:
            found.append(Finding(f"{group}: {name}", str(error), is_fine=False))
    return found
