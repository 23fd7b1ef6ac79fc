"""Text columns made at once: taken from books of words, joined, or laid out digit by digit as a matrix of bytes.

A book is a short array of words; a row's word is its index. Patterns have ``#`` for a digit, ``%`` for a digit from 1 to 9
and ``@`` for a capital letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.synthesizers.people.draws import Draws, Ints

Bytes = npt.NDArray[np.uint8]
Part = tuple[pa.Array, Ints]
"""Words of a book, one for each row by its place there."""


def take(book: pa.Array, index: Ints) -> pa.Array:
    """Each row's word of a book."""
    return book.take(pa.array(index))


def join(*parts: pa.Array | str, separator: str = "") -> pa.Array:
    """Texts put together row by row; missing where one of them is."""
    return pc.binary_join_element_wise(*(pa.scalar(part) if isinstance(part, str) else part for part in parts), separator)


def woven(*parts: Part) -> pa.Array:
    """Each row's words of several books, put together.

    All words are taken at one go, those of a row after each other: then its text lies there, and only its ends are said.
    """
    n, width = len(parts[0][1]), len(parts)
    if not n:
        return pa.array([], pa.string())
    places = np.empty((n, width), np.int32)
    first = 0
    for number, (book, index) in enumerate(parts):
        np.add(index, first, out=places[:, number], casting="unsafe")
        first += len(book)
    words = pa.concat_arrays([book for book, _ in parts]).take(pa.array(places.reshape(-1)))
    _, ends, letters = words.buffers()
    offsets = np.frombuffer(ends, np.int32, n * width + 1)[::width]
    return pa.StringArray.from_buffers(n, pa.py_buffer(np.ascontiguousarray(offsets)), letters)


def counted(numbers: Ints, ends: Sequence[str] = ("",), which: Ints | None = None) -> list[Part]:
    """Whole numbers of at least 0 as words to be woven, with one of some endings behind: thousands, then the rest."""
    thousands = numbers // 1000
    rest = numbers - thousands * 1000
    low = int(thousands.min(initial=0 if not len(numbers) else 2**62))
    high = int(thousands.max(initial=0))
    if high - low > _MOST_THOUSANDS:
        rows = np.arange(len(numbers))
        return [(pa.array(numbers).cast(pa.string()), rows), (pa.array(ends), 0 * rows if which is None else which)]
    heads = pa.array([str(number or "") for number in range(low, high + 1)])
    rest += 1000 * (thousands > 0)
    return [(heads, thousands - low), (_tails(tuple(ends)), rest if which is None else rest + 2000 * which)]


@cache
def _tails(ends: tuple[str, ...]) -> pa.Array:
    """The numbers below 1000 before each ending, as they stand alone and then as they follow thousands."""
    numbers = [form % number for form in ("%d", "%03d") for number in range(1000)]
    return pa.array([number + end for end in ends for number in numbers])


def from_matrix(letters: Bytes) -> pa.Array:
    """The rows of a matrix of ASCII letters as texts, all of one length."""
    n, width = letters.shape
    offsets = np.arange(0, (n + 1) * width, width, dtype=np.int32) if width else np.zeros(n + 1, np.int32)
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters)))


def from_padded(letters: Bytes, pad: int = 0) -> pa.Array:
    """The rows of a matrix as texts, without the padding."""
    kept = letters != pad
    offsets = np.zeros(len(letters) + 1, np.int32)
    np.cumsum(kept.sum(axis=1), out=offsets[1:])
    return pa.StringArray.from_buffers(len(letters), pa.py_buffer(offsets), pa.py_buffer(letters[kept]))


def spelled(digits: npt.NDArray[np.int64]) -> pa.Array:
    """A matrix of values below 36 as text: digits, then capital letters."""
    return from_matrix(_SIGNS[digits])


_SIGNS = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)


_MOST_THOUSANDS = 10_000


@cache
def _fours() -> npt.NDArray[np.uint32]:
    """The texts 0000 to 9999, four bytes in a number each."""
    places = np.arange(10_000)[:, None] // np.array([1000, 100, 10, 1]) % 10
    return np.asarray((places + ord("0")).astype(np.uint8).view(np.uint32).reshape(-1))


def digits(n_places: int, draws: Draws, *names: str) -> Bytes:
    """Random digits as ASCII, one row of ``n_places`` for each."""
    groups = -(-n_places // 4)
    made = np.empty((len(draws), groups), np.uint32)
    for group in range(groups):
        made[:, group] = _fours()[draws.below(10_000, *names, str(group))]
    return made.view(np.uint8).reshape(len(draws), groups * 4)[:, :n_places]


def filled(patterns: Sequence[str], draws: Draws, *names: str) -> pa.Array:
    """One of the patterns for each row, its signs filled at random."""
    letters = filled_letters(patterns, draws, *names)
    return from_matrix(letters) if len({len(pattern) for pattern in patterns}) == 1 else from_padded(letters)


def filled_letters(patterns: Sequence[str], draws: Draws, *names: str) -> Bytes:
    """The same as a matrix, shorter ones padded with zeros."""
    width = max(map(len, patterns))
    forms = np.frombuffer("".join(pattern.ljust(width, "\0") for pattern in patterns).encode(), np.uint8)
    forms = forms.reshape(len(patterns), width)
    which = draws.below(len(patterns), *names, "pattern") if len(patterns) > 1 else np.zeros(len(draws), np.int64)
    letters = forms[which]
    signs = np.isin(forms, np.frombuffer(b"#%@", np.uint8)).any(axis=0)
    random = digits(int(signs.sum()), draws, *names) if signs.any() else letters[:, :0]
    for place, column in zip(np.flatnonzero(signs), random.T, strict=True):
        _fill(letters[:, place], column, forms[:, place])
    return letters


def _fill(letters: Bytes, random: Bytes, forms: Bytes) -> None:
    """Put random digits where one place of the patterns has a sign."""
    if len(set(forms.tolist())) == 1 and forms[0] == ord("#"):
        letters[:] = random
        return
    replaced = {"#": random, "%": np.where(random == ord("0"), ord("1"), random), "@": random + (ord("A") - ord("0"))}
    for sign, values in replaced.items():
        if ord(sign) in forms:
            np.copyto(letters, values, where=letters == ord(sign), casting="unsafe")
