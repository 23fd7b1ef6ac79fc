"""Times of day written as numbers: found where they are, and the same after counting them."""

import numpy as np
import pytest

from twinset.synthesizers.tabular.clock import MINUTES, SECONDS, clock_of, from_clock, to_clock

HHMM = np.array([100 * hour + minute for hour in range(24) for minute in range(60)] + [2400], dtype=float)
HHMMSS = np.array(
    [10_000 * (n // 3600) + 100 * (n // 60 % 60) + n % 60 for n in range(0, 86_400, 7)] + [240_000], dtype=float
)


@pytest.mark.parametrize(("numbers", "turn"), [(HHMM, MINUTES), (HHMMSS, SECONDS)])
def test_times_of_day_are_found_and_come_back(numbers, turn):
    assert clock_of(np.append(numbers, np.nan)) == turn
    ticks = to_clock(numbers, turn)
    assert (np.diff(ticks) > 0).all()
    assert (ticks[0], ticks[-1]) == (0, turn)
    assert np.array_equal(from_clock(ticks, turn), numbers)
    assert np.isnan(from_clock(to_clock(np.array([np.nan]), turn), turn)).all()


@pytest.mark.parametrize(
    "numbers",
    [
        np.arange(0, 60.0),  # minutes
        np.arange(0, 2400.0, 50),  # round numbers
        np.append(HHMM, 1275),  # one that is no time
        np.append(HHMM, -5),
        np.append(HHMM, 1200.5),
        HHMM[:20],
        np.array([float(100 * floor + room) for floor in range(1, 9) for room in range(1, 21)]),  # rooms
        np.array([np.nan]),
    ],
)
def test_other_numbers_are_no_times_of_day(numbers):
    assert clock_of(numbers) == 0


def test_all_that_lies_beyond_a_day_comes_out_as_one_of_its_ends():
    assert from_clock(np.array([-30.0, 0.0, 725.0, 1440.0, 1500.0]), MINUTES).tolist() == [0, 0, 1205, 2400, 2400]
