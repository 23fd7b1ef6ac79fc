"""SVG by hand: elements with escaped content, and numbers short enough for a page of two hundred charts.

No style attributes: the page's content security policy forbids them, so that looks come from classes alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def element(name: str, *children: str | Markup, **attributes: object) -> Markup:
    """One element. Texts are escaped; ``class_`` and ``aria_label`` become class and aria-label."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(number(value))}"' for key, value in attributes.items())
    return Markup(f"<{name}{written}>{''.join(map(escape, children))}</{name}>")


def drawing(width: float, height: float, *children: Markup, class_: str, label: str = "", **attributes: object) -> Markup:
    """An SVG image that is read out as ``label``; without one it is silent, for pictures whose figures stand beside them."""
    box = f"0 0 {number(width)} {number(height)}"
    heard = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return element("svg", *children, viewBox=box, width=width, height=height, class_=class_, **heard, **attributes)


def number(value: object) -> object:
    """Floats to a tenth of a pixel, without trailing zeros; anything else as it is."""
    if not isinstance(value, float):
        return value
    text = f"{value:.1f}"
    return "0" if text in ("0.0", "-0.0") else text.removesuffix(".0")


def path(points: Iterable[tuple[float, float]]) -> str:
    """The ``d`` of a line through the points."""
    return "M" + "L".join(f"{number(float(x))} {number(float(y))}" for x, y in points)
