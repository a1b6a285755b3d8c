"""Tables of all short forests of branches, the stock from which every tree of one order is built.

A forest on m vertices is a multiset of branches, a rooted tree on m + 1 vertices without its root.
Forests stand in the graded order: by their largest branch, then by the rest.  So all forests with
a given largest branch are the products of that branch with a *prefix* of a shorter list, and a
whole list is a few matrix products.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyfam.family.exact_products import Exact, multiply
from polyfam.family.meixner import Basis, multiplications
from polyfam.trees.counting import count_rooted_trees

if TYPE_CHECKING:
    import numpy

__all__ = ["Forests"]


class Forests:
    """All forests on m vertices with branches of at most `largest` vertices.

    Attributes
    ----------
    table : Exact, shape (count, dimension)
        The coefficients in the Meixner basis.
    ends : list of list of int
        ``ends[s][q]`` is the number of forests all of whose branches come before the q-th rooted
        tree on s vertices.
    smallest : ndarray of int, shape (count, 2)
        Size and rank of the last branch of every forest.
    levels : ndarray of uint8, shape (count, m)
        The level sequences, branches' roots at depth 1.
    """

    def __init__(
        self,
        table: Exact,
        ends: list[list[int]],
        smallest: numpy.ndarray,
        levels: numpy.ndarray,
    ) -> None:
        self.table, self.ends, self.smallest, self.levels = table, ends, smallest, levels

    def __len__(self) -> int:
        return len(self.smallest)

    def end(self, s: int, q: int | None = None) -> int:
        """Return the number of forests with branches before the q-th of size s (None: up to s)."""
        if s >= len(self.ends):
            return len(self)
        return self.ends[s][-1 if q is None else q]

    def planted(self, basis: Basis) -> Exact:
        """Return the table of the rooted trees on these forests, each hung on a new edge."""
        import numpy as np

        return multiply(self.table, Exact(basis.hang.astype(np.float64)))


def build_forests(basis: Basis, largest: dict[int, int]) -> dict[int, Forests]:
    """Return the forests on m vertices with branches up to ``largest[m]``, for every m given.

    Parameters
    ----------
    basis : Basis
    largest : dict
        Maps m = 0, 1, 2, ... in ascending order to the size of the largest branch; the rest of
        a forest must be covered: ``largest[m - s] >= min(s, m - s)`` for s up to ``largest[m]``.
    """
    import numpy as np

    unit = np.zeros((1, basis.dimension))
    unit[0, 0] = 1
    forests = {
        0: Forests(Exact(unit), [[1]], np.zeros((1, 2), int), np.zeros((1, 0), np.uint8)),
    }
    planted: dict[int, Exact] = {}
    factors: dict[tuple[str, int], numpy.ndarray] = {}

    def factor(kind: str, size: int, table: Exact) -> numpy.ndarray:
        """Return the multiplication matrices of all rows of a short table, computed once."""
        if (kind, size) not in factors:
            factors[kind, size] = multiplications(basis, table.values)
        return factors[kind, size]

    for m in largest:
        if m == 0:
            continue
        values, residues, ends, smallest, levels = [], [], [[0]], [], []
        count = 0
        for s in range(1, largest[m] + 1):
            rest = forests[m - s]
            if s not in planted:
                planted[s] = forests[s - 1].planted(basis)
            branch, branches = planted[s], count_rooted_trees(s)
            cuts = [rest.end(s, q) for q in range(1, branches + 1)]
            if s > m - s:  # every rest goes with every branch, and rests are the shorter factors
                products = _products(branch, factor("forest", m - s, rest.table), branch_first=True)
            else:
                products = _products(rest.table, factor("branch", s, branch), cuts=cuts)
            values += [table.values for table in products]
            residues += [table.residues for table in products]
            ends.append([count, *(count + np.cumsum(cuts)).tolist()])
            count = ends[-1][-1]
            first = np.repeat(np.arange(branches), cuts)
            second = np.concatenate([np.arange(cut) for cut in cuts])
            own = np.column_stack((np.full(len(first), s), first))
            smallest.append(own if m == s else rest.smallest[second])
            root = np.ones((len(first), 1), np.uint8)
            levels.append(
                np.hstack((root, forests[s - 1].levels[first] + np.uint8(1), rest.levels[second]))
            )
        forests[m] = Forests(
            _stack(values, residues), ends, np.concatenate(smallest), np.concatenate(levels)
        )
    return forests


def _products(
    table: Exact,
    matrices: numpy.ndarray,
    cuts: list[int] | None = None,
    branch_first: bool = False,
) -> list[Exact]:
    """Multiply a table, or its prefixes of length `cuts`, by every matrix.

    With `branch_first` the rows of one product are spread out, so that all products of a row of
    the table stand together.
    """
    import numpy as np

    if not branch_first:
        assert cuts is not None
        return [
            multiply(table.select(np.s_[:cut]), Exact(matrix))
            for cut, matrix in zip(cuts, matrices, strict=True)
        ]
    products = [multiply(table, Exact(matrix)) for matrix in matrices]
    spread = [np.stack([each.values for each in products], axis=1).reshape(-1, matrices.shape[1])]
    if all(each.residues is None for each in products):
        return [Exact(spread[0])]
    trailing = np.stack([each.trailing() for each in products], axis=1)
    return [Exact(spread[0], trailing.reshape(-1, matrices.shape[1]))]


def _stack(values: list[numpy.ndarray], residues: list[numpy.ndarray | None]) -> Exact:
    """Stack tables, keeping residues if any table has them."""
    import numpy as np

    if all(each is None for each in residues):
        return Exact(np.concatenate(values))
    tables = map(Exact, values, residues)
    return Exact(np.concatenate(values), np.concatenate([table.trailing() for table in tables]))
