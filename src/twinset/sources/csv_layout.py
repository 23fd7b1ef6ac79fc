"""How a CSV file is laid out: separator, quotes, where the rows begin, and what the columns are called.

All of it is found in the first lines. The rules are plain counts over those lines and know nothing of columns' types, beyond
telling a number from a word when they decide whether the first row is a header.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from twinset.core.dataset import Repair

SAMPLE = 1 << 18
_SEPARATORS = ("\t", ";", "|", ",")
_N_LINES = 500
_NUMBER = re.compile(r"[-+]?[$€£]?(\d[\d.,']*|\.\d+)([eE][-+]?\d+)?%?")
_YEAR = re.compile(r"(19|20)\d\d")
_DATED = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?")


@dataclass(frozen=True, slots=True)
class Layout:
    """``start`` is the byte at which the rows begin; ``line`` the number of lines before it."""

    separator: str
    escape: str | None
    names: tuple[str, ...]
    has_header: bool
    start: int
    line: int
    repairs: tuple[Repair, ...] = ()


def find_layout(sample: str, *, is_whole: bool) -> Layout:
    """The layout that the first characters of a file show; ``is_whole`` says that they are all there are."""
    declared = re.match(r"sep=(.)\r?\n", sample)
    skipped = declared.end() if declared else 0
    escape = _escape(sample)
    separator = declared[1] if declared else _separator(sample, escape)
    rows, ends = _rows(sample[skipped:], separator, escape, is_whole=is_whole)
    width = _usual([len(row) for row in rows[1:]] or [len(rows[0])])
    first, repairs = skip_preamble(rows, width)
    begin = skipped + (ends[first - 1] if first else 0)
    names, has_header, header_repairs = _header(rows[first:], width)
    stop = skipped + ends[first] if has_header else begin
    before = sample[:stop]
    return Layout(separator, escape, names, has_header, len(before.encode()), before.count("\n"), repairs + header_repairs)


def _usual(widths: list[int]) -> int:
    return Counter(widths).most_common(1)[0][0]


def _escape(sample: str) -> str | None:
    r"""The backslash, if quotes within quoted cells are written \" and not "" (a \" before a separator ends a cell)."""
    has_escapes = re.search(r'\\"[^,;|\t\r\n"]', sample) is not None
    return "\\" if has_escapes and '"' in sample.replace('\\"', "") else None


def _separator(sample: str, escape: str | None) -> str:
    """The sign that cuts most lines into the same number of cells, more than one; a comma where none does.

    Where several do equally well, the rarer sign in prose and in numbers wins: "1,5;2,5" is two numbers.
    """
    best, best_score = ",", 0.0
    for separator in _SEPARATORS:
        rows, _ = _rows(sample, separator, escape, is_whole=False)
        widths = [len(row) for row in rows]
        usual = _usual(widths)
        score = widths.count(usual) / len(widths) + 0.1 * (len(rows[0]) in (usual, usual - 1))
        if usual > 1 and score > best_score + 0.05:
            best, best_score = separator, score
    return best


def _rows(sample: str, separator: str, escape: str | None, *, is_whole: bool) -> tuple[list[list[str]], list[int]]:
    """Cells of the first rows, and the place behind each; an unfinished last row is left out.

    Quoted cells may hold separators, line ends and doubled quotes; blank lines are skipped.
    """
    cut = re.escape(separator)
    inner = r'(?:[^"\\]|\\.|"")*' if escape else '(?:[^"]|"")*'
    cell = re.compile(rf'"({inner})"(?=[{cut}\r\n]|\Z)|([^{cut}\r\n]*)', re.DOTALL)
    rows: list[list[str]] = []
    ends: list[int] = []
    place, row = 0, list[str]()
    while place < len(sample) and len(rows) < _N_LINES:
        match = cell.match(sample, place)
        assert match is not None
        quoted, bare = match.groups()
        row.append(bare if quoted is None else quoted.replace('""', '"'))
        place = match.end()
        if sample[place : place + 1] == separator:
            place += 1
            if place < len(sample):
                continue
            row.append("")
        if place >= len(sample) and not is_whole and rows:
            break
        place += 2 if sample.startswith("\r\n", place) else 1
        if row != [""] or (rows and len(rows[0]) == 1):
            rows.append(row)
            ends.append(min(place, len(sample)))
        row = []
    return rows or [[""]], ends or [len(sample)]


def skip_preamble(rows: list[list[str]], width: int) -> tuple[int, tuple[Repair, ...]]:
    """How many first rows are a title or a comment: one cell, where the rows below have several."""
    first = 0
    while first < len(rows) - 2 and width > 2 and len([cell for cell in rows[first] if cell.strip()]) <= 1:
        first += 1
    return first, (Repair("lines above the header left out", count=first),) if first else ()


def _header(rows: list[list[str]], width: int) -> tuple[tuple[str, ...], bool, tuple[Repair, ...]]:
    first, body = rows[0], rows[1:]
    if not _is_header(first, body):
        names = tuple(f"column_{number}" for number in range(1, max(width, len(first)) + 1))
        return names, False, (Repair("no header: the columns were given names", count=len(names)),)
    if len(first) == width - 1 and any(row[-1].strip() for row in body if len(row) == width):
        return ("", *first), True, ()
    if len(first) == width + 1 and not first[-1].strip():
        return tuple(first[:-1]), True, (Repair("separator at the end of the header left out"),)
    return (*first, *[""] * (width - len(first))), True, ()


def _is_header(first: list[str], body: list[list[str]]) -> bool:
    """Whether the first row names the columns.

    A word above numbers says so; a number or a date above its like says no, unless the numbers are years or places (0, 1, 2)
    in a row. Among words alone, a first row is a header unless half of its words come again below them.
    """
    columns = [(name.strip(), [row[i].strip() for row in body if i < len(row)]) for i, name in enumerate(first)]
    names = [name for name, _ in columns if name]
    years = [name for name in names if _YEAR.fullmatch(name)]
    if (len(years) > 1 and years == sorted(set(years))) or (len(names) > 2 and names == [str(i) for i in range(len(names))]):
        return True
    votes = [_is_value(name) - _is_value_column(cells) for name, cells in columns if name and any(cells)]
    if any(vote < 0 for vote in votes):
        return True
    if any(_is_value(name) for name, _ in columns):
        return False
    again = sum(name in cells for name, cells in columns if name)
    return again <= 0.5 * len(columns)


def _is_value(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell) or _DATED.fullmatch(cell) or "@" in cell)


def _is_value_column(cells: list[str]) -> bool:
    present = [cell for cell in cells if cell]
    return sum(map(_is_value, present)) > 0.7 * len(present)
