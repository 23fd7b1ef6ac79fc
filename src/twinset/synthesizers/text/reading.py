"""Answers read: JSON out of what a model says, whole or with words around it."""

from __future__ import annotations

import json
import re
from typing import Any

from twinset.synthesizers.text.shapes import Record, Shape

VALUE = "value"
_FENCED = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL | re.IGNORECASE)


def asked(shape: Shape) -> Record:
    """The object that a server is asked for: servers want objects, so that another shape is the field of one."""
    return shape if isinstance(shape, Record) else Record({VALUE: shape})


def read(text: str, shape: Shape) -> tuple[Any, str | None]:
    """The value in an answer, and what is wrong with it; nothing: None."""
    found, is_json = _json(text)
    if not is_json:
        return None, "the answer is no JSON"
    if not isinstance(shape, Record) and isinstance(found, dict) and set(found) == {VALUE}:
        found = found[VALUE]
    if said := shape.fault(found):
        return None, f"the answer {said}"
    return shape.clean(found), None


def _json(text: str) -> tuple[Any, bool]:
    fenced = _FENCED.search(text)
    starts = [at for sign in "{[" if (at := text.find(sign)) >= 0]
    pieces = (text, fenced.group(1) if fenced else "", text[min(starts) :] if starts else "")
    for piece in (one.strip() for one in pieces):
        try:
            return json.JSONDecoder().raw_decode(piece)[0], True
        except (ValueError, RecursionError):
            continue
    return None, False
