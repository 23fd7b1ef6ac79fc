"""Debian's chromium, driven by Selenium, for the tests that look at pages as people do."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest


@pytest.fixture(scope="session")
def chromium(require_debian: Callable[..., str]) -> Iterator[Any]:
    """A headless browser for the session; without it tests are skipped, or fail where CI should have it."""
    binary, driver = require_debian("chromium"), require_debian("chromium-driver", "chromedriver")
    webdriver = _package("selenium.webdriver", "selenium")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900"):
        options.add_argument(argument)
    options.add_argument("--disable-background-networking")
    options.add_argument("--disable-component-update")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        browser.set_script_timeout(180)  # seconds, for axe-core on a busy machine
        yield browser
    finally:
        browser.quit()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which checks pages for accessibility."""
    package = _package("axe_core_python", "axe-core-python")
    return files(package).joinpath("axe.min.js").read_text(encoding="utf-8")


def _package(name: str, distribution: str) -> Any:
    """A Python package that only these tests need; without it they are skipped, or fail where CI should have it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        reason = f"needs {distribution}; install it with: pip install {distribution}"
        pytest.fail(reason, pytrace=False) if os.environ.get("CI") else pytest.skip(reason)
