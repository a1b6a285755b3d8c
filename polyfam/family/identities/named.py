"""Where the family meets famous numbers, and what it sums to."""

from __future__ import annotations

from math import factorial

from polyfam.family.identities.identity import Identity
from polyfam.family.named import eulerian_row, labelled_sum_row, narayana_row
from polyfam.family.table import BetaTable

__all__ = ["NAMED"]


def _row(table: BetaTable, degrees: tuple[int, ...]) -> tuple[int, ...]:
    """Return the row of the tree with this degree sequence, a path or a star."""
    (row,) = {p.row for p in (table[0], table[-1]) if p.tree.degree_sequence() == degrees}
    return row


def _path_row(n: int) -> tuple[int, ...]:
    """Return P of the path on n vertices by the quadratic equation of its generating function.

    On a quadratic loss the step is multiplication by r with r^2 - (1 + beta - h lambda) r + beta
    = 0.  With r = 1 - (1 - beta) S and u = h lambda/(1 - beta)^2 this reads
    S = u + S^2 - (1 - beta) u S, and S = u + sum over j >= 1 of P_j u^(j+1).
    """
    polynomials = [[1]]  # P_0, P_1, ... with all their coefficients
    for j in range(1, n):
        last = polynomials[-1]
        following = [0] * (j + 1)
        for i, c in enumerate(last):
            following[i] -= c
            following[i + 1] += c
        for a in range(j):
            for i, x in enumerate(polynomials[a]):
                for k, y in enumerate(polynomials[j - 1 - a]):
                    following[i + k] += x * y
        polynomials.append(following)
    return tuple(polynomials[-1][1:] or polynomials[-1])


def _weighted_sum(table: BetaTable) -> tuple[int, ...]:
    """Return the sum of n!/sigma(t) P_t over the free trees, which is that over labelled trees."""
    total = [0] * max(1, table.degree)
    for p in table:
        copies = factorial(table.n) // p.tree.automorphisms()
        for i, c in enumerate(p.row):
            total[i] += copies * c
    return tuple(total)


def _path_degrees(n: int) -> tuple[int, ...]:
    """Return the degree sequence of the path."""
    return (2,) * (n - 2) + (1,) * min(n, 2) if n > 1 else (0,)


def _star_degrees(n: int) -> tuple[int, ...]:
    """Return the degree sequence of the star."""
    return (n - 1,) + (1,) * (n - 1)


NAMED = (
    Identity(
        "star-eulerian",
        r"P_{K_{1,j}} = \beta A_j(\beta)",
        "theorem",
        "all permutations; A008292",
        check_order=lambda t: _row(t, _star_degrees(t.n)) == eulerian_row(max(1, t.degree)),
    ),
    Identity(
        "path-narayana",
        r"P_{\text{path}} = \sum_i N(j,i) \beta^i",
        "theorem",
        "associahedron; A001263",
        check_order=lambda t: _row(t, _path_degrees(t.n)) == narayana_row(max(1, t.degree)),
    ),
    Identity(
        "path-quadratic",
        r"S = u + S^2 - (1-\beta) u S, \quad S = \sum_j P_{\text{path}_j} u^{j+1}",
        "theorem",
        "quadratic loss [MLM]",
        check_order=lambda t: _row(t, _path_degrees(t.n)) == _path_row(t.n),
    ),
    Identity(
        "labelled-sum",
        r"g(x - h g(x)) = e^{x - h g(x)} + \beta g(x), \quad"
        r" A_n = \sum_t \tfrac{n!}{\sigma(t)} P_t",
        "theorem",
        "functional equation, L = exp",
        check_order=lambda t: _weighted_sum(t) == labelled_sum_row(t.n),
        largest=14,
    ),
)
