"""What a named triangle of the family is: rows of numbers that mathematics knows by a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["LARGEST", "Triangle"]

#: Rows beyond this number take minutes and gigabytes, and are refused.
LARGEST = 10_000


@dataclass(frozen=True)
class Triangle:
    """A triangle of integers, a row for every order.

    Parameters
    ----------
    name : str
        In lower case with hyphens, as published tables are named.
    adjective : str
        The name people give to a row, such as ``"Eulerian"``; empty if there is none.
    row : callable
        Takes the number of a row.
    first : int
        The number of the first row.
    oeis : str
        The A-number, or empty.
    formula : str
        The rule the rows are computed by, in plain text.
    shape : str
        The shape whose polynomials the rows are, such as ``"star"``; empty if they belong to none.

    Examples
    --------
    >>> from polyfam.family import TRIANGLES
    >>> [triangle.row(3) for triangle in TRIANGLES if triangle.shape]
    [(1, 4, 1), (1, 3, 1)]
    """

    name: str
    adjective: str
    row: Callable[[int], tuple[int, ...]]
    first: int
    oeis: str
    formula: str
    shape: str = ""
