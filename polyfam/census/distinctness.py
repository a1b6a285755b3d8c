"""Whether all polynomials of a family are distinct, and its digest.

The sorted digests of the family pass by once, range by range (see `polyfam.census.sorting`): what
is hashed gives the digest of the family, and neighbours are compared.  Where two digests are equal
the shards that hold them are gone through again, and the polynomials themselves decide.  So the
answer is exact, whatever the digests are worth; they only make it fast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from polyfam.census.batches import batches
from polyfam.census.digest import digests
from polyfam.census.limbs import to_integers
from polyfam.census.shards import Shard, halves_of
from polyfam.census.sorting import BYTES, merged

if TYPE_CHECKING:
    import numpy

__all__ = ["Distinctness", "tell_apart"]

Levels = tuple[int, ...]

#: Digests in a range; more would not be faster.
_MOST = 1 << 22


@dataclass(frozen=True, slots=True)
class Distinctness:
    """What is known of equal polynomials in a family.

    Attributes
    ----------
    digest : str
        The digest of the family, as `polyfam.census.digest.family_digest` defines it.
    collisions : tuple of tuple of tuple of int
        The trees, as level sequences, that share their polynomial with another: a group for each
        polynomial.
    coincidences : int
        How many digests belong to more than one polynomial.
    """

    digest: str
    collisions: tuple[tuple[Levels, ...], ...]
    coincidences: int

    @property
    def surplus(self) -> int:
        """How many fewer polynomials than trees there are."""
        return sum(len(group) - 1 for group in self.collisions)


def tell_apart(
    shards: Sequence[Shard],
    runs: Sequence[numpy.ndarray],
    memory: int,
    threads: int = 1,
    report: Callable[[int], None] = lambda _: None,
) -> Distinctness:
    """Compare all polynomials of a family and compute its digest.

    Parameters
    ----------
    shards : sequence of Shard
    runs : sequence of ndarray of uint64, shape (2, r)
        For every shard, the sorted digests; memory maps will do.
    memory : int
        Bytes to take for sorting: 80 for each digest that is worked on, in the ``threads`` ranges
        being sorted and the one being hashed.
    threads : int
        How many ranges to sort side by side.
    report : callable
        Is told how many digests are done, as often as a range is.

    Examples
    --------
    >>> from polyfam.census.survey import survey
    >>> shards = [Shard(7, 0, 6), Shard(7, 1, 6)]
    >>> result = tell_apart(shards, [survey(shard).digests for shard in shards], 1 << 20)
    >>> result.collisions, result.digest[:16]
    ((), 'b865d72fcf6ac93d')
    """
    import numpy as np

    most = max(1, min(_MOST, memory // (BYTES * (threads + 1))))
    whole, done = sha256(), 0
    repeated: list[numpy.ndarray] = []
    for piece in merged(runs, most, threads):
        big_endian = np.empty(piece.shape[::-1], ">u8")
        big_endian[...] = piece.T
        whole.update(big_endian)
        equal = (piece[:, 1:] == piece[:, :-1]).all(axis=0)
        if equal.any():
            repeated.append(piece[:, 1:][:, equal])
        done += piece.shape[1]
        report(done)
    values = set()
    for piece in repeated:
        values |= {(int(upper), int(lower)) for upper, lower in piece.T}
    return Distinctness(whole.hexdigest(), *_look_closer(shards, runs, values))


def _look_closer(
    shards: Sequence[Shard], runs: Sequence[numpy.ndarray], repeated: set[tuple[int, int]]
) -> tuple[tuple[tuple[Levels, ...], ...], int]:
    """Return the groups of trees with equal polynomials, and the number of mere coincidences."""
    import numpy as np

    uppers = np.array(sorted({upper for upper, _ in repeated}), np.uint64)
    trees: dict[tuple[int, ...], list[Levels]] = defaultdict(list)
    polynomials: dict[tuple[int, int], set[tuple[int, ...]]] = defaultdict(set)
    for shard, run in zip(shards, runs, strict=True):
        if not len(uppers) or not np.isin(uppers, run[0]).any():
            continue
        halves = halves_of(shard.n)
        for batch in batches(shard):
            found = digests(batch.limbs, shard.n - 1)
            suspects = np.flatnonzero(np.isin(found[0], uppers))
            rows = to_integers(batch.limbs[..., suspects])
            levels = halves.levels(batch.positions[suspects]).tolist()
            for digest, row, tree in zip(found[:, suspects].T.tolist(), rows, levels, strict=True):
                if tuple(digest) in repeated:
                    trees[tuple(row)].append(tuple(tree))
                    polynomials[tuple(digest)].add(tuple(row))
    groups = sorted(tuple(sorted(group)) for group in trees.values() if len(group) > 1)
    return tuple(groups), sum(len(rows) > 1 for rows in polynomials.values())
