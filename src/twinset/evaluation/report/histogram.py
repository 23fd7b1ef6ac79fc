"""One column drawn twice in one place: the real rows filled in grey, the synthetic ones as a coloured line or bar.

Numbers and times are drawn as bins of equal width on the page, whatever their width in the data; labels as bars with their
names. A bin that stands for too few real rows to be shown is marked in another colour.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from markupsafe import Markup

from twinset.evaluation.report.figures import clip, figure
from twinset.evaluation.report.svg import drawing, element, number, path
from twinset.evaluation.result import Profile

_WIDTH, _HEIGHT = 400.0, 200.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 8.0, 10.0, 26.0
_GUTTER, _ROW = 140.0, 21.0
MOST_LABELS = 24
"""Labels that a chart draws; the page's table of figures says how many more there are."""


def sparkline(profile: Profile, width: float = 96, height: float = 22) -> Markup:
    """The shape alone, for a table cell."""
    top = _peak(profile)
    real = _steps([share or 0.0 for share in profile.train], width, height, top)
    made = _steps(list(profile.synthetic), width, height, top)
    area = element("path", d=f"M0 {height}L{path(real)[1:]}L{width} {height}z", class_="real-area")
    line = element("path", d=path(made), class_="twin-line")
    return drawing(width, height, area, line, class_="spark")


def histogram(profile: Profile) -> Markup:
    """The column's chart at full size."""
    return _bars(profile) if profile.kind == "label" else _overlay(profile)


def spoken(profile: Profile) -> str:
    """The chart in words: where the two differ most."""
    pairs = [(real, made, label) for real, made, label in zip(profile.train, profile.synthetic, profile.labels, strict=True)]
    known = [(real, made, label) for real, made, label in pairs if real is not None]
    text = f"{clip(profile.column)}, real and synthetic"
    if not known:
        return text
    real, made, label = max(known, key=lambda each: abs(each[0] - each[1]))
    return f"{text}. They differ most at {clip(label, 40)}: real {figure(real, 'share')}, synthetic {figure(made, 'share')}"


def _peak(profile: Profile) -> float:
    return max([share for share in profile.train if share is not None] + list(profile.synthetic) + [1e-9])


def _steps(shares: list[float], width: float, height: float, top: float) -> list[tuple[float, float]]:
    """The outline of a histogram, from left to right."""
    slot = width / max(len(shares), 1)
    corners = []
    for index, share in enumerate(shares):
        y = height - height * share / top
        corners += [(index * slot, y), ((index + 1) * slot, y)]
    return corners


def _overlay(profile: Profile) -> Markup:
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    top = _peak(profile)
    real = _steps([share or 0.0 for share in profile.train], wide, high, top)
    made = _steps(list(profile.synthetic), wide, high, top)
    plot = element(
        "g",
        *_grid(top, wide, high),
        element("path", d=f"M0 {number(high)}L{path(real)[1:]}L{number(wide)} {number(high)}z", class_="real-area"),
        *_hidden(profile, wide, high),
        element("path", d=path(made), class_="twin-line"),
        *_axis(profile, wide, high),
        transform=f"translate({number(_LEFT)} {number(_TOP)})",
    )
    bins = {"data_axis": "x", "data_from": _LEFT, "data_to": _LEFT + wide}
    return drawing(_WIDTH, _HEIGHT, plot, label=spoken(profile), class_="chart", **bins)


def _grid(top: float, wide: float, high: float) -> list[Markup]:
    """Lines at round shares."""
    power = 10 ** math.floor(math.log10(top))
    step = next(times * power for times in (0.5, 1, 2) if top <= 5.001 * times * power)
    parts = []
    for place in range(math.floor(top / step + 1e-9) + 1):
        y = high - high * place * step / top
        parts.append(element("path", d=f"M0 {number(y)}H{number(wide)}", class_="grid"))
        parts.append(element("text", f"{100 * place * step:.4g}%", x=-6.0, y=y + 4, class_="tick end"))
    return parts


def _hidden(profile: Profile, wide: float, high: float) -> list[Markup]:
    slot = wide / max(len(profile.train), 1)
    places = [index for index, share in enumerate(profile.train) if share is None]
    return [element("rect", x=index * slot, y=high - 5, width=slot, height=5.0, class_="hidden-bin") for index in places]


def _axis(profile: Profile, wide: float, high: float) -> list[Markup]:
    """Up to five edges named below the axis; nothing where there are no edges."""
    n_bins = max(len(profile.synthetic), 1)
    if len(profile.edges) != n_bins + 1:
        return []
    n_ticks = min(n_bins, 4 if profile.kind == "number" else 3)
    shown = [round(tick * n_bins / n_ticks) for tick in range(n_ticks + 1)]
    parts = []
    for place in shown:
        x = wide * place / n_bins
        side = "start" if place == 0 else "end" if place == n_bins else "middle"
        parts.append(element("path", d=f"M{number(x)} {number(high)}v4", class_="grid"))
        parts.append(element("text", edge(profile, place), x=x, y=high + 17, class_=f"tick {side}"))
    return parts


def edge(profile: Profile, place: int) -> str:
    """One edge in words: a number, a date, or a time of day."""
    value = profile.edges[place]
    if profile.kind == "number":
        return figure(value)
    try:
        if profile.type.startswith("date") and not profile.type.startswith("datetime"):
            return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=value)).strftime("%Y-%m-%d")
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)
    except (OverflowError, ValueError):
        return figure(value)
    if profile.type.startswith("time"):
        return moment.strftime("%H:%M")
    is_short = profile.edges[-1] - profile.edges[0] < 3 * 86_400
    return moment.strftime("%m-%d %H:%M" if is_short else "%Y-%m-%d")


def _bars(profile: Profile) -> Markup:
    """Two bars a label, in the profile's order."""
    n_rows = min(len(profile.labels), MOST_LABELS)
    wide, top = _WIDTH - _GUTTER - 52, _peak(profile)
    parts: list[Markup] = []
    for place in range(n_rows):
        real, made = profile.train[place], profile.synthetic[place]
        y = 3 + place * _ROW
        ends = [wide * share / top for share in (real or 0.0, made)]
        parts += [
            element("text", clip(profile.labels[place], 20), x=_GUTTER - 8, y=y + 13, class_="tick end label"),
            element(
                "rect",
                x=_GUTTER,
                y=y + 2,
                width=14.0 if real is None else ends[0],
                height=8.0,
                class_="hidden-bin" if real is None else "real-bar",
            ),
            element("rect", x=_GUTTER, y=y + 10, width=ends[1], height=8.0, class_="twin-bar"),
            element("text", figure(made, "share"), x=_GUTTER + 6 + max(14.0, *ends), y=y + 14, class_="tick"),
        ]
    bins = {"data_axis": "y", "data_from": 3, "data_to": 3 + n_rows * _ROW}
    return drawing(_WIDTH, 6 + n_rows * _ROW, *parts, label=spoken(profile), class_="chart", **bins)


def rows_of(profile: Profile) -> list[tuple[str, str, str]]:
    """The chart as a table: bin, real, synthetic."""
    return [
        (clip(label), "too few" if real is None else figure(real, "share"), figure(made, "share"))
        for label, real, made in zip(profile.labels, profile.train, profile.synthetic, strict=True)
    ]


def widest_gap(profile: Profile) -> float:
    """The largest difference of one bin, for ordering columns that have no score."""
    gaps = [abs(real - made) for real, made in zip(profile.train, profile.synthetic, strict=True) if real is not None]
    return max(gaps, default=0.0)
