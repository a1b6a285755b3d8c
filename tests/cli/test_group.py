"""The command group: lazy verbs, and one sentence with an exit code for every failure."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
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


def test_standard_input_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO(b"path:3\n\n  0 1 1 \n\xff\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(raw))
    lines = [(1, "path:3"), (2, ""), (3, "0 1 1"), (4, "\\xff")]
    assert list(_shared.numbered_lines()) == lines


def test_closed_input_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(click.UsageError, match="which is closed"):
        next(_shared.numbered_lines())


def test_endless_line_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_shared, "_LONGEST_LINE", 1000)
    monkeypatch.setattr(sys, "stdin", io.StringIO("0\n" + "0 1 " * 10**6))
    with pytest.raises(errors.ResourceError, match="Line 2 has more than 1,000 characters"):
        list(_shared.numbered_lines())
    assert sys.stdin.tell() < 2000


def test_parents_are_no_option() -> None:
    @click.command(context_settings=_shared.TREE_SETTINGS)
    @click.argument("tree")
    @_shared.output_option()
    def verb(tree: str, output: object) -> None:
        _shared.emit((tree, output and output.name))

    result = CliRunner().invoke(verb, ["-1 0 0", "-o", "tree.svg"])
    assert result.stdout == "('-1 0 0', 'tree.svg')\n"


def test_dash_does_not_wait_for_the_end_of_input() -> None:
    code = "from polyfam.cli._shared import numbered_lines; print(next(numbered_lines())[1])"
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
    with _shared.progress("Trees", force=force) as tell:
        _shared.emit("data")
        tell("Trees", 2, 2)
    captured = capsys.readouterr()
    assert captured.out == "data\n"
    assert ("Trees" in captured.err) is drawn


def test_shared_options_reach_the_verb(tmp_path: Path) -> None:
    @click.command()
    @_shared.printing_options(text="", latex=".tex", json=".json")
    def verb(format_: str) -> None:
        _shared.emit(format_)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(verb, arguments)

    assert run().stdout == "text\n"
    assert run("--format", "json").stdout == "json\n"
    assert run("--format", "yaml").exit_code == 2
    for options, text in [
        (["x.tex"], "latex"), (["x.JSON"], "json"), (["x.txt"], "text"), (["x"], "text"),
        (["x.tex", "--format", "json"], "json"),
    ]:  # fmt: skip
        target = tmp_path / options[0]
        assert run("-o", str(target), *options[1:]).output == ""
        assert target.read_text() == f"{text}\n"
    refused = run("-o", str(tmp_path / "x.xls"))
    assert refused.exit_code == 2
    assert "take one of .txt, .tex, .json" in refused.stderr
    assert isinstance(run("-o", "/no/such/folder/x").exception, errors.OutputError)


def test_file_of_a_failed_check_is_written_and_that_of_a_failure_is_not(tmp_path: Path) -> None:
    target = tmp_path / "rows.json"
    assert CliRunner().invoke(cli.main, ["identify", "1 2 2", "-o", str(target)]).exit_code == 1
    assert json.loads(target.read_text())["member"] is False
    target.unlink()
    assert CliRunner().invoke(cli.main, ["poly", "0", "0 2", "-o", str(target)]).exit_code == 2
    assert not target.exists()


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_verb_can_be_quiet_and_has_json(verb: str) -> None:
    command = cli.main.get_command(None, verb)
    for each in getattr(command, "commands", {"": command}).values():
        options = {option for parameter in each.params for option in parameter.opts}
        assert "--quiet" in options
        formats = [p.type.choices for p in each.params if "--format" in p.opts]
        assert verb == "census" or "json" in formats[0]


def test_quiet_verb_draws_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_shared.sys, "stderr", SimpleNamespace(isatty=lambda: True))
    with click.Context(click.Command("x")) as context:
        context.meta[_shared.QUIET] = True
        with _shared.progress("x") as tell:
            tell("x", 1, 2)
    assert tell is _shared._ignore


@pytest.mark.parametrize(("verb", "near"), [("polly", "poly"), ("Tabel", "table")])
def test_misspelt_verb_is_recognised(verb: str, near: str) -> None:
    result = CliRunner().invoke(cli.main, [verb])
    assert f"perhaps '{near}' is meant" in result.stderr


def test_completion_script_names_the_command() -> None:
    code = "from polyfam.cli import main; main(prog_name='polyfam')"
    environment = {**os.environ, "_POLYFAM_COMPLETE": "zsh_source"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert b"_POLYFAM_COMPLETE=zsh_complete" in done.stdout
    environment = {**os.environ, "_POLYFAM_COMPLETE": "zsh_complete", "COMP_CWORD": "1"}
    environment["COMP_WORDS"] = "polyfam pol"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert b"poly" in done.stdout
