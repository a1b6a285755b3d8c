"""Notebooks of the tutorials, made from their pages: prose becomes text, doctests become cells."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

FOLDER = "tutorials"


def cells(page: str) -> list[dict[str, Any]]:
    """Return the cells of a page in Markdown."""
    found: list[dict[str, Any]] = []
    for place, part in enumerate(re.split(r"```pycon\n(.*?)```", page, flags=re.DOTALL)):
        text = _code(part) if place % 2 else _prose(part)
        if not text:
            continue
        lines = text.splitlines(keepends=True)
        cell: dict[str, Any] = {"id": f"c{place}", "metadata": {}, "source": lines}
        if place % 2:
            cell |= {"cell_type": "code", "execution_count": None, "outputs": []}
        else:
            cell |= {"cell_type": "markdown"}
        found.append(dict(sorted(cell.items())))
    return found


def _code(doctest: str) -> str:
    """Return the input of a doctest, without what it prints."""
    lines = [line[4:] for line in doctest.splitlines() if line.startswith((">>> ", "... "))]
    return "\n".join(lines)


def _prose(text: str) -> str:
    """Return a text without what only a page understands."""
    text = re.sub(r"(?ms)^(`{3,}|:{3,})\{.*?^\1\s*$", "", text)
    text = re.sub(r"\{cite:[pt]\}`([^`]*)`", r"[\1]", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\.md[^)]*\)", r"*\1*", text)
    return text.strip()


def notebook(page: str) -> str:
    """Return a page as a notebook."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    book = {"cells": cells(page), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


class Notebook(SphinxDirective):
    """A link to the notebook of this page."""

    def run(self) -> list[nodes.Node]:
        """Return the link."""
        name = Path(self.env.docname).name
        link = f'<p><a href="{name}.ipynb" download>This page as a notebook</a></p>'
        return [nodes.raw("", link, format="html")]


def write(app: Any, failure: Exception | None) -> None:
    """Write the notebooks beside the pages."""
    if failure is None and app.builder.format == "html":
        for page in sorted((Path(app.srcdir) / FOLDER).glob("*.md")):
            target = Path(app.outdir) / FOLDER / f"{page.stem}.ipynb"
            target.write_text(notebook(page.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app: Any) -> dict[str, Any]:
    """Register the directive, and write after the build."""
    app.add_directive("notebook", Notebook)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
