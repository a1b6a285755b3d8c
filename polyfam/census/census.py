"""The census of all free trees on n vertices, from the shards to the certificate.

Every shard is surveyed (`polyfam.census.survey`) wherever a worker is free
(`polyfam.census.runners`), and kept (`polyfam.census.folder`); then the findings are added up, and
the digests of all shards are compared (`polyfam.census.distinctness`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple

from polyfam._checks import integer, optional_import
from polyfam.census.certificate import Certificate, provenance
from polyfam.census.distinctness import tell_apart
from polyfam.census.findings import Findings
from polyfam.census.folder import CensusFolder
from polyfam.census.resources import check_disk, check_memory, check_order, default_memory
from polyfam.census.runners import in_process, on_cluster, on_cores, one_thread_each
from polyfam.census.shards import cut
from polyfam.census.survey import survey
from polyfam.errors import DomainError

__all__ = ["Progress", "take_census"]


class Progress(NamedTuple):
    """How far a census has come.

    Attributes
    ----------
    stage : str
        ``"shards"``, then ``"digests"``.
    done, total : int
        Shards, or digests.
    seconds_left : float or None
        Of this stage, at the pace of this run since its first shard was done; None until a second
        one is.
    """

    stage: str
    done: int
    total: int
    seconds_left: float | None


def take_census(
    n: int,
    *,
    folder: str | Path | None = None,
    resume: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    memory: int | None = None,
    shard_size: int | None = None,
    save: bool = False,
    report: Callable[[Progress], None] = lambda _: None,
) -> Certificate:
    """Survey all free trees on n vertices and certify what was found.

    The certificate does not depend on how the work was divided, but for its provenance.

    Parameters
    ----------
    n : int
        The number of vertices, 4 to 33; see ``docs/census.md`` for what is feasible.
    folder : path-like, optional
        Where finished shards are kept, and stay; by default a temporary folder.
    resume : bool
        Go on with the finished shards in `folder`, if there are any.
    workers : int
        Processes on this machine; a single one is this process.  More need an importable main
        module, that is, ``if __name__ == "__main__":`` in a script.
    scheduler : str, optional
        The address of a Dask scheduler, whose workers do the work instead.
    memory : int, optional
        Bytes that the workers on this machine may take together, and then the sorting; by default
        half of the machine's memory.
    shard_size : int, optional
        Trees a shard; by default `polyfam.census.shards.default_size`.
    save : bool
        Write a Parquet file for each shard into `folder`, too; needs the extra ``parquet``.
    report : callable
        Is told of every finished shard and sorted range.

    Raises
    ------
    DomainError, DataError
        When the folder holds another census, a damaged one, or one that is not to be resumed.
    ResourceError
        When memory or disk are too small; said before either is taken.
    LostWorkersError
        When workers are lost for good; finished shards are kept in `folder`.

    Examples
    --------
    >>> from polyfam.census.certificate import load_certificate
    >>> certificate = take_census(12)
    >>> certificate.findings.trees, certificate.polynomials, certificate.failures()
    (551, 551, [])
    >>> certificate.findings.minima[:3], certificate.findings.maxima[:3]
    ((1, 55, 825), (1, 2036, 152637))
    >>> certificate.distinctness.digest == load_certificate(12).distinctness.digest
    True
    """
    n = integer(n, "n", minimum=4, maximum=10**9)
    check_order(n)
    workers = integer(workers, "workers", minimum=1)
    memory = default_memory() if memory is None else integer(memory, "memory", minimum=1)
    shards = cut(n, shard_size)
    check_memory(n, shards[0].size, 0 if scheduler else workers, memory)
    if save:
        if folder is None:
            raise DomainError("Argument 'save' needs a folder; name one with 'folder'.")
        optional_import("pyarrow", "parquet")

    started, clock = datetime.now(UTC), monotonic()
    with ExitStack() as stack:
        if folder is None:
            folder = stack.enter_context(TemporaryDirectory(prefix="polyfam-census-"))
        stack.enter_context(one_thread_each())
        home = CensusFolder(Path(folder), shards, save, resume)
        resumed = len(home.records)
        check_disk(home.path, n, sum(r.findings.trees for r in home.records.values()), save)
        _survey(home, workers, scheduler, report)
        findings = sum((record.findings for record in home.records.values()), Findings())
        pace = _Pace(report, "digests", 0, findings.trees)
        told = tell_apart(shards, home.runs(), memory, workers, pace.reach)
    origin = provenance(
        f"polyfam census {n} " + ("--scheduler ADDRESS" if scheduler else f"--workers {workers}"),
        started=f"{started:%Y-%m-%dT%H:%M:%SZ}",
        wall_seconds=round(monotonic() - clock, 1),
        processor_seconds=round(sum(record.seconds for record in home.records.values()), 1),
        shards=len(shards),
        resumed_shards=resumed,
    )
    return Certificate(n, findings, told, origin)


def _survey(
    home: CensusFolder, workers: int, scheduler: str | None, report: Callable[[Progress], None]
) -> None:
    """Have all unfinished shards surveyed and kept."""
    todo = home.unfinished()
    work = partial(survey, with_table=home.with_tables)
    if scheduler is not None and todo:
        outcomes = on_cluster(work, todo, scheduler)
    elif min(workers, len(todo)) > 1:
        outcomes = on_cores(work, todo, min(workers, len(todo)))
    else:
        outcomes = in_process(work, todo)
    pace = _Pace(report, "shards", len(home.records), len(home.shards))
    for outcome in outcomes:
        home.keep(outcome)
        pace.reach(len(home.records))


class _Pace:
    """Reports how far a stage has come, and how long the rest will take at this pace."""

    def __init__(
        self, report: Callable[[Progress], None], stage: str, done: int, total: int
    ) -> None:
        self._report, self._stage, self._total = report, stage, total
        self._first: tuple[int, float] | None = None
        report(Progress(stage, done, total, None))

    def reach(self, done: int) -> None:
        """Report that so much is done; the time until the first report is left out of the pace."""
        now, left = monotonic(), None
        if self._first is None:
            self._first = (done, now)
        else:
            before, then = self._first
            left = (now - then) * (self._total - done) / (done - before)
        self._report(Progress(self._stage, done, self._total, left))
