"""Digests in ascending order: in memory for a shard, range by range for a family.

A digest is a pair of words, the upper one in the first row of an array, the lower one in the
second.  The sorted digests of all shards stay on disk.  The range of the upper word is halved until
what all shards have in it is few enough to be sorted in memory; the ranges follow one another, so
the whole passes by in ascending order, and equal digests meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

__all__ = ["BYTES", "merged", "sort_digests"]

#: Bytes of memory that a digest takes while it is sorted and hashed.
BYTES = 80

Slices = list[tuple[int, int]]


def sort_digests(digests: numpy.ndarray) -> numpy.ndarray:
    """Return digests in ascending order.

    Parameters
    ----------
    digests : ndarray of uint64, shape (2, r)

    Examples
    --------
    >>> import numpy as np
    >>> sort_digests(np.array([[2, 1, 2], [0, 7, 5]], np.uint64)).tolist()
    [[1, 2, 2], [7, 0, 5]]
    """
    import numpy as np

    ordered = digests[:, np.argsort(digests[0])]
    if (ordered[0, 1:] == ordered[0, :-1]).any():  # in a family of 2^32 trees every second time
        ordered = ordered[:, np.lexsort(ordered[::-1])]
    return ordered


def merged(runs: Sequence[numpy.ndarray], most: int, threads: int = 1) -> Iterator[numpy.ndarray]:
    """Merge sorted digests that are too many for the memory.

    Parameters
    ----------
    runs : sequence of ndarray of uint64, shape (2, r)
        Each ascending; memory maps will do.
    most : int
        How many digests to sort at a time, unless more of them share their upper word.
    threads : int
        How many such pieces are worked on side by side, each beside the one that is yielded.

    Yields
    ------
    ndarray of uint64, shape (2, r)
        Ascending, and not below what came before; equal digests are never parted.

    Examples
    --------
    >>> import numpy as np
    >>> runs = [np.array([[1, 5, 9], [0, 0, 0]], np.uint64), np.array([[2, 9], [3, 0]], np.uint64)]
    >>> [piece.tolist() for piece in merged(runs, 3)]
    [[[1, 2, 5], [0, 3, 0]], [[9, 9], [0, 0]]]
    """
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

    def gather(slices: Slices) -> numpy.ndarray:
        pieces = [run[:, low:high] for run, (low, high) in zip(runs, slices, strict=True)]
        return sort_digests(np.concatenate(pieces, axis=1))

    ranges = _ranges(runs, most)
    with ThreadPoolExecutor(threads) as pool:
        waiting = [pool.submit(gather, slices) for slices in islice(ranges, threads)]
        while waiting:
            piece = waiting.pop(0).result()
            waiting.extend(pool.submit(gather, slices) for slices in islice(ranges, 1))
            yield piece


def _ranges(runs: Sequence[numpy.ndarray], most: int) -> Iterator[Slices]:
    """Yield the slices of all runs that lie in one range, for all ranges in ascending order."""
    import numpy as np

    pending = [(0, 1 << 64, [(0, run.shape[1]) for run in runs])]
    while pending:
        first, last, slices = pending.pop()
        count = sum(high - low for low, high in slices)
        if count > most and last - first > 1:
            middle = (first + last) // 2
            cuts = [
                low + int(np.searchsorted(run[0, low:high], np.uint64(middle)))
                for run, (low, high) in zip(runs, slices, strict=True)
            ]
            upper = [(cut, high) for cut, (_, high) in zip(cuts, slices, strict=True)]
            lower = [(low, cut) for cut, (low, _) in zip(cuts, slices, strict=True)]
            pending += [(middle, last, upper), (first, middle, lower)]
        elif count:
            yield slices
