"""The pages about made texts in a real browser: readable for everybody, whatever the screen, and it asks for nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_report_browser import violations
from twinset.core.score import Score
from twinset.evaluation.report import made
from twinset.evaluation.report.texts import TextReport, render_html

pytestmark = [pytest.mark.debian("chromium"), pytest.mark.debian("chromium-driver", "chromedriver")]
SCORES = (
    Score("text.distinct_2", None, 0.1, "baseline", (0.09, 0.11), 0.3, (0.28, 0.32), 400),
    Score("text.duplicates", None, 0.2, "lower", (0.1, 0.3), 0.0, (0.0, 0.01), 400),
    Score("text.contamination", None, None, "lower", reason="no test sets were given"),
    Score("text.collapse", None, 0.2, "higher", baseline=1.0, n=200, reason="", detail={"chance": 0.005, "rings": True}),
    Score(
        "utility.few_shot",
        "2 real texts",
        0.5,
        "higher",
        (0.4, 0.6),
        0.5,
        reason="no difference was found",
        detail={"gain": 0.0},
    ),
    Score("utility.student", "beside its teacher", 0.8, "higher", (0.7, 0.9), 0.85, (0.8, 0.9), 100, detail={"gap": -0.05}),
)
REPORT = TextReport("made <img src=x onerror=alert(1)>", "real", SCORES, {"synthetic": 400, "real": 500}, {"<b>why</b>": 3})
HOSTILE = {"<b>column</b>": "<img src=x onerror=alert(1)> " + "word " * 200, "b": "x" * 400}
STAGE = made.MadeReport(
    "stage <img src=x onerror=alert(1)>",
    10,
    4,
    ("grounded",),
    (made.Refused("grounded: <b>why</b>", 7, HOSTILE), made.Refused("personal_data: it holds an e-mail address", 2)),
    (
        Score("text.duplicates", "b", 0.5, "lower", (0.3, 0.7), n=4, detail={"rings": True}),
        Score("text.duplicates", "c", None, "lower", n=1, reason="there are fewer than two texts"),
    ),
    {"default": {"client": "local", "model": "m" * 90, "licence_of_output": "unknown", "dollars": 0.25}},
    (made.Asked("b", "0" * 64, ("prompt: Write {{ a }}",)),),
    (HOSTILE, HOSTILE),
)
PAGES = {"beside": render_html(REPORT), "stage": made.render_html(STAGE)}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_accessible_on_every_screen_and_asks_for_nothing(
    chromium: Any, axe: str, tmp_path: Path, scheme: str, width: int, name: str
) -> None:
    page = tmp_path / "texts.html"
    page.write_text(PAGES[name], encoding="utf-8")
    for kind in ("browser", "performance"):
        chromium.get_log(kind)
    screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    chromium.get(page.as_uri())
    chromium.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert violations(chromium, axe) == []
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= width
    assert chromium.execute_script("return document.querySelectorAll('img, [onerror]').length") == 0
    events = [json.loads(entry["message"])["message"] for entry in chromium.get_log("performance")]
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []
    assert chromium.get_log("browser") == []
