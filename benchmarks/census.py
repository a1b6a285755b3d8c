"""The parts of a census, in millions of trees a second of processor time, beside gentreeg.

    python benchmarks/census.py [N ...] [--repeat R] [--plain]

``nauty-gentreeg -u N`` (Debian package nauty) makes and counts the trees on one core and does
nothing with them.  The parts, on one core:

setup        halves, residues, points: once for a census
keys         a key of 60 bits for each tree, class by class
compare      the keys sorted, neighbours compared, the digest added up
real roots   the proof that all roots are real
all          all of it, with the setup

and ``two cores`` is the wall time of a whole census with two workers against one with one.  Each
round takes its turn at everything; medians are printed.  ``--plain`` takes numpy for machine code.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from polyfam import count_free_trees
from polyfam.census import shards as shards_module
from polyfam.census import signs as signs_module
from polyfam.census import take_census
from polyfam.census.keys import CompiledKeys, PlainKeys
from polyfam.census.resources import choose_shards
from polyfam.census.shards import digest_of
from polyfam.census.signs import Signs

T = TypeVar("T")
MEMORY = 4 << 30


class Stopwatch:
    """Adds up the processor time of named pieces of work."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def __call__(self, name: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        result = work()
        self.seconds[name] += time.process_time() - start
        return result


def gentreeg(n: int) -> float:
    """Return the processor time of gentreeg."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(["nauty-gentreeg", "-q", "-u", str(n)], check=True, capture_output=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def parts(n: int, m: int, plain: bool) -> dict[str, float]:
    """Return the seconds of all parts of a census in m shards."""
    watch = Stopwatch()
    maker = PlainKeys if plain else CompiledKeys
    keys = watch("setup", lambda: maker(n, m))
    signs = watch("setup", lambda: Signs(n, m))
    for index in range(m):
        found = watch("keys", lambda index=index: keys.of_class(index))
        watch("compare", lambda found=found: digest_of(found))
        watch("compare", found.sort)
        watch("compare", lambda found=found: shards_module._repeated(found))
        watch("real roots", lambda index=index: signs.of_stripe(index))
    watch.seconds["all"] = sum(watch.seconds.values())
    return watch.seconds


def wall(n: int, workers: int) -> float:
    """Return the wall time of a whole census."""
    start = time.perf_counter()
    take_census(n, workers=workers, memory=MEMORY)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("n", type=int, nargs="*", default=[22, 24])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--plain", action="store_true")
    options = parser.parse_args()
    if shutil.which("nauty-gentreeg") is None:
        raise SystemExit("The peer nauty-gentreeg is missing: apt install nauty.")
    if options.plain:
        for module in (shards_module, signs_module):
            module.compiled = lambda: False
    else:
        parts(17, 1, plain=False)  # load the kernels
    for n in options.n:
        trees, m = count_free_trees(n), choose_shards(n, 1, MEMORY)
        measured = defaultdict(list)
        for _ in range(options.repeat):
            measured["gentreeg -u"].append(gentreeg(n))
            for name, seconds in parts(n, m, options.plain).items():
                measured[name].append(seconds)
            for workers in (1, 2):
                measured[f"wall {workers}"].append(wall(n, workers))
        medians = {name: statistics.median(each) for name, each in measured.items()}
        print(f"{trees:,} free trees on {n} vertices in {m} shards, {options.repeat} rounds")
        for name, seconds in medians.items():
            ratio = medians["gentreeg -u"] / seconds
            print(f"  {name:12} {seconds:8.2f} s {trees / seconds / 1e6:8.1f} M/s {ratio:7.2f}")
        print(f"  two cores against one: {medians['wall 1'] / medians['wall 2']:.2f}")


if __name__ == "__main__":
    main()
