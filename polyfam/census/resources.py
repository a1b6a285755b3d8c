"""What a census takes in memory and on disk, said before any of it is taken.

Memory, bounds, beside 60 MB for each interpreter:

- a worker keeps the stock of forests (see `polyfam.family.engine.forests`), and takes four times
  as much while it is built; beside it the trees of the longest run, with eight numbers of 8 bytes
  for each coefficient, 80 bytes for each tree of the shard, and 64 MiB of batches and small
  matrices;
- sorting takes 80 bytes for each digest in memory, and no more digests than the memory allows.

Disk: 16 bytes a tree, and if Parquet files are saved, their size before compression.
"""

from __future__ import annotations

import os
import shutil
from math import comb, log10
from pathlib import Path

from polyfam.census.sorting import BYTES
from polyfam.errors import ResourceError
from polyfam.trees import count_free_trees, count_rooted_trees

__all__ = [
    "LARGEST_ORDER",
    "check_disk",
    "check_memory",
    "check_order",
    "default_memory",
    "worker_memory",
]

#: Six limbs of 22 bits hold the coefficients, and the sums of `long_rows` stay exact.
LARGEST_ORDER = 33
_FIXED = 64 << 20


def check_order(n: int) -> None:
    """Refuse an order whose digests fill no disk.

    Examples
    --------
    >>> check_order(100)
    Traceback (most recent call last):
        ...
    polyfam.errors.ResourceError: The digests of all trees on 100 vertices would take about \
10^34 GiB; a census goes up to n = 33.
    """
    if n > LARGEST_ORDER:
        # Otter: there are about 0.535 * 2.9557653^n / n^(5/2) free trees.
        magnitude = log10(16 * 0.535 / 2**30) + n * log10(2.9557653) - 2.5 * log10(n)
        raise ResourceError(
            f"The digests of all trees on {n} vertices would take about 10^{magnitude:.0f} GiB; "
            f"a census goes up to n = {LARGEST_ORDER}."
        )


def worker_memory(n: int, shard_size: int) -> int:
    """Return a bound on the bytes of memory that the survey of a shard takes.

    Examples
    --------
    >>> worker_memory(24, 1 << 18) >> 20
    407
    """
    forests, largest = _stock(n)
    dimension = (n // 2 + 1) * (n // 2 + 2) // 2
    run = 8 * 8 * (n // 2) * largest
    return 4 * 8 * dimension * forests + run + BYTES * shard_size + _FIXED


def check_memory(n: int, shard_size: int, workers: int, memory: int) -> None:
    """Refuse a census whose workers on this machine need more than the memory allowed."""
    needed = workers * worker_memory(n, shard_size)
    if needed > memory:
        raise ResourceError(
            f"For n = {n} the workers ({workers}) need {_size(needed)} of memory, more than the "
            f"{_size(memory)} allowed; allow more, or use fewer workers or smaller shards."
        )


def check_disk(path: Path, n: int, finished: int, with_tables: bool) -> None:
    """Refuse a census for which the disk of its folder is too small.

    Parameters
    ----------
    path : Path
        The folder, which need not exist yet.
    n : int
    finished : int
        The number of trees whose shards are there.
    with_tables : bool
        Whether Parquet files are saved.
    """
    each = 16 + (n + 8 * (n // 2)) * with_tables
    needed = (count_free_trees(n) - finished) * each
    place = next(place for place in (path, *path.absolute().parents) if place.exists())
    free = shutil.disk_usage(place).free
    if needed > free:
        raise ResourceError(
            f"The {count_free_trees(n):,} trees on {n} vertices take {_size(needed)} in folder "
            f"'{path}', where {_size(free)} are free; choose a folder on a larger disk."
        )


def default_memory() -> int:
    """Return half of the memory of this machine, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _stock(n: int) -> tuple[int, int]:
    """Return the number of forests in the stock of order n, and the most on one order."""
    h = (n - 1) // 2
    counts = [_count_forests(m, m if m < n - 1 - h else n - 1 - m) for m in range(n - 1 - h // 2)]
    return sum(counts), max(counts)


def _count_forests(m: int, largest: int) -> int:
    """Return the number of forests on m vertices with branches of at most so many vertices."""
    counts = [1] + [0] * m
    for size in range(1, largest + 1):
        kinds = count_rooted_trees(size)
        counts = [
            sum(comb(kinds + k - 1, k) * counts[v - k * size] for k in range(v // size + 1))
            for v in range(m + 1)
        ]
    return counts[m]


def _size(count: int) -> str:
    """Return a number of bytes for people."""
    return f"{count / 2**30:.1f} GiB" if count >= 1 << 30 else f"{count / 2**20:.0f} MiB"
