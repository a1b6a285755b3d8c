"""What a person sees at a terminal: lines that fit, a sign of life, refusals before the work.

Oracle: a pseudo-terminal of 80 columns, whose other end is read.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

fcntl = pytest.importorskip("fcntl")  # there are no pseudo-terminals elsewhere
import pty  # noqa: E402
import termios  # noqa: E402


def at_a_terminal(*arguments: str, errors: bool = False, code: str = "") -> str:
    """Return what a command writes to a terminal, of standard error only if `errors`."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    start = ["-c", code] if code else ["-m", "polyfam"]
    streams = {"stdout": subprocess.DEVNULL if errors else theirs}
    streams["stderr"] = theirs if errors else subprocess.DEVNULL
    with subprocess.Popen(
        [sys.executable, *start, *arguments],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "80", "TERM": "xterm"},
        **streams,
    ) as process:
        os.close(theirs)
        text = b""
        while True:
            try:
                part = os.read(ours, 1 << 16)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            text += part
        process.wait()
    os.close(ours)
    return text.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "line",
    [
        "poly star:4", "poly star:40", "poly path:40", "poly star:30 --format row", "poly F15.3",
        "table 6", "table 13", "table eulerian", "table labelled-sum", "table free-total",
        "table family-12 --columns roots,gamma_vector,coefficients", "identify 1 9 9 1",
        "identify 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18", "identify 1 14 ...",
        "trees 60 --random 2 --seed 1", "trees 20 --rank 5 --notation edges", "trees 400 --count",
        "data list", "data show family-14", "words star:9 --limit 3", "words path:60 --random 2",
        "words path:100 --limit 1", "verify --max-vertices 4", "expand --what field --order 4",
        "expand --one-variable --order 6", "explain adamw", "experiment --list", "--help",
        "poly --help", "census --help", "explain --help",
    ],
)  # fmt: skip
def test_lines_for_people_fit_into_80_columns(line):
    text = at_a_terminal(*line.split())
    assert text.strip()
    assert max(map(len, text.split("\n"))) <= 80


def test_folded_lines_hold_what_a_pipe_gets_in_one():
    # who runs these tests in several processes may have set COLUMNS
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    piped = subprocess.run(
        [sys.executable, "-m", "polyfam", "poly", "star:40"],
        capture_output=True,
        check=True,
        env=environment,
    ).stdout.decode()
    facts = [line.split()[0] for line in piped.splitlines()]
    assert facts[:3] == ["P(beta)", "factors", "row"]
    assert re.sub(r"\s", "", at_a_terminal("poly", "star:40")) == re.sub(r"\s", "", piped)
    lines = subprocess.run(
        [sys.executable, "-m", "polyfam", "trees", "60", "--random", "2"],
        capture_output=True,
        check=True,
    ).stdout.splitlines()
    assert [len(line.split()) for line in lines] == [60, 60]


SLOW = """
import time
from polyfam.cli import main
import polyfam.family.single as single
single.beta_polynomial = lambda tree: time.sleep(2) or 1 / 0
main(["poly", "star:4"{}])
"""


def test_a_verb_that_takes_long_gives_a_sign_of_life():
    shown = at_a_terminal(errors=True, code=SLOW.format(""))
    assert "poly" in shown.split("Traceback")[0]
    assert (
        "poly" not in at_a_terminal(errors=True, code=SLOW.format(", '-q'")).split("Traceback")[0]
    )


def test_tables_are_told_while_they_are_made():
    assert "tables" in at_a_terminal("verify", "--max-vertices", "13", errors=True)


def polyfam(*arguments: str, cwd: Path) -> tuple[int, str]:
    """Return the exit code and the last words of a command that may not do any work."""
    code = (
        "import polyfam.family.engine.basis, polyfam.trees.pictures, polyfam.tables.build\n"
        "import polyfam.experiments.experiment, polyfam.tables.family\n"
        "def work(*_, **__): raise SystemExit('work was done')\n"
        "polyfam.trees.pictures.picture = polyfam.tables.build._tables = work\n"
        "polyfam.experiments.experiment.run_experiment = work\n"
        "polyfam.tables.family.family_recipe = work\n"
        "import polyfam.family.single, polyfam.series, polyfam.census.census\n"
        "polyfam.family.single.beta_polynomial = polyfam.census.census.open_census = work\n"
        "polyfam.series.modified_loss = work\n"
        "from polyfam.cli import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("draw star:4 -o no/x.svg", "there is no folder 'no'"),
        ("draw star:4 -o folder", "is a directory"),
        ("draw star:4 -o circle", "its links run in a circle"),
        (f"draw star:4 -o {'x' * 250}.svg", "File name too long"),
        ("draw star:4 --format png", "name a file with -o"),
        ("draw star:30000 -o x.svg", "at most 20,000 vertices, not 30,000"),
        ("table 12 -o no/x.csv", "there is no folder 'no'"),
        ("table 12 -o file/x.csv", "there is no folder 'file'"),
        ("poly star:9 -o no/x.json", "there is no folder 'no'"),
        ("census 8 -o folder", "is a directory"),
        ("census 8 -o no/x.json", "there is no folder 'no'"),
        ("expand -o no/x.tex", "there is no folder 'no'"),
        ("experiment attraction -o file", "is a file"),
        ("experiment attraction -o file/below", "cannot be written to or made"),
        ("data build --directory foreign", "its file 'README.md' was not written by polyfam"),
        ("data build --directory other", "its file 'datapackage.json' was not written by polyfam"),
        ("data build --directory odd", "its file 'eulerian.csv' was not written by polyfam"),
    ],
)
def test_what_cannot_be_written_is_refused_before_the_work(tmp_path, line, reason):
    for name in ("folder", "foreign", "other", "odd/eulerian.csv"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "foreign" / "README.md").write_text("mine")
    (tmp_path / "other" / "datapackage.json").write_text(json.dumps({"name": "theirs"}))
    if "30000" in line:  # the picture itself says so
        done = subprocess.run(
            [sys.executable, "-m", "polyfam", *line.split()], cwd=tmp_path, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        code, said = done.returncode, done.stderr
    else:
        code, said = polyfam(*line.split(), cwd=tmp_path)
    assert (code, reason in said) == (2, True), said
    assert not (tmp_path / "x.svg").exists()
