"""Keys: from the environment alone, by the name of a variable. They are sent to the server and said nowhere else."""

from __future__ import annotations

import os

from twinset.errors import PlanError


def read_key(name: str | None) -> str:
    """The key in that variable; PlanError where it is not set, or can't be a key."""
    if name is None:
        return ""
    key = os.environ.get(name, "").strip()
    if not key:
        raise PlanError(f"the key of the model is expected in the environment variable {name}, which is not set")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise PlanError(f"the environment variable {name} holds no key: blanks or signs that a key can't have")
    return key
