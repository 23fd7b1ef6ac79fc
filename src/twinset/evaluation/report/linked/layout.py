"""Where tables stand in the picture of a schema: parents above children, keys as lines that pass between other boxes.

Layers are as near to the children as may be, and the order within a layer follows the neighbours' middles (Sugiyama, Tagawa
and Toda 1981, with a fixed number of sweeps). Coordinates are in pixels; what is drawn there is not known here.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

BOX_WIDTH, BOX_HEIGHT, GAP, PASSAGE = 216.0, 92.0, 28.0, 26.0
LAYER = 152.0
MARGIN = 14.0
MOST_IN_LAYER = 6
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Edge:
    """One key: from the table that has it to the one it points to."""

    child: str
    parent: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Left upper corners of the boxes, the points that each edge goes through (child first), and the picture's size."""

    boxes: dict[str, tuple[float, float]]
    lines: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float


def layout(tables: Sequence[str], edges: Sequence[Edge]) -> Layout:
    """Places for tables and edges; an edge to its own table goes around its right side."""
    depth = _wrapped(tables, edges, _layers(tables, edges))
    rows, routes = _rows(tables, edges, depth)
    _ordered(rows, routes)
    middles = _middles(rows)
    width = max((x + _width(node) / 2 for (node, _), x in middles.items()), default=0.0) + MARGIN
    boxes = {name: (middles[name, depth[name]] - BOX_WIDTH / 2, MARGIN + depth[name] * LAYER) for name in tables}
    is_looped = any(edge.child == edge.parent for edge in edges)
    height = MARGIN * 2 + (max(depth.values(), default=0)) * LAYER + BOX_HEIGHT
    lines = tuple(_line(edges, place, routes, middles, boxes) for place in range(len(edges)))
    return Layout(boxes, lines, width + (30.0 if is_looped else 0.0), height)


def _layers(tables: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Rows from the top; every table stands right above the highest of those that point to it, circles cut where met."""
    children: dict[str, list[str]] = {name: [] for name in tables}
    for edge in edges:
        if edge.child != edge.parent:
            children[edge.parent].append(edge.child)
    height: dict[str, int] = {}

    def above(name: str, path: tuple[str, ...]) -> int:
        if name not in height:
            rest = [above(child, (*path, name)) + 1 for child in children[name] if child not in (*path, name)]
            height[name] = max(rest, default=0)
        return height[name]

    for name in tables:
        above(name, ())
    top = max(height.values(), default=0)
    return {name: top - height[name] for name in tables}


def _wrapped(tables: Sequence[str], edges: Sequence[Edge], depth: dict[str, int]) -> dict[str, int]:
    """The same, layers of many tables over several rows, those of one parent side by side."""
    above = {edge.child: tables.index(edge.parent) for edge in reversed(edges) if edge.child != edge.parent}
    wrapped: dict[str, int] = {}
    first = 0
    for layer in range(max(depth.values(), default=0) + 1):
        own = sorted((name for name in tables if depth[name] == layer), key=lambda name: above.get(name, -1))
        n_rows = max(1, -(-len(own) // MOST_IN_LAYER))
        wrapped |= {name: first + place * n_rows // len(own) for place, name in enumerate(own)}
        first += n_rows
    return wrapped


Node = tuple[str | int, int]
"""A table or (by the place of the table that its edges lead to) a passage, in a layer."""


def _rows(tables: Sequence[str], edges: Sequence[Edge], depth: dict[str, int]) -> tuple[list[list[Node]], list[list[Node]]]:
    """The nodes of each layer, and the nodes that each edge goes through from child to parent."""
    rows: list[list[Node]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for name in tables:
        rows[depth[name]].append((name, depth[name]))
    routes: list[list[Node]] = []
    for edge in edges:
        between = range(depth[edge.child] - 1, depth[edge.parent], -1)
        passages: list[Node] = [(tables.index(edge.parent), layer) for layer in between]
        for node in passages:
            if node not in rows[node[1]]:
                rows[node[1]].append(node)
        routes.append([(edge.child, depth[edge.child]), *passages, (edge.parent, depth[edge.parent])])
    return rows, routes


def _ordered(rows: list[list[Node]], routes: list[list[Node]]) -> None:
    """Sweep down and up: each node near the middle of its neighbours in the layer before."""
    near: dict[Node, list[Node]] = {node: [] for row in rows for node in row}
    for route in routes:
        for one, other in itertools.pairwise(route):
            near[one].append(other)
            near[other].append(one)
    for sweep in range(_SWEEPS):
        order = range(1, len(rows)) if sweep % 2 else range(len(rows) - 2, -1, -1)
        for layer in order:
            place = {node: (at + 0.5) / len(rows[layer + (-1 if sweep % 2 else 1)])
                     for at, node in enumerate(rows[layer + (-1 if sweep % 2 else 1)])}  # fmt: skip
            own = {node: (at + 0.5) / len(rows[layer]) for at, node in enumerate(rows[layer])}
            rows[layer].sort(key=lambda node: _mean([place[one] for one in near[node] if one in place], own[node]))


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _width(node: str | int) -> float:
    return BOX_WIDTH if isinstance(node, str) else PASSAGE


def _middles(rows: list[list[Node]]) -> dict[Node, float]:
    """Middles along each layer, every layer in the middle of the picture."""
    widths = [sum(_width(node) for node, _ in row) + GAP * max(len(row) - 1, 0) for row in rows]
    widest = max(widths, default=0.0)
    middles: dict[Node, float] = {}
    for row, wide in zip(rows, widths, strict=True):
        x = MARGIN + (widest - wide) / 2
        for node in row:
            middles[node] = x + _width(node[0]) / 2
            x += _width(node[0]) + GAP
    return middles


def _line(
    edges: Sequence[Edge],
    place: int,
    routes: list[list[Node]],
    middles: dict[Node, float],
    boxes: dict[str, tuple[float, float]],
) -> tuple[tuple[float, float], ...]:
    """From the child's upper edge to the parent's lower one; lines of one box leave it side by side."""
    edge = edges[place]
    left, top = boxes[edge.child]
    if edge.child == edge.parent:
        right = left + BOX_WIDTH
        return ((right, top + 60), (right + 26, top + 60), (right + 26, top + 30), (right, top + 30))
    leaving = [at for at, each in enumerate(edges) if each.child == edge.child and each.parent != each.child]
    start = _port(left, sorted(leaving, key=lambda at: (middles[routes[at][1]], at)), place)
    to_left, to_top = boxes[edge.parent]
    coming = [at for at, each in enumerate(edges) if each.parent == edge.parent and each.child != each.parent]
    end = _port(to_left, sorted(coming, key=lambda at: (boxes[edges[at].child][0], at)), place)
    passages = [
        (middles[node], MARGIN + node[1] * LAYER + beside)
        for node in routes[place][1:-1]
        for beside in (BOX_HEIGHT + 8, -8.0)
    ]
    is_up = to_top < top
    return ((start, top if is_up else top + BOX_HEIGHT), *passages, (end, to_top + BOX_HEIGHT if is_up else to_top))


def _port(left: float, order: list[int], place: int) -> float:
    return left + BOX_WIDTH * (order.index(place) + 1) / (len(order) + 1)
