"""What ``benchmarks/augment.py`` prints: average precision by method and number of rare rows, and what each method changes.

Differences are paired: a method and "none" had the same rows in each draw. Intervals are percentiles of a bootstrap over the
draws. They say how far the mean over draws is known for this test set; another test set or table is beyond them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from augment_learners import LEARNERS
from augment_plot import Line, Panel, plot

from twinset.core.seed import Seed

BASE = "none"
CHOSEN = "trees, balanced"
RESAMPLES = 10_000
FEWEST_DRAWS = 10
Figures = dict[tuple[str, int], dict[int, dict[str, float]]]


@dataclass(frozen=True, slots=True)
class Change:
    """The mean of paired differences, in points of average precision (hundredths), and its 95% interval."""

    mean: float
    low: float
    high: float
    n_draws: int

    @classmethod
    def of(cls, differences: list[float], *names: str | int) -> Change:
        points = 100 * np.array(differences)
        lot = Seed(0).child("bootstrap", *names).generator()
        means = points[lot.integers(len(points), size=(RESAMPLES, len(points)))].mean(axis=1)
        low, high = np.quantile(means, [0.025, 0.975])
        return cls(float(points.mean()), float(low), float(high), len(points))

    def __str__(self) -> str:
        """Bold where the whole interval is on one side of 0; of too few draws only the mean."""
        if self.n_draws < FEWEST_DRAWS:
            return f"{self.mean:+.1f}"
        said = f"{self.mean:+.1f} [{self.low:+.1f}, {self.high:+.1f}]"
        return f"**{said}**" if self.low > 0 or self.high < 0 else said


def figures_of(lines: list[dict[str, Any]]) -> Figures:
    """Average precision by (method, rare rows), then draw, then learner."""
    found: Figures = {}
    for line in lines:
        for method, scores in line["ap"].items():
            found.setdefault((method, line["rows"]), {})[line["draw"]] = scores
    return found


def change(figures: Figures, method: str, n_rare: int, learner: str) -> Change | None:
    """What the method changes, over the draws in which both it and nothing were measured."""
    base, other = figures.get((BASE, n_rare), {}), figures.get((method, n_rare), {})
    both = sorted(base.keys() & other.keys())
    return Change.of([other[i][learner] - base[i][learner] for i in both], method, n_rare, learner) if both else None


def report(settings: dict[str, Any], lines: list[dict[str, Any]], svg: Path | None) -> None:
    """Print the tables, and draw the plot where a file is named."""
    figures = figures_of(lines)
    if not figures:
        print("nothing was measured yet")
        return
    methods = sorted({method for method, _ in figures}, key=lambda method: (method != BASE, method.lower()))
    sizes = sorted({n_rare for _, n_rare in figures})
    print(_heading(settings))
    for learner in LEARNERS:
        _print_table(f"{learner}: average precision × 100", sizes, {m: _means(figures, m, sizes, learner) for m in methods})
        changes = {m: [change(figures, m, n, learner) for n in sizes] for m in methods if m != BASE}
        _print_table(
            f"{learner}: change against none, 95%", sizes, {m: [_cell(c) for c in row] for m, row in changes.items()}
        )
    _print_draws(figures, lines, methods, sizes)
    if svg is not None:
        svg.write_text(plot([_panel(figures, methods, sizes, learner) for learner in LEARNERS]))


def _heading(settings: dict[str, Any]) -> str:
    return (
        f"{settings['table']}: {settings['target']} = {settings['rare']}, {100 * settings['share']['test']:.1f}% of"
        f" {settings['test']:,} test rows; {settings['columns']} columns, {settings['labels']} of labels;"
        f" {settings['common']:,} common rows in each draw; {settings['peer']}, scikit-learn {settings['scikit-learn']}"
    )


def _means(figures: Figures, method: str, sizes: list[int], learner: str) -> list[str]:
    draws = [[scores[learner] for scores in figures.get((method, n), {}).values()] for n in sizes]
    return [f"{100 * np.mean(each):.1f}" if each else "" for each in draws]


def _cell(change: Change | None) -> str:
    return "" if change is None else str(change)


def _print_table(title: str, sizes: list[int], rows: dict[str, list[str]]) -> None:
    print(f"\n| {title} | " + " | ".join(map(str, sizes)) + " |\n|---|" + "---|" * len(sizes))
    for method, cells in rows.items():
        print(f"| {method}{' (chosen beforehand)' if method == CHOSEN else ''} | " + " | ".join(cells) + " |")


def _print_draws(figures: Figures, lines: list[dict[str, Any]], methods: list[str], sizes: list[int]) -> None:
    counts = sorted({len(figures.get((method, n), {})) for method in methods for n in sizes})
    print(f"\ndraws: {counts[0]}" + (f" to {counts[-1]}" if len(counts) > 1 else ""))
    for n_rare in sizes:
        remarks = [remark for line in lines if line["rows"] == n_rare for remark in line["remarks"]]
        for remark in dict.fromkeys(remarks):
            print(f"{n_rare} rare rows, {remarks.count(remark)} draws: {remark}")


def _panel(figures: Figures, methods: list[str], sizes: list[int], learner: str) -> Panel:
    lines = []
    for method in methods:
        changes = {n: change(figures, method, n, learner) for n in sizes}
        points = [(n, each.mean, each.low, each.high) for n, each in changes.items() if each is not None]
        if method != BASE:
            lines.append(Line(method, points, is_bold=method == CHOSEN))
    return Panel(learner, lines)
