"""Matula number: 1 for a vertex; a tree is the product of the primes numbered by its branches.

The k-th prime stands for a branch with number k: 4 = p(1) p(1) is a root with two leaves, 3 = p(2)
= p(p(1)) the path from its end.  Every positive integer is the number of one rooted tree (A000081
counts by vertices).

References
----------
D. W. Matula, A natural rooted tree enumeration by prime factorization, SIAM Rev. 10 (1968).
"""

from __future__ import annotations

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError, ResourceError
from polyfam.trees.levels import parents_from_levels
from polyfam.trees.notation._notation import NOTHING, Notation, Parents
from polyfam.trees.tree import FreeTree, RootedTree

__all__ = ["NOTATION"]

#: Primes are counted up to here in a second.
_LARGEST = 10**9
_LARGEST_RANK = 10**6


def parse(text: str) -> Parents:
    """Return the tree with a Matula number, a positive integer up to 10^9.

    Examples
    --------
    >>> parse("12")
    (-1, 0, 1, 0, 0)
    """
    from sympy import factorint, primepi

    if not (text.isdigit() and len(text) <= 10 and 1 <= int(text) <= _LARGEST):
        raise InvalidTreeError(
            f"A Matula number must be an integer between 1 and 10^9, not {quoted(text)}."
        )
    levels = []
    stack = [(int(text), 0)]
    while stack:
        number, level = stack.pop()
        levels.append(level)
        for prime, times in factorint(number).items():
            stack.extend([(int(primepi(prime)), level + 1)] * times)
    return parents_from_levels(levels)


def format(tree: FreeTree | RootedTree) -> str:
    """Return the Matula number of a tree.

    Raises
    ------
    ResourceError
        When a prime beyond the 10^6-th would be needed.

    Examples
    --------
    >>> format(RootedTree([0, 1, 1, 2]))
    '6'
    """
    from sympy import prime

    numbers = [1] * tree.order
    parents = tree.parents()
    for vertex in range(tree.order - 1, 0, -1):
        if numbers[vertex] > _LARGEST_RANK:
            raise ResourceError("The Matula number of this tree is too large; write it as levels.")
        numbers[parents[vertex]] *= int(prime(numbers[vertex]))
    return str(numbers[0])


# A bare integer says too little.
NOTATION = Notation("matula", parse, NOTHING, format)
