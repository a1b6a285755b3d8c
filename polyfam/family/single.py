"""The polynomial of one tree of any size: the lattice sum, packed into long integers.

For a rooted tree with label k at its root write B_k for the product of C_k over its branches; the
edge to a branch with function B contributes C_k = sum_{i=1..k} sum_{l>=0} beta^l B_{i+l}.  In the
end the sum of beta^k B_k is P_t/(1 - beta)^(2j+1).

P_t is palindromic, so the first N = ceil(j/2) coefficients suffice, and with them k <= N and B_k
modulo beta^(N+1-k).  The factors 1 - beta are spent as soon as they do good: d + 1 of them where
d branches meet make C_k a polynomial in beta of lower degree than the branch has vertices.  All
of this is arithmetic in Z[beta]/beta^L, which beta = 2^w maps to the integers modulo
2^(w L): whatever happens on the way, the result is right as soon as the coefficients of P_t itself
have at most w bits.  Their sum P_t(1), the number of full edge dismantlings, tells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import import_module

from polyfam._checks import instance
from polyfam.errors import ResourceError
from polyfam.family.polynomial import BetaPolynomial
from polyfam.trees import FreeTree, RootedTree
from polyfam.trees.dismantlings import count_dismantlings
from polyfam.trees.levels import parents_from_levels

__all__ = ["beta_polynomial", "beta_row", "half_row"]

#: Memory that one polynomial may take, in bytes.
_MEMORY = 1 << 30


def beta_polynomial(tree: FreeTree | RootedTree) -> BetaPolynomial:
    """Return P_t(beta) of a tree of any size, exactly; of a rooted tree the root is forgotten.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        300 vertices take seconds (a third with the extra `bigint`), 1000 many minutes: the time
        grows like n^4.

    Returns
    -------
    BetaPolynomial
        Which knows the tree.

    Raises
    ------
    ArgumentTypeError
        For what is no tree.
    ResourceError
        Beyond some 2500 vertices, before any memory is taken.

    Examples
    --------
    >>> beta_polynomial(FreeTree([0, 1, 1, 1, 1])).row
    (1, 11, 11, 1)
    """
    if isinstance(tree, RootedTree):
        tree = tree.free()
    instance(tree, FreeTree, "tree", "a FreeTree or a RootedTree (parse_tree reads texts)")
    row = beta_row(tree.levels)
    return BetaPolynomial._trusted((0, *row) if tree.order > 1 else row, tree)


def beta_row(levels: Sequence[int]) -> tuple[int, ...]:
    """Return the coefficients of beta^1, ..., beta^j from any level sequence; (1,) for a vertex.

    Examples
    --------
    >>> beta_row((0, 1, 2, 3, 4))
    (1, 6, 6, 1)
    """
    half = half_row(levels)
    j = len(levels) - 1
    return tuple(half + half[: j // 2][::-1])


def half_row(levels: Sequence[int]) -> list[int]:
    """Return the first half of the coefficients of beta^1, ..., beta^j, ceil(j/2) of them.

    Examples
    --------
    >>> half_row((0, 1, 2, 3, 4))
    [1, 6]
    """
    parents = parents_from_levels(levels)
    j = len(parents) - 1
    if j == 0:
        return [1]
    half = (j + 1) // 2
    # A function is half^2/2 numbers of at least 2j bits, the Catalan number's; two are held.
    size = half * half * 2 * j // 8
    if size > _MEMORY:
        raise ResourceError(
            f"The polynomial of a tree on {j + 1} vertices would take {size >> 30} GiB of memory "
            f"or more, and {_MEMORY >> 30} is the limit; trees of up to 2000 vertices fit."
        )
    width = count_dismantlings(parents).bit_length()  # P_t(1), of which c_i is a part
    packed = int(_packed_sum(parents, half, width))
    mask = (1 << width) - 1
    return [(packed >> (width * power)) & mask for power in range(1, half + 1)]


def _packed_sum(parents: Sequence[int], half: int, width: int) -> int:
    """Return P_t modulo beta^(half + 1) at beta = 2^width; parents in preorder."""
    lengths = [width * (half + 1 - k) for k in range(half + 1)]
    functions = [[_long_integer()(1)] * (half + 1)] * len(parents)
    degrees = [0] * len(parents)  # the number of branches multiplied into a function so far
    for vertex in range(len(parents) - 1, 0, -1):
        parent = parents[vertex]
        branch = _hang(functions[vertex], degrees[vertex] + 1, width, lengths)
        functions[parent] = [
            _reduce(a * b, length)
            for a, b, length in zip(functions[parent], branch, lengths, strict=True)
        ]
        functions[vertex] = []
        degrees[parent] += 1
    total = sum(value << (width * k) for k, value in enumerate(functions[0]))
    return _difference(total, degrees[0] + 1, width, lengths[0]) % (1 << lengths[0])


@cache
def _long_integer() -> Callable[[int], int]:
    """Return the type of the long integers: gmpy2's with the extra `bigint`, which is faster."""
    try:
        kind: Callable[[int], int] = import_module("gmpy2").mpz
    except ImportError:
        return int
    return kind


def _hang(function: Sequence[int], power: int, width: int, lengths: Sequence[int]) -> list[int]:
    """Return (1 - beta)^power C_k for k = 0, ..., N from B_k."""
    tails = []
    tail = 0
    for value in reversed(function):
        tail = value + (tail << width)
        tails.append(tail)
    hung = [0]
    total = 0
    for tail, length in zip(tails[-2::-1], lengths[1:], strict=True):
        total = _reduce(total + _difference(tail, power, width, length), length)
        hung.append(total)
    return hung


def _difference(value: int, power: int, width: int, length: int) -> int:
    """Return (1 - beta)^power times a value, modulo 2^length."""
    for _ in range(power):
        value = _reduce(value - (value << width), length)
    return value


def _reduce(value: int, length: int) -> int:
    """Return the residue of least absolute value modulo 2^length: short stays short."""
    if value.bit_length() < length:
        return value
    modulus = _power_of_two(length)
    value &= modulus - 1
    return value - modulus if value >> (length - 1) else value


@lru_cache(maxsize=1 << 10)
def _power_of_two(length: int) -> int:
    """Return 2^length as a long integer, so that none is converted in the loops."""
    return _long_integer()(1) << length
