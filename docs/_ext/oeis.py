"""Every number of the OEIS is a link: A000055 leads to oeis.org/A000055."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

NUMBER = re.compile(r"\bA\d{6}\b")
#: Where a link would not work or mislead.
APART = (nodes.reference, nodes.literal_block, nodes.raw, nodes.title, nodes.math)


class Numbers(SphinxPostTransform):
    """Replace the numbers by references."""

    default_priority = 400

    def run(self, **_: Any) -> None:
        """Go through all texts."""
        for text in list(self.document.findall(nodes.Text)):
            if NUMBER.search(text) and not _inside(text):
                text.parent.replace(text, _linked(str(text)))


def _inside(node: nodes.Node) -> bool:
    """Say whether a node stands where no link may."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, APART):
            return True
    return False


def _linked(text: str) -> list[nodes.Node]:
    """Return a text as nodes, its numbers as references."""
    out: list[nodes.Node] = []
    end = 0
    for found in NUMBER.finditer(text):
        out.append(nodes.Text(text[end : found.start()]))
        out.append(nodes.reference("", found[0], refuri=f"https://oeis.org/{found[0]}"))
        end = found.end()
    return [*out, nodes.Text(text[end:])]


def setup(app: Any) -> dict[str, Any]:
    """Register the transform."""
    app.add_post_transform(Numbers)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
