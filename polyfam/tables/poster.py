"""The poster of an order: all its free trees, each above its identifier and its coefficients."""

from __future__ import annotations

from polyfam._checks import integer
from polyfam.family.table import beta_table
from polyfam.tables.ids import format_id
from polyfam.trees.drawing import grid_picture
from polyfam.trees.drawing_svg import svg

__all__ = ["MAX_GRID_ORDER", "grid_svg"]

#: The largest order whose trees, 106 of them, still make one picture.
MAX_GRID_ORDER = 10


def grid_svg(n: int) -> str:
    """Return a picture of all free trees on n vertices, each above its identifier and its row.

    Parameters
    ----------
    n : int
        Between 1 and 10.

    Returns
    -------
    str
        A complete SVG document, the trees in the canonical order of `beta_table`.

    Raises
    ------
    DomainError
        For another n.

    Examples
    --------
    >>> picture = grid_svg(5)
    >>> picture.count("<circle"), "F5.2" in picture, "1 8 8 1" in picture
    (15, True, True)
    """
    n = integer(n, "n", minimum=1, maximum=MAX_GRID_ORDER)
    polynomials = list(beta_table(n))
    count = "1 free tree" if len(polynomials) == 1 else f"{len(polynomials)} free trees"
    title = f"The {count} of order {n} and the coefficients of their polynomials"
    trees = [(p.tree.levels, False) for p in polynomials if p.of_tree]
    captions = [
        (format_id(n, k), " ".join(map(str, p.row))) for k, p in enumerate(polynomials, start=1)
    ]
    return svg(grid_picture(title, trees, captions))
