"""The command group: lazy verbs, and one sentence with an exit code for every failure."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import IO

import click
import pytest
from click.testing import CliRunner, Result

from polyfam import __version__, cli, errors
from polyfam.cli import _shared

HEAVY = {"numpy", "sympy", "networkx", "rich", "polyfam.cli.poly"}

# A stand-in for the verb `poly`, installed before the group asks for it.
STAND_IN = """
import sys
from types import SimpleNamespace
import click
from polyfam.cli import main
from polyfam.cli._shared import emit

@click.command()
def command():
    {body}

sys.modules["polyfam.cli.poly"] = SimpleNamespace(command=command)
main(["poly"])
"""


@pytest.fixture
def run_verb(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], Result]:
    """Return a function that runs the group with the verb `poly` replaced by a function."""

    def run(body: Callable[[], None]) -> Result:
        module = SimpleNamespace(command=click.command()(body))
        monkeypatch.setitem(sys.modules, "polyfam.cli.poly", module)
        return CliRunner().invoke(cli.main, ["poly"])

    return run


def run_python(code: str, stdout: IO | int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True)


def test_help_names_every_verb() -> None:
    result = CliRunner().invoke(cli.main, ["--help"])
    assert result.exit_code == 0
    for verb, sentence in cli.VERBS.items():
        assert f"  {verb} " in result.stdout
        assert sentence in result.stdout


def test_help_imports_no_heavy_library_and_no_verb() -> None:
    code = "import sys; from polyfam.cli import main; main(['--help'], standalone_mode=False)"
    done = run_python(f"{code}; print('modules:', *sys.modules)")
    assert done.returncode == 0
    assert HEAVY.isdisjoint(done.stdout.partition("modules:")[2].split())


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_loads_and_explains_itself(verb: str) -> None:
    result = CliRunner().invoke(cli.main, [verb, "--help"])
    assert result.exit_code == 0
    assert f"{verb} [OPTIONS]" in result.stdout


def test_version_is_the_package_version() -> None:
    assert CliRunner().invoke(cli.main, ["--version"]).stdout == f"polyfam {__version__}\n"


def test_module_runs_as_the_command() -> None:
    command = [sys.executable, "-m", "polyfam", "--version"]
    assert subprocess.check_output(command, text=True) == f"polyfam {__version__}\n"


def test_unknown_verb_is_a_usage_error() -> None:
    result = CliRunner().invoke(cli.main, ["polly"])
    assert result.exit_code == 2
    assert "No such command 'polly'" in result.stderr


@pytest.mark.parametrize(
    ("error", "code", "stderr"),
    [
        (errors.DomainError("Argument 'n' must be at least 1, not 0."), 2, "Argument 'n' must be"),
        (errors.OutputError("The file is not writable."), 2, "The file is not writable."),
        (PermissionError(13, "Permission denied", "x.csv"), 2, "failed at 'x.csv': Permission"),
        (OSError("odd"), 2, "Input or output failed: odd."),
        (MemoryError(), 2, "memory of this machine"),
        (UnicodeEncodeError("ascii", "β", 0, 1, "no"), 2, "fit the encoding 'ascii'"),
    ],
)
def test_expected_failure_is_one_sentence(
    run_verb: Callable, error: Exception, code: int, stderr: str
) -> None:
    def body() -> None:
        raise error

    result = run_verb(body)
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert stderr in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (BrokenPipeError, 141)])
def test_interrupt_and_broken_pipe_are_quiet(
    run_verb: Callable, error: type[BaseException], code: int
) -> None:
    def body() -> None:
        raise error

    result = run_verb(body)
    assert (result.exit_code, result.output) == (code, "")


def test_failed_check_keeps_its_exit_code(run_verb: Callable) -> None:
    assert run_verb(lambda: click.get_current_context().exit(1)).exit_code == 1


def test_bug_is_not_hidden(run_verb: Callable) -> None:
    def body() -> None:
        raise ZeroDivisionError

    assert isinstance(run_verb(body).exception, ZeroDivisionError)


@pytest.mark.parametrize("lines", [1, 100_000])
def test_reader_that_left_is_the_sigpipe_code(lines: int) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w") as pipe:
        done = run_python(STAND_IN.format(body=f"[emit(k) for k in range({lines})]"), pipe)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("lines", [1, 100_000])
def test_full_disk_is_one_sentence(lines: int) -> None:
    with open("/dev/full", "w") as full:
        done = run_python(STAND_IN.format(body=f"[emit(k) for k in range({lines})]"), full)
    assert done.returncode == 2
    assert done.stderr == "Error: Input or output failed: No space left on device.\n"


def test_dash_reads_standard_input_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO(b"path:3\n\n  0 1 1 \n\xff\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
    texts = _shared.tree_arguments(["star:4", "-", "F6.3"])
    assert list(texts) == ["star:4", "path:3", "0 1 1", "\\xff", "F6.3"]


def test_dash_with_closed_input_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(click.UsageError, match="which is closed"):
        next(_shared.tree_arguments(["-"]))


def test_parents_are_no_option() -> None:
    @click.command(context_settings=_shared.TREE_SETTINGS)
    @click.argument("tree")
    @_shared.output_option()
    def verb(tree: str, output: object) -> None:
        _shared.emit((tree, output and output.name))

    result = CliRunner().invoke(verb, ["-1 0 0", "-o", "tree.svg"])
    assert result.stdout == "('-1 0 0', 'tree.svg')\n"


def test_dash_does_not_wait_for_the_end_of_input() -> None:
    code = "from polyfam.cli._shared import tree_arguments; print(next(tree_arguments(['-'])))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdin.write("path:3\n")
        process.stdin.flush()
        assert process.stdout.readline() == "path:3\n"
        process.stdin.close()


@pytest.mark.parametrize(("force", "drawn"), [(False, False), (True, True)])
def test_progress_is_drawn_on_a_terminal_or_on_demand(
    capsys: pytest.CaptureFixture[str], force: bool, drawn: bool
) -> None:
    with _shared.progress(force=force) as bar:
        task = bar.add_task("Trees", total=2)
        _shared.emit("data")
        bar.advance(task, 2)
    captured = capsys.readouterr()
    assert captured.out == "data\n"
    assert ("Trees" in captured.err) is drawn


def test_shared_options_reach_the_verb() -> None:
    @click.command()
    @_shared.format_option("text", "json")
    @_shared.output_option()
    def verb(format_: str, output: object) -> None:
        _shared.emit((format_, output and output.name))

    assert CliRunner().invoke(verb, []).stdout == "('text', None)\n"
    assert CliRunner().invoke(verb, ["--format", "json", "-o", "t"]).stdout == "('json', 't')\n"
    assert CliRunner().invoke(verb, ["--format", "yaml"]).exit_code == 2
