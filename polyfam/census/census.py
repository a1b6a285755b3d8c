"""The census of all free trees on n vertices, from the shards to the certificate.

Every shard is surveyed (`polyfam.census.shards`) wherever a worker is free
(`polyfam.census.runners`), its record is kept (`polyfam.census.folder`), and the records are added
up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from polyfam._checks import integer
from polyfam.census.certificate import Certificate, provenance
from polyfam.census.folder import CensusFolder
from polyfam.census.resources import check_order, choose_shards, default_memory
from polyfam.census.runners import in_process, on_cluster, on_cores, one_thread_each
from polyfam.census.shards import survey
from polyfam.errors import DataError, DomainError
from polyfam.trees.counting import count_free_trees
from polyfam.typing import Progress

__all__ = ["Census", "open_census", "take_census", "take_shards"]

#: A process takes some two seconds to begin, in which another one does some 2^25 trees.
_WORTH_A_PROCESS = 1 << 27


class Census:
    """A census at work in a folder; open it with `open_census`.

    Attributes
    ----------
    n : int
    home : CensusFolder
    """

    def __init__(
        self, home: CensusFolder, workers: int, scheduler: str | None, progress: Progress | None
    ) -> None:
        self.n, self.home = home.n, home
        self._workers, self._scheduler, self._progress = workers, scheduler, progress
        self._started, self._clock = datetime.now(UTC), monotonic()
        self._resumed = len(home.records)

    def run(self, part: int = 0, of: int = 1) -> int:
        """Survey what is unfinished of every `of`-th shard; return how many shards are missing."""
        todo = [shard for shard in self.home.unfinished() if shard.index % of == part]
        if self._scheduler is not None and todo:
            outcomes = on_cluster(survey, todo, self._scheduler)
        elif (workers := self._processes(len(todo))) > 1:
            outcomes = on_cores(survey, todo, workers)
        else:
            outcomes = in_process(survey, todo)
        self._report()
        for shard, record in outcomes:
            self.home.keep(shard, record)
            self._report()
        return len(self.home.unfinished())

    def _processes(self, shards: int) -> int:
        """Return how many processes are worth beginning for so many shards."""
        trees = count_free_trees(self.n) * shards // self.home.m
        return min(self._workers, shards, trees // _WORTH_A_PROCESS)

    def certificate(self) -> Certificate:
        """Return the certificate, when no shard is missing."""
        records = self.home.records
        where = "--scheduler ADDRESS" if self._scheduler else f"--workers {self._workers}"
        origin = provenance(
            f"polyfam census {self.n} {where}",
            started=f"{self._started:%Y-%m-%dT%H:%M:%SZ}",
            wall_seconds=round(monotonic() - self._clock, 1),
            processor_seconds=round(sum(record.seconds for record in records.values()), 1),
            shards=self.home.m,
            resumed_shards=self._resumed,
        )
        return Certificate.of(self.n, records.values(), origin)

    def _report(self) -> None:
        """Tell how many trees are done; one is half done when it is told apart or proved."""
        if self._progress is not None:
            done = sum(
                r.trees + r.single + r.double + r.integers + len(r.not_real_rooted)
                for r in self.home.records.values()
            )
            self._progress("trees", done // 2, count_free_trees(self.n))


@contextmanager
def open_census(
    n: int,
    *,
    folder: str | Path | None = None,
    resume: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    memory: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Census]:
    """Open a census in a folder, by default a temporary one; the parameters of `take_census`."""
    n = integer(n, "n", minimum=4, maximum=10**9)
    check_order(n)
    workers = integer(workers, "workers", minimum=1)
    memory = default_memory() if memory is None else integer(memory, "memory", minimum=1)
    m = choose_shards(n, 1 if scheduler else workers, memory)
    with ExitStack() as stack:
        if folder is None:
            folder = stack.enter_context(TemporaryDirectory(prefix="polyfam-census-"))
        stack.enter_context(one_thread_each())
        home = stack.enter_context(CensusFolder(Path(folder), n, m, resume))
        if home.m < m:
            raise DomainError(
                f"Folder '{folder}' holds a census in {home.m} shards, which need more memory than "
                "is allowed; allow more, or use fewer workers."
            )
        yield Census(home, workers, scheduler, progress)


def take_census(
    n: int,
    *,
    folder: str | Path | None = None,
    resume: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    memory: int | None = None,
    progress: Progress | None = None,
) -> Certificate:
    """Survey all free trees on n vertices and certify what was found.

    The certificate does not depend on how the work was divided, but for its provenance.

    Parameters
    ----------
    n : int
        The number of vertices, 4 to 36; see ``docs/census.md`` for what is feasible.
    folder : path-like, optional
        Where the records of finished shards are kept, and stay; by default a temporary folder.
    resume : bool
        Go on with the finished shards in `folder`, if there are any.
    workers : int
        Processes on this machine; one is this process.  More need an importable main module.
    scheduler : str, optional
        The address of a Dask scheduler, whose workers do the work instead.  Dask sends pickles.
    memory : int, optional
        Bytes that the workers on this machine may take together (on a cluster, each worker); by
        default half of this machine's memory.  It decides how many shards there are.
    progress : callable, optional
        Is told ``("trees", done, total)`` when a shard is finished.

    Returns
    -------
    Certificate

    Raises
    ------
    DomainError, DataError
        When the folder holds another census, a damaged one, one not to be resumed, or one at work.
    ResourceError
        When the memory is too small.
    LostWorkersError
        When workers are lost for good; finished shards are kept in `folder`.

    Examples
    --------
    >>> from polyfam.census import load_certificate
    >>> certificate = take_census(12)
    >>> certificate.trees, certificate.polynomials, certificate.failures()
    (551, 551, [])
    >>> certificate.digest == load_certificate(12).digest
    True
    """
    with open_census(
        n, folder=folder, resume=resume, workers=workers, scheduler=scheduler, memory=memory,
        progress=progress,
    ) as census:  # fmt: skip
        missing = census.run()
        if missing:
            raise DataError(f"The census lacks {missing} shards.")
        return census.certificate()


def take_shards(
    n: int,
    part: int,
    of: int,
    *,
    folder: str | Path,
    resume: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    memory: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Survey only the shards whose number leaves the remainder `part` when divided by `of`.

    So a census is shared between machines without a network: each takes its part with the same
    `memory`, all records are copied into one folder, and `take_census` resumes there.

    Parameters
    ----------
    n : int
    part, of : int
        0 <= part < of.
    folder : path
        Where the records go.
    resume : bool, default False
        Go on with the records in the folder.
    workers : int, default 1
    scheduler : str, optional
    memory : int, optional
        In bytes; the same on all machines.
    progress : callable, optional
        As in `take_census`, like all before.

    Returns
    -------
    int
        How many shards are still missing in the folder.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     take_shards(9, 0, 2, folder=folder), take_census(9, folder=folder, resume=True).trees
    (0, 47)
    """
    of = integer(of, "of", minimum=1)
    part = integer(part, "part", minimum=0, maximum=of - 1)
    with open_census(
        n, folder=folder, resume=resume, workers=workers, scheduler=scheduler, memory=memory,
        progress=progress,
    ) as census:  # fmt: skip
        return census.run(part, of)
