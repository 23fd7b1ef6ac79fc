"""Times of day written as whole numbers, HHMM or HHMMSS: 1730 is half past five, 160 is no time.

Such numbers leave out 60 to 99 behind every hour, so that neither their order nor their differences are those of the times.
Counted in minutes (or seconds) they are, and whatever comes out is written as a time of day. 2400 is kept apart from 0.
"""

from __future__ import annotations

import numpy as np

from twinset.privacy.alphabet import Ticks

MINUTES, SECONDS = 1440, 86_400
"""Ticks of a day: how a column of HHMM and one of HHMMSS are counted."""
_FEWEST, _HOURS, _MINUTES, _LATE = 28, 4, 4, 40


def clock_of(numbers: Ticks) -> int:
    """MINUTES or SECONDS where all of these whole numbers are times of day, written so; else 0.

    Of whole numbers without a meaning, six in ten end as a minute may: that all do is believed of at least 28 different ones
    (less than one in a million sets of them), if they fall into several hours and some are late in theirs.
    """
    there = numbers[~np.isnan(numbers)]
    for turn in (MINUTES, SECONDS):
        digits = _split(there, turn)
        is_clock = (there >= 0) & (there <= 24 * 100.0 ** (len(digits) - 1)) & (digits[1] < 60) & (digits[-1] < 60)
        if len(there) >= _FEWEST and is_clock.all() and (there == np.rint(there)).all():
            return turn if _is_telling(np.unique(there), turn) else 0
    return 0


def _is_telling(distinct: Ticks, turn: int) -> bool:
    hours, minutes = (np.unique(one) for one in _split(distinct, turn)[:2])
    return len(distinct) >= _FEWEST and len(hours) >= _HOURS and len(minutes) >= _MINUTES and bool(minutes[-1] >= _LATE)


def _split(numbers: Ticks, turn: int) -> list[Ticks]:
    """Hours, minutes and, where there are any, seconds."""
    if turn == MINUTES:
        return [np.floor(numbers / 100), np.mod(numbers, 100)]
    return [np.floor(numbers / 10_000), np.mod(np.floor(numbers / 100), 100), np.mod(numbers, 100)]


def to_clock(numbers: Ticks, turn: int) -> Ticks:
    """Minutes or seconds since midnight of what is written so."""
    total = np.zeros(len(numbers))
    for digits in _split(numbers, turn):
        total = 60 * total + digits
    return total


def from_clock(ticks: Ticks, turn: int) -> Ticks:
    """How minutes or seconds since midnight are written; what lies beyond the day is at its ends."""
    rest, total, place = np.clip(ticks, 0, turn), np.zeros(len(ticks)), 1.0
    for _ in range(1 if turn == MINUTES else 2):
        total += place * np.mod(rest, 60)
        rest, place = np.floor(rest / 60), place * 100
    return np.asarray(total + place * rest)
