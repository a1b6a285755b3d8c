"""The built documentation in a real browser, from disk."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the documentation, built if it is not there."""
    folder = ROOT / "build" / "docs"
    if not (folder / "atlas" / "data.js").exists():
        command = [sys.executable, "-m", "sphinx", "-q", str(ROOT / "docs"), str(folder)]
        subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs the extra 'pages'")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("The pages are opened in Chromium: apt-get install chromium.")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page that fails on any error of a script and on any request to the outside."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda r: faults.append(r.url) if r.url.startswith("http") else None)
    yield page
    page.close()
    assert not faults
