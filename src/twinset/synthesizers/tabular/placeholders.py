"""Typed placeholders: what stands where a value may be neither learned nor copied.

Each is made from a number alone and shows that it is one: e-mail addresses under ``example.invalid`` (RFC 2606), telephone
numbers from the range kept for fiction (555-0100 to 555-0199), cards from a range that no issuer has, IBANs of the country
XX. Different numbers give different placeholders, unless a pattern has fewer values than there are numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column
from twinset.privacy.values import Numbers

Bytes = npt.NDArray[np.uint8]
_DIGITS, _CAPITALS, _SMALL = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz"
_RUNS = {
    "A": _CAPITALS,
    "a": _SMALL,
    "9": _DIGITS,
    "h": _DIGITS + b"abcdef",
    "H": _DIGITS + b"ABCDEF",
    "*": _CAPITALS + _DIGITS,
}


def placeholders(column: Column, numbers: Numbers, key: int) -> pa.Array:
    """A value of the column's storage for each number (from 1): empty maps, and missing where storage holds no text either.

    ``key`` makes the uuids of one seed differ from another's.
    """
    storage = column.storage
    if pa.types.is_integer(storage) or pa.types.is_floating(storage) or pa.types.is_decimal(storage):
        return pa.array(numbers).cast(storage)
    if isinstance(column.type, types.Empty):
        return pa.nulls(len(numbers), storage)
    if pa.types.is_map(storage):
        keys, items = pa.nulls(0, storage.key_type), pa.nulls(0, storage.item_type)
        return pa.MapArray.from_arrays(pa.array(np.zeros(len(numbers) + 1, np.int32)), keys, items).cast(storage)
    texts = _texts_of(column, numbers, key)
    if pa.types.is_dictionary(storage) and pa.types.is_string(storage.value_type):
        return texts.dictionary_encode().cast(storage)
    if pa.types.is_fixed_size_binary(storage):
        return pa.nulls(len(numbers), storage)
    try:
        return texts.cast(storage)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.nulls(len(numbers), storage)


def stand_in(column: Column) -> str:
    """What comes out of a column that is neither learned nor copied, in words."""
    if pa.types.is_map(column.storage):
        return "maps: never learned, empty ones stand in their place"
    is_nothing = placeholders(column, np.ones(1, np.int64), 0).null_count
    return f"{column.type.word}: never learned, " + (
        f"{column.storage} has no placeholders, so every cell comes out missing"
        if is_nothing
        else "typed placeholders stand in its place"
    )


def _texts_of(column: Column, numbers: Numbers, key: int) -> pa.Array:
    kind = column.type
    if isinstance(kind, types.Personal):
        return _PERSONAL[kind.kind](numbers)
    if isinstance(kind, types.Identifier) and kind.form == "uuid":
        return uuids(numbers, key)
    if isinstance(kind, types.Identifier) and kind.form == "pattern" and kind.pattern:
        return patterned(kind.pattern, numbers)
    if isinstance(kind, types.Identifier) and kind.form == "sequence":
        return pa.array(numbers).cast(pa.string())
    return _padded(f"{column.name if isinstance(kind, types.Identifier) else kind.word}-", numbers)


def _padded(before: str, numbers: Numbers, after: str = "", width: int = 6) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(before, digits, after, "")


def _phones(numbers: Numbers) -> pa.Array:
    line, area = np.divmod(numbers - 1, 800)
    extension, line = np.divmod(line, 100)
    texts = pc.binary_join_element_wise(_padded("+1-", 200 + area, "-555-01", 3), _padded("", line, "", 2), "")
    return pc.if_else(pa.array(extension > 0), pc.binary_join_element_wise(texts, _padded("x", extension, "", 1), ""), texts)


def _cards(numbers: Numbers) -> pa.Array:
    """999999 (an issuer that does not exist), nine digits, and the check digit of Luhn."""
    digits = np.concatenate([np.full((len(numbers), 6), 9), _digits(numbers, [10] * 9)], axis=1)
    doubled = digits.copy()
    doubled[:, ::2] *= 2
    total = np.where(doubled > 9, doubled - 9, doubled).sum(axis=1)
    return _texts((np.column_stack([digits, -total % 10]) + ord("0")).astype(np.uint8))


_PERSONAL: dict[str, Callable[[Numbers], pa.Array]] = {
    "name": lambda numbers: _padded("name-", numbers),
    "user_name": lambda numbers: _padded("user", numbers),
    "email": lambda numbers: _padded("user", numbers, "@example.invalid"),
    "phone": _phones,
    "address": lambda numbers: _padded("", numbers, " Example Street, Nowhere", 1),
    "card": _cards,
    "iban": lambda numbers: _padded("XX00", numbers, "", 16),
    "national_id": lambda numbers: _padded("ID-", numbers, "", 9),
}


def uuids(numbers: Numbers, key: int) -> pa.Array:
    """Random-looking UUIDs (version 4 of RFC 9562), one for each number under a key."""
    with np.errstate(over="ignore"):
        high = mixed(numbers.astype(np.uint64) + np.uint64(key))
        low = mixed(high ^ np.uint64(0x9E3779B97F4A7C15))
    octets = np.stack([high.astype(">u8"), low.astype(">u8")], axis=1).view(np.uint8)
    octets[:, 6] = (octets[:, 6] & 0x0F) | 0x40
    octets[:, 8] = (octets[:, 8] & 0x3F) | 0x80
    digits = np.frombuffer(_DIGITS + b"abcdef", dtype=np.uint8)
    hexed = np.stack([digits[octets >> 4], digits[octets & 15]], axis=2).reshape(len(numbers), 32)
    dash = np.full((len(numbers), 1), ord("-"), dtype=np.uint8)
    groups = np.split(hexed, [8, 12, 16, 20], axis=1)
    return _texts(np.concatenate([groups[0], *(part for group in groups[1:] for part in (dash, group))], axis=1))


def mixed(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection of 64-bit words that looks random."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def patterned(pattern: str, numbers: Numbers) -> pa.Array:
    """Codes of a pattern (:class:`twinset.core.types.Identifier`) in their order; they start again after the last."""
    runs = _runs(pattern)
    places = _digits(numbers - 1, [len(run) for run in runs])
    books = [np.frombuffer(run, dtype=np.uint8)[places[:, place]] for place, run in enumerate(runs)]
    return _texts(np.stack(books, axis=1) if books else np.empty((len(numbers), 0), dtype=np.uint8))


def _runs(pattern: str) -> list[bytes]:
    """The bytes that may stand in each place of a pattern."""
    runs: list[bytes] = []
    letters = iter(pattern)
    for letter in letters:
        if letter in _RUNS:
            runs.append(_RUNS[letter])
        else:
            literal = next(letters, letter) if letter == "\\" else letter
            runs += [bytes([byte]) for byte in literal.encode()]
    return runs


def _digits(numbers: Numbers, radices: list[int]) -> Numbers:
    """Digits of each number in places of the given radices, most significant first."""
    digits = np.zeros((len(numbers), len(radices)), dtype=np.int64)
    rest = numbers
    for place in range(len(radices) - 1, -1, -1):
        rest, digits[:, place] = np.divmod(rest, radices[place])
    return digits


def _texts(octets: Bytes) -> pa.Array:
    """Rows of bytes as text."""
    n_rows, width = octets.shape
    offsets = np.arange(n_rows + 1, dtype=np.int64) * width
    data = pa.py_buffer(np.ascontiguousarray(octets))
    return pa.LargeStringArray.from_buffers(n_rows, pa.py_buffer(offsets), data).cast(pa.string())
