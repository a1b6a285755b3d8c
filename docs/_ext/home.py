"""The picture of the first page: the smallest trees, each a link into the atlas."""

from __future__ import annotations

from typing import Any

from atlas_pictures import svg
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from polyfam import beta_table


def name(n: int, diameter: int) -> str:
    """Name the two extreme trees of each order, once they differ."""
    return {2: "star, Eulerian", n - 1: "path, Narayana"}.get(diameter, "") if n > 3 else ""


class FirstTrees(SphinxDirective):
    """Cards that wrap as the page needs, with picture, row, identifier and name."""

    def run(self) -> list[nodes.Node]:
        """Return the cards."""
        cards = []
        for n in range(1, 7):
            for k, p in enumerate(beta_table(n), start=1):
                identifier = f"F{n}.{k}"
                row = " ".join(map(str, p.row))
                words = name(n, p.tree.diameter())
                cards.append(
                    f'<a href="atlas/{n:02}.html#{identifier}">{svg(p.tree, identifier)}'
                    f"<b>{row}</b><span>{identifier}{' ' * bool(words)}<i>{words}</i></span></a>"
                )
        return [nodes.raw("", f'<div class="first-trees">{"".join(cards)}</div>', format="html")]


def setup(app: Any) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("first-trees", FirstTrees)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
