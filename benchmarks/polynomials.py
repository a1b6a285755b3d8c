"""One polynomial of a large random tree, and one Eulerian row, with and without the extra `bigint`.

    python benchmarks/polynomials.py [--repeat R]

The peer is FLINT (python-flint), where it is installed: for the trees the same lattice sum, with
one polynomial a label and nothing known about small branches; for the Eulerian row the product of
sum k^j x^k and (1 - x)^(j+1).  The ways alternate; processor time, the least of R rounds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module

from polyfam import eulerian_row, random_free_tree
from polyfam.family import packed
from polyfam.family.named import eulerian
from polyfam.family.single import half_row


def seconds(call: Callable[[], object]) -> float:
    """Return the processor time of a call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def flint_tree(flint, parents: Sequence[int]):
    """Return P_t modulo beta^(N + 1), from FLINT's polynomials."""
    half = len(parents) // 2
    one = flint.fmpz_poly([1])
    functions = [[one] * (half + 1) for _ in parents]
    branches = [0] * len(parents)

    def spent(value: object, power: int, length: int) -> object:
        return value.mul_low(flint.fmpz_poly([1, -1]).pow_trunc(power, length), length)

    for vertex in range(len(parents) - 1, 0, -1):
        total, inner = flint.fmpz_poly([]), flint.fmpz_poly([])
        increments = []
        for k in range(half, 0, -1):
            own = spent(functions[vertex][k], branches[vertex] + 1, half + 1 - k)
            inner = own + inner.left_shift(1).truncate(half + 1 - k)
            increments.append(inner)
        parent = parents[vertex]
        row = [flint.fmpz_poly([])]
        for k, increment in enumerate(reversed(increments), start=1):
            total = (total + increment).truncate(half + 1 - k)
            row.append(functions[parent][k].mul_low(total, half + 1 - k))
        functions[parent] = row
        functions[vertex] = []
        branches[parent] += 1
    total = sum((value.left_shift(k) for k, value in enumerate(functions[0])), flint.fmpz_poly([]))
    return spent(total, branches[0] + 1, half + 1)


def flint_eulerian(flint, j: int):
    """Return half an Eulerian row by FLINT's fast multiplication."""
    length = (j + 1) // 2 + 1
    powers = flint.fmpz_poly([flint.fmpz(k) ** j for k in range(length)])
    return powers.mul_low(flint.fmpz_poly([1, -1]).pow_trunc(j + 1, length), length).coeffs()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    kinds = {"integers": int}
    peers = {}
    for name, module in (("gmpy2", "gmpy2"), ("FLINT", "flint")):
        try:
            found = import_module(module)
        except ImportError:
            print(f"{name} is not installed")
        else:
            (kinds if name == "gmpy2" else peers)[name] = getattr(found, "mpz", found)

    def ways(ours: Callable[[], object], theirs: Callable[[object], object]) -> str:
        """Time all ways in turn."""
        best: dict[str, float] = {}
        for _ in range(repeat):
            for name, kind in kinds.items():
                packed._offset.cache_clear()
                packed.long_integer = eulerian.long_integer = lambda kind=kind: kind
                best[name] = min(best.get(name, 1e9), seconds(ours))
            for name, module in peers.items():
                best[name] = min(best.get(name, 1e9), seconds(lambda module=module: theirs(module)))
        return ", ".join(f"{name} {taken * 1e3:.1f}" for name, taken in best.items())

    for n in (12, 50, 100, 200, 300):
        tree = random_free_tree(n, seed=5)
        for flint in peers.values():
            assert flint_tree(flint, tree.parents()).coeffs()[1:] == half_row(tree.levels)
        text = ways(partial(half_row, tree.levels), partial(flint_tree, parents=tree.parents()))
        print(f"P_t of a random tree, n = {n}, ms: {text}")
    text = ways(lambda: eulerian_row(800), lambda flint: flint_eulerian(flint, 800))
    print(f"eulerian_row(800), ms: {text}")


if __name__ == "__main__":
    main()
