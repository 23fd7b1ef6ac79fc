"""How many things a source lists: "Ohio, Indiana and Kentucky" are three, which a text may say without naming them."""

# ruff: noqa: E501  # patterns are as long as they are

from __future__ import annotations

import re

_ITEM = r"[^\W\d_][\w'’&.-]{0,30}(?: [^\W\d_][\w'’&.-]{0,30}){0,2}"
_LIST = re.compile(
    rf"(?<![\w.-])(?:{_ITEM}(?:, {_ITEM}){{1,12}},? (?:and|or|und|oder|et|ou|y|o) {_ITEM}|(?<=: ){_ITEM}(?:, {_ITEM}){{2,12}})"
)


def lengths(text: str) -> set[int]:
    """The lengths of lists of three things or more."""
    return {len(re.split(r",? (?:and|or|und|oder|et|ou|y|o) |, ", found[0])) for found in _LIST.finditer(text)}
