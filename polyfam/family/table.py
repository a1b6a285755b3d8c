"""All polynomials of one order, as one value: the rows of the published tables.

Rows stand in the canonical order: lexicographic by their coefficients, path first, star last.
Coefficients are 64-bit words wherever these hold them: always up to n = 22, where the largest is
the Eulerian number A(21, 11) = 1.5e19 < 2^64; from n = 23 on the few rows with larger ones are
kept as Python integers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

from polyfam._checked import checked
from polyfam._checks import integer, readable, shown
from polyfam._frames import frame
from polyfam._html import preformatted
from polyfam._html import table as html_table
from polyfam.errors import ResourceError
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.single import half_row
from polyfam.trees import FreeTree, count_free_trees

if TYPE_CHECKING:
    import numpy
    import pandas

    from polyfam.family.engine.halves import Halves

__all__ = ["BetaTable", "beta_table", "check_size"]

#: Memory that a table may take, in bytes.
_MEMORY = 16 << 30


@checked
class BetaTable(Sequence[BetaPolynomial]):
    """The polynomials of all free trees on n vertices, in the canonical order.

    A table is a sequence of `BetaPolynomial`, each of which knows its tree; the arrays hold the
    same numbers for work in bulk.  Made by `beta_table`.

    Parameters
    ----------
    n : int
        The number of vertices.
    half : ndarray of uint64, shape (rows, N)
        The first half of every row, zeros in the large rows.
    large : dict of int to list of int
        The first halves of rows with a coefficient of more than 64 bits.
    trees : Halves or FreeTree
        What knows the level sequences; a tree when there is only one.
    positions : ndarray of int
        The place of each row among those trees.

    Examples
    --------
    >>> table = beta_table(6)
    >>> len(table), table[2], table[2].tree
    (6, BetaPolynomial((0, 1, 14, 30, 14, 1)), FreeTree((0, 1, 2, 1, 2, 1)))
    >>> table.half.tolist()
    [[1, 10, 20], [1, 13, 28], [1, 14, 30], [1, 17, 40], [1, 19, 44], [1, 26, 66]]
    """

    def __init__(
        self,
        n: int,
        half: numpy.ndarray,
        large: dict[int, list[int]],
        trees: Halves | FreeTree,
        positions: numpy.ndarray,
    ) -> None:
        self._n, self._half, self._large = n, half, large
        self._trees, self._positions = trees, positions
        half.flags.writeable = False

    @property
    def n(self) -> int:
        """The number of vertices."""
        return self._n

    @property
    def degree(self) -> int:
        """The degree j = n - 1 of the polynomials."""
        return self._n - 1

    @property
    def large_rows(self) -> tuple[int, ...]:
        """The rows with a coefficient of more than 64 bits; none up to n = 22."""
        return tuple(sorted(self._large))

    @property
    def half(self) -> numpy.ndarray:
        """The coefficients of beta^1, ..., beta^N with N = ceil(j/2), the other half mirrored.

        An array of shape (rows, N), read-only; of uint64 up to n = 22, and of Python integers
        beyond if a row needs them.
        """
        if not self._large:
            return self._half
        self._refuse_objects(self._half.shape[1])
        half = self._half.astype(object)
        for row, coefficients in self._large.items():
            half[row] = coefficients
        half.flags.writeable = False
        return half

    @property
    def coefficients(self) -> numpy.ndarray:
        """The coefficients of beta^1, ..., beta^j, an array of shape (rows, j).

        For n = 1 the single entry is the constant polynomial 1.
        """
        import numpy as np

        half = self.half
        return np.hstack((half, half[:, : self.degree // 2][:, ::-1]))

    def level_sequences(self, start: int = 0, stop: int | None = None) -> numpy.ndarray:
        """Return the canonical level sequences of the trees in some rows.

        Parameters
        ----------
        start, stop : int
            A range of rows; by default all.

        Returns
        -------
        ndarray of uint8, shape (stop - start, n)

        Examples
        --------
        >>> beta_table(4).level_sequences().tolist()
        [[0, 1, 2, 1], [0, 1, 1, 1]]
        """
        import numpy as np

        if isinstance(self._trees, FreeTree):
            return np.array([self._trees.levels], np.uint8)[start:stop]
        return self._trees.levels(self._positions[start:stop])

    def _refuse_objects(self, width: int) -> None:
        """Refuse to turn a table too large for it into Python integers."""
        size = 40 * width * len(self)
        if size > _MEMORY:
            raise ResourceError(
                f"As Python integers the table of order {self._n} would take {size >> 30} GiB; "
                "read single rows, or half_words and large_rows, instead."
            )

    @property
    def half_words(self) -> numpy.ndarray:
        """The array behind `half`, always uint64, with zeros in the `large_rows`."""
        return self._half

    def __len__(self) -> int:
        return len(self._half)

    @overload
    def __getitem__(self, index: int) -> BetaPolynomial: ...
    @overload
    def __getitem__(self, index: slice) -> list[BetaPolynomial]: ...
    def __getitem__(self, index: int | slice) -> BetaPolynomial | list[BetaPolynomial]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step == 1:
                return list(self._rows(start, max(start, stop)))
            return [self[k] for k in range(start, stop, step)]
        row = integer(index, "index")
        if not -len(self) <= row < len(self):
            raise IndexError(f"Row {row} is not among the {len(self)} rows of order {self._n}.")
        row %= len(self)
        return next(self._rows(row, row + 1))

    def __iter__(self) -> Iterator[BetaPolynomial]:
        for start in range(0, len(self), 1 << 12):
            yield from self._rows(start, min(start + (1 << 12), len(self)))

    def _rows(self, start: int, stop: int) -> Iterator[BetaPolynomial]:
        """Yield the polynomials of some rows."""
        mirrored = self.degree // 2
        words = self._half[start:stop].tolist()
        trees = self.level_sequences(start, stop).tolist()
        for row, (half, levels) in enumerate(zip(words, trees, strict=True), start=start):
            half = self._large.get(row, half)
            coefficients = (0, *half, *half[:mirrored][::-1]) if self._n > 1 else tuple(half)
            yield BetaPolynomial._trusted(coefficients, FreeTree._trusted(tuple(levels)))

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas frame: level sequences, and rows of coefficients as tuples of integers.

        Returns
        -------
        pandas.DataFrame
            One row a polynomial, with the columns ``tree`` and ``coefficients``.

        Raises
        ------
        MissingExtraError
            Without pandas.

        Examples
        --------
        >>> beta_table(4).to_pandas()["coefficients"][1]
        (1, 4, 1)
        """
        return frame(((p.tree.levels, p.row) for p in self if p.tree), ("tree", "coefficients"))

    def _repr_html_(self) -> str:
        """Show the first rows and the last one in a notebook."""
        shown = [*range(min(len(self), 8)), *range(max(len(self) - 1, 8), len(self))]
        rows = [(k + 1, " ".join(map(str, self[k].row)), str(self[k].tree)) for k in shown]
        return preformatted(repr(self)) + html_table(rows, ("k", "coefficients", "tree"))

    def __repr__(self) -> str:
        return f"<BetaTable of order {self._n}: {len(self)} polynomials of degree {self.degree}>"


def beta_table(n: int) -> BetaTable:
    """Return the polynomials of all free trees on n vertices, exactly, in the canonical order.

    Parameters
    ----------
    n : int
        At least 1.  Memory grows by a factor 2.7 with each n: 80 MB for n = 20, 0.6 GB for
        n = 22, 4 GB for n = 24.

    Returns
    -------
    BetaTable

    Raises
    ------
    ResourceError
        When the table would take more than 16 GiB, before any is taken.

    Examples
    --------
    >>> [p.row for p in beta_table(5)]
    [(1, 6, 6, 1), (1, 8, 8, 1), (1, 11, 11, 1)]
    >>> beta_table(12)
    <BetaTable of order 12: 551 polynomials of degree 11>
    """
    import numpy as np

    n = integer(n, "n", minimum=1)
    check_size(n)
    if n < 4:
        tree = FreeTree(range(n))
        half = np.array([half_row(tree.levels)], np.uint64)
        return BetaTable(n, half, {}, tree, np.zeros(1, np.intp))
    from polyfam.family.engine.halves import Halves
    from polyfam.family.engine.rows import canonical_rows

    halves = Halves(n)
    half, positions, large = canonical_rows(halves, half_row)
    return BetaTable(n, half, large, halves, positions)


def check_size(n: int) -> None:
    """Refuse an order whose table would take more memory than is reasonable."""
    # Beyond 400 the power of ten is all that matters: the counts grow by a factor 2.96.
    size = count_free_trees(n) * 8 * (n // 2 + 4) if n <= 400 else 10 ** int(0.47 * min(n, 10**6))
    if size > _MEMORY:
        raise ResourceError(
            f"The table of order {shown(n)} would take {readable(size >> 30)} GiB of memory, and "
            f"{_MEMORY >> 30} is the limit; beta_polynomial computes single trees of any order."
        )
