"""Censuses as a whole: cuts, parts, memory, compiled code, progress."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from polyfam import count_free_trees
from polyfam.census import census as module
from polyfam.census import load_certificate, take_census, take_shards
from polyfam.census.resources import choose_shards, worker_memory
from polyfam.census.runners import in_process, on_cores
from polyfam.errors import DomainError, LostWorkersError, ResourceError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut small censuses into seven shards."""
    monkeypatch.setattr(module, "choose_shards", lambda *_: 7)


@pytest.mark.usefixtures("cut")
def test_parts_of_a_census_come_together(tmp_path: Path) -> None:
    folders = [tmp_path / str(part) for part in range(3)]
    missing = [take_shards(12, part, 3, folder=folder) for part, folder in enumerate(folders)]
    assert missing == [4, 5, 5]
    for folder in folders[1:]:
        for file in folder.glob("0*.json"):
            file.rename(folders[0] / file.name)
    certificate = take_census(12, folder=folders[0], resume=True)
    assert certificate.provenance["resumed_shards"] == 7
    assert certificate.digest == load_certificate(12).digest


@pytest.mark.usefixtures("cut")
def test_an_interrupted_census_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlucky(work, shards):
        yield from in_process(work, shards[:3])
        raise LostWorkersError("A worker process was killed.")

    with monkeypatch.context() as patch:
        patch.setattr(module, "in_process", unlucky)
        with pytest.raises(LostWorkersError):
            take_census(13, folder=tmp_path)
    certificate = take_census(13, folder=tmp_path, resume=True)
    assert certificate.provenance["resumed_shards"] == 3
    assert certificate.digest == load_certificate(13).digest


@pytest.mark.usefixtures("cut")
def test_progress_counts_trees() -> None:
    calls: list[tuple[str, int, int | None]] = []
    take_census(14, progress=lambda *call: calls.append(call))
    assert len(calls) == 8
    assert (calls[0], calls[-1]) == (("trees", 0, 3159), ("trees", 3159, 3159))
    done = [call[1] for call in calls]
    assert done == sorted(done)


@pytest.mark.usefixtures("cut")
@pytest.mark.parametrize(("worth", "processes"), [(1000, 2), (4000, 1)])
def test_two_processes_find_the_same_where_they_are_worth_beginning(
    monkeypatch: pytest.MonkeyPatch, worth: int, processes: int
) -> None:
    begun: list[int] = []

    def counted(*given: Any) -> Any:
        begun.append(given[-1])
        return on_cores(*given)

    monkeypatch.setattr(module, "on_cores", counted)
    monkeypatch.setattr(module, "_WORTH_A_PROCESS", worth)
    assert take_census(15, workers=2).digest == load_certificate(15).digest
    assert begun == [processes] * (processes > 1)


def test_a_folder_that_needs_more_memory_is_refused(tmp_path: Path) -> None:
    take_shards(16, 0, 2, folder=tmp_path)
    with pytest.raises(ResourceError, match=r"For n = 16 the workers .* need .* of memory"):
        take_census(16, folder=tmp_path, resume=True, memory=1)


@pytest.mark.usefixtures("cut")
def test_a_cut_that_is_too_coarse_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_shards(12, 0, 7, folder=tmp_path)
    monkeypatch.setattr(module, "choose_shards", lambda *_: 11)
    with pytest.raises(DomainError, match="in 7 shards, which need more memory than is allowed"):
        take_census(12, folder=tmp_path, resume=True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"n": 3}, "Argument 'n' must be at least 4"),
        ({"n": 37}, "a census goes up to n = 36"),
        ({"n": 10**5}, "There are about 10"),
        ({"n": 9, "workers": 0}, "Argument 'workers' must be at least 1"),
        ({"n": 30, "memory": 1 << 30}, r"For n = 30 the workers \(1\) need 3.0 GiB of memory"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, int], sentence: str) -> None:
    with pytest.raises((DomainError, ResourceError), match=sentence):
        take_census(**arguments)


def test_less_memory_makes_more_shards_and_some_is_too_little() -> None:
    shards = [choose_shards(28, 1, gib << 30) for gib in (8, 4, 2)]
    assert shards == sorted(shards)
    assert shards[0] < shards[2]
    for m in shards:
        assert worker_memory(28, m) <= 8 << 30


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )


def test_memory_stays_below_the_bound() -> None:
    # getrusage would count the memory of this process, from which the other one is forked
    code = (
        "import re\n"
        "from polyfam.census.resources import worker_memory\n"
        "from polyfam.census.shards import Shard, survey\n"
        "trees = survey(Shard(22, 2, 1))[1].trees\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1]\n"
        "print(trees, worker_memory(22, 2) >> 10, peak)\n"
    )
    trees, bound, used = map(int, python(code, OPENBLAS_NUM_THREADS="1").stdout.split())
    assert trees > 2_000_000
    assert used < bound


def test_a_census_under_a_limit_of_the_system() -> None:
    assert hasattr(resource, "RLIMIT_DATA")
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (700 << 20, 700 << 20))\n"
        "from polyfam.census import take_census\n"
        "print(take_census(21, memory=600 << 20).digest)\n"
    )
    found = python(code, OPENBLAS_NUM_THREADS="1").stdout.strip()
    assert found == load_certificate(21).digest


def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    code = (
        "from polyfam.census import take_census\n"
        "from polyfam.census import kernels\n"
        "take_census(17)\n"
        "stats = [f.stats for f in (kernels.make_keys, kernels.settle, kernels.refine,\n"
        "                           kernels.digest_sums, kernels.count_keys)]\n"
        "print(sum(sum(s.cache_misses.values()) for s in stats))\n"
    )
    first = python(code, NUMBA_CACHE_DIR=str(tmp_path))
    files = sorted(tmp_path.rglob("*"))
    second = python(code, NUMBA_CACHE_DIR=str(tmp_path))
    assert int(first.stdout) > 0
    assert int(second.stdout) == 0
    assert sorted(tmp_path.rglob("*")) == files


def test_plain_numpy_finds_the_same() -> None:
    code = (
        "import sys\n"
        "sys.modules['numba'] = None\n"
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'numba' else find(name)\n"
        "from polyfam.census import take_census\n"
        "print(take_census(16).digest)\n"
    )
    assert python(code).stdout.strip() == load_certificate(16).digest
    assert count_free_trees(16) == load_certificate(16).trees
