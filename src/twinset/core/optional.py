"""Optional packages: imported when they are used, with the command that installs them when they are missing."""

from __future__ import annotations

import importlib
import sys
from importlib.abc import MetaPathFinder
from types import ModuleType

from twinset.core import registry
from twinset.errors import MissingExtraError


def require(module: str, *, extra: str) -> ModuleType:
    """Import a module of an extra; MissingExtraError (an ImportError) names the install command."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        raise MissingExtraError(module.partition(".")[0], extra) from error


class _NoPandas(MetaPathFinder):
    """Says that pandas is not installed."""

    def find_spec(self, name: str, path: object, target: ModuleType | None = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is hidden", name=name)


def keep_pandas_out() -> None:
    """Let pyarrow do without pandas in this process, which is Twinset's own; not where plugins may come to want it.

    At the first array that it makes, pyarrow imports pandas where it is installed, to know its data frames when it sees
    them: a second of CPU, for what a command never has. It asks once, so pandas is hidden from it for that moment alone.
    """
    if "pandas" in sys.modules or registry.has_plugins():
        return
    import pyarrow as pa

    hiding = _NoPandas()
    sys.meta_path.insert(0, hiding)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(hiding)
