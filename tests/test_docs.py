"""What the pages promise: every command in a how-to, short imports, notebooks."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest

from polyfam.cli import VERBS

DOCS = Path(__file__).parents[1] / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), DOCS.parent / "README.md"]


def test_every_command_occurs_in_a_how_to() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in (DOCS / "howto").glob("*.md"))
    assert [verb for verb in VERBS if f"polyfam {verb}" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS.parent)))
def test_pages_import_what_is_public(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"(?:from|import) polyfam\.\w+\.\w+", text) == []
    assert re.findall(r"(?:from|import) polyfam\.?_\w+", text) == []


def test_every_how_to_is_listed() -> None:
    listed = (DOCS / "howto" / "index.md").read_text(encoding="utf-8")
    for page in (DOCS / "howto").glob("*.md"):
        assert page.stem == "index" or f"\n{page.stem}\n" in listed


@pytest.mark.parametrize("page", sorted((DOCS / "tutorials").glob("*.md")), ids=lambda p: p.stem)
def test_a_notebook_has_the_code_of_its_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    book = json.loads(runpy.run_path(str(DOCS / "_ext" / "notebooks.py"))["notebook"](text))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    code = [c for c in book["cells"] if c["cell_type"] == "code"]
    assert len(code) == text.count("```pycon")
    lines = [line[4:] for line in text.splitlines() if line.startswith((">>> ", "... "))]
    assert [line.rstrip("\n") for c in code for line in c["source"]] == lines
    for cell in book["cells"]:
        source = "".join(cell["source"])
        assert "{cite" not in source
        assert "```{" not in source
        if cell["cell_type"] == "code":
            compile(source, "cell", "exec")
