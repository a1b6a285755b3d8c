"""What the verbs about trees share: reading a tree, its names, facts in columns, examples."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyfam.trees import FreeTree, RootedTree

__all__ = ["examples", "fields", "named", "published_id", "read_tree"]

_OEIS = {"Narayana": "A001263", "Eulerian": "A008292"}
#: Lines are no longer than this even where the terminal is wider: numbers are read in columns.
_WIDEST = 100


def read_tree(text: str, rooted: bool = False) -> FreeTree | RootedTree:
    """Return the tree of an identifier such as F6.3, of a name or of any notation."""
    from polyfam.tables.ids import is_id, resolve_id
    from polyfam.trees import parse_tree

    if not is_id(text):
        return parse_tree(text, rooted=rooted)
    tree = resolve_id(text).tree
    return tree.rooted() if rooted else tree


def published_id(tree: FreeTree) -> str | None:
    """Return the identifier of a tree of a published order."""
    from polyfam.tables.ids import PUBLISHED_ORDERS, tree_id

    return tree_id(tree) if tree.order in PUBLISHED_ORDERS else None


def named(names: Iterable[str]) -> str:
    """Return classical names with their numbers in the OEIS."""
    return ", ".join(f"{name} ({_OEIS[name]})" for name in names)


def fields(pairs: Iterable[tuple[str, object]]) -> str:
    """Lay out labelled values, those that are None or empty left out, folded to the terminal."""
    shown = [(label, str(value)) for label, value in pairs if value not in (None, "")]
    margin = 4 + max(len(label) for label, _ in shown)
    width = min(_WIDEST, shutil.get_terminal_size().columns)
    return "\n".join(
        fill(
            value,
            max(width, margin + 20),
            initial_indent=f"  {label:<{margin - 2}}",
            subsequent_indent=" " * margin,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for label, value in shown
    )


def examples(*lines: str) -> str:
    """Return the end of a help page, kept from being folded."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
