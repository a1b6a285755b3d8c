"""Every page of the documentation, narrow and wide, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: Pairs of a displayed formula and its number that overlap.
NUMBERS = """() => [...document.querySelectorAll("span.eqno")].filter(number => {
    const box = number.getBoundingClientRect(), formula = number.parentElement.querySelector(
        ".katex-display > .katex");
    if (!formula) return false;
    return [...formula.querySelectorAll(".katex-html > .base")].some(base => {
        const b = base.getBoundingClientRect();
        return b.right > box.left + 1 && b.left < box.right && b.bottom > box.top + 1
            && b.top < box.bottom - 1; });
}).length"""
SMALL = """() => [...document.querySelectorAll("svg text")].filter(text => {
    const matrix = text.getScreenCTM();
    return parseFloat(getComputedStyle(text).fontSize) * matrix.a < 9; }).length"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_page_scrolls_sideways_or_fails(
    page: Page, site: Path, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    names = sorted(p for p in site.rglob("*.html") if "_static" not in p.parts)
    assert len(names) > 25
    faults = []
    for name in names:
        page.goto(name.as_uri())
        page.wait_for_timeout(50)
        found = [page.evaluate(script) for script in (WIDER, NUMBERS, SMALL)]
        if any(value > 0 for value in found):
            faults.append((name.relative_to(site).as_posix(), found))
    assert not faults
