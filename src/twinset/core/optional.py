"""Optional packages: imported when they are used, with the command that installs them when they are missing."""

from __future__ import annotations

import importlib
from types import ModuleType

from twinset.errors import MissingExtraError


def require(module: str, *, extra: str) -> ModuleType:
    """Import a module of an extra; MissingExtraError (an ImportError) names the install command."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        raise MissingExtraError(module.partition(".")[0], extra) from error
