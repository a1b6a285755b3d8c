"""The whole census: one answer however it is run, interrupted, resumed or cut."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from polyfam import ArgumentTypeError, DomainError, MissingExtraError, ResourceError
from polyfam.census import census as module
from polyfam.census import resources
from polyfam.census.census import Progress, take_census
from polyfam.census.certificate import load_certificate
from polyfam.census.folder import CensusFolder
from polyfam.census.runners import in_process
from polyfam.census.shards import cut
from polyfam.errors import LostWorkersError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("n", range(4, 17))
def test_published_certificates_are_found_again(n: int) -> None:
    found, published = take_census(n), load_certificate(n)
    assert found.findings == published.findings
    assert found.distinctness == published.distinctness


@pytest.mark.parametrize(
    "arguments",
    [
        {"workers": 1, "shard_size": 500},
        {"workers": 2, "shard_size": 5_000},
        {"workers": 1, "memory": 88 << 20},
    ],
)
def test_the_answer_does_not_depend_on_how_it_is_found(arguments: dict) -> None:
    found, published = take_census(17, **arguments), load_certificate(17)
    assert (found.findings, found.distinctness) == (published.findings, published.distinctness)


def test_a_census_that_was_killed_is_resumed_with_the_same_digest(tmp_path: Path) -> None:
    code = (
        "from polyfam.census.census import take_census\n"
        f"take_census(18, folder={str(tmp_path)!r}, shard_size=2_000,"
        " report=lambda progress: print(progress.done, flush=True))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as run:
        while run.stdout.readline() != b"9\n":
            assert run.poll() is None
        run.kill()
    kept = len(CensusFolder(tmp_path, cut(18, 2_000), resume=True).records)
    assert 9 <= kept < len(cut(18, 2_000))
    found, published = take_census(18, folder=tmp_path, shard_size=2_000, resume=True), None
    assert found.provenance["resumed_shards"] == kept
    published = load_certificate(18)
    assert (found.findings, found.distinctness) == (published.findings, published.distinctness)


def test_shards_survive_the_loss_of_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlucky(work, shards):
        yield from in_process(work, shards[:3])
        raise LostWorkersError("A worker process was killed.")

    monkeypatch.setattr(module, "in_process", unlucky)
    for done in (3, 6):
        with pytest.raises(LostWorkersError):
            take_census(12, folder=tmp_path, shard_size=50, resume=True)
        assert len(CensusFolder(tmp_path, cut(12, 50), resume=True).records) == done
    monkeypatch.setattr(module, "in_process", in_process)
    found = take_census(12, folder=tmp_path, shard_size=50, resume=True)
    assert found.distinctness == load_certificate(12).distinctness


def test_a_finished_census_is_certified_again_without_workers(tmp_path: Path) -> None:
    take_census(11, folder=tmp_path)
    found = take_census(11, folder=tmp_path, resume=True, scheduler="tcp://127.0.0.1:1")
    assert found.provenance["resumed_shards"] == 1
    assert found.distinctness == load_certificate(11).distinctness


def test_progress_counts_shards_then_digests() -> None:
    steps: list[Progress] = []
    take_census(12, shard_size=50, report=steps.append)
    shards = [step for step in steps if step.stage == "shards"]
    assert [step.done for step in shards] == list(range(len(cut(12, 50)) + 1))
    assert [step.seconds_left is None for step in shards[:3]] == [True, True, False]
    assert shards[-1].seconds_left == 0
    assert (steps[-1].stage, steps[-1].done, steps[-1].total) == ("digests", 551, 551)
    assert steps == [*shards, *(step for step in steps if step.stage == "digests")]


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"n": 3}, DomainError, "'n' must be at least 4, not 3"),
        ({"n": 10**10}, DomainError, "'n' must be at most 1000000000"),
        ({"n": 6.5}, ArgumentTypeError, "'n' must be an integer"),
        ({"n": 34}, ResourceError, r"all trees on 34 vertices would take about 10\^4 GiB"),
        ({"n": 10**6}, ResourceError, r"about 10\^470647 GiB; a census goes up to n = 33"),
        ({"n": 10, "workers": 0}, DomainError, "'workers' must be at least 1"),
        ({"n": 10, "memory": 0}, DomainError, "'memory' must be at least 1"),
        ({"n": 10, "memory": 1 << 20}, ResourceError, r"workers \(1\) need 84 MiB .* than the 1 M"),
        ({"n": 10, "shard_size": 0}, DomainError, "'shard_size' must be at least 1"),
        ({"n": 10, "save": True}, DomainError, "'save' needs a folder"),
        ({"n": 10, "scheduler": "tcp://127.0.0.1:1"}, DomainError, "No Dask scheduler answers"),
    ],
)
def test_bad_arguments_are_named(arguments: dict, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        take_census(**arguments)


def test_too_small_a_disk_is_refused_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=90 << 20))
    monkeypatch.setattr(module, "in_process", None)
    sentence = r"The 39,299,897 trees on 24 vertices take 600 MiB in folder .* 90 MiB are free"
    with pytest.raises(ResourceError, match=sentence):
        take_census(24, folder=tmp_path / "census")
    assert not list(tmp_path.iterdir())
    with pytest.raises(ResourceError, match=r"823,065 trees on 20 vertices take 91 MiB"):
        resources.check_disk(tmp_path, 20, 0, with_tables=True)
    resources.check_disk(tmp_path, 20, 0, with_tables=False)
    resources.check_disk(tmp_path, 24, 39_000_000, with_tables=False)


def test_a_missing_extra_is_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'polyfam\[parquet\]'"):
        take_census(10, folder=tmp_path, save=True)
    assert not list(tmp_path.iterdir())
