"""Three ways to run against each other, and what happens when workers die."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from polyfam.census.runners import (
    cores,
    in_process,
    on_cluster,
    on_cores,
    one_thread_each,
)
from polyfam.census.shards import Record, Shard, survey
from polyfam.errors import DomainError, LostWorkersError

ROOT = Path(__file__).parents[2]
SHARDS = [Shard(15, 31, index) for index in range(31)]


def seen(outcomes: Iterator[tuple[Shard, Record]]) -> dict[int, Record]:
    """Return what the outcomes say of their shards, each once, but for the time it took."""
    found: dict[int, Record] = {}
    for shard, record in outcomes:
        assert shard.index not in found
        found[shard.index] = replace(record, seconds=0)
    return found


@pytest.fixture(scope="module")
def expected() -> dict[int, Record]:
    """Return what this process finds."""
    return seen(in_process(survey, SHARDS))


def test_processes_find_the_same(expected: dict[int, Record]) -> None:
    assert seen(on_cores(survey, SHARDS, 2)) == expected


def test_workers_have_one_thread_for_linear_algebra() -> None:
    names = ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"]
    before = [os.environ.get(name) for name in names]
    assert list(on_cores(os.getenv, names, 1)) == ["1"] * 3
    assert [os.environ.get(name) for name in names] == before


def test_environment_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with one_thread_each():
        assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


def test_errors_of_the_work_come_through() -> None:
    with pytest.raises(ZeroDivisionError):
        list(on_cores(partial(divmod, 1), [0], 1))


def test_a_worker_that_dies_is_reported() -> None:
    with pytest.raises(LostWorkersError, match="A worker process was killed"):
        list(on_cores(os._exit, [1, 1, 1, 1], 2))


def test_what_others_finished_is_yielded_before_a_loss_is_reported() -> None:
    found = []
    with pytest.raises(LostWorkersError):
        found.extend(on_cores(eval, ["1", "2", "__import__('os')._exit(1)", "3"], 1))
    assert sorted(found) == [1, 2]


def test_workers_end_with_a_parent_that_is_killed() -> None:
    code = (
        "import time\n"
        "from polyfam.census.runners import on_cores\n"
        "if __name__ == '__main__':\n"
        "    for _ in on_cores(time.sleep, [0.1] + [3600] * 3, 2):\n"
        "        print('begun', flush=True)\n"
    )
    # -c has no file to import again, as the command line has none
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout.readline() == b"begun\n"
    parent.kill()
    parent.communicate(timeout=60)  # until nobody holds the pipe any more


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """Start a scheduler and two workers; yield its address and the three processes."""
    file = tmp_path / "scheduler.json"
    place = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    run = [sys.executable, "-m"]
    scheduler = [*run, "distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1"]
    worker = [*run, "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny"]
    options = ["--no-dashboard", "--scheduler-file", str(file)]
    processes = [subprocess.Popen([*scheduler, *options], **place)]
    try:
        while not file.exists():
            assert processes[0].poll() is None
            time.sleep(0.05)
        options = ["--no-dashboard", "--local-directory", str(tmp_path)]
        address = _address(file)
        processes += [subprocess.Popen([*worker, address, *options], **place) for _ in range(2)]
        yield address, processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _address(file: Path) -> str:
    """Return the address in a scheduler file, which may still be half written."""
    while True:
        try:
            return json.loads(file.read_bytes())["address"]
        except ValueError:
            time.sleep(0.05)


def test_a_cluster_loses_nothing_when_a_worker_is_killed(
    cluster: tuple[str, list[subprocess.Popen]], expected: dict[int, Record]
) -> None:
    address, (_, worker, _) = cluster

    def watched() -> Iterator[tuple[Shard, Record]]:
        for count, outcome in enumerate(on_cluster(survey, SHARDS, address)):
            if count == len(SHARDS) // 3:
                worker.kill()
            yield outcome

    assert seen(watched()) == expected


def test_a_lost_scheduler_is_reported_after_what_was_finished(
    cluster: tuple[str, list[subprocess.Popen]], expected: dict[int, Record]
) -> None:
    address, (scheduler, *_) = cluster
    found = {}

    def watched() -> Iterator[tuple[Shard, Record]]:
        for count, outcome in enumerate(on_cluster(survey, SHARDS, address)):
            found[outcome[0].index] = replace(outcome[1], seconds=0)
            if count == 4:
                scheduler.kill()
            yield outcome

    with pytest.raises(LostWorkersError, match=f"The scheduler at {address} was lost"):
        seen(watched())
    assert 5 <= len(found) < len(SHARDS)
    assert found.items() <= expected.items()


def test_an_error_on_a_cluster_does_not_keep_the_other_shards_from_being_done(
    cluster: tuple[str, list[subprocess.Popen]],
) -> None:
    address, _ = cluster
    found = []
    with pytest.raises(LostWorkersError, match="did not finish: ZeroDivisionError: division"):
        found.extend(on_cluster(eval, ["1", "2", "1 / 0", *map(str, range(3, 20))], address))
    assert sorted(found) == list(range(1, 20))


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "nonsense", "tcp://", "tcp://127.0.0.1:99999"]
)
def test_no_scheduler_at_the_address(address: str) -> None:
    with pytest.raises(DomainError, match=r"No Dask scheduler answers at '.*start one with"):
        next(on_cluster(survey, SHARDS, address))


def test_cores_are_counted() -> None:
    assert 1 <= cores() <= os.cpu_count()
