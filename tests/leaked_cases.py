"""Labelled texts that repeat others: copies of test items and of earlier texts, changed as copies are, among honest ones.

Made from a small grammar, so that honest texts share words and turns with what they could have been copied from.
"""

from __future__ import annotations

import random

_WHO = [
    "baker",
    "pilot",
    "teacher",
    "gardener",
    "nurse",
    "engineer",
    "librarian",
    "farmer",
    "painter",
    "judge",
    "sailor",
    "chemist",
]
_DID = [
    "counted",
    "repaired",
    "collected",
    "measured",
    "painted",
    "carried",
    "borrowed",
    "sold",
    "weighed",
    "planted",
    "sorted",
    "shipped",
]
_WHAT = [
    "barrels",
    "lanterns",
    "maps",
    "bicycles",
    "parcels",
    "saplings",
    "bottles",
    "engines",
    "violins",
    "windows",
    "tickets",
    "blankets",
]
_WHERE = [
    "harbour",
    "library",
    "market",
    "valley",
    "station",
    "bridge",
    "orchard",
    "museum",
    "tunnel",
    "square",
    "factory",
    "island",
]
_WHEN = [
    "before sunrise",
    "during the storm",
    "after the parade",
    "in early spring",
    "late at night",
    "between two meetings",
]
_ASKED = [
    "how many were left at the end of the week",
    "what did the owner have to pay for all of them",
    "which of the crates was the heaviest",
    "who carried most of them up the hill",
    "how long did the whole journey take",
    "what share of them was still usable",
]
_TAILS = [
    " and nobody noticed",
    " because the road was closed",
    " although it rained",
    " with the help of a friend",
    " for the second time",
    "",
]


def sentence(draw: random.Random) -> str:
    pick = draw.choice
    what = f"{draw.randrange(3, 900)} {pick(_WHAT)} near the {pick(_WHERE)}"
    return f"The {pick(_WHO)} {pick(_DID)} {what} {pick(_WHEN)}{pick(_TAILS)}"


def item(draw: random.Random) -> str:
    """A question of a test set."""
    return f"{sentence(draw)}. {sentence(draw)}; {draw.choice(_ASKED)}?"


def copied(text: str, draw: random.Random) -> str:
    """The text again as people and models copy: other capitals or punctuation, inside more text, a word changed."""
    words = text.split()
    at = draw.randrange(len(words))
    return draw.choice([
        text,
        text.upper(),
        text.replace(",", "").replace(";", " -").replace(".", " ."),
        f"Question: {text}\nAnswer: {draw.randrange(100)}",
        f"{sentence(draw)}. {text} Think step by step.",
        " ".join([*words[:at], "indeed", *words[at:]]),
        " ".join([*words[:at], *words[at + 1 :]]),
        " ".join([*words[:at], draw.choice(_WHAT), *words[at + 1 :]]),
        f"  {text.lower()}  ",
    ])  # fmt: skip


def nearly(text: str, draw: random.Random) -> str:
    """The text again with little changed, and nothing before or after it."""
    words = text.split()
    at = draw.randrange(len(words))
    return draw.choice([
        text, text.upper(), text.replace(" ", "  "), text.replace(".", "!"), f"{text} Yes.",
        " ".join([*words[:at], "indeed", *words[at:]]), " ".join([*words[:at], *words[at + 1 :]]),
    ])  # fmt: skip
