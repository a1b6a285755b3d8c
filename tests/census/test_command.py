"""The verb: what it prints, leaves behind, refuses and advises."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from polyfam.census import census as module
from polyfam.census.certificate import Certificate, load_certificate
from polyfam.census.runners import in_process
from polyfam.cli import census as command_module
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
    assert (found.trees, found.digest) == (published.trees, published.digest)
    assert found.provenance["command"] == "polyfam census 12 --workers 1"
    assert result.stderr == "551 trees, as many polynomials, all with real roots only.\n"
    assert not list(tmp_path.iterdir())


def test_certificate_goes_to_a_file(run, tmp_path: Path) -> None:
    result = run("9", "-o", "nine.json")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert Certificate.loads((tmp_path / "nine.json").read_text()).trees == 47
    assert [file.name for file in tmp_path.iterdir()] == ["nine.json"]


def test_certificate_in_the_folder_of_the_census_stays(run, tmp_path: Path) -> None:
    assert run("10", "--folder", "out", "-o", "result.json").exit_code == 0
    assert not (tmp_path / "out").exists()
    (tmp_path / "out").mkdir()
    for name in ("census.json", "00003.json"):
        result = run("10", "--folder", "out", "-o", f"out/{name}")
        assert result.exit_code == 2
        assert "is a file of the census itself; choose another name" in result.stderr
    assert run("10", "--folder", "out", "-o", "out/result.json").exit_code == 0
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["result.json"]


def test_records_are_kept_on_demand(run, tmp_path: Path) -> None:
    assert run("9", "--keep", "--folder", "here").exit_code == 0
    assert {file.name for file in (tmp_path / "here").iterdir()} == {"census.json", "00000.json"}
    again = run("9", "--folder", "here")
    assert again.exit_code == 2
    assert "holds shards of a census already" in again.stderr
    resumed = run("9", "--folder", "here", "--resume")
    assert json.loads(resumed.stdout)["provenance"]["resumed_shards"] == 1


def test_parts_are_taken_and_joined(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "choose_shards", lambda *_: 5)
    first = run("11", "--shards", "0/2", "--folder", "here", "--workers", "1")
    assert (first.exit_code, first.stdout) == (0, "")
    assert first.stderr.startswith("3 of 5 shards are done in folder 'here'; copy the others")
    second = run("11", "--shards", "1/2", "--folder", "here", "--workers", "1", "--resume")
    assert Certificate.loads(second.stdout).digest == load_certificate(11).digest
    assert len(list(Path("here").glob("0*.json"))) == 5


def test_a_full_disk_deletes_nothing(run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(command_module, "emit", full)
        failed = run("10", "--workers", "1")
    assert failed.exit_code == 2
    assert failed.stderr == "Error: Input or output failed: No space left on device.\n"
    assert Path("census-10/00000.json").exists()
    done = run("10", "--workers", "1", "--resume")
    assert json.loads(done.stdout)["provenance"]["resumed_shards"] == 1


def test_other_files_in_the_folder_stay(run, tmp_path: Path) -> None:
    mine = {"12345.npy": "a", ".x.part": "b", "notes.json": "c"}
    for name, text in mine.items():
        (tmp_path / name).write_text(text)
    assert run("8", "--folder", ".").exit_code == 0
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == mine
    (tmp_path / "census.json").write_text("{}")
    assert run("8", "--folder", ".").exit_code == 2
    assert (tmp_path / "census.json").read_text() == "{}"


def test_lost_workers_exit_with_1_and_the_command_that_goes_on(
    run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlucky(work, shards):
        yield from in_process(work, shards[:3])
        raise LostWorkersError("A worker process was killed.")

    options = ["--workers", "1", "--memory", "1G", "-o", "a b.json"]
    monkeypatch.setattr(module, "choose_shards", lambda *_: 7)
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
    assert certificate.digest == load_certificate(12).digest


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
        (["50"], "There are about 10^19 trees on 50 vertices; a census goes up to n = 36."),
        (["10", "--memory", "lots"], "'lots' is not a size such as 500M or 2G."),
        (["10", "--memory", "9" * 400], "is not a size such as 500M or 2G."),
        (["10", "--memory", "1M"], "allow more, or use fewer workers."),
        (["10", "--shards", "4/4"], "'4/4' is not a part such as 0/4, ..., 3/4."),
        (["10", "--shards", "9" * 400], "is not a part such as"),
        (["10", "-o", "no/where.json"], "there is no folder 'no'"),
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

    monkeypatch.setattr(module, "open_census", record)
    run("6", "--memory", text)
    assert seen["memory"] == size


def test_damaged_folder_exits_with_2_and_stays(run) -> None:
    run("9", "--keep")
    Path("census-9/00000.json").write_bytes(b"")
    result = run("9", "--resume")
    assert result.exit_code == 2
    assert "00000.json' is missing or damaged; delete 00000.json" in result.stderr
    assert Path("census-9/00000.json").read_bytes() == b""


def test_a_symbolic_link_in_circles_is_named(run, tmp_path: Path) -> None:
    (tmp_path / "loop.json").symlink_to("loop.json")
    result = run("8", "-o", "loop.json")
    assert result.exit_code == 2
    assert "loop.json" in result.stderr
    assert "Traceback" not in result.stderr
    assert not Path("census-8").exists()  # it is refused before the work


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_interruption_keeps_the_shards(tmp_path: Path, ending: signal.Signals) -> None:
    # seven shards: 24 vertices would be as many by themselves, and take longer;
    # and where these tests run in the background, interrupts may be ignored
    code = (
        "import signal\n"
        "from polyfam.census import census\n"
        "from polyfam.__main__ import main\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "    census.choose_shards = lambda *_: 23\n"
        "    census._WORTH_A_PROCESS = 1000\n"
        "    main()\n"
    )
    program = tmp_path / "program.py"
    program.write_text(code)
    command = [sys.executable, str(program), "census", "20", "--folder", "here"]
    place = {"cwd": tmp_path, "env": {"PYTHONPATH": str(ROOT), "PATH": ""}}
    run = subprocess.Popen(
        [*command, "--workers", "2"],
        **place,
        stderr=subprocess.PIPE,
        text=True,
    )
    while len(list(tmp_path.glob("here/0*.json"))) < 5:
        assert run.poll() is None
        time.sleep(0.01)
    run.send_signal(ending)
    error = run.communicate()[1]
    if ending is signal.SIGINT:
        assert run.returncode == 130
        assert error.startswith(
            "Interrupted. Finished shards are kept; to go on:\n  polyfam census 20 "
        )
        assert len(error.splitlines()) == 2
    done = subprocess.run([*command, "--resume"], **place, check=True, capture_output=True)
    certificate = Certificate.loads(done.stdout.decode())
    assert certificate.provenance["resumed_shards"] >= 5
    assert certificate.digest == load_certificate(20).digest
