"""The schema drawn: tables as boxes with their keys and answers, keys as lines, worse ones in another colour and dashing.

Every box leads to its table's page. What is coloured is written too: a reader who sees no colours, or none of the picture,
finds the same in the tables below it.
"""

from __future__ import annotations

import itertools
from urllib.parse import quote

from markupsafe import Markup

from twinset.core.verdict import LinkedVerdict, Outcome
from twinset.evaluation.relational.result import KeyPart, LinkedEvaluation, TablePart
from twinset.evaluation.report.figures import clip
from twinset.evaluation.report.linked.layout import BOX_HEIGHT, BOX_WIDTH, Edge, layout
from twinset.evaluation.report.svg import element, number

MOST_TABLES = 60
"""A picture of more is no picture."""
_MARKS = {"pass": "M0 -5A5 5 0 1 1 0 5A5 5 0 1 1 0 -5Z", "fail": "M-5 -5H5V5H-5Z", "unknown": "M0 -6.5L6.5 0L0 6.5L-6.5 0Z"}
_WORDS = {"alike": "alike", "useful": "useful", "leaked": "safe"}


def address(table: str) -> str:
    """Where a table's page lies, seen from the overview."""
    return f"tables/{quote(table, safe='')}.html"


def picture(evaluation: LinkedEvaluation, verdict: LinkedVerdict) -> Markup:
    """The picture; empty where there are too many tables for one."""
    if len(evaluation.parts) > MOST_TABLES:
        return Markup("")
    names = [part.name for part in evaluation.parts]
    placed = layout(names, [Edge(key.table, key.to) for key in evaluation.keys])
    lines = [_line(key, points, verdict) for key, points in zip(evaluation.keys, placed.lines, strict=True)]
    boxes = [_box(part, placed.boxes[part.name], verdict, part.name in evaluation.tables) for part in evaluation.parts]
    return element(
        "svg", *lines, *boxes, viewBox=f"0 0 {number(placed.width)} {number(placed.height)}", width=placed.width,
        height=placed.height, class_="schema", role="group", aria_label="The tables and the keys between them",
    )  # fmt: skip


def _line(key: KeyPart, points: tuple[tuple[float, float], ...], verdict: LinkedVerdict) -> Markup:
    outcome = verdict.keys.get(key.label, "unknown")
    kind = "owning" if key.owns else "pointing"
    x, y = points[-1]
    is_loop = key.table == key.to
    tip = (
        f"M{number(x + 7)} {number(y - 4)}L{number(x)} {number(y)}L{number(x + 7)} {number(y + 4)}"
        if is_loop
        else _tip(x, y, is_up=points[0][1] > y)
    )
    said = {"pass": "holds", "fail": "an alarm sounded", "unknown": "not measured"}[outcome]
    return element(
        "g",
        element("title", f"{clip(key.label, 160)}: {said}"),
        element("path", d=_curve(points, is_loop=is_loop), class_="wire"),
        element("path", d=tip, class_="tip"),
        class_=f"key {outcome} {kind}",
    )  # fmt: skip


def _tip(x: float, y: float, *, is_up: bool) -> str:
    back = 8 if is_up else -8
    return f"M{number(x - 5)} {number(y + back)}L{number(x)} {number(y + back / 8)}L{number(x + 5)} {number(y + back)}"


def _curve(points: tuple[tuple[float, float], ...], *, is_loop: bool) -> str:
    """A smooth line through the points that leaves and reaches boxes upright."""
    if is_loop:
        (a, b), (c, d), (e, f), (g, h) = ((number(x), number(y)) for x, y in points)
        return f"M{a} {b}C{c} {d} {e} {f} {g} {h}"
    steps = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        middle = (y + to_y) / 2
        steps.append(f"C{number(x)} {number(middle)} {number(to_x)} {number(middle)} {number(to_x)} {number(to_y)}")
    return "".join(steps)


def _box(part: TablePart, at: tuple[float, float], verdict: LinkedVerdict, has_page: bool) -> Markup:
    own = verdict.tables.get(part.name)
    outcome: Outcome | str = own.outcome if own else "asis" if part.standing == "as it is" else "unknown"
    shapes = [
        element("rect", width=BOX_WIDTH, height=BOX_HEIGHT, rx=10.0, class_="box"),
        element("text", clip(part.name, 22), x=14.0, y=25.0, class_="box-name"),
        element("text", _badge(part), x=BOX_WIDTH - 14, y=24.0, class_="box-badge"),
        element("text", clip(", ".join(part.primary_key), 30) or "no primary key", x=14.0, y=44.0, class_="box-key"),
        element("text", _counted(part), x=14.0, y=61.0, class_="box-rows"),
        *(_answers(part, verdict) if own else [element("text", _standing(part), x=14.0, y=80.0, class_="box-rows")]),
    ]
    place = f"translate({number(at[0])} {number(at[1])})"
    said = f"{clip(part.name, 80)}: {_spoken(part, verdict)}"
    if not has_page:
        return element("g", element("title", said), *shapes, transform=place, class_=f"table {outcome}")
    link = element("a", element("title", said), *shapes, href=address(part.name), aria_label=said, class_="box-link")
    return element("g", link, transform=place, class_=f"table {outcome}")


def _badge(part: TablePart) -> str:
    return "list" if part.is_reference else "root" if part.root == part.name else f"of {clip(part.root, 12)}"


def _counted(part: TablePart) -> str:
    real, made = part.rows.get("train", 0), part.rows.get("synthetic", 0)
    return f"{made:,} rows" if part.standing == "as it is" else f"{real:,} → {made:,} rows"


def _standing(part: TablePart) -> str:
    return "taken over as it is" if part.standing == "as it is" else "too small to be measured"


def _answers(part: TablePart, verdict: LinkedVerdict) -> list[Markup]:
    """A mark and a word for each question, marks of different shapes."""
    shapes = []
    for place, answer in enumerate(verdict.tables[part.name].answers):
        x = 20.0 + place * 66
        shapes.append(element("path", d=_MARKS[answer.outcome], transform=f"translate({number(x)} 76)",
                              class_=f"mark-{answer.outcome}"))  # fmt: skip
        shapes.append(element("text", _WORDS[answer.question], x=x + 10, y=80.0, class_="box-answer"))
    return shapes


def _spoken(part: TablePart, verdict: LinkedVerdict) -> str:
    if part.name not in verdict.tables:
        return _standing(part)
    return ", ".join(f"{_WORDS[answer.question]} {answer.outcome}" for answer in verdict.tables[part.name].answers)
