"""What chance does when many figures are looked at together."""

from __future__ import annotations

from statistics import NormalDist


def widening(n_figures: int) -> float:
    """How many times as wide 95% intervals must be for ``n_figures`` of them to hold the truth together (Bonferroni)."""
    usual = NormalDist().inv_cdf(0.975)
    return NormalDist().inv_cdf(1 - 0.025 / max(1, n_figures)) / usual
