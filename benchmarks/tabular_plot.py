"""Likeness against privacy, from the lines of ``tabular.py``: a panel for each table, the best corner at the upper left.

Upwards: the strong C2ST, from told apart at a glance to not told apart. To the right: how well rare values that come back
give members away, or (``--across replay``) the real records that come back nearly whole, with 95% intervals. Names stand
beside the plane with the CPU seconds of fit and sample, so that they never cover each other. Settings of one engine are
joined by a line.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import tabular_parties as parties
import tabular_results as results
from markupsafe import Markup
from peers import parse

from twinset.evaluation.report.svg import drawing, element, number, path

Side = Literal["real", "ours", "peer", "floor"]

WIDTH, PANEL_WIDTH, PANEL_HEIGHT = 1060.0, 530.0, 322.0
LEFT, TOP, WIDE, HIGH = 50.0, 40.0, 215.0, 226.0
NAMES, LINE = 304.0, 17.0
"""Where names begin, and the least distance between two."""
ACROSS = {
    "replay": ("real records that come back nearly whole, beyond chance", 0.0),
    "copy": ("members found by their rare values (AUC)", 0.5),
}
FLOOR = ("independent",)
LOOKS = """
text { font: 12px system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, DejaVu Sans, Arial, sans-serif; fill: #17212b }
.title { font-size: 15px; font-weight: 650 } .soft, .tick { fill: #526070 } .tick { font-size: 11px }
.end { text-anchor: end } .middle { text-anchor: middle } .sheet { fill: #fff } .plane { fill: #f5f6f8 }
.grid { stroke: #dbe1e8; fill: none }
.leader { stroke: #b4bdc8; fill: none } .chance { stroke: #526070; stroke-dasharray: 3 3 }
.ours { fill: #1268b3; stroke: #fff } .peer { fill: #c2570c; stroke: #fff }
.floor { fill: #fff; stroke: #526070; stroke-width: 2 }
.real { fill: #17212b; stroke: #fff } .whisker { stroke-opacity: .55; stroke-width: 3; fill: none }
.whisker-ours { stroke: #1268b3 } .whisker-peer { stroke: #c2570c } .whisker-floor, .whisker-real { stroke: #526070 }
.name-ours { fill: #0f5a9c; font-weight: 650 } .joined { stroke: #1268b3; stroke-width: 1.5; stroke-opacity: .5; fill: none }
"""


@dataclass(frozen=True)
class Point:
    """An engine's place; ``half`` is half of the interval of ``across``."""

    engine: str
    across: float
    half: float
    strong: float
    seconds: float

    @property
    def family(self) -> str:
        """The engine whose setting this is."""
        return parse(self.engine)[0]

    @property
    def side(self) -> Side:
        if self.engine == parties.HOLDOUT:
            return "real"
        if self.engine in parties.PEERS:
            return "peer"
        return "floor" if self.family in FLOOR else "ours"

    @property
    def name(self) -> str:
        cost = f", {self.seconds:,.0f} s" if self.side != "real" else ""
        words = parties.label(self.engine)
        return (words.removeprefix("Twinset ") if "=" in words else words) + cost


def points(engines: dict[str, list[results.Line]], across: str) -> list[Point]:
    """Where the engines stand that have both figures, best likeness first."""
    found = []
    for engine, runs in engines.items():
        place, half, strong = (
            results.mean(runs, across), results.half_width(runs, across), results.mean(runs, "strong"),
        )  # fmt: skip
        if place is not None and half is not None and strong is not None:
            found.append(Point(engine, place, half, strong, statistics.fmean(run.cpu_seconds for run in runs)))
    return sorted(found, key=lambda point: point.strong)


@dataclass(frozen=True)
class Plane:
    """From figures to pixels, the same for all panels."""

    low: float
    high: float
    bottom: float = 1.0
    top: float = 0.48

    @classmethod
    def around(cls, shown: Sequence[Point], chance: float) -> Plane:
        ends = [chance, *(each.across - each.half for each in shown), *(each.across + each.half for each in shown)]
        room = 0.06 * (max(ends) - min(ends)) or 0.01
        return cls(min(ends) - room, max(ends) + room, top=min(0.48, *(each.strong - 0.02 for each in shown)))

    def x(self, across: float) -> float:
        return LEFT + WIDE * (across - self.low) / (self.high - self.low)

    def y(self, strong: float) -> float:
        return TOP + HIGH * (strong - self.top) / (self.bottom + 0.02 - self.top)

    def ticks(self) -> list[float]:
        """Round figures across, three to six of them."""
        wide = self.high - self.low
        step = next(step for step in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if wide / step < 6)
        first = int(self.low // step) + 1
        return [place * step for place in range(first, int(self.high // step) + 1)]


def panel(title: str, shown: list[Point], plane: Plane, across: str) -> Markup:
    words, chance = ACROSS[across]
    parts = [element("text", title, x=LEFT, y=TOP - 14, class_="title"), *_frame(plane, chance)]
    parts += [element("text", words, x=LEFT, y=TOP + HIGH + 34, class_="tick")]
    for name in sorted({each.family for each in shown if each.side == "ours"}):
        places = [(plane.x(each.across), plane.y(each.strong)) for each in shown if each.family == name]
        parts.append(element("path", d=path(places), class_="joined"))
    heights = spread([plane.y(each.strong) for each in shown], TOP + HIGH)
    for point, height in zip(shown, heights, strict=True):
        parts += _marked(point, plane, height)
    return element("g", *parts)


def spread(heights: Sequence[float], lowest: float) -> list[float]:
    """Heights (ascending) moved apart to a line's distance each, none below ``lowest``."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + LINE) if placed else height)
    limit = lowest
    for index in reversed(range(len(placed))):
        placed[index] = limit = min(placed[index], limit)
        limit -= LINE
    return placed


def _frame(plane: Plane, chance: float) -> Iterator[Markup]:
    yield element("rect", x=LEFT, y=TOP, width=WIDE, height=HIGH, class_="plane")
    for strong in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        y = plane.y(strong)
        yield element("path", d=f"M{number(LEFT)} {number(y)}h{number(WIDE)}", class_="grid")
        yield element("text", f"{strong:.1f}", x=LEFT - 7, y=y + 4, class_="tick end")
    for across in plane.ticks():
        words = f"{across:.3g}" if chance else f"{100 * across:.3g}%"
        words = words.replace("-", "\N{MINUS SIGN}")
        yield element("text", words, x=plane.x(across), y=TOP + HIGH + 16, class_="tick middle")
    yield element("path", d=f"M{number(plane.x(chance))} {number(TOP)}v{number(HIGH)}", class_="chance")


def _marked(point: Point, plane: Plane, height: float) -> Iterator[Markup]:
    """A marker with its interval, and its name at ``height`` with a line between the two."""
    x, y = plane.x(point.across), plane.y(point.strong)
    ends = [plane.x(point.across + sign * point.half) for sign in (-1, 1)]
    yield element("path", d=path([(ends[1], y), (LEFT + WIDE + 8, y), (NAMES, height)]), class_="leader")
    yield element("path", d=path([(ends[0], y), (ends[1], y)]), class_=f"whisker whisker-{point.side}")
    yield _marker(point.side, x, y)
    yield _marker(point.side, NAMES, height)
    yield element("text", point.name, x=NAMES + 13, y=height + 4, class_=f"name-{point.side}")


def _marker(side: Side, x: float, y: float) -> Markup:
    """Ours are discs, peers diamonds, the floor a ring, real rows a square: colour is never the only sign."""
    if side in ("ours", "floor"):
        return element("circle", cx=x, cy=y, r=6.0, class_=side)
    if side == "peer":
        return element("path", d=path([(x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y), (x, y - 7)]), class_=side)
    return element("rect", x=x - 5, y=y - 5, width=10.0, height=10.0, class_=side)


def draw(lines: list[results.Line], across: str) -> Markup:
    """All panels, two a row."""
    shown = {table: points(engines, across) for table, engines in results.groups(lines).items()}
    n_rows = (len(shown) + 1) // 2
    parts = []
    for place, (table, each) in enumerate(shown.items()):
        plane = Plane.around(each, ACROSS[across][1])
        at = f"translate({number(place % 2 * PANEL_WIDTH)} {number(place // 2 * PANEL_HEIGHT + 34)})"
        parts.append(element("g", panel(table, each, plane, across), transform=at))
    height = n_rows * PANEL_HEIGHT + 40
    words = (
        "Likeness against privacy. Up: told apart less by a strong classifier (AUC, .5 is chance). Left: less is given away."
    )
    return drawing(
        WIDTH, height, element("style", LOOKS), element("rect", width=WIDTH, height=height, class_="sheet"),
        element("text", words, x=16.0, y=24.0, class_="soft"), *parts,
        class_="frontier", label=words, xmlns="http://www.w3.org/2000/svg",
    )  # fmt: skip


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="tabular.py plot", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--across", choices=list(ACROSS), default="copy")
    asked = parser.parse_args(words)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(draw(results.read(asked.folder), asked.across) + "\n")
