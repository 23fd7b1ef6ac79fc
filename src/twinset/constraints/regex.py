"""Regular expressions read as sets of texts that can be numbered: the n-th text of ``[A-Z]{2}-[0-9]{4}``.

A bounded subset: letters, classes, ``.``, the classes d, w and s, groups, ``|``, and ``? * + {m} {m,n}``; ``*`` and ``+``
go up to ``MORE`` times beyond the least. What looks around, refers back or takes all but some letters is refused by name.
Nothing is ever searched for or tried again, so that no expression can be catastrophic; matching is RE2's, which is linear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.errors import SchemaError

MORE = 8
LONGEST = 200
"""No text of an expression is longer."""
MOST_NODES = 2_000
DEEPEST = 30
_DIGITS = "0123456789"
_SMALL = "abcdefghijklmnopqrstuvwxyz"
_WORD = _DIGITS + _SMALL.upper() + "_" + _SMALL
_ANY = "".join(chr(code) for code in range(33, 127))
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": " "}
_PLAIN_ESCAPES = set("\\.[](){}|?*+^$-/ :;,@#&%!'\"<>=~_`")

Ranks = npt.NDArray[Any]


@dataclass(frozen=True)
class Node:
    """A set of texts; which ones is the subclass's to say. ``lengths`` are how long they can be."""

    size: int
    lengths: frozenset[int]

    @property
    def is_plain(self) -> bool:
        """Whether two numbers never stand for the same text."""
        raise NotImplementedError

    def texts(self, ranks: Ranks) -> npt.NDArray[np.str_]:
        """The text of each number below ``size``."""
        raise NotImplementedError


@dataclass(frozen=True)
class _Letter(Node):
    letters: str

    @property
    def is_plain(self) -> bool:
        return True

    def texts(self, ranks: Ranks) -> npt.NDArray[np.str_]:
        return np.array(list(self.letters))[ranks.astype(np.int64)]


@dataclass(frozen=True)
class _Sequence(Node):
    nodes: tuple[Node, ...]

    @cached_property
    def is_plain(self) -> bool:
        n_varying = sum(len(node.lengths) > 1 for node in self.nodes)
        return n_varying <= 1 and all(node.is_plain for node in self.nodes)

    def texts(self, ranks: Ranks) -> npt.NDArray[np.str_]:
        made = np.full(len(ranks), "", dtype=np.str_)
        for node in reversed(self.nodes):
            made = np.char.add(node.texts(ranks % node.size), made)
            ranks = ranks // node.size
        return made


@dataclass(frozen=True)
class _Choice(Node):
    nodes: tuple[Node, ...]

    @cached_property
    def is_plain(self) -> bool:
        lengths = [length for node in self.nodes for length in node.lengths]
        if len(set(lengths)) == len(lengths):
            return all(node.is_plain for node in self.nodes)
        # Branches of one length are told apart only where each is small enough to be written out.
        if self.size > 10_000:
            return False
        return len(set(self.texts(np.arange(self.size)).tolist())) == self.size

    def texts(self, ranks: Ranks) -> npt.NDArray[np.str_]:
        starts, made = 0, np.full(len(ranks), "", dtype=object)
        for node in self.nodes:
            mine = np.flatnonzero((ranks >= starts) & (ranks < starts + node.size))
            if len(mine):
                made[mine] = node.texts(ranks[mine] - starts)
            starts += node.size
        return made.astype(np.str_)


def _letter(letters: str) -> Node:
    return _Letter(len(letters), frozenset({1}), letters)


def _sequence(nodes: list[Node]) -> Node:
    size, lengths = 1, frozenset({0})
    for node in nodes:
        size *= node.size
        lengths = frozenset(one + other for one in lengths for other in node.lengths)
        if max(lengths) > LONGEST:
            raise SchemaError(f"its texts are longer than {LONGEST} characters; write smaller repeats")
    return nodes[0] if len(nodes) == 1 else _Sequence(size, lengths, tuple(nodes))


def _choice(nodes: list[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    return _Choice(sum(node.size for node in nodes), frozenset().union(*(node.lengths for node in nodes)), tuple(nodes))


@lru_cache(maxsize=64)
def read(regex: str) -> Node:
    """The set of texts of a regular expression; SchemaError where it is none, or none that can be numbered."""
    body = regex.removeprefix("^")
    body = body[:-1] if body.endswith("$") and not body.endswith("\\$") else body
    try:
        node = _Reader(body).all()
        pc.match_substring_regex(pa.array([""]), pattern=f"^(?:{regex})$")
    except (SchemaError, pa.ArrowException) as error:
        raise SchemaError(f"the regular expression {regex!r:.200}: {error}") from None
    return node


class _Reader:
    """Reads one expression from left to right; each method starts and ends between two signs of it."""

    def __init__(self, text: str) -> None:
        self._text, self._place, self._nodes = text, 0, 0

    def all(self) -> Node:
        node = self._alternatives(0)
        if self._place < len(self._text):
            raise SchemaError(f"there is a {self._text[self._place]!r} too many at {self._place}")
        return node

    def _next(self) -> str:
        return self._text[self._place] if self._place < len(self._text) else ""

    def _take(self) -> str:
        sign = self._next()
        if not sign:
            raise SchemaError("it ends too early")
        self._place += 1
        return sign

    def _alternatives(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise SchemaError(f"its groups are nested more than {DEEPEST} deep")
        branches = [self._branch(depth)]
        while self._next() == "|":
            self._take()
            branches.append(self._branch(depth))
        return _choice(branches)

    def _branch(self, depth: int) -> Node:
        nodes: list[Node] = []
        while self._next() not in ("", "|", ")"):
            nodes.append(self._repeated(self._atom(depth)))
        return _sequence(nodes)

    def _atom(self, depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise SchemaError(f"it has more than {MOST_NODES:,} parts")
        sign = self._take()
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return self._class()
        if sign == "\\":
            return _letter(self._escaped())
        if sign == ".":
            return _letter(_ANY)
        if sign in "^$?*+{":
            raise SchemaError(f"there is a {sign!r} where a letter, a class or a group should be, at {self._place - 1}")
        return _letter(sign)

    def _group(self, depth: int) -> Node:
        if self._text.startswith("?:", self._place):
            self._place += 2
        elif self._next() == "?":
            raise SchemaError("groups that look around, name or set something can't be made; write (...) or (?:...)")
        node = self._alternatives(depth + 1)
        if self._take() != ")":
            raise SchemaError("a group does not end")
        return node

    def _escaped(self) -> str:
        sign = self._take()
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign not in _PLAIN_ESCAPES:
            raise SchemaError(f"\\{sign} can't be made; there are \\d, \\w, \\s and escaped signs")
        return sign

    def _class(self) -> Node:
        if self._next() == "^":
            raise SchemaError("a class of all but some letters can't be made; name the letters that may stand there")
        letters: list[str] = []
        while self._next() != "]" or not letters:
            letters += self._span()
        self._take()
        return _letter("".join(dict.fromkeys(letters)))

    def _span(self) -> Iterator[str]:
        sign = self._take()
        own = self._escaped() if sign == "\\" else sign
        is_span = len(own) == 1 and self._next() == "-" and not self._text.startswith("-]", self._place)
        if not is_span:
            return iter(own)
        self._take()
        last = self._take()
        if not 0 <= ord(last) - ord(own) < 1_000:
            raise SchemaError(f"{own}-{last} is no span of letters")
        return map(chr, range(ord(own), ord(last) + 1))

    def _repeated(self, node: Node) -> Node:
        least, most = self._bounds()
        if self._next() in ("?", "*", "+", "{") and (least, most) != (1, 1):
            raise SchemaError(f"one repeat follows another at {self._place}; put the first into a group")
        self._nodes += sum(range(least, most + 1)) - 1
        if self._nodes > MOST_NODES:
            raise SchemaError(f"written out, its repeats have more than {MOST_NODES:,} parts")
        return node if (least, most) == (1, 1) else _choice([_sequence([node] * n) for n in range(least, most + 1)])

    def _bounds(self) -> tuple[int, int]:
        sign = self._next()
        if sign not in ("?", "*", "+", "{") or not sign:
            return 1, 1
        self._take()
        if sign != "{":
            return {"?": (0, 1), "*": (0, MORE), "+": (1, 1 + MORE)}[sign]
        said = ""
        while (sign := self._take()) != "}":
            said += sign
        low, comma, high = said.partition(",")
        if not low.isdecimal() or not (high.isdecimal() or not high) or len(said) > 9:
            raise SchemaError(f"{{{said}}} is no number of times")
        least = int(low)
        most = int(high) if high else least + (MORE if comma else 0)
        if not least <= most <= LONGEST:
            raise SchemaError(f"{{{said}}}: from fewer to more times, at most {LONGEST}")
        return least, most


def letters_of(node: Node) -> list[str] | None:
    """The letters that may stand at each place, where all texts are of one length and places do not hang on each other."""
    match node:
        case _Letter():
            return [node.letters]
        case _Sequence():
            parts = [letters_of(one) for one in node.nodes]
            return None if None in parts else [letters for part in parts if part for letters in part]
    return None
