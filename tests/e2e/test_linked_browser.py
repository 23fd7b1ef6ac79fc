"""The report of linked tables in a real browser: picture, keys, pages of tables; wide, narrow, dark, printed, read aloud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_report_browser import find, shown, violations
from tests.linked_example import NASTY, linked_example
from twinset.evaluation.report.linked import LinkedReport, render_linked

pytestmark = [pytest.mark.debian("chromium"), pytest.mark.debian("chromium-driver", "chromedriver")]

Open = Callable[..., Any]


@pytest.fixture
def open_linked(chromium: Any, tmp_path: Path) -> Open:
    """``open_linked(report)`` shows a report's overview; the log of what the browser did is empty before."""

    def show(report: LinkedReport) -> Any:
        for name, text in render_linked(report).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        for kind in ("browser", "performance"):
            chromium.get_log(kind)
        chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        chromium.get("about:blank")
        chromium.get((tmp_path / "report.html").as_uri())
        return chromium

    return show


@pytest.mark.parametrize("make", [linked_example, lambda: linked_example("unknown", NASTY)])
def test_a_box_leads_to_its_table_and_back(open_linked: Open, make: Callable[[], LinkedReport]) -> None:
    browser = open_linked(make())
    start = browser.current_url
    find(browser, ".box-link").send_keys("\ue007")
    assert "/tables/" in browser.current_url
    find(browser, ".back a").click()
    assert browser.current_url == start
    assert browser.get_log("browser") == []


def test_keys_open_and_the_worst_is_first(open_linked: Open) -> None:
    browser = open_linked(linked_example())
    assert shown(browser, ".panel") == []
    first = find(browser, "#keys-table .opener")
    assert first.text == "orders.customer → customers"
    first.click()
    assert len(shown(browser, "#keys-table .panel .chart")) == 1
    find(browser, "[data-filter=keys-table]").send_keys("region")
    assert len(shown(browser, "#keys-table .opener")) == 2


def test_names_stay_text(open_linked: Open) -> None:
    browser = open_linked(linked_example("fail", NASTY))
    assert browser.execute_script("return document.querySelectorAll('script').length") == 1
    assert browser.execute_script("return document.querySelectorAll('img, [onload], [onerror], iframe').length") == 0
    assert "<script>alert(1)<b>" in find(browser, ".schema").get_attribute("textContent")
    assert "<script>alert(1)<b>" in find(browser, "#tables-table").text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("make", [linked_example, lambda: linked_example("pass", NASTY)])
def test_accessible(open_linked: Open, axe: str, make: Callable[[], LinkedReport], scheme: str) -> None:
    browser = open_linked(make())
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    for opener in shown(browser, ".opener")[:3]:
        opener.click()
    assert violations(browser, axe) == []


@pytest.mark.parametrize("width", [320, 390, 768])
def test_small_screens_do_not_scroll_sideways(open_linked: Open, width: int) -> None:
    browser = open_linked(linked_example("fail", NASTY))
    small = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", small)
    for opener in shown(browser, ".opener")[:2]:
        opener.click()
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_printed_with_its_picture(open_linked: Open) -> None:
    browser = open_linked(linked_example())
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert len(shown(browser, ".schema")) == 1
    assert len(shown(browser, "#keys-table .panel")) >= 4
    assert shown(browser, "nav") == shown(browser, ".tools") == []
