"""What the verbs about trees share: reading a tree, its names, facts in columns, examples."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal, overload

import click

from polyfam.cli._shared import numbered_lines, terminal_width
from polyfam.errors import PolyfamError

if TYPE_CHECKING:
    from polyfam.trees import FreeTree, RootedTree

__all__ = [
    "examples",
    "fields",
    "from_option",
    "named",
    "published_id",
    "read_tree",
    "read_trees",
]

_OEIS = {"Narayana": "A001263", "Eulerian": "A008292"}


def read_tree(
    text: str, rooted: bool = False, notation: str | None = None
) -> FreeTree | RootedTree:
    """Return the tree of an identifier such as F6.3, of a name or of any notation."""
    from polyfam.tables.ids import is_id, resolve_id
    from polyfam.trees import parse_tree

    identifier = text.strip().upper()
    if notation or not is_id(identifier):
        return parse_tree(text, rooted=rooted, notation=notation)
    tree = resolve_id(identifier).tree
    return tree.rooted() if rooted else tree


def from_option() -> Callable[[Any], Any]:
    """Return the option ``--from`` as a decorator: the notation of all trees, or None."""
    return click.option(
        "--from",
        "notation",
        metavar="NOTATION",
        help="What the trees are written in, such as parents or graph6, if a text may be several.",
    )


@overload
def read_trees(
    values: Sequence[str],
    notation: str | None,
    rooted: Literal[True],
    known: Mapping[str, FreeTree] | None = None,
) -> Iterator[RootedTree]: ...
@overload
def read_trees(
    values: Sequence[str],
    notation: str | None = None,
    rooted: Literal[False] = False,
    known: Mapping[str, FreeTree] | None = None,
) -> Iterator[FreeTree]: ...
@overload
def read_trees(
    values: Sequence[str],
    notation: str | None,
    rooted: bool,
    known: Mapping[str, FreeTree] | None = None,
) -> Iterator[FreeTree | RootedTree]: ...
def read_trees(
    values: Sequence[str],
    notation: str | None = None,
    rooted: bool = False,
    known: Mapping[str, FreeTree] | None = None,
) -> Iterator[FreeTree | RootedTree]:
    """Yield the trees of the arguments, with those of standard input in place of ``-``.

    Errors in standard input start with the number of the line.  The lines of `known`, level
    sequences, are not parsed unless the notation is another one.
    """
    from polyfam.trees.notation import split_by_the_shell

    if hint := split_by_the_shell(values):
        raise click.UsageError(hint)
    for value in values:
        if value != "-":
            yield read_tree(value, rooted, notation)
            continue
        for number, line in numbered_lines():
            if line in ("", ">>graph6<<", ">>sparse6<<"):
                continue
            if known and (found := known.get(line)) and not rooted and notation in (None, "levels"):
                yield found
                continue
            try:
                tree = read_tree(line, rooted, notation)
            except PolyfamError as error:
                hint = "" if notation else " If all lines are alike, --from NOTATION reads them."
                raise type(error)(f"Line {number}: {error}{hint}") from None
            yield tree


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
    if terminal_width() == sys.maxsize:  # fill takes as long as all that finds the values
        return "\n".join(f"  {label:<{margin - 2}}{value}" for label, value in shown)
    width = max(terminal_width(), margin + 20)
    return "\n".join(
        fill(
            value,
            width,
            initial_indent=f"  {label:<{margin - 2}}",
            subsequent_indent=" " * margin,
            break_on_hyphens=False,
        )
        for label, value in shown
    )


def examples(*lines: str) -> str:
    """Return the end of a help page, kept from being folded."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
