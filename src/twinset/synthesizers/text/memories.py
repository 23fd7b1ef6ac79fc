"""What checks remember from part to part, as the state of a part: names and bytes as JSON and base64."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping


def packed(memories: Mapping[str, bytes]) -> bytes:
    """One state of several memories."""
    return json.dumps({name: base64.b64encode(one).decode() for name, one in sorted(memories.items())}).encode()


def unpacked(state: bytes) -> dict[str, bytes]:
    """The memories of a state."""
    return {name: base64.b64decode(one) for name, one in json.loads(state).items()}
