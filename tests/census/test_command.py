"""The verb: what it prints, leaves behind, refuses and advises."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from polyfam.census import census as module
from polyfam.census.certificate import Certificate, load_certificate
from polyfam.census.runners import in_process
from polyfam.cli import main
from polyfam.errors import LostWorkersError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that runs ``polyfam census`` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["census", *arguments])

    return run


def test_certificate_goes_to_standard_output(run, tmp_path: Path) -> None:
    result = run("12", "--workers", "1")
    assert result.exit_code == 0
    found, published = Certificate.loads(result.stdout), load_certificate(12)
    assert (found.findings, found.distinctness) == (published.findings, published.distinctness)
    assert found.provenance["command"] == "polyfam census 12 --workers 1"
    assert result.stderr == "551 trees, as many polynomials, all real-rooted and log-concave.\n"
    assert not list(tmp_path.iterdir())


def test_certificate_goes_to_a_file(run, tmp_path: Path) -> None:
    result = run("9", "-o", "nine.json")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert Certificate.loads((tmp_path / "nine.json").read_text()).findings.trees == 47
    assert [file.name for file in tmp_path.iterdir()] == ["nine.json"]


def test_shards_are_kept_on_demand(run, tmp_path: Path) -> None:
    assert run("9", "--keep", "--folder", "here").exit_code == 0
    assert {file.name for file in (tmp_path / "here").iterdir()} == {
        "census.json",
        "00000.json",
        "00000.npy",
    }
    again = run("9", "--folder", "here")
    assert again.exit_code == 2
    assert "holds shards of a census already" in again.stderr
    resumed = run("9", "--folder", "here", "--resume")
    assert json.loads(resumed.stdout)["provenance"]["resumed_shards"] == 1


def test_parquet_files_are_saved(run, tmp_path: Path) -> None:
    assert run("9", "--save", "--shard-size", "20").exit_code == 0
    names = sorted(file.name for file in (tmp_path / "census-9").iterdir())
    assert names == ["00000.parquet", "00001.parquet", "00002.parquet"]


def test_lost_workers_exit_with_1_and_the_command_that_goes_on(
    run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlucky(work, shards):
        yield from in_process(work, shards[:3])
        raise LostWorkersError("A worker process was killed.")

    options = ["--workers", "1", "--memory", "1G", "--shard-size", "50", "-o", "a b.json"]
    monkeypatch.setattr(module, "in_process", unlucky)
    result = run("12", *options)
    assert result.exit_code == 1
    message, advice = result.stderr.splitlines()
    assert message == "Error: A worker process was killed. Finished shards are kept; to go on:"
    program, verb, *arguments = shlex.split(advice)
    assert (program, verb) == ("polyfam", "census")
    monkeypatch.setattr(module, "in_process", in_process)
    assert run(*arguments).exit_code == 0
    certificate = Certificate.loads(Path("a b.json").read_text())
    assert certificate.provenance["resumed_shards"] == 3
    assert certificate.distinctness == load_certificate(12).distinctness


def test_a_broken_conjecture_exits_with_1(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Certificate, "failures", lambda _: ["No luck."])
    result = run("6")
    assert result.exit_code == 1
    assert result.stderr == "No luck.\n"
    assert json.loads(result.stdout)["trees"] == 6


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["3"], "Argument 'n' must be at least 4, not 3."),
        (["nine"], "'nine' is not a valid integer"),
        (["50"], "The digests of all trees on 50 vertices would take about 10^11 GiB"),
        (["10", "--memory", "lots"], "'lots' is not a size such as 500M or 2G."),
        (["10", "--memory", "1M"], "allow more, or use fewer workers or smaller shards."),
        (["10", "--workers", "0"], "0 is not in the range"),
        (["10", "--scheduler", "tcp://127.0.0.1:1"], "No Dask scheduler answers at"),
        (["10", "--folder", "/dev/null/here"], "cannot be made: Not a directory"),
    ],
)
def test_bad_input_exits_with_2(run, arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stdout == ""
    assert not list(Path.cwd().iterdir())


@pytest.mark.parametrize(
    ("text", "size"),
    [("1", 1), ("3k", 3 << 10), ("500M", 500 << 20), ("1.5GiB", 3 << 29), ("2 TB", 2 << 40)],
)
def test_sizes_have_units(run, monkeypatch: pytest.MonkeyPatch, text: str, size: int) -> None:
    seen = {}

    def record(_n: int, **arguments: object) -> None:
        seen.update(arguments)
        raise LostWorkersError("enough")

    monkeypatch.setattr(module, "take_census", record)
    run("6", "--memory", text)
    assert seen["memory"] == size


def test_damaged_folder_exits_with_2_and_stays(run) -> None:
    run("9", "--keep")
    Path("census-9/00000.npy").write_bytes(b"")
    result = run("9", "--resume")
    assert result.exit_code == 2
    assert "00000.npy' is missing or damaged; delete 00000.json" in result.stderr
    assert Path("census-9/00000.npy").read_bytes() == b""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_interruption_keeps_the_shards(tmp_path: Path, ending: signal.Signals) -> None:
    command = [sys.executable, "-m", "polyfam", "census", "18", "--shard-size", "2000"]
    place = {"cwd": tmp_path, "env": {"PYTHONPATH": str(ROOT), "PATH": ""}}
    run = subprocess.Popen([*command, "--workers", "2"], **place, stderr=subprocess.PIPE, text=True)
    while len(list(tmp_path.glob("census-18/0*.json"))) < 5:
        assert run.poll() is None
    run.send_signal(ending)
    error = run.communicate()[1]
    if ending is signal.SIGINT:
        assert run.returncode == 130
        assert error.startswith(
            "Interrupted. Finished shards are kept; to go on:\n  polyfam census 18 "
        )
        assert len(error.splitlines()) == 2
    done = subprocess.run([*command, "--resume"], **place, check=True, capture_output=True)
    certificate = Certificate.loads(done.stdout.decode())
    assert certificate.provenance["resumed_shards"] >= 5
    assert certificate.distinctness == load_certificate(18).distinctness
