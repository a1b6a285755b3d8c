"""Three ways to have shards surveyed: in this process, on the cores of this machine, on a cluster.

A runner takes the work, a function of a shard, and the shards, and yields what comes out, in the
order in which it is finished.  No more shards are under way than keep all workers busy, so what is
finished does not pile up; a worker keeps nothing and writes nothing.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from polyfam._checks import optional_import, quoted
from polyfam.errors import DomainError, LostWorkersError, PolyfamError

if TYPE_CHECKING:
    import distributed

__all__ = ["cores", "in_process", "on_cluster", "on_cores", "one_thread_each"]

Task = TypeVar("Task")
Result = TypeVar("Result")

_THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
#: Tasks under way for each worker: one to do, one to begin with as soon as that is done.
_AHEAD = 2
#: Seconds that a finished result may take to arrive from the cluster.
_PATIENCE = 120


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_process(work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
    """Do one task after the other.

    Examples
    --------
    >>> list(in_process(abs, [-1, 2]))
    [1, 2]
    """
    return map(work, tasks)


def on_cores(
    work: Callable[[Task], Result], tasks: Iterable[Task], workers: int
) -> Iterator[Result]:
    """Do tasks in processes of this machine, each with one thread for linear algebra.

    Parameters
    ----------
    work : callable
        Importable by name, as are the results.
    tasks : iterable
    workers : int
        The number of processes.

    Raises
    ------
    LostWorkersError
        When a process dies, after what the others have finished was yielded.
    """
    queue, killed = iter(tasks), False
    running: set[Future[Result]] = set()
    with one_thread_each():
        pool = ProcessPoolExecutor(workers, get_context("spawn"), _follow_the_parent)
        try:
            while True:
                try:
                    room = _AHEAD * workers - len(running)
                    running |= {pool.submit(work, task) for task in islice(queue, room)}
                except BrokenExecutor:
                    killed = True
                if not running:
                    break
                done, running = wait(running, return_when=FIRST_COMPLETED)
                lost = {future for future in done if isinstance(future.exception(), BrokenExecutor)}
                killed |= bool(lost)
                yield from (future.result() for future in done - lost)
        finally:
            pool.shutdown(cancel_futures=True)
    if killed:
        raise LostWorkersError("A worker process was killed, perhaps for want of memory.")


def on_cluster(
    work: Callable[[Task], Result], tasks: Iterable[Task], address: str
) -> Iterator[Result]:
    """Do tasks on the workers of a Dask cluster, which moves those of a lost worker to another.

    Parameters
    ----------
    work : callable
        Importable by name on the workers, as are the results.
    tasks : iterable
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    MissingExtraError
        When Dask is not installed.
    DomainError
        When no scheduler answers at the address.
    LostWorkersError
        When the scheduler is lost, or one task too many of its workers, after what is finished
        was yielded.
    """
    distributed = optional_import("distributed", "census")
    _knock(address)
    logger = logging.getLogger("distributed.client")
    level = logger.level
    client = distributed.Client(address)
    logger.setLevel(logging.CRITICAL)  # what goes wrong is said below, in one sentence
    lost = LostWorkersError(f"The scheduler at {address} was lost.")
    queue, waiting = iter(tasks), 0
    failure: Exception | None = None
    try:
        running = distributed.as_completed()
        while True:
            for task in islice(queue, _room(client, waiting)):
                running.add(client.submit(work, task, pure=False))
                waiting += 1
            if not waiting:
                break
            future = next(running)
            waiting -= 1
            try:
                result = future.result(_PATIENCE)
            except CancelledError:
                failure = lost
            except Exception as error:  # whatever the work, the cluster or the network raises
                failure = error
            else:
                yield result
    finally:
        client.close(timeout=5)
        logger.setLevel(level)
    if failure is None and next(queue, None) is not None:
        failure = lost
    if isinstance(failure, PolyfamError):
        raise failure
    if failure:
        reason = f"{type(failure).__name__}: {failure}".splitlines()[0]
        raise LostWorkersError(f"The cluster at {address} did not finish: {reason}.")


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Have processes started meanwhile, and numpy if imported meanwhile, use a single thread.

    Several workers with several threads each would only get in each other's way.
    """
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _room(client: distributed.Client, waiting: int) -> int:
    """Return how many more tasks a cluster should be given; none when its scheduler is lost."""
    with suppress(OSError, RuntimeError):
        if client.status == "running":
            return max(0, _AHEAD * max(1, int(sum(client.nthreads().values()))) - waiting)
    return 0


def _follow_the_parent() -> None:
    """Make a new worker end with its parent, however that ends, and not before.

    Ctrl-C reaches the whole group, so it is left to the parent; a parent that is killed says
    nothing, so a thread waits for its end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait_and_leave() -> None:
        parent = parent_process()
        assert parent is not None  # this is a child
        parent.join()
        os._exit(1)

    Thread(target=wait_and_leave, daemon=True).start()


def _knock(address: str) -> None:
    """See whether anybody listens; a client that cannot connect would leave loose ends."""
    try:
        parts = urlsplit(address)
        socket.create_connection((parts.hostname, parts.port), timeout=10).close()
    except (OSError, ValueError, TypeError) as error:
        raise DomainError(
            f"No Dask scheduler answers at {quoted(address)} ({error}); start one with "
            "'dask scheduler' and give its address, such as tcp://10.0.0.1:8786."
        ) from None
