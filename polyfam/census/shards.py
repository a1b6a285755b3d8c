"""Shards: the trees of one order cut into pieces that can be surveyed anywhere, in any order.

`polyfam.family.engine.halves.Halves` lists the trees as pairs (A, B), those with the same A in one
run.  The shard with index k holds the runs whose first tree has a position in [k s, (k + 1) s),
where s is the size.  So a shard is given by three integers (n, k, s), and whoever gets them
computes the same trees, without asking anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from polyfam._checks import integer
from polyfam.errors import DomainError
from polyfam.trees import count_free_trees

if TYPE_CHECKING:
    import numpy

    from polyfam.family.engine.halves import Halves

__all__ = ["Shard", "cut", "default_size", "halves_of"]

#: Half a second of work; and no more shards than a folder holds files with ease.
_TREES = 1 << 18
_SHARDS = 1 << 12
#: Names have five digits.
_MOST = 10**5


@dataclass(frozen=True, slots=True)
class Shard:
    """A piece of the free trees on n vertices.

    Attributes
    ----------
    n : int
        The number of vertices.
    index : int
        From 0.
    size : int
        How many trees a shard holds, but for the last run of each.
    """

    n: int
    index: int
    size: int

    @property
    def name(self) -> str:
        """The index with five digits, the name of the shard's files."""
        return f"{self.index:05}"

    def runs(self, halves: Halves) -> list[numpy.ndarray]:
        """Return the A whose runs belong to this shard, for every kind of `halves`."""
        import numpy as np

        first = self.index * self.size
        return [
            np.flatnonzero((first <= starts[:-1]) & (starts[:-1] < first + self.size))
            for starts in halves.starts
        ]


def cut(n: int, size: int | None = None) -> list[Shard]:
    """Return the shards that make up the free trees on n vertices.

    Parameters
    ----------
    n : int
        At least 4.
    size : int, optional
        By default `default_size`.

    Raises
    ------
    DomainError
        When there would be more than 100,000 shards.

    Examples
    --------
    >>> [shard.name for shard in cut(10, 40)]
    ['00000', '00001', '00002']
    """
    trees = count_free_trees(n)
    size = default_size(n) if size is None else integer(size, "shard_size", minimum=1)
    if trees > size * _MOST:
        raise DomainError(
            f"Argument 'shard_size' must be at least {-(-trees // _MOST)} for n = {n}, not {size}."
        )
    return [Shard(n, index, size) for index in range(-(-trees // size))]


def default_size(n: int) -> int:
    """Return 262,144 trees a shard, and beyond n = 27 what makes no more than 4096 shards.

    Examples
    --------
    >>> default_size(24), default_size(30)
    (262144, 3620819)
    """
    return max(_TREES, -(-count_free_trees(n) // _SHARDS))


@lru_cache(maxsize=1)
def halves_of(n: int) -> Halves:
    """Return the stock from which all trees are made; it is kept for the next shard."""
    from polyfam.family.engine.halves import Halves

    return Halves(n)
