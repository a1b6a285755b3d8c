"""The atlas: one page an order, with a card or a line for every tree, and the data of its search.

The pages come from the published tables, which are checked against their digests on reading; what
is not in a table (pictures, names, neighbours, the term in the modified loss) is computed here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from string import ascii_lowercase, digits
from typing import Any

from atlas_pictures import svg
from docutils import nodes
from docutils.parsers.rst import Directive
from rjsmin import jsmin

from polyfam import FreeTree, beta_polynomial, beta_table, citation, format_tree, load_table
from polyfam.series.differentials import text as differential

SCRIPTS = Path(__file__).parent
ORDERS = range(1, 15)
#: Up to this order every tree has a card; beyond, a line in a table.
CARDS = 10
ROUTES = "five independent routes agree on every tree with at most 8 vertices"


def base36(number: int) -> str:
    """Write a number in base 36."""
    out = ""
    while number or not out:
        number, last = divmod(number, 36)
        out = (digits + ascii_lowercase)[last] + out
    return out


@cache
def rows(n: int) -> list[dict[str, Any]]:
    """Return the trees with n vertices as dictionaries with the columns of the table."""
    table = load_table(f"family-{n:02}")
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


@cache
def identifiers(n: int) -> dict[FreeTree, str]:
    """Return the ids of the trees with n vertices."""
    return {FreeTree(row["level_sequence"]): row["id"] for row in rows(n)}


def degrees(tree: FreeTree) -> list[int]:
    """Return the degree of every vertex."""
    ends = [v for edge in tree.edges() for v in edge]
    return [ends.count(v) for v in range(tree.order)]


def shape(tree: FreeTree) -> str:
    """Name a path, a star or a spider."""
    hubs = [v for v, d in enumerate(degrees(tree)) if d > 2]
    if tree.order < 3:
        return f"path:{tree.order}"
    if not hubs:
        return f"path:{tree.order}, Narayana"
    if tree.diameter() == 2:
        return f"star:{tree.order}, Eulerian"
    if len(hubs) > 1:
        return ""
    (root,) = (r for r in tree.rootings() if len(r.branches) > 2)
    return "spider:" + ",".join(str(branch.order) for branch in root.branches)


def neighbours(tree: FreeTree) -> tuple[list[str], list[str]]:
    """Return the ids of the trees with a leaf less and with a leaf more."""
    edges, n = tree.edges(), tree.order
    leaves = [v for v, d in enumerate(degrees(tree)) if d == 1] if n > 2 else []
    less = {FreeTree.from_edges([e for e in edges if leaf not in e]) for leaf in leaves if n > 3}
    less |= {FreeTree([0, 1])} if n == 3 else {FreeTree([0])} if n == 2 else set()
    more = {FreeTree.from_edges([*edges, (v, n)]) for v in range(n)}
    order = lambda ids: sorted(ids, key=lambda i: int(i.split(".")[1]))  # noqa: E731
    return order(identifiers(n - 1)[t] for t in less), order(identifiers(n + 1)[t] for t in more)


def link(identifier: str) -> str:
    """Return a link to a tree."""
    order = int(identifier[1:].split(".")[0])
    return f'<a href="{order:02}.html#{identifier}">{identifier}</a>'


def words(values: Any) -> str:
    """Return numbers with blanks between them."""
    return " ".join(map(str, values))


def card(row: dict[str, Any]) -> str:
    """Return the card of a tree."""
    tree = FreeTree(row["level_sequence"])
    polynomial = beta_polynomial(tree)
    product = str(polynomial.factored()).replace("**", "^").replace("*", " ")
    less, more = neighbours(tree)
    j = tree.order - 1
    power = {0: "", 1: "h"}.get(j, f"h^{j}")
    half = "" if row["sigma"] == 1 else f"1/{row['sigma']} "
    term = f"{power}/(1-beta)^{2 * j + 1} · {half}({polynomial}) · {differential(tree)}".lstrip("/")
    facts = {
        "P": product,
        "gamma": words(row["gamma_vector"]),
        "P(1)": row["value_at_one"],
        "sigma": row["sigma"],
        "diameter": tree.diameter(),
        "degrees": words(row["degree_sequence"]),
        "levels": words(row["level_sequence"]),
        "edges": format_tree(tree, "edges"),
        "graph6": format_tree(tree, "graph6"),
        "roots": "all real, proved exactly" if row["real_rooted"] else "not all real",
        "in the loss": term,
    }
    lines = "".join(f"<dt>{k}</dt><dd>{escape(str(v))}</dd>" for k, v in facts.items())
    lines += f"<dt>minus a leaf</dt><dd>{' '.join(map(link, less)) or 'none'}</dd>"
    lines += f"<dt>plus a leaf</dt><dd>{' '.join(map(link, more))}</dd>"
    cite = f"<details><summary>cite</summary><pre>{escape(citation(row['id']))}</pre></details>"
    return (
        f'<article class="atlas-full" id="{row["id"]}"><h2><a href="#{row["id"]}">{row["id"]}</a> '
        f"<small>{shape(tree)}</small></h2>{svg(tree, row['id'])}"
        f'<p class="atlas-row">{words(row["coefficients"])}</p><dl>{lines}</dl>{cite}'
        "</article>"
    )


def line(row: dict[str, Any]) -> str:
    """Return the line of a tree in the table of a large order, with as few bytes as HTML allows."""
    tree = FreeTree(row["level_sequence"])
    name, levels = row["id"], words(row["level_sequence"])
    cells = [words(row["coefficients"]), row["value_at_one"], row["sigma"], tree.diameter(), levels]
    return f"<tr id={name}><td><a href=#{name}>{name}</a>" + "".join(f"<td>{c}" for c in cells)


def order_page(n: int) -> str:
    """Return the body of the page of an order."""
    return f'{order_body(n)}<script src="order.js"></script>'


def order_body(n: int) -> str:
    """Return what the page of an order shows."""
    trees = rows(n)
    total = sum(row["value_at_one"] for row in trees)
    before = f'<a href="{n - 1:02}.html">{n - 1} vertices</a> · ' if n - 1 in ORDERS else ""
    after = f' · <a href="{n + 1:02}.html">{n + 1} vertices</a>' if n + 1 in ORDERS else ""
    head = (
        f"<h1>Free trees with {n} {'vertex' if n == 1 else 'vertices'}</h1>"
        f'<p>{before}<a href="index.html">Which tree is this?</a>{after}</p>'
        f"<p>{len(trees):,} tree{'s'[: len(trees) > 1]} in canonical order, path first and star "
        f"last. The numbers P(1) add up to {total:,}. All {len(trees):,} polynomials are distinct "
        "and have real roots only, computed exactly.</p>"
    )
    if n <= CARDS:
        return head + '<div class="atlas-order">' + "".join(map(card, trees)) + "</div>"
    titles = "id,row,P(1),sigma,diameter,levels".split(",")
    heads = "".join(f'<th><button type="button">{title}</button></th>' for title in titles)
    body = "".join(map(line, trees))
    table = f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
    return f'{head}<div class="atlas-scroll"><table class="atlas-table">{table}</table></div>'


def data_script() -> str:
    """Return the script with all rows: half a row, levels and sigma in base 36, a line a tree."""
    orders = []
    for n in ORDERS:
        lines = []
        for row in rows(n):
            half = row["coefficients"][1 : (n - 1 + 1) // 2]
            fields = (half, row["level_sequence"])
            text = " ".join(map(base36, fields[0])), "".join(map(base36, fields[1]))
            lines.append("|".join([*text, base36(row["sigma"])]))
        orders.append(f'{n}:"' + "\\n".join(lines) + '"')
    return "var ATLAS={" + ",\n".join(orders) + "};\n"


class Thumbnails(Directive):
    """The links to the orders, each with its largest star, and the files to download."""

    def run(self) -> list[nodes.Node]:
        """Return the raw page."""
        cards = []
        for n in ORDERS:
            middle = beta_table(n)[len(rows(n)) // 2].tree
            count = len(rows(n))
            cards.append(
                f'<a class="atlas-card" href="{n:02}.html">{svg(middle, f"{n} vertices")}'
                f"<b>{n} {'vertex' if n == 1 else 'vertices'}</b>"
                f"<small>{count:,} tree{'s'[: count > 1]}</small></a>"
            )
        return [nodes.raw("", f'<div class="atlas-cards">{"".join(cards)}</div>', format="html")]


class Downloads(Directive):
    """The published files with their sizes and digests."""

    def run(self) -> list[nodes.Node]:
        """Return a table."""
        lines = []
        for path in sorted((Path(__file__).parents[2] / "data").glob("*.csv")):
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            lines.append(
                f'<tr><td><a href="data/{path.name}" download>{path.name}</a></td>'
                f"<td>{len(content):,}</td><td><code>{digest}</code></td></tr>"
            )
        head = "<tr><th>file</th><th>bytes</th><th>sha256</th></tr>"
        table = f"<table><thead>{head}</thead><tbody>{''.join(lines)}</tbody></table>"
        return [nodes.raw("", f'<div class="atlas-scroll">{table}</div>', format="html")]


def pages(app: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the pages of the orders, and write what the search and the downloads need."""
    folder = Path(app.outdir) / "atlas"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data.js").write_text(data_script(), encoding="utf-8")
    for script in SCRIPTS.glob("*.js"):
        (folder / script.name).write_text(jsmin(script.read_text("utf-8")), encoding="utf-8")
    for path in (Path(__file__).parents[2] / "data").glob("*.csv"):
        (folder / "data" / path.name).write_bytes(path.read_bytes())
    for n in ORDERS:
        yield f"atlas/{n:02}", {"title": f"{n} vertices", "body": order_page(n)}, "page.html"


def setup(app: Any) -> dict[str, Any]:
    """Register the directives and the pages."""
    app.add_directive("atlas-orders", Thumbnails)
    app.add_directive("atlas-downloads", Downloads)
    app.connect("html-collect-pages", pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
