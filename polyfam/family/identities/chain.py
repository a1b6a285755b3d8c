r"""The normal form of a rooted tree, and the conjecture that it is an interlacing chain.

The normal form of a rooted tree with p edges is the list of polynomials A_0, ..., A_p in beta,
A_n of degree p - n with nonnegative integer coefficients, that begins with the polynomial of the
tree, A_0 = P.  One vertex has (1), and

- hanging a tree on a new edge:  A'_n = A_{n-1} + (1 + beta) A_n + beta A_{n+1}  for n >= 1, and
  A'_0 = beta A_0 + beta A_1;
- gluing two trees at their roots:  sum over n of C_n s^n = sum over r of
  ((s + beta)(s + 1))^r A^(r)(s) B^(r)(s) / r!^2,  A(s) = sum of A_n s^n.

It is an *interlacing chain* when the roots of every A_n are real and simple and those of A_{n+1}
strictly separate them.  That it always is, is a conjecture: stronger than that all roots of P are
real, and than that a leaf separates them.  A vector of integers, one for each A_n, stands for the
normal form at beta = 2^w, w so large that the coefficients can be read off.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb

from polyfam._checked import checked
from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.roots import strictly_separates
from polyfam.trees import RootedTree
from polyfam.trees.levels import branches

__all__ = ["IDENTITY", "is_interlacing_chain", "normal_form"]

Levels = tuple[int, ...]


@checked
def normal_form(tree: RootedTree) -> tuple[tuple[int, ...], ...]:
    """Return the normal form A_0, ..., A_p, each by its coefficients in ascending powers.

    Parameters
    ----------
    tree : RootedTree

    Returns
    -------
    tuple of tuple of int
        A_n has p - n + 1 coefficients, p the number of edges.

    Examples
    --------
    The path with two edges, rooted at its end: A_0 = beta + beta^2, A_1 = 1 + 2 beta, A_2 = 1.

    >>> normal_form(RootedTree([0, 1, 2]))
    ((0, 1, 1), (1, 2), (1,))
    """
    p = tree.order - 1
    # The sum of all coefficients is at most (2p)^(2p): hanging multiplies it by 4 at most, gluing
    # p to q edges by 4^min(p, q) binom(p + q, p), and 4^p p! p^p allows for both.
    width = 8 + 2 * p * (2 * p + 1).bit_length()
    mask = (1 << width) - 1
    return tuple(
        tuple(packed >> width * i & mask for i in range(p - n + 1))
        for n, packed in enumerate(_packed(tree.levels, width))
    )


@checked
def is_interlacing_chain(tree: RootedTree) -> bool:
    """Say, on integers alone, whether the roots of each A_{n+1} strictly separate those of A_n.

    Parameters
    ----------
    tree : RootedTree

    Returns
    -------
    bool

    Examples
    --------
    >>> is_interlacing_chain(RootedTree([0, 1, 2, 2, 1]))
    True
    """
    chain = normal_form(tree)
    return all(map(strictly_separates, chain[1:], chain))


def _packed(levels: Levels, width: int) -> list[int]:
    """Return the normal form at beta = 2^width."""
    vector = [1]
    for branch in branches(levels):
        hung = _hang(_kept(branch, width) if len(branch) < 12 else _packed(branch, width), width)
        vector = _glue(vector, hung, width)
    return vector


@lru_cache(maxsize=1 << 14)
def _kept(levels: Levels, width: int) -> list[int]:
    """Return the same for a branch, which many trees share; not to be changed."""
    return _packed(levels, width)


def _hang(a: Sequence[int], width: int) -> list[int]:
    """Hang a tree on a new edge."""
    a = [*a, 0, 0]
    hung = [a[n - 1] + a[n] + (a[n] + a[n + 1] << width) for n in range(1, len(a) - 1)]
    return [a[0] + a[1] << width, *hung]


def _glue(a: Sequence[int], b: Sequence[int], width: int) -> list[int]:
    """Glue two trees at their roots."""
    if len(a) == 1:
        return list(b)
    glued = [0] * (len(a) + len(b) - 1)
    for r in range(min(len(a), len(b))):
        product = [0] * (len(glued) - 2 * r)
        right = [comb(n, r) * c for n, c in enumerate(b)][r:]
        for m, c in enumerate(a[r:]):
            c *= comb(m + r, r)
            for n, d in enumerate(right):
                product[m + n] += c * d
        for _ in range(r):  # times s^2 + (1 + beta) s + beta
            product = [
                (low + mid << width) + mid + high
                for low, mid, high in zip(
                    [*product, 0, 0], [0, *product, 0], [0, 0, *product], strict=True
                )
            ]
        for n, c in enumerate(product):
            glued[n] += c
    return glued


def _all_rootings(p: BetaPolynomial) -> bool:
    """Say whether P and the rest of the chain interlace for every rooting of the tree."""
    chains = [(p.coefficients, *normal_form(rooting)[1:]) for rooting in p.tree.rootings()]
    return all(all(map(strictly_separates, chain[1:], chain)) for chain in chains)


IDENTITY = Identity(
    "interlacing-chain",
    r"\text{the roots of } A_{n+1} \text{ strictly separate those of } A_n, \text{ for every root}",
    "conjecture",
    "all rooted trees with n <= 16",
    check_tree=_all_rootings,
    largest=10,
)
