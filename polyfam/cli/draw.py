"""``polyfam draw``: pictures of trees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polyfam._checks import optional_import
from polyfam.cli._shared import TREE_SETTINGS, emit, output_option
from polyfam.cli._trees import examples, from_option, read_trees

if TYPE_CHECKING:
    from polyfam.trees import FreeTree, RootedTree

__all__ = ["command"]

_FORMATS = {"svg": ".svg", "tikz": ".tex", "png": ".png", "pdf": ".pdf", "json": ".json"}


@click.command(
    context_settings=TREE_SETTINGS,
    short_help="Draw trees to a file.",
    epilog=examples(
        "polyfam draw F8.9 -o tree.svg",
        'polyfam draw "[[],[[]]]" --rooted -o tree.tex',
        "polyfam draw F6.1 F6.4 star:6 -o three.pdf",
        "polyfam draw --all 6 -o six.svg",
    ),
)
@click.argument("trees", nargs=-1, metavar="[TREE]...")
@click.option("--rooted", is_flag=True, help="Draw each tree from its root downwards.")
@click.option("--all", "order", type=int, metavar="N", help="Draw all free trees on N vertices.")
@from_option()
@click.option(
    "--format",
    "format_",
    type=click.Choice([*_FORMATS]),
    help="The form of the output.  [default: by the suffix of -o, else svg]",
)
@output_option()
def command(
    trees: tuple[str, ...],
    rooted: bool,
    order: int | None,
    notation: str | None,
    format_: str | None,
    output: Path | None,
) -> None:
    """Draw each TREE, or with --all every tree on N vertices with its coefficients.

    TREE may be anything that 'polyfam poly' reads. The picture is SVG, which can be read on light
    and on dark pages, TikZ, PNG or PDF by the suffix of the file; JSON has the levels and edges.
    """
    if bool(trees) == (order is not None) or (rooted and order is not None):
        raise click.UsageError("Give a TREE, perhaps with --rooted, or --all N.")
    format_ = format_ or _format_of(output)
    if output is None and format_ in ("png", "pdf"):
        raise click.UsageError("PNG and PDF are not for a terminal: name a file with -o.")
    if format_ in ("png", "pdf"):  # known before the work, not after it
        optional_import("matplotlib", "plot")
    if order is not None:
        picture = _grid(order, format_)
    else:
        picture = _picture([*read_trees(trees, notation, rooted)], format_)
    if output:
        from polyfam._atomic import write_file

        write_file(output, picture)
    elif isinstance(picture, str):
        emit(picture.removesuffix("\n"))


def _format_of(output: Path | None) -> str:
    """Return the format that the suffix of a file stands for."""
    suffix = "" if output is None else output.suffix.lower()
    for name, each in _FORMATS.items():
        if suffix in (each, ""):
            return name
    raise click.BadParameter(
        f"{str(output)!r} must end in one of {', '.join(_FORMATS.values())}.", param_hint="'-o'"
    )


def _grid(n: int, format_: str) -> str | bytes:
    """Return the picture of all trees on n vertices with their identifiers and rows."""
    from polyfam.tables.poster import grid_svg
    from polyfam.trees import free_trees

    if format_ == "svg":
        return grid_svg(n)
    from polyfam._checks import integer

    return _picture([*free_trees(integer(n, "n", minimum=1, maximum=10))], format_)


def _picture(trees: list[FreeTree | RootedTree], format_: str) -> str | bytes:
    """Return the picture of one tree or of several."""
    from polyfam.trees.pictures import picture

    if not trees:
        raise click.UsageError("Standard input holds no tree to draw.")
    if format_ == "json":
        facts: list[dict[str, Any]] = [
            {"level_sequence": tree.levels, "edges": tree.edges()} for tree in trees
        ]
        return json.dumps(facts)
    return picture(trees[0] if len(trees) == 1 else trees, _FORMATS[format_])
