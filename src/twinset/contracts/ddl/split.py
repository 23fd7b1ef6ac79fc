"""A script cut into statements, without the parts that are no SQL: data of dumps, commands of the databases' own shells."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from twinset.core.optional import require
from twinset.errors import SchemaError

_COPIED = re.compile(r"^COPY\s[^\n;]*\sFROM\s+stdin[^\n;]*;.*?^\\\.$", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_SHELL = re.compile(r"^[ \t]*(?:\\[a-z!?][^\n]*|DELIMITER\b[^\n]*|/[ \t]*)$", re.IGNORECASE | re.MULTILINE)
_GO = re.compile(r"^[ \t]*GO[ \t]*$", re.IGNORECASE | re.MULTILINE)
_STORED = ("VIRTUAL", "STORED", "STRICT")


def cleaned(text: str) -> str:
    """The script alone, with all its lines in their places."""
    return _GO.sub(";", _SHELL.sub("", _COPIED.sub(_blank, text)))


def statements(text: str, dialect: str) -> Iterator[list[Any]]:
    """The tokens of each statement; SchemaError where quotes or comments are not closed."""
    sqlglot = require("sqlglot", extra="sql")
    try:
        tokens = sqlglot.tokenize(text, read=dialect)
    except sqlglot.errors.TokenError as error:
        raise SchemaError(
            f"the script can't be cut into words: {str(error)[:300]}; is a quote or comment left open?"
        ) from None
    own: list[Any] = []
    for token in tokens:
        if token.token_type.name == "SEMICOLON":
            yield _plain(own)
            own = []
        elif not (token.text.upper() in _STORED and own and own[-1].text == ")"):
            own.append(token)
    yield _plain(own)


def _plain(tokens: list[Any]) -> list[Any]:
    """A statement without SQLite's last words."""
    is_told = [token.text.upper() for token in tokens[-2:]] == ["WITHOUT", "ROWID"]
    return tokens[:-2] if is_told else tokens


def _blank(found: re.Match[str]) -> str:
    """As many lines as there were."""
    return "\n" * found[0].count("\n")


@contextmanager
def quiet() -> Iterator[None]:
    """sqlglot's remarks to a log are made in our own words."""
    log = logging.getLogger("sqlglot")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
