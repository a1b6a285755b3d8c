"""``polyfam draw``: pictures of trees."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from polyfam.cli._shared import TREE_SETTINGS, emit, output_option, tree_arguments
from polyfam.cli._trees import examples, read_tree

__all__ = ["command"]


@click.command(
    context_settings=TREE_SETTINGS,
    short_help="Draw a tree to a file.",
    epilog=examples(
        "polyfam draw F8.9 -o tree.svg",
        'polyfam draw "[[],[[]]]" --rooted -o tree.svg',
        "polyfam draw --all 6 -o six.svg",
    ),
)
@click.argument("tree", required=False)
@click.option("--rooted", is_flag=True, help="Draw the tree from its root downwards.")
@click.option("--all", "order", type=int, metavar="N", help="Draw all free trees on N vertices.")
@output_option()
def command(tree: str | None, rooted: bool, order: int | None, output: Path | None) -> None:
    """Draw a TREE, or with --all every tree on N vertices with its coefficients, as SVG.

    TREE may be anything that 'polyfam poly' reads. The picture can be read on light and on dark
    pages.
    """
    from polyfam._atomic import write_file
    from polyfam.tables.poster import grid_svg
    from polyfam.trees import draw

    if (tree is None) == (order is None) or (rooted and order is not None):
        raise click.UsageError("Give a TREE, perhaps with --rooted, or --all N.")
    if output and output.suffix.lower() not in ("", ".svg"):
        raise click.BadParameter(
            f"{str(output)!r} must end in .svg, the only format.", param_hint="'-o'"
        )
    picture = grid_svg(order) if tree is None else draw(read_tree(_only(tree), rooted))
    if output:
        write_file(output, picture)
    else:
        emit(picture.removesuffix("\n"))


def _only(tree: str) -> str:
    """Return the text of the tree, from standard input if it is '-'."""
    texts = list(islice(tree_arguments([tree]), 2))
    if len(texts) != 1:
        raise click.UsageError(
            f"One tree makes a picture; standard input holds {'more' if texts else 'none'}."
        )
    return texts[0]
