"""Names of shapes: ``path:9``, ``star:7``, ``broom:3,4``, ``spider:2,2,3``, and so on.

The numbers are the arguments of the function of that name in `polyfam.trees.shapes`: for a path or
a star, the number of vertices.  There is no way back, since a tree may have several such names.
"""

from __future__ import annotations

from collections.abc import Callable

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError, PolyfamError
from polyfam.trees import shapes
from polyfam.trees.notation._text import read_integers
from polyfam.trees.tree import FreeTree

__all__ = ["SHAPES", "parse"]

#: The functions by name, and how many numbers they take: 0 stands for a list of any length.
SHAPES: dict[str, tuple[Callable[..., FreeTree], int]] = {
    "path": (shapes.path, 1),
    "star": (shapes.star, 1),
    "broom": (shapes.broom, 2),
    "spider": (shapes.spider, 0),
    "caterpillar": (shapes.caterpillar, 0),
    "double-star": (shapes.double_star, 2),
}


def parse(text: str) -> FreeTree:
    """Return the tree with the name of a shape.

    Parameters
    ----------
    text : str
        A key of `SHAPES`, a colon and numbers, separated by commas or by blanks.

    Raises
    ------
    InvalidTreeError
        For an unknown shape, a wrong number of numbers, or a number out of range.

    Examples
    --------
    >>> parse("star:5")
    FreeTree((0, 1, 1, 1, 1))
    >>> parse("broom:3")
    Traceback (most recent call last):
        ...
    polyfam.errors.InvalidTreeError: Shape 'broom' must have 2 number(s) after its colon, not 1.
    """
    name, _, rest = text.partition(":")
    if name not in SHAPES:
        raise InvalidTreeError(f"Shape {quoted(name)} must be one of {', '.join(SHAPES)}.")
    build, arity = SHAPES[name]
    numbers = read_integers(rest.strip(), f"shape '{name}'")
    if not numbers or (arity and len(numbers) != arity):
        raise InvalidTreeError(
            f"Shape '{name}' must have {arity or 'some'} number(s) after its colon, "
            f"not {len(numbers)}."
        )
    try:
        return build(*numbers) if arity else build(numbers)
    except PolyfamError as error:
        raise InvalidTreeError(f"Shape {quoted(text)} is no tree: {error}") from None
