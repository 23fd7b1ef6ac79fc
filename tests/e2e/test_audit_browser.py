"""The page of a shadow audit in a real browser: readable for everybody, whatever the screen, and it asks for nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.e2e.test_report_browser import violations
from twinset import audit

pytestmark = [pytest.mark.debian("chromium"), pytest.mark.debian("chromium-driver", "chromedriver")]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    draw = np.random.default_rng(3)
    rows = pa.table({
        "salary <b>": draw.integers(10**7, 10**8, 240),
        "team": draw.choice(["red", "blue"], 240),
    })  # fmt: skip
    out = tmp_path_factory.mktemp("audit") / "out"
    audit(rows, out, synthesizer="independent", shadows=4, targets=60, seed=2)
    return out / "audit.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_accessible_on_every_screen(chromium: Any, axe: str, page: Path, scheme: str, width: int) -> None:
    screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    chromium.get(page.as_uri())
    chromium.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert violations(chromium, axe) == []
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= width


def test_no_errors_and_nothing_asked_of_the_network(chromium: Any, page: Path) -> None:
    for kind in ("browser", "performance"):
        chromium.get_log(kind)
    chromium.get(page.as_uri())
    events = [json.loads(entry["message"])["message"] for entry in chromium.get_log("performance")]
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []
    assert chromium.get_log("browser") == []
