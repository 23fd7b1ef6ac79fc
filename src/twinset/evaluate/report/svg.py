"""SVG by hand: elements with escaped content, and numbers short enough for a page of two hundred charts.

No style attributes: the page's content security policy forbids them, so that looks come from classes alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def element(name: str, *children: str | Markup, **attributes: object) -> Markup:
    """One element. Texts are escaped; ``class_`` and ``aria_label`` become class and aria-label; None leaves one out."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), number(value))
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(escape(child) for child in children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, inner)


def drawing(width: float, height: float, *children: Markup, label: str, class_: str = "chart") -> Markup:
    """An SVG image that scales with its place and is read out as ``label``."""
    box = f"0 0 {number(width)} {number(height)}"
    return element("svg", *children, viewBox=box, width=width, height=height, class_=class_, role="img", aria_label=label)


def number(value: object) -> object:
    """Floats to a tenth of a pixel, without trailing zeros; anything else as it is."""
    if not isinstance(value, float):
        return value
    text = f"{value:.1f}"
    return "0" if text in ("0.0", "-0.0") else text.removesuffix(".0")


def path(points: Iterable[tuple[float, float]]) -> str:
    """The ``d`` of a line through the points."""
    return "M" + "L".join(f"{number(float(x))} {number(float(y))}" for x, y in points)
