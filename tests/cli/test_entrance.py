"""The entrance: what a verb loads, which files it leaves, and Ctrl-C before it begins."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import polyfam

VERBS = [
    ["poly", "star:7"],
    ["table", "6"],
    ["identify", "1", "8", "8", "1"],
    ["trees", "6"],
    ["words", "star:4"],
    ["cite", "F6.3"],
    ["draw", "F8.9"],
    ["data", "list"],
    ["census", "6"],
    ["explain", "adam"],
]


def python(code: str, *arguments: str, **more) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, **more)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_small_input_loads_no_library_that_takes_long(verb: list[str], tmp_path: Path) -> None:
    code = (
        "import sys, json; from polyfam.cli import main; main(sys.argv[1:], standalone_mode=False);"
        "print(json.dumps([*sys.modules]), file=sys.stderr)"
    )
    done = python(code, *verb, cwd=tmp_path)
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert {"sympy", "networkx", "matplotlib", "numba", "pandas"}.isdisjoint(loaded)
    assert "scipy" not in loaded or verb[0] in ("explain",)


def test_second_run_leaves_no_new_file(tmp_path: Path) -> None:
    copy = tmp_path / "polyfam"
    shutil.copytree(Path(polyfam.__file__).parent, copy, ignore=shutil.ignore_patterns("*.nb?"))
    place = {"cwd": tmp_path, "env": {**os.environ, "HOME": str(tmp_path)}}
    code = "from polyfam.cli import main; main()"
    seen = []
    for _ in range(2):
        for verb in (["poly", "star:7"], ["table", "15", "-o", "15.txt"], ["identify", "1", "4"]):
            python(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}", *verb, **place)
        seen.append({path for path in tmp_path.rglob("*") if path.is_file()})
    assert seen[0] == seen[1]


def test_interrupt_while_importing_is_quiet() -> None:
    code = (
        "import os, signal; from polyfam._interrupts import leave_at_once, stop_in_order;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "leave_at_once(); {}; os.kill(os.getpid(), signal.SIGINT)"
    )
    done = python(code.format("0"))
    assert (done.returncode, done.stderr) == (130, "")
    assert "KeyboardInterrupt" in python(code.format("stop_in_order()")).stderr
