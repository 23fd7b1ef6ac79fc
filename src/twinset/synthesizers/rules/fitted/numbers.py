"""Columns of numbers: few values with their weights, or a distribution with the values that heap up beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinset.synthesizers.rules.fitted.distributions import MOST, Fit, bins, candidates
from twinset.synthesizers.rules.fitted.found import Floats, Found, Rule, ends, share, step_of

MOST_VALUES = 40
HEAPED = 0.02
"""A value of so many rows stands out from a distribution."""
GOOD = 0.02
"""A distribution this near to the rows is taken for what they are; else they are counted in bins."""
MOST_BINS = 40
GAP = 0.03
"""A part of the span without any row that is left out of the bins."""


def of_numbers(values: Floats, decimals: int | None, k: int) -> Found:
    """A rule for numbers of which none is missing; 0 decimals are whole numbers."""
    seen, counts = np.unique(values, return_counts=True)
    is_shared = counts >= k
    if len(seen) == 1:
        return Found({"rule": "constant", "value": _plain(seen[0], decimals)}, "one value")
    if is_shared.sum() <= MOST_VALUES and counts[is_shared].sum() >= 0.98 * len(values):
        kept = dict(zip(seen[is_shared].tolist(), counts[is_shared].tolist(), strict=True))
        weights = {_plain(value, decimals): share(count, sum(kept.values())) for value, count in kept.items()}
        return Found({"rule": "category", "values": weights}, f"{len(kept)} values", ranked=True)
    heaps = seen[is_shared & (counts >= HEAPED * len(values))]
    rest = np.sort(values[~np.isin(values, heaps)])
    heaped = [{"rule": "constant", "value": _plain(value, decimals), "weight": share(counts[seen == value][0], len(values))}
              for value in heaps.tolist()]  # fmt: skip
    if heaped and len(rest) < 2 * k:
        alone = {name: value for name, value in heaped[0].items() if name != "weight"}
        return Found(
            {"rule": "mixture", "of": heaped} if len(heaped) > 1 else alone, "values that heap up", ranked=len(heaped) > 1
        )
    rule, reason = _continuous(rest, decimals, k)
    if heaped:
        rule = {"rule": "mixture", "of": [*heaped, *_weighted(rule, len(rest) / len(values))]}
        reason += f", beside {len(heaped)} values that heap up"
    return Found(rule, reason, ranked=True)


def _continuous(ordered: Floats, decimals: int | None, k: int) -> tuple[Rule, str]:
    """The likeliest distribution, or bins where none is near enough."""
    spread = float(ordered[-min(k, len(ordered))] - ordered[min(k, len(ordered)) - 1]) or 1.0
    step = max(step_of(spread), 10.0**-decimals if decimals is not None else 0.0)
    low, high = ends(ordered, k, step)
    high = high if high > low else low + step
    inside = ordered[(ordered >= low) & (ordered <= high)]
    half = 0.5 * 10.0**-decimals if decimals is not None else spread * 1e-4
    some = inside[:: -(-len(inside) // MOST)]
    best = max(candidates(some, low, high), key=lambda fit: fit.likelihood(some, half), default=None)
    if best is None or best.distance(inside, half) > max(GOOD, 1.36 / np.sqrt(len(inside))):
        counted = bins(inside, _edges(inside, low, high, step, k))
        best = counted
    rule = _with_decimals(best, decimals)
    return rule, f"{_named(best)}, at most {best.distance(inside, half):.3f} from the rows' shares"


def _edges(ordered: Floats, low: float, high: float, step: float, k: int) -> Floats:
    """Rounded edges of pieces that hold about the same number of rows, at least k; or none, where there is a gap."""
    n_bins = max(1, min(MOST_BINS, len(ordered) // (2 * k)))
    fine = step / 100
    wanted = np.round(np.round(np.quantile(ordered, np.arange(1, n_bins) / n_bins) / fine) * fine, 10)
    before = np.flatnonzero(np.diff(ordered) > GAP * (high - low))
    last = np.array([-_below(-ordered[: place + 1][::-1], fine, k) for place in before])
    first = np.array([_below(ordered[place + 1 :], fine, k) for place in before])
    edges = np.unique(np.concatenate([[low], wanted, last, first, [high]]))
    edges = edges[(edges >= low) & (edges <= high)]
    places = np.searchsorted(ordered, edges, side="right")
    kept = [0]
    for place in range(1, len(edges) - 1):
        if np.isin(edges[place], last):
            while len(kept) > 1 and places[place] - places[kept[-1]] < k:
                kept.pop()
        n_inside, n_left = places[place] - places[kept[-1]], len(ordered) - places[place]
        if (n_inside >= k or n_inside == 0) and n_left >= k:
            kept.append(place)
    return np.asarray(edges[[*kept, len(edges) - 1]])


def _below(ordered: Floats, fine: float, k: int) -> float:
    """A round number below all of some numbers: the k-th lowest, rounded down as finely as leaves none below."""
    anchor, lowest = ordered[min(k, len(ordered)) - 1], ordered[0]
    for coarse in range(8):
        for times in (1, 2, 5):
            size = fine * times * 10.0**coarse
            if (edge := np.floor(anchor / size) * size) < lowest:
                return float(np.round(edge, 10))
    return float(lowest - fine)


def _with_decimals(fit: Fit, decimals: int | None) -> Rule:
    rule = fit.rule
    if decimals is None:
        return rule
    if rule["rule"] == "mixture":
        return {"rule": "mixture", "of": [{**one, "decimals": decimals} for one in rule["of"]]}
    return {**rule, "decimals": decimals}


def _weighted(rule: Rule, weight: float) -> list[dict[str, Any]]:
    """The parts of a rule as parts of a mixture, with so much weight in all."""
    if rule["rule"] != "mixture":
        return [{**rule, "weight": round(weight, 4)}]
    total = sum(one["weight"] for one in rule["of"])
    return [{**one, "weight": max(round(one["weight"] / total * weight, 5), 1e-5)} for one in rule["of"]]


def _named(fit: Fit) -> str:
    rule = fit.rule
    if rule["rule"] == "histogram":
        return f"{len(rule['weights'])} bins"
    return "two normals" if rule["rule"] == "mixture" else str(rule["rule"])


def _plain(value: float, decimals: int | None) -> float | int:
    """A value that enough rows share, as a plan writes it."""
    return int(value) if decimals == 0 else float(value)


def decimals_of(values: Floats, most: int = 6) -> int | None:
    """The decimals that numbers are written with; None where there is no end to them."""
    some = values[:: max(1, len(values) // 5_000)]
    for decimals in range(most + 1):
        if np.allclose(some, np.round(some, decimals), rtol=0, atol=1e-9):
            return decimals
    return None
