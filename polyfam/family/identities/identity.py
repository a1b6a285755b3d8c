"""What an identity of the family is: a statement, what it rests on, and a way to check it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.table import BetaTable

__all__ = ["Identity"]


@dataclass(frozen=True)
class Identity:
    """A statement about every polynomial of the family, or about all of one order together.

    Parameters
    ----------
    name : str
        Short, unique, in lower case with hyphens.
    statement : str
        In LaTeX.
    status : {"theorem", "conjecture"}
        What is only observed is a conjecture.
    rests_on : str
        The proof, or for a conjecture how far it has been checked.
    check_tree : callable, optional
        Says of one polynomial (which knows its tree) whether the statement holds.
    check_order : callable, optional
        Says the same of a whole table; given instead of `check_tree`.
    largest : int, optional
        Beyond this order the check takes too long and is left out; None for no limit.

    Examples
    --------
    >>> from polyfam.family.table import beta_table
    >>> square = Identity(
    ...     "square", r"c_1^2 = 1", "theorem", "c_1 = 1.", check_tree=lambda p: p.row[0] ** 2 == 1
    ... )
    >>> square.counterexample(beta_table(7)) is None
    True
    """

    name: str
    statement: str
    status: Literal["theorem", "conjecture"]
    rests_on: str
    check_tree: Callable[[BetaPolynomial], bool] | None = None
    check_order: Callable[[BetaTable], bool] | None = None
    largest: int | None = None

    def covers(self, n: int) -> bool:
        """Say whether trees on n vertices are within reach of the check."""
        return self.largest is None or n <= self.largest

    def counterexample(self, table: BetaTable) -> BetaPolynomial | BetaTable | None:
        """Return the first polynomial for which the statement fails, or the table itself.

        Parameters
        ----------
        table : BetaTable

        Returns
        -------
        BetaPolynomial, BetaTable or None
            None when the statement holds for all trees of the table.
        """
        if self.check_tree is not None:
            return next((p for p in table if not self.check_tree(p)), None)
        assert self.check_order is not None
        return None if self.check_order(table) else table
