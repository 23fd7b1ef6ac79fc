"""First names by year of birth: how often each was given, as tables in which one look finds a name.

Each year and sex has a table of 1,024 places by the alias method (Walker 1977): a place has two names and a bound between
them, so that 32 random bits are a name, each as often as it was given. Shares are whole numbers: nothing is rounded
otherwise elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from twinset.errors import PlanError
from twinset.synthesizers.people.words.books import Books

Names = Mapping[str, float]
Years = Mapping[int, Names]
"""How often each name was given in each year."""

SEXES = {"f": "female", "m": "male"}
SLOTS = 1024
MOST = 1000
"""Names of a year and sex: the most frequent ones."""

_LARGEST = 1 << 16
_FIRST_DAY = np.datetime64("1850-01-01", "D")
_LAST_DAY = np.datetime64("2150-01-01", "D")
Ints = npt.NDArray[np.int64]


def books(counts: Mapping[str, Years]) -> Books:
    """``first:years`` and ``first:places``: for each year a table of women and one of men, by :func:`vocabulary`."""
    words = vocabulary(counts)
    n_women = len(words["f"])
    if n_women + len(words["m"]) > _LARGEST:
        raise PlanError(f"there are {n_women + len(words['m']):,} first names, and at most {_LARGEST:,} can be drawn from")
    index = {letter: {name: place for place, name in enumerate(names)} for letter, names in words.items()}
    years = sorted(set(counts["f"]) | set(counts["m"]))
    tables = [
        _table(_most(of_year(counts[letter], year)), index[letter], n_women if letter == "m" else 0)
        for year in years
        for letter in SEXES
    ]
    return {"first:years": pa.array(years, pa.int32()), "first:places": pa.array(np.concatenate(tables))}


def vocabulary(counts: Mapping[str, Years]) -> dict[str, dict[str, float]]:
    """All names of women and of men with their counts over all years, those given most often first."""
    found: dict[str, dict[str, float]] = {}
    for letter, years in counts.items():
        total: dict[str, float] = {}
        for names in years.values():
            for name, count in _most(names).items():
                total[name] = total.get(name, 0.0) + count
        found[letter] = dict(sorted(total.items(), key=lambda pair: (-pair[1], pair[0])))
    return found


def of_year(years: Years, year: int) -> Names:
    """The names of a year, or of the nearest one that has any."""
    return years[min(years, key=lambda other: (abs(other - year), other))]


def _most(names: Names) -> dict[str, float]:
    return dict(sorted(names.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST])


def _table(names: Names, index: Mapping[str, int], first: int) -> npt.NDArray[np.int64]:
    """One table: in each place a bound (from bit 32), the name above it (from bit 16) and the name below it."""
    share = _shares(np.array(list(names.values())))
    own = np.zeros(SLOTS, np.int64)
    own[: len(names)] = [first + index[name] for name in names]
    above, bound = own.copy(), np.minimum(share, _LARGEST)
    small, large = np.flatnonzero(share < _LARGEST).tolist(), np.flatnonzero(share > _LARGEST).tolist()
    while small and large:
        low, high = small.pop(), large[-1]
        bound[low], above[low] = share[low], own[high]
        share[high] -= _LARGEST - share[low]
        if share[high] <= _LARGEST:
            large.pop()
            bound[high] = share[high]
            if share[high] < _LARGEST:
                small.append(high)
    return bound << 32 | above << 16 | own


def _shares(counts: npt.NDArray[np.float64]) -> Ints:
    """Whole numbers in proportion, then zeros; their sum fills all places (largest remainders)."""
    exact = np.zeros(SLOTS)
    exact[: len(counts)] = counts / counts.sum() * (SLOTS * _LARGEST)
    found = exact.astype(np.int64)
    order = np.argsort(found - exact, kind="stable")
    found[order[: SLOTS * _LARGEST - int(found.sum())]] += 1
    return found


def rows_of_days(years: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """For each day from 1850 on: the row of its year in a list of years, or of the nearest one there."""
    days = np.arange(_FIRST_DAY, _LAST_DAY)
    all_years = np.arange(1850, 2150)
    nearest = np.abs(all_years[:, None] - years[None, :]).argmin(axis=1).astype(np.int32)
    return np.asarray(nearest[days.astype("datetime64[Y]").astype(np.int64) + (1970 - 1850)])


def day(days: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Days since 1970 as places in :func:`rows_of_days`."""
    first, last = int(_FIRST_DAY.astype(np.int64)), int(_LAST_DAY.astype(np.int64))
    return np.asarray(np.clip(days, first, last - 1) - np.int32(first))
