"""Real postcodes of the cities of the United States: those that bear the city's name, else the nearest one in its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

_PEOPLE = 50_000
_DEGREES = 0.6
Floats = npt.NDArray[np.float64]


def with_zips(places: Iterable[Mapping[str, Any]], zips: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The places with their postcodes; a larger one several times, its people spread over the nearest to its centre."""
    states: dict[str, list[Mapping[str, Any]]] = {}
    for one in zips:
        states.setdefault(one["state"], []).append(one)
    points = {state: np.array([(float(one["lat"]), float(one["long"])) for one in some]) for state, some in states.items()}
    found = []
    for place in places:
        state = place["region_code"]
        chosen = _nearest(place, states[state], points[state])
        found += [{**place, "post_head": code, "people": place["people"] / len(chosen)} for code in chosen]
    return found


def _nearest(place: Mapping[str, Any], zips: list[Mapping[str, Any]], points: Floats) -> list[str]:
    """One postcode for each fifty thousand people, of those that have the city's name and are not far."""
    here = np.array([float(place["latitude"]), float(place["longitude"])])
    scale = np.array([1.0, np.cos(np.radians(here[0]))])
    distance = np.hypot(*((points - here) * scale).T)
    order = np.argsort(distance, kind="stable")
    name = place["city"].casefold().removesuffix(" city")
    own = [zips[n]["zip_code"] for n in order if distance[n] < _DEGREES and name in _names(zips[n])]
    return own[: 1 + int(place["people"]) // _PEOPLE] or [zips[order[0]]["zip_code"]]


def _names(one: Mapping[str, Any]) -> set[str]:
    return {city.casefold().removesuffix(" city") for city in (one["city"], *one["acceptable_cities"])}
