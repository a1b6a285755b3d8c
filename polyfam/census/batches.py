"""The polynomials of a shard in batches, in the form in which they are examined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from polyfam.census.limbs import limbs_of_words
from polyfam.census.long_rows import long_rows
from polyfam.census.shards import Shard, halves_of

if TYPE_CHECKING:
    import numpy

__all__ = ["Batch", "batches"]

#: Polynomials that are dealt with together: few enough for the caches, enough for numpy.
_ROWS = 1 << 13
_LONG_ROWS = 1 << 12


class Batch(NamedTuple):
    """Some trees of a shard and their polynomials.

    Attributes
    ----------
    positions : ndarray of int, shape (r,)
        The places of the trees in `polyfam.family.engine.halves.Halves`, ascending.
    limbs : ndarray, shape (N, L, r)
        The coefficients of beta^1, ..., beta^N: in three limbs where they are below 2^64, in six
        where one of them may not be (see `polyfam.census.limbs`).
    """

    positions: numpy.ndarray
    limbs: numpy.ndarray


def batches(shard: Shard) -> Iterator[Batch]:
    """Yield all polynomials of a shard.

    Examples
    --------
    >>> [batch.limbs.shape for batch in batches(Shard(8, 0, 100))]
    [(4, 3, 23)]
    """
    import numpy as np

    from polyfam.family.engine.exact_products import to_words

    halves = halves_of(shard.n)
    runs, count, large = [], 0, [np.empty(0, np.intp)]
    for start, block in halves.coefficients(slice(None), shard.runs(halves)):
        rows, too_large = to_words(block)
        positions = np.arange(start, start + len(rows))
        if len(too_large):
            large.append(positions[too_large])
            positions, rows = (np.delete(each, too_large, axis=0) for each in (positions, rows))
        runs.append((positions, rows))
        count += len(rows)
        if count >= _ROWS:
            yield from _short(runs)
            runs, count = [], 0
    if count:
        yield from _short(runs)
    for positions in _pieces(np.concatenate(large), _LONG_ROWS):
        yield Batch(positions, long_rows(halves, positions))


def _short(runs: list[tuple[numpy.ndarray, numpy.ndarray]]) -> Iterator[Batch]:
    """Join runs of positions and rows of words, which may be short or long, and cut them evenly."""
    import numpy as np

    positions, rows = (np.concatenate(parts) for parts in zip(*runs, strict=True))
    for piece in _pieces(np.arange(len(rows)), _ROWS):
        yield Batch(positions[piece], limbs_of_words(np.ascontiguousarray(rows[piece].T)))


def _pieces(array: numpy.ndarray, size: int) -> list[numpy.ndarray]:
    """Cut an array into pieces of about this size, and an empty one into none."""
    import numpy as np

    return np.array_split(array, max(1, len(array) // size)) if len(array) else []
