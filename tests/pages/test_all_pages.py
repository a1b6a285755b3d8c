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
    const { a, b } = text.getScreenCTM(), size = parseFloat(getComputedStyle(text).fontSize);
    return size * Math.hypot(a, b) < 9; }).length"""

#: Pictures wider than the text, which do not scroll by themselves.
WIDE = """() => { const column = document.querySelector("article");
    if (!column) return 0;
    return [...column.querySelectorAll("img, svg")].filter(picture => {
        for (let box = picture.parentElement; box !== column; box = box.parentElement)
            if (getComputedStyle(box).overflowX === "auto") return false;
        return picture.getBoundingClientRect().width > column.clientWidth + 1; }).length; }"""
#: Texts whose contrast with what is behind them is below 4.5, or 3 for large letters.
FAINT = """() => {
    const parts = colour => { const all = colour.match(/[\\d.]+/g).map(Number);
        return colour.startsWith("color(") ? [...all.slice(-4, -1).map(x => 255 * x), all.at(-1)]
            : [all[0], all[1], all[2], all[3] ?? 1]; };
    const over = (top, below) => [0, 1, 2].map(i => top[3] * top[i] + (1 - top[3]) * below[i]);
    const light = colour => { const [r, g, b] = colour.map(x => { x /= 255;
        return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const behind = element => { if (!element) return [255, 255, 255];
        const colour = parts(getComputedStyle(element).backgroundColor);
        return colour[3] === 1 ? colour : over(colour, behind(element.parentElement)); };
    const column = document.querySelector("article");
    if (!column) return [];
    const found = new Set();
    for (const element of column.querySelectorAll("*")) {
        if (![...element.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
        if (!element.getClientRects().length) continue;
        if (element.closest(".katex-mathml, button, select, style, script, title, desc")) continue;
        const style = getComputedStyle(element), back = behind(element);
        const inside = element instanceof SVGElement;
        const front = over(parts(inside ? style.fill : style.color), back);
        const [low, high] = [light(front), light(back)].sort((a, b) => a - b);
        const ratio = (high + 0.05) / (low + 0.05);
        if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5))
            found.add(`${element.tagName}.${element.className.baseVal ?? element.className} ` +
                ratio.toFixed(2));
    }
    return [...found]; }"""
#: Numbers of the OEIS in prose that are no links.
UNLINKED = """() => { const column = document.querySelector("article");
    if (!column) return 0;
    const texts = document.createTreeWalker(column, NodeFilter.SHOW_TEXT);
    let count = 0;
    while (texts.nextNode())
        if (/\\bA\\d{6}\\b/.test(texts.currentNode.data)
            && !texts.currentNode.parentElement.closest("a, pre, h1, h2, h3, script")) count += 1;
    return count; }"""


#: The pages are looked at in so many parts, by as many tests.
PARTS = 6


@pytest.mark.parametrize("part", range(PARTS))
def test_pages_fit_their_width_and_can_be_read(page: Page, site: Path, part: int) -> None:
    """Every page is opened once, narrow, and then widened; light and dark."""
    names = sorted(p for p in site.rglob("*.html") if "_static" not in p.parts)
    assert len(names) > 25
    faults = []
    for name in names[part::PARTS]:
        page.set_viewport_size({"width": 390, "height": 900})
        page.goto(name.as_uri())
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width in (390, 768, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                page.wait_for_timeout(50)
                found = [page.evaluate(script) for script in (WIDER, NUMBERS, SMALL, WIDE)]
                if any(value > 0 for value in found):
                    faults.append((name.relative_to(site).as_posix(), scheme, width, found))
            if faint := page.evaluate(FAINT):
                faults.append((name.relative_to(site).as_posix(), scheme, faint))
        if page.evaluate(UNLINKED):
            faults.append((name.relative_to(site).as_posix(), "numbers without links"))
    assert not faults


def test_faint_text_would_be_found(page: Page) -> None:
    page.set_content("<article><p style='color: #999'>a</p><svg><text fill='#bbb'>b</text></svg>")
    assert page.evaluate(FAINT) == ["P. 2.85", "text. 1.92"]


def test_notebooks_are_there(page: Page, site: Path) -> None:
    for name in ("tree", "momentum"):
        page.goto((site / "tutorials" / f"{name}.html").as_uri())
        link = page.locator("a[download]").first.get_attribute("href")
        assert (site / "tutorials" / str(link)).read_text(encoding="utf-8").startswith("{")
