"""The search of the atlas in a browser, against the tables and against networkx."""

from __future__ import annotations

import random
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest

from polyfam import beta_table, count_free_trees, format_tree

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROWS = {f"F{n}.{k}": p for n in range(1, 15) for k, p in enumerate(beta_table(n), start=1)}

Ask = Callable[[str], tuple[str, list[str]]]


@pytest.fixture
def ask(page: Page, site: Path) -> Ask:
    """Return the function from a query to what is said and the ids of the cards."""
    page.goto((site / "atlas" / "index.html").as_uri())

    def answer(query: str) -> tuple[str, list[str]]:
        page.fill("#atlas-query", query)
        cards = page.eval_on_selector_all("#atlas-cards b", "all => all.map(b => b.textContent)")
        return page.text_content("#atlas-status") or "", cards

    return answer


def test_every_row_finds_its_own_tree_only(page: Page, ask: Ask) -> None:
    ask("")
    queries = [" ".join(map(str, p.row)) for p in ROWS.values() if p.degree > 2]
    script = """queries => { const box = document.getElementById("atlas-query");
        return queries.map(q => { box.value = q; box.dispatchEvent(new Event("input"));
            const names = document.querySelectorAll("#atlas-cards b");
            return [...names].map(b => b.textContent); }); }"""
    found = page.evaluate(script, queries)
    assert found == [[i] for i, p in ROWS.items() if p.degree > 2]


@pytest.mark.parametrize("notation", ["levels", "brackets", "edges", "graph6"])
def test_relabelled_trees_are_found_in_every_notation(ask: Ask, notation: str) -> None:
    chance = random.Random(7)
    for identifier in chance.sample(sorted(i for i in ROWS if not i.startswith("F1.")), 50):
        tree = ROWS[identifier].tree
        if notation == "graph6":
            graph = nx.relabel_nodes(tree.to_networkx(), shuffled(tree.order, chance))
            ordered = nx.Graph()
            ordered.add_nodes_from(sorted(graph))
            ordered.add_edges_from(graph.edges)
            text = nx.to_graph6_bytes(ordered, header=False).decode().strip()
        elif notation == "edges":
            names = shuffled(tree.order, chance)
            edges = [f"{names[u]}-{names[v]}" for u, v in tree.edges()]
            text = " ".join(chance.sample(edges, len(edges)))
        else:
            rooted = chance.choice(sorted(tree.rootings()))
            text = format_tree(rooted, notation)
        assert ask(text) == ("This is it.", [identifier])


def shuffled(n: int, chance: random.Random) -> dict[int, int]:
    """Return new names for the vertices."""
    return dict(enumerate(chance.sample(range(n), n)))


def test_prefixes_and_runs_agree_with_the_tables(ask: Ask) -> None:
    chance = random.Random(3)
    for _ in range(60):
        row = chance.choice([p.row for p in ROWS.values() if p.degree > 4])
        start = chance.randrange(len(row) - 1)
        run = row[start : start + chance.randint(2, 4)]
        text = f" {' '.join(map(str, run))} "
        rows = {i: f" {' '.join(map(str, p.row))} " for i, p in ROWS.items()}
        expected = {i for i, r in rows.items() if text in r}
        expected = {i for i, r in rows.items() if r == text} or expected
        said, cards = ask(f"[{', '.join(map(str, run))}]")
        assert set(cards) <= expected
        assert len(cards) == min(60, len(expected))
        assert said.startswith("This is it." if len(expected) == 1 else f"{len(expected)} trees")


def test_polynomials_ids_shapes_and_filters(ask: Ask) -> None:
    for text in ("beta + 4*beta^2 + beta^3", r"\beta + 4 \cdot \beta^{2} + \beta^{3}"):
        assert ask(text) == ("This is it.", ["F4.2"])
    assert ask("f6.3")[1] == ask("F6.3")[1] == ["F6.3"]
    assert ask("star:7")[1] == ["F7.11"]
    assert ask("spider:2,1,1")[1] == ["F5.2"]
    expected = [i for i, p in ROWS.items() if p.tree.order == 8 and p.tree.automorphisms() >= 6]
    assert ask("n=8 sigma>=6")[1] == expected
    expected = [i for i, p in ROWS.items() if p.tree.order == 9 and p.tree.diameter() == 4]
    assert ask("n=9 diameter=4")[1] == expected
    assert ask("name:eulerian n>3")[1] == [f"F{n}.{count_free_trees(n)}" for n in range(4, 15)]


@pytest.mark.parametrize(
    ("query", "reason", "near"),
    [
        ("1 8 9 1", "rows are palindromes", ["F5.2"]),
        ("1 12 12 1", "greater than the star's", ["F5.3"]),
        ("1 5 5 1", "smaller than the path's", ["F5.1"]),
        ("1 7 7 1", "No tree with 5 vertices has this row", []),
        ("1 0 1", "positive", []),
        ("F5.9", "There are 3 trees with 5 vertices", []),
        ("F15.1", "ends at 14 vertices", []),
        ("0 2", "rise by at most 1", []),
        ("1-2 2-3 3-1", "do not form a tree", []),
        ("1-2 3-4", "do not form a tree", []),
        ("(()())", r"by vertices or by edges", []),
        ("[[]", "do not match", []),
        ("n=20", "No tree passes", []),
        ("hello", "Type a row", []),
    ],
)
def test_wrong_input_gives_a_reason(ask: Ask, query: str, reason: str, near: list[str]) -> None:
    said, cards = ask(query)
    assert reason in said
    assert cards[: len(near)] == near


def test_keys_and_links(page: Page, ask: Ask) -> None:
    ask("1 14 30")
    page.wait_for_url("**?q=1%2014%2030")
    page.reload()
    assert page.text_content("#atlas-cards b") == "F6.3"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.className") == "atlas-card"
    page.keyboard.press("Enter")
    page.wait_for_url("**/06.html#F6.3")
    page.wait_for_function("document.getElementById('F6.3').getBoundingClientRect().top < 300")


def test_every_order_is_there_without_javascript(browser: Browser, site: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    for n in range(1, 15):
        page.goto((site / "atlas" / f"{n:02}.html").as_uri())
        ids = page.locator("article.atlas-full, .atlas-table tbody tr")
        assert ids.count() == count_free_trees(n)
    page.close()


def test_downloads_have_their_digests(page: Page, site: Path) -> None:
    page.goto((site / "atlas" / "index.html").as_uri())
    rows = page.locator("tr:has(a[download])")
    assert rows.count() > 14
    for row in rows.all():
        name, digest = row.locator("a").text_content(), row.locator("code").text_content()
        content = (site / "atlas" / "data" / str(name)).read_bytes()
        assert sha256(content).hexdigest() == digest


def test_a_card_gives_its_tree_as_a_file(page: Page, site: Path) -> None:
    page.goto((site / "atlas" / "05.html").as_uri())
    with page.expect_download() as waiting:
        page.locator("#F5\\.2 button", has_text="json").click()
    text = waiting.value.path().read_text()
    assert '"row": "1 8 8 1"' in text
    assert '"levels": "0 1 2 1 1"' in text
    with page.expect_download() as waiting:
        page.locator("#F5\\.2 button", has_text="tikz").click()
    text = waiting.value.path().read_text()
    assert text.startswith("\\begin{tikzpicture}\n\\draw (")
    assert (text.count("--"), text.count("circle")) == (4, 5)


def test_the_table_sorts(page: Page, site: Path) -> None:
    page.goto((site / "atlas" / "11.html").as_uri())
    page.locator("th button", has_text="sigma").click()
    values = page.eval_on_selector_all(
        ".atlas-table tbody td:nth-child(4)", "all => all.map(x => +x.textContent)"
    )
    assert values == sorted(values)


def test_the_scripts_keep_their_budget(site: Path) -> None:
    assert (site / "atlas" / "atlas.js").stat().st_size < 8192
    assert (site / "atlas" / "data.js").stat().st_size < 320_000
    pages = [p for p in (site / "atlas").iterdir() if p.suffix in {".html", ".js"}]
    assert sum(p.stat().st_size for p in pages) < 2_097_152
