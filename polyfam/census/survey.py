"""The survey of one shard: every polynomial is computed, examined and digested."""

from __future__ import annotations

from dataclasses import dataclass
from time import process_time
from typing import TYPE_CHECKING

from polyfam._version import __version__
from polyfam.census.batches import batches
from polyfam.census.digest import digests
from polyfam.census.examination import examine
from polyfam.census.findings import Findings
from polyfam.census.shards import Shard, halves_of
from polyfam.census.sorting import sort_digests

if TYPE_CHECKING:
    import numpy

__all__ = ["Outcome", "survey"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the survey of a shard brings home.

    Attributes
    ----------
    shard : Shard
    findings : Findings
    digests : ndarray of uint64, shape (2, trees)
        Upper and lower words, ascending.
    table : bytes or None
        The trees and polynomials as a Parquet file, if asked for.
    seconds : float
        Processor time.
    version : str
        The version of polyfam that did it.
    """

    shard: Shard
    findings: Findings
    digests: numpy.ndarray
    table: bytes | None
    seconds: float
    version: str = __version__


def survey(shard: Shard, with_table: bool = False) -> Outcome:
    """Compute, examine and digest all polynomials of a shard.

    Parameters
    ----------
    shard : Shard
    with_table : bool
        Whether to write the Parquet file too; needs the extra ``parquet``.

    Examples
    --------
    >>> outcome = survey(Shard(6, 0, 10))
    >>> outcome.findings.trees, outcome.findings.maxima, outcome.digests.shape
    (6, (1, 26, 66), (2, 6))
    """
    import numpy as np

    started = process_time()
    halves = halves_of(shard.n)
    findings, values = Findings(), [np.empty((2, 0), np.uint64)]
    table = None
    if with_table:
        from polyfam.census.parquet import TableWriter

        table = TableWriter(shard)
    for batch in batches(shard):
        findings += examine(halves, batch)
        values.append(digests(batch.limbs, shard.n - 1))
        if table:
            table.add(batch)
    return Outcome(
        shard,
        findings,
        sort_digests(np.concatenate(values, axis=1)),
        table.close() if table else None,
        process_time() - started,
    )
