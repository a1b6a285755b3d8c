"""From a row of coefficients back to the tree.

A row c_1, ..., c_j can only belong to a tree on n = j + 1 vertices.  It is first held against what
is proven for every tree,

    c_i positive integers,    c_1 = 1,    c_i = c_(j+1-i),    N(j, i) <= c_i <= A(j, i),

where the Narayana numbers N belong to the path (A001263), the Eulerian numbers A to the star
(A008292), and the gamma vectors obey the same bounds [BV11]; then, up to n = 20, it is looked for
among all trees on n vertices.  As c_1 = 1, the rows of `beta_table` stand in the order of c_2, the
number of connected edge sets minus j, and a bisection finds the tree in at most 20 steps.  Beyond
n = 20, only the path and the star are recognised.

That there is at most one tree to find is an observation, made on all trees up to the order of the
last certificate (`polyfam.load_certificate`).

References
----------
[BV11] Buchstaber & Volodin, Sharp upper and lower bounds for nestohedra, Izv. Math. 75 (2011).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import comb

from polyfam._checked import checked
from polyfam._checks import integer, members, readable
from polyfam._html import preformatted
from polyfam.errors import PolyfamError
from polyfam.family.named import TRIANGLES, eulerian_row, narayana_row
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.roots import in_gamma_basis
from polyfam.family.single import beta_polynomial
from polyfam.family.table import BetaTable, beta_table
from polyfam.trees import FreeTree, count_free_trees, path, star

__all__ = ["LARGEST_SEARCHED", "Identification", "classical_names", "identify"]

#: The largest order whose trees are all looked through: 823,065 of them, in a second.
LARGEST_SEARCHED = 20

Row = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Identification:
    """What `identify` found.

    Parameters
    ----------
    member : bool or None
        Whether the row belongs to a tree; None when that is left undecided.
    polynomial : BetaPolynomial or None
        The polynomial of the tree, which it knows.
    names : tuple of str
        ``"Narayana"`` for a path, ``"Eulerian"`` for a star.
    reason : str
        Why the row belongs to no tree, or why that is undecided; empty for a member.

    Attributes
    ----------
    tree : FreeTree or None
        The tree of a member.

    Examples
    --------
    >>> print(identify([1, 11, 11, 1]))
    In the family: Eulerian, of the tree 0 1 1 1 1.
    >>> print(identify([1, 7, 7, 1]))
    Not in the family because none of the 3 free trees on 5 vertices has these coefficients.
    """

    member: bool | None
    polynomial: BetaPolynomial | None = None
    names: tuple[str, ...] = ()
    reason: str = ""

    @property
    def tree(self) -> FreeTree | None:
        """The tree, of a member."""
        return self.polynomial.of_tree if self.polynomial else None

    def __str__(self) -> str:
        if self.member:
            names = "".join(f"{name}, " for name in self.names)
            return f"In the family: {names}of the tree {self.tree}."
        verdict = "Undecided" if self.member is None else "Not in the family"
        return f"{verdict} because {self.reason}."

    def _repr_html_(self) -> str:
        """Say it in a notebook."""
        return preformatted(str(self))


@checked
def identify(coefficients: BetaPolynomial | Iterable[int]) -> Identification:
    """Find the tree whose polynomial has these coefficients, or say why there is none.

    Parameters
    ----------
    coefficients : BetaPolynomial or iterable of int
        The row c_1, ..., c_j, with or without the coefficient 0 of beta^0 before it.  The row
        ``1`` stands for the single edge, whose polynomial is beta; the constant polynomial of the
        single vertex is recognised as ``BetaPolynomial([1])``.

    Returns
    -------
    Identification
        With the tree for every member with n <= 20 vertices and for all paths and stars, else with
        the reason why the row is not, or might not be, in the family.

    Raises
    ------
    ArgumentTypeError
        When `coefficients` is not a sequence.

    Examples
    --------
    >>> answer = identify([1, 8, 8, 1])
    >>> answer.member, answer.tree, answer.names
    (True, FreeTree((0, 1, 2, 1, 1)), ())
    >>> identify([0, 1, 6, 6, 1]).names
    ('Narayana',)
    >>> identify([1, 2, 1]).reason
    'coefficient 2 of beta^2 is less than that of the path, 3'
    >>> print(identify([1, 8, 9, 1]))
    Not in the family because coefficient 8 of beta^2 and coefficient 9 of beta^3 must be equal.
    """
    if isinstance(coefficients, BetaPolynomial) and coefficients.degree == 0:
        return Identification(True, beta_polynomial(FreeTree()))
    row, fault = _read(coefficients)
    fault = fault or next(_faults(row), "")
    if fault:
        return Identification(False, reason=fault)
    n = len(row) + 1
    names = classical_names(row)
    if n <= LARGEST_SEARCHED:
        table = _table(n)
        polynomial = BetaPolynomial._trusted((0, *row))
        place = bisect_left(table, polynomial)
        if place < len(table) and table[place] == polynomial:
            return Identification(True, table[place], names)
        count = count_free_trees(n)
        trees = f"none of the {count:,} free trees on {n} vertices has these coefficients"
        return Identification(False, reason=trees)
    if names:
        tree = path(n) if "Narayana" in names else star(n)
        return Identification(True, BetaPolynomial._trusted((0, *row), tree), names)
    return Identification(
        None,
        reason=f"a tree with these coefficients would have {n} vertices, and all trees are looked "
        f"through up to {LARGEST_SEARCHED} vertices only; every known condition is met",
    )


def classical_names(row: Row) -> tuple[str, ...]:
    """Return the names under which a row c_1, ..., c_j is known to everybody.

    Examples
    --------
    >>> classical_names((1, 4, 1)), classical_names((1, 1)), classical_names((1, 8, 8, 1))
    (('Eulerian',), ('Narayana', 'Eulerian'), ())
    """
    j = len(row)
    shapes = [triangle for triangle in TRIANGLES if triangle.shape]
    return tuple(each.adjective for each in reversed(shapes) if each.row(j) == row)


@lru_cache(maxsize=2)
def _table(n: int) -> BetaTable:
    """Keep the tables last used: rows to identify come in crowds of one length."""
    return beta_table(n)


def _read(coefficients: BetaPolynomial | Iterable[int]) -> tuple[Row, str]:
    """Return the row without the zero at beta^0, or what keeps it from being one."""
    if isinstance(coefficients, BetaPolynomial):
        return coefficients.row, ""
    row: list[int] = []
    for position, entry in enumerate(
        members(coefficients, "coefficients", "a sequence of integers")
    ):
        try:
            row.append(integer(entry, "coefficients"))
        except PolyfamError:
            return (), f"entry {entry!r:.40} at position {position} is not an integer"
    return tuple(row[1:] if row[:1] == [0] else row), ""


def _faults(row: Row) -> Iterator[str]:
    """Yield every proven condition that a row fails, each as the end of a sentence."""
    j = len(row)
    if not row:
        yield "it has no coefficients, and a tree with at least one edge has as many as edges"
        return
    for i, c in enumerate(row, start=1):
        if c < 1:
            yield f"coefficient {readable(c)} of beta^{i} is not positive"
    for i, (c, mirrored) in enumerate(zip(row, reversed(row), strict=True), start=1):
        if c != mirrored:
            yield (
                f"coefficient {readable(c)} of beta^{i} and coefficient {readable(mirrored)} of "
                f"beta^{j + 1 - i} must be equal"
            )
    if row[0] != 1:
        yield f"the first coefficient must be 1, not {readable(row[0])}"
    # The first bound alone spares a long row that misses it the tables of all others.
    if j > 2 and row[1] < comb(j, 2):
        yield from _out_of_bounds(row[1], comb(j, 2), row[1], "coefficient", "of beta^2")
    least, greatest = narayana_row(j), eulerian_row(j)
    for i, values in enumerate(zip(row, least, greatest, strict=True), start=1):
        yield from _out_of_bounds(*values, "coefficient", f"of beta^{i}")
    for i, values in enumerate(zip(*map(in_gamma_basis, (row, least, greatest)), strict=True)):
        yield from _out_of_bounds(*values, "entry", f"at position {i} of the gamma vector")


def _out_of_bounds(value: int, least: int, greatest: int, what: str, where: str) -> Iterator[str]:
    """Yield what is wrong with a value outside the bounds that path and star set."""
    which = f"{what} {readable(value)} {where} is"
    if value < least:
        yield f"{which} less than that of the path, {readable(least)}"
    if value > greatest:
        yield f"{which} greater than that of the star, {readable(greatest)}"
