"""Every verb on small input in a fresh process: processor time, against what it must import.

    python benchmarks/start.py [--repeat R]

The floors are what a process takes that does nothing but import the library that a verb cannot do
without: sympy, whose rational functions are the coefficients of `expand`, and matplotlib, which
draws PNG and PDF (with an empty figure saved).  The least of R rounds; verbs and floors alternate.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

FLOORS = {
    "python": "pass",
    "click": "import click",
    "numpy": "import numpy",
    "sympy": "import sympy",
    "matplotlib": "import io, matplotlib.figure as f; f.Figure().savefig(io.BytesIO())",
}
VERBS = (
    "--help",
    "poly star:5",
    "poly matula:7",
    "trees 6",
    "words star:4",
    "table 6",
    "identify '1 8 8 1'",
    "verify --help",
    "cite F6.1",
    "draw star:5 -o tree.svg",
    "draw star:5 -o tree.png",
    "expand --order 3",
    "explain adam",
    "explain heavy-ball --lr 0.1",
    "data --help",
    "census --help",
    "experiment --help",
)


def seconds(command: list[str], folder: str) -> float:
    """Return the processor time of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    commands = {f"floor: {name}": [sys.executable, "-c", code] for name, code in FLOORS.items()}
    for verb in VERBS:
        words = [word.strip("'") for word in verb.split(" ", 1)]
        rest = words[1:] if "'" in verb else verb.split()[1:]
        commands[f"polyfam {verb}"] = [sys.executable, "-m", "polyfam", words[0], *rest]
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parents[1])
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(repeat):
            for name, command in commands.items():
                best[name] = min(best.get(name, 1e9), seconds(command, folder))
    for name, taken in best.items():
        print(f"{taken:6.2f} s  {name}")


if __name__ == "__main__":
    main()
