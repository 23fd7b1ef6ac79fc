"""The manifest: what lies in an output folder, byte for byte, and how it came to be.

The file is canonical: its bytes follow from its content, and its last field is the SHA-256 of all the others, so that a
change of any byte of it, or of any file that it lists, is noticed (:mod:`twinset.provenance.verify`).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from twinset.core.verdict import Outcome


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileEntry(_Model):
    """One file of the output; ``path`` is relative, with forward slashes."""

    path: str
    bytes: int
    sha256: str


class SourceEntry(_Model):
    """One source; ``hash`` is an HMAC-SHA256 under a key that stays in private/: nobody can test guesses against it."""

    stage: str
    name: str
    rows: dict[str, int]
    hash: str
    licence: str = "unknown"
    consent: str = "unknown"


class VerdictEntry(_Model):
    """The gate's words: each question's outcome and figure."""

    outcome: Outcome
    profile: str
    is_published: bool
    answers: dict[str, tuple[Outcome, str]]
    override: dict[str, str] | None = None


class StageEntry(_Model):
    """What one stage did; ``made_with`` is what its sampler has to tell: models, prompts, costs."""

    name: str
    synthesizer: str
    options: dict[str, Any]
    rows: dict[str, int]
    rejects: dict[str, int]
    notes: tuple[str, ...]
    verdict: VerdictEntry | None
    made_with: dict[str, Any] = {}

    @model_serializer(mode="wrap")
    def _without_nothing(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """``made_with`` is written where there is any."""
        data: dict[str, Any] = serialize(self)
        if not self.made_with:
            del data["made_with"]
        return data


class Manifest(_Model):
    """Everything that a reader of the data must know about its making."""

    twinset: str
    format: Literal[1] = 1
    is_synthetic: Literal[True] = True
    statement: str
    run: str
    plan: str
    seed: int
    generation: int
    created: str
    versions: dict[str, str]
    ledger: tuple[dict[str, Any], ...] = ()
    sources: tuple[SourceEntry, ...]
    stages: tuple[StageEntry, ...]
    files: tuple[FileEntry, ...]

    def to_bytes(self) -> bytes:
        """The canonical file: JSON with two blanks of indentation, the digest of all else at the end."""
        data = self.model_dump(mode="json")
        data["digest"] = hashlib.sha256(_canonical(data)).hexdigest()
        return _canonical(data)

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """The manifest that these bytes are; ValueError where a single one of them is not as it was written."""
        data = json.loads(content)
        if not isinstance(data, dict) or data.pop("digest", None) is None:
            raise ValueError("it has no digest")
        manifest = cls.model_validate(data)
        if manifest.to_bytes() != content:
            raise ValueError("its content does not agree with its digest")
        return manifest


def _canonical(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()
