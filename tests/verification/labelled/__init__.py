"""A labelled set for the checks of text, written by hand and without knowledge of their code (see README.md).

Every reader gives its cases in the order of the file, each with the half that it belongs to: filters are mended by the first
half (`mend`), and the second (`final`) is looked at only as a figure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Half = Literal["mend", "final"]
HERE = Path(__file__).parent
KINDS = {"=": "", "n": "number", "d": "date", "p": "name", "x": "swap"}
_MARKED = re.compile(r"\[\[(.+?)\]\]")
_CHANGE = re.compile(r"\{(.+?)/(.+?)\}")
_SENTENCE = re.compile(r"(?<=[.?!]) ")


@dataclass(frozen=True, slots=True)
class Claim:
    """An answer held against its source: what is wrong in it ("" where nothing is), and the wrong words themselves."""

    half: Half
    language: str
    source: str
    answer: str
    wrong: str
    marked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    half: Half
    kind: str
    first: str
    second: str
    same: bool


@dataclass(frozen=True, slots=True)
class Exposure:
    """A text, and whether it gives away one of the test items."""

    half: Half
    kind: str
    text: str
    leaked: bool


@dataclass(frozen=True, slots=True)
class Sum:
    half: Half
    kind: str
    reference: str
    answer: str
    right: bool


@dataclass(frozen=True, slots=True)
class Program:
    kind: str
    code: str
    tests: str
    passes: bool


def _half(position: int) -> Half:
    return "final" if position % 2 else "mend"


def _lines(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def claims() -> Iterator[Claim]:
    position = -1
    for file in sorted(HERE.glob("grounding_*.txt")):
        for line in _lines(file.name):
            mark, text = line.split(" ", 1)
            if mark == "S":
                position += 1
                head, source = text.split("| ", 1)
                language = head.split()[0] if len(head.split()) > 1 else "en"
            else:
                answer = _MARKED.sub(r"\1", text)
                yield Claim(_half(position), language, source, answer, KINDS[mark], tuple(_MARKED.findall(text)))


def _groups(name: str) -> Iterator[tuple[Half, str, str, str]]:
    """Each text of a file as it is, with one word changed, and its neighbour that is another text."""
    lines = _lines(name)
    for position in range(0, len(lines), 2):
        text, other = lines[position][4:], lines[position + 1][4:]
        yield _half(position // 2), _CHANGE.sub(r"\1", text), _CHANGE.sub(r"\2", text), other


def pairs() -> Iterator[Pair]:
    """Texts that are the same but for what does not matter, and texts that only share phrases or a subject."""
    groups = list(_groups("duplicates.txt"))
    for place, (half, text, changed, other) in enumerate(groups):
        yield Pair(half, "exact", text, text, same=True)
        yield Pair(half, "case", text, (text.upper(), text.lower(), text.title())[place % 3], same=True)
        yield Pair(half, "whitespace", text, text.replace(" ", ("  ", "\n", "\t ")[place % 3]) + " \n", same=True)
        yield Pair(half, "punctuation", text, _unpointed(text, place), same=True)
        yield Pair(half, "one word", text, changed, same=True)
        sentences = _SENTENCE.split(text)
        if len(sentences) > 1:
            yield Pair(half, "order", text, " ".join(reversed(sentences)), same=True)
        yield Pair(half, "shared phrases", text, other, same=False)
        yield Pair(half, "another subject", text, groups[(place + 2) % len(groups)][1], same=False)
        yield Pair(half, "another subject", other, groups[(place + 2) % len(groups)][3], same=False)


def _unpointed(text: str, place: int) -> str:
    if place % 3 == 0:
        return re.sub(r"[.,;:?!'¿]", "", text)
    if place % 3 == 1:
        return f"“{text.replace(', ', ' – ').replace(chr(39), '’')}”"
    return text.replace(".", "!").replace(",", ";") + "..."


_WRAPS = (
    (
        "Here is a new exercise that pupils of our evening class liked very much. ",
        " Take your time, and write down each step on paper.",
    ),
    ("Question 17: ", "\nAnswer: see the last page of the booklet."),
    ("User: Could you help me with my homework? ", "\nAssistant: Of course, let us look at it together."),
    ("During the break the teacher wrote on the board: ", " Nobody in the room said a word, and outside it began to snow."),
    ("### Instruction\n", "\n### Response\nFirst we note down everything that we know."),
    (
        "My nephew has to hand in the following by Friday and asked me for a hint. ",
        " I have no idea; does anybody here know?",
    ),
    ("```\n# ", "\n```"),
)


def exposures() -> Iterator[Exposure]:
    """Texts with a test item inside, word by word or nearly so, and texts on the same subjects that hold none."""
    for place, (half, item, changed, other) in enumerate(_groups("leaks.txt")):
        before, after = _WRAPS[place % len(_WRAPS)]
        again = _WRAPS[(place + 3) % len(_WRAPS)]
        yield Exposure(half, "alone", item, leaked=True)
        yield Exposure(half, "inside", before + item + after, leaked=True)
        yield Exposure(half, "case", before + (item.upper(), item.lower())[place % 2] + after, leaked=True)
        yield Exposure(half, "punctuation", again[0] + _unpointed(item, place) + again[1], leaked=True)
        yield Exposure(half, "one word", again[0] + changed + again[1], leaked=True)
        yield Exposure(half, "other alone", other, leaked=False)
        yield Exposure(half, "other inside", before + other + after, leaked=False)
        yield Exposure(half, "other, wrapped anew", again[0] + other + again[1], leaked=False)


def items() -> list[str]:
    """The test items themselves."""
    return [item for _, item, _, _ in _groups("leaks.txt")]


def sums() -> Iterator[Sum]:
    for position, line in enumerate(_lines("maths.txt")):
        reference, answer, verdict, kind = line.split(" | ")
        yield Sum(_half(position), kind, reference, answer, verdict == "right")


def programs() -> Iterator[Program]:
    """Programs with unit tests. Not halved: the bar is that none that fails gets through."""
    tests = ""
    for block in (HERE / "programs.txt").read_text(encoding="utf-8").split("### ")[1:]:
        head, _, body = block.partition("\n")
        verdict, _, kind = head.partition(" ")
        if verdict == "tests":
            tests = body
        else:
            yield Program(kind, body, tests, verdict == "right")
