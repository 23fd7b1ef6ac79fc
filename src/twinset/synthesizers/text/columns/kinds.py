"""The kinds of columns by the word that a plan says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.synthesizers.text.columns.conversation import Conversation
from twinset.synthesizers.text.columns.judge import Judge
from twinset.synthesizers.text.columns.kind import Kind, Scope
from twinset.synthesizers.text.columns.prompt import Prompt
from twinset.synthesizers.text.columns.revise import Revise
from twinset.synthesizers.text.columns.spans import Spans

KINDS: Mapping[str, Callable[[Mapping[str, Any], Scope], Kind]] = {
    "prompt": Prompt.read,
    "conversation": Conversation.read,
    "revise": Revise.read,
    "judge": Judge.read,
    "spans": Spans.read,
}
OTHERS = ("rule", "from")
"""Columns that no model makes: by one of the rules, or taken from the rows that the stage goes over."""


def word_of(said: Any, column: str) -> str:
    """Which kind of column a plan says; PlanError where it says none, or several."""
    if not isinstance(said, Mapping):
        return "rule"
    found = [word for word in (*KINDS, *OTHERS) if word in said]
    if len(found) != 1:
        known = (*KINDS, *OTHERS)
        near = next((nearest(word, known) for word in said if nearest(word, known)), "")
        raise PlanError(
            f"column {column!r} says exactly one of {', '.join(known)}, not {', '.join(map(str, said)) or 'none'}{near}"
        )
    return found[0]
