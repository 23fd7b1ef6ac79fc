"""Debian's chromium, driven by Selenium, for the tests that look at pages as people do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def chromium(require_debian: Callable[..., str]) -> Iterator[Any]:
    """A headless browser for the session; without it tests are skipped, or fail where CI should have it."""
    binary, driver = require_debian("chromium"), require_debian("chromium-driver", "chromedriver")
    webdriver = _selenium()
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900"):
        options.add_argument(argument)
    options.add_argument("--disable-background-networking")
    options.add_argument("--disable-component-update")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        yield browser
    finally:
        browser.quit()


def _selenium() -> Any:
    try:
        from selenium import webdriver
    except ImportError:
        reason = "needs selenium; install it with: pip install selenium"
        pytest.fail(reason, pytrace=False) if os.environ.get("CI") else pytest.skip(reason)
    return webdriver
