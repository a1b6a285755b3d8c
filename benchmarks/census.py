"""The parts of a census, in millions of trees a second on one core, beside nauty's gentreeg.

    python benchmarks/census.py [N] [--repeat R]

``nauty-gentreeg -u N`` (Debian package nauty) makes and counts the trees on one core and does
nothing with them.  The parts are timed on eight shards spread over the census:

compute      all coefficients, exact, in limbs
real roots   the proof that all roots are real
examine      real roots, log-concavity, extremes, sums, sizes of P(1)
digest       a digest of 128 bits for each polynomial, sorted
compare      the digests of all shards merged, neighbours compared, all hashed

Then the whole census is taken on one core and on two.  Quote the ratios.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import TypeVar

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from polyfam import count_free_trees
from polyfam.census.batches import batches
from polyfam.census.census import take_census
from polyfam.census.digest import digests
from polyfam.census.distinctness import tell_apart
from polyfam.census.examination import examine
from polyfam.census.real_roots import certified_real_rooted
from polyfam.census.shards import Shard, cut, halves_of
from polyfam.census.sorting import sort_digests

SAMPLES = 8
T = TypeVar("T")


class Stopwatch:
    """Adds up the seconds of named pieces of work."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def __call__(self, name: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = work()
        self.seconds[name] += time.perf_counter() - start
        return result


def parts(shards: list[Shard]) -> tuple[dict[str, float], int]:
    """Return the seconds that the parts take on some shards, and the number of trees."""
    watch, runs = Stopwatch(), []
    n = shards[0].n
    for shard in shards:
        found, values = batches(shard), []
        while batch := watch("compute", partial(next, found, None)):
            limbs = batch.limbs
            watch("real roots", partial(certified_real_rooted, limbs, n - 1))
            watch("examine", partial(examine, halves_of(n), batch))
            values.append(watch("digest", partial(digests, limbs, n - 1)))
        joined = np.concatenate(values, axis=1)
        runs.append(watch("digest", partial(sort_digests, joined)))
    watch("compare", partial(tell_apart, shards, runs, 1 << 30))
    return watch.seconds, sum(run.shape[1] for run in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("n", type=int, nargs="?", default=22)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    n, trees = options.n, count_free_trees(options.n)
    if shutil.which("nauty-gentreeg") is None:
        raise SystemExit("The peer nauty-gentreeg is missing: apt install nauty.")
    command = ["taskset", "-c", "0", "nauty-gentreeg", "-q", "-u", str(n)]
    all_shards = cut(n)
    shards = [
        all_shards[k] for k in sorted({k * len(all_shards) // SAMPLES for k in range(SAMPLES)})
    ]
    halves_of(n)

    watch, measured = Stopwatch(), defaultdict(list)
    for _ in range(options.repeat + 1):
        watch("gentreeg -u", partial(subprocess.run, command, check=True, capture_output=True))
        measured["gentreeg -u"].append(trees / watch.seconds.pop("gentreeg -u"))
        seconds, count = parts(shards)
        for name, taken in seconds.items():
            measured[name].append(count / taken)
        for workers in (1, 2):
            name = f"census, {workers} core{'s' * (workers > 1)}"
            watch(name, partial(take_census, n, workers=workers))
            measured[name].append(trees / watch.seconds.pop(name))

    print(f"{trees:,} free trees on {n} vertices; medians of {options.repeat} rounds")
    rates = {name: statistics.median(each[1:]) for name, each in measured.items()}
    for name, rate in rates.items():
        ratio = rates["gentreeg -u"] / rate
        print(
            f"{name:16} {rate / 1e6:8.2f} million trees/s   gentreeg is {ratio:6.1f} times as fast"
        )
    print(f"two cores against one: {rates['census, 2 cores'] / rates['census, 1 core']:.2f}")


if __name__ == "__main__":
    main()
