"""What a fresh process does: small orders compile nothing, large ones find what is compiled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polyfam
from polyfam.family.engine import machine, rows

PROGRAM = """
import sys
from polyfam import beta_table
print(len(beta_table({n})), "numba" in sys.modules, {hits})
"""
HITS = """[
    (function.__name__, sum(function.stats.cache_misses.values()))
    for function in vars(sys.modules["polyfam.family.engine.kernels"]).values()
    if hasattr(function, "stats")
]"""


def run(n: int, cache: Path, hits: str = "[]") -> str:
    """Make the table of an order in a fresh process whose compiled code is kept in a folder."""
    root = Path(polyfam.__file__).parents[1]
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(n=n, hits=hits)],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def test_small_orders_need_no_machine_code(tmp_path: Path) -> None:
    assert run(rows.SMALL - 4, tmp_path) == "3159 False []\n"
    assert list(tmp_path.iterdir()) == []


def test_second_process_compiles_nothing_and_leaves_no_file(tmp_path: Path) -> None:
    if not machine.is_available():
        return  # without the extra `fast` there is nothing to compile
    first = run(rows.SMALL + 1, tmp_path)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")}
    second = run(rows.SMALL + 1, tmp_path, HITS)
    assert first == "317955 True []\n"
    assert files
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb?")} == files
    assert second.startswith("317955 True [(")
    assert set(eval(second.split(" ", 2)[2])) == {  # every kernel was loaded, none compiled
        (name, 0)
        for name in [
            "place_keys", "condense_keys", "find_places", "place_rows", "sort_runs", "_falls",
            "_excess",
        ]
    }  # fmt: skip
