"""Matula number: 1 for a vertex; a tree is the product of the primes numbered by its branches.

The k-th prime stands for a branch with number k: 4 = p(1) p(1) is a root with two leaves, 3 = p(2)
= p(p(1)) the path from its end.  Every positive integer is the number of one rooted tree (A000081
counts by vertices).

References
----------
D. W. Matula, A natural rooted tree enumeration by prime factorization, SIAM Rev. 10 (1968).
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from polyfam._checks import quoted, shown
from polyfam.errors import InvalidTreeError, ResourceError
from polyfam.trees.levels import parents_from_levels
from polyfam.trees.notation._notation import NOTHING, Notation, Parents
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

#: Primes are numbered up to here, exactly, in a fifth of a second; path:13 from its end is below.
_LARGEST = 10**9
_LARGEST_RANK = 50_847_534
#: Smaller factors are divided out of a number of any size; what is left is factored up to 10^18.
_SMALL = 1 << 16
_FACTORED = 10**18


def parse(text: str) -> Parents:
    """Return the tree with a Matula number, a positive integer whose primes are below 10^9.

    Examples
    --------
    >>> parse("12")
    (-1, 0, 1, 0, 0)
    """
    if not (text.isdigit() and len(text) <= 4300 and int(text)):
        raise InvalidTreeError(
            "A Matula number must be a positive integer of at most 4,300 digits, not "
            f"{quoted(text)}."
        )
    levels = []
    stack = [(int(text), 0)]
    while stack:
        number, level = stack.pop()
        levels.append(level)
        for rank, times in _ranks(number):
            stack.extend([(rank, level + 1)] * times)
    return parents_from_levels(levels)


@lru_cache(maxsize=1000)
def _ranks(number: int) -> list[tuple[int, int]]:
    """Return which primes divide a number, by their places among the primes, and how often."""
    primes = _small_primes()
    factors: dict[int, int] = {}
    rest = number
    for prime in primes:
        if prime * prime > rest:  # which is 1 or a prime
            break
        while rest % prime == 0:
            factors[prime] = factors.get(prime, 0) + 1
            rest //= prime
    if 1 < rest < _SMALL:
        factors[rest] = factors.get(rest, 0) + 1
    ranks = [(bisect_left(primes, prime) + 1, times) for prime, times in factors.items()]
    return ranks if rest < _SMALL else [*ranks, *_large_ranks(number, rest)]


def _large_ranks(number: int, rest: int) -> list[tuple[int, int]]:
    """Return the places of the primes of what is left of a number."""
    from sympy import factorint, primepi

    factors = factorint(rest) if rest <= _FACTORED else {}
    if not 1 < max(factors, default=1) <= _LARGEST:
        raise ResourceError(
            f"Matula number {shown(number)} has a prime beyond 10^9, or factors that are not found "
            "in a second; write the tree as levels."
        )
    return [(int(primepi(prime)), times) for prime, times in factors.items()]


@lru_cache(maxsize=1)
def _small_primes() -> list[int]:
    """Return the primes below 2^16, by hand: in 3 ms, where sympy takes 0.4 s to import."""
    sieve = bytearray(b"\1") * _SMALL
    for number in range(2, 1 << 8):
        if sieve[number]:
            multiples = range(number * number, _SMALL, number)
            sieve[multiples.start :: number] = bytes(len(multiples))
    return [number for number in range(2, _SMALL) if sieve[number]]


def format(tree: FreeTree | RootedTree) -> str:
    """Return the Matula number of a tree.

    Raises
    ------
    ResourceError
        When a prime beyond 10^9 would be needed, or more than 4,300 digits.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '6'
    """
    numbers = [1] * tree.order
    parents = tree.parents()
    for vertex in range(tree.order - 1, 0, -1):
        if numbers[vertex] > _LARGEST_RANK:
            raise ResourceError(
                "The Matula number of this tree needs a prime beyond 10^9; write it as levels."
            )
        numbers[parents[vertex]] *= _prime(numbers[vertex])
        if numbers[parents[vertex]].bit_length() > 14_000:
            raise ResourceError(
                "The Matula number of this tree has more than 4,200 digits; write it as levels."
            )
    return str(numbers[0])


@lru_cache(maxsize=1000)
def _prime(rank: int) -> int:
    """Return the prime at a place among the primes."""
    primes = _small_primes()
    if rank <= len(primes):
        return primes[rank - 1]
    from sympy import prime

    return int(prime(rank))


# A bare integer says too little.
NOTATION = Notation("matula", parse, NOTHING, format)
