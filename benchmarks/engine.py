"""All polynomials of one order against the listing of the trees by nauty and networkx.

    python benchmarks/engine.py [N] [--repeat R]

Peers: ``nauty-gentreeg -q -l N`` (Debian package nauty) lists the trees to /dev/null on one core;
``networkx.nonisomorphic_trees`` lists them in Python (timed at n = 15 and given per tree).  The
engine is timed as `beta_table` users see it: polynomials, sorted, ready to read, with the extra
``fast`` and without it.  All ways are pinned to one core and measured in processor time (user and
system); the runs alternate; quote the ratios.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import networkx

from polyfam import beta_table, count_free_trees
from polyfam.family.engine import machine


def seconds(work) -> float:
    """Return the processor time of one call, that of its child processes included."""

    def used() -> float:
        both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(each.ru_utime + each.ru_stime for each in both)

    start = used()
    work()
    return used() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("n", type=int, nargs="?", default=20)
    parser.add_argument("--repeat", type=int, default=7)
    options = parser.parse_args()
    n, trees = options.n, count_free_trees(options.n)
    if shutil.which("nauty-gentreeg") is None:
        raise SystemExit("The peer nauty-gentreeg is missing: apt install nauty.")

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    command = ["nauty-gentreeg", "-q", "-l", str(n)]
    ways = {
        "gentreeg": lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL),
        "numpy": lambda: beta_table(n),
    }
    if machine.is_available():
        ways["fast"] = lambda: beta_table(n)
    times: dict[str, list[float]] = {name: [] for name in ways}
    available = machine.is_available
    for _ in range(options.repeat + 1):
        for name, work in ways.items():
            machine.is_available = available if name == "fast" else lambda: False
            times[name].append(seconds(work))
    machine.is_available = available

    print(f"{trees:,} free trees on {n} vertices, one core")
    peer = times["gentreeg"][1:]  # the first round warms up
    for name, measured in times.items():
        measured = measured[1:]
        ratio = statistics.median(
            mine / theirs for mine, theirs in zip(measured, peer, strict=True)
        )
        best = min(measured)
        print(
            f"{name:10} median {statistics.median(measured):7.3f} s  best {best:7.3f} s "
            f"{trees / best / 1e6:6.2f} million/s  median ratio to gentreeg {ratio:5.2f}"
        )
    slow = seconds(lambda: sum(1 for _ in networkx.nonisomorphic_trees(15)))
    print(f"networkx   {count_free_trees(15) / slow / 1e6:39.3f} million/s (lists, n = 15)")


if __name__ == "__main__":
    main()
