"""Draw trees, one or several, on the screen or to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from polyfam._atomic import check_target, write_file
from polyfam._checked import checked
from polyfam._checks import quoted
from polyfam.errors import ArgumentTypeError, DomainError, ResourceError, UnknownNameError
from polyfam.trees.base import Tree
from polyfam.trees.drawing import Picture, grid_picture, tree_picture
from polyfam.trees.drawing_matplotlib import raster
from polyfam.trees.drawing_svg import svg
from polyfam.trees.drawing_tikz import tikz
from polyfam.trees.tree import FreeTree, RootedTree

if TYPE_CHECKING:
    import os

__all__ = ["FORMATS", "MOST_DRAWN", "draw"]

#: The formats by the suffixes of their files.
FORMATS: dict[str, Callable[[Picture], str | bytes]] = {
    ".svg": svg,
    ".tex": tikz,
    ".png": lambda picture: raster(picture, "png"),
    ".pdf": lambda picture: raster(picture, "pdf"),
}

#: So many trees still make one picture, and so many vertices in all.
MOST_DRAWN = 1000
_MOST_VERTICES = 20_000


@checked
def draw(
    tree: FreeTree | RootedTree | Iterable[FreeTree | RootedTree],
    file: str | os.PathLike[str] | None = None,
    *,
    captions: Iterable[str] | None = None,
) -> str | None:
    """Draw a tree, or several side by side.

    Parameters
    ----------
    tree : FreeTree, RootedTree or iterable of these
        Free trees spread around their centroid, rooted trees hang from their root.  At most 1000
        trees; up to 150 vertices or so can be told apart.
    file : path, optional
        Where to write the picture: ``.svg``, ``.tex`` (TikZ), ``.png`` or ``.pdf`` (these two
        need the extra ``plot``).
    captions : iterable of str, optional
        A line of text below each of several trees; their level sequences, if they are short.

    Returns
    -------
    str or None
        The SVG document when there is no file.

    Raises
    ------
    ArgumentTypeError
        For something that is no tree.
    UnknownNameError
        For a file with another suffix.
    OutputError
        When the file cannot be written.
    ResourceError
        For more than 20,000 vertices.

    Examples
    --------
    >>> from polyfam import free_trees, star
    >>> draw(star(5)).count("<circle")
    5
    >>> draw(free_trees(5)).count("<circle")
    15
    """
    lines = None if captions is None else list(captions)
    if file is None:
        return svg(_picture(tree, lines))
    try:
        path = Path(file)
    except TypeError:
        raise ArgumentTypeError(f"Argument 'file' must be a path, not {quoted(file)}.") from None
    if path.suffix.lower() not in FORMATS:
        raise UnknownNameError(
            f"File {quoted(path)} must end in one of {', '.join(FORMATS)}, the formats there are."
        )
    check_target(path)
    write_file(path, FORMATS[path.suffix.lower()](_picture(tree, lines)))
    return None


def picture(
    tree: FreeTree | RootedTree | Iterable[FreeTree | RootedTree], suffix: str
) -> str | bytes:
    """Return the picture of a tree, or of several, as a file with this suffix holds it."""
    return FORMATS[suffix](_picture(tree, None))


def _check_size(trees: Iterable[Tree]) -> None:
    """Refuse trees in whose picture nothing could be told apart, which takes a minute."""
    vertices = sum(tree.order for tree in trees)
    if vertices > _MOST_VERTICES:
        raise ResourceError(
            f"A picture may have at most {_MOST_VERTICES:,} vertices, not {vertices:,}; draw a "
            "part of the tree, or format_tree(tree, 'dot') for Graphviz."
        )


def _picture(
    tree: FreeTree | RootedTree | Iterable[FreeTree | RootedTree], captions: list[str] | None
) -> Picture:
    """Return the picture of a tree or of several."""
    if isinstance(tree, Tree):
        _check_size([tree])
        return tree_picture(tree.levels, isinstance(tree, RootedTree))
    try:
        trees = [each for each, _ in zip(tree, range(MOST_DRAWN + 1), strict=False)]
    except TypeError:
        raise ArgumentTypeError(
            f"Argument 'tree' must be a tree or several trees, not {quoted(tree)}; "
            "parse_tree reads texts."
        ) from None
    for each in trees:
        if not isinstance(each, Tree):
            raise ArgumentTypeError(
                f"Argument 'tree' must hold trees, not {quoted(each)}; parse_tree reads texts."
            )
    if not 1 <= len(trees) <= MOST_DRAWN:
        raise DomainError(f"Argument 'tree' must hold between 1 and {MOST_DRAWN} trees.")
    _check_size(trees)
    if captions is None:
        captions = [str(each) if each.order <= 12 else f"n = {each.order}" for each in trees]
    if len(captions) != len(trees):
        raise DomainError(
            f"Argument 'captions' must have one line for each of {len(trees)} trees, "
            f"not {len(captions)}."
        )
    title = "1 tree" if len(trees) == 1 else f"{len(trees)} trees"
    kinds = [(each.levels, isinstance(each, RootedTree)) for each in trees]
    return grid_picture(title, kinds, [[str(caption)] for caption in captions])
