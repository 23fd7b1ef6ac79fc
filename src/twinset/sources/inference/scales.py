"""Scales that everybody knows (``scales.txt``): words in their order, and how labels are looked up in them."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def _scales() -> tuple[dict[str, int], ...]:
    """For each scale the place of each of its words."""
    lines = files("twinset.sources.inference").joinpath("scales.txt").read_text(encoding="utf-8").splitlines()
    return tuple(
        {word: place for place, step in enumerate(line.split("|")) for word in step.split("/")}
        for line in lines
        if not line.startswith("#")
    )


def spoken(label: str) -> str:
    """A label as scales write it: "Very_High " is "very high"."""
    return re.sub(r"(?<=\w)[-_ ]+(?=\w)", " ", label.strip().casefold()).rstrip(".")


def places(labels: list[str]) -> list[int] | None:
    """The place of each label on the one scale that has them all; None if there is none, or two labels share a place."""
    said = [spoken(label) for label in labels]
    if len(labels) < 2:
        return None
    for scale in _scales():
        if all(word in scale for word in said):
            found = [scale[word] for word in said]
            return found if len(set(found)) == len(found) else None
    return None


def is_one_letter(labels: list[str]) -> bool:
    """Whether all labels are single letters, which stand for other things more often than for grades."""
    return all(len(label.strip("+-")) == 1 for label in labels)
