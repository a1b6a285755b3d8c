"""Paths from a quadratic loss: one algebraic equation for all of them."""

from __future__ import annotations

from polyfam._coefficients import product
from polyfam.family.identities.identity import Identity


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
        for a, b in zip(polynomials, reversed(polynomials), strict=True):
            for i, c in enumerate(product(a, b)):
                following[i] += c
        polynomials.append(following)
    return tuple(polynomials[-1][1:] or polynomials[-1])


IDENTITY = Identity(
    "path-quadratic",
    r"S = u + S^2 - (1-\beta) u S, \quad S = \sum_j P_{\text{path}_j} u^{j+1}",
    "theorem",
    "quadratic loss [MLM]",
    check_order=lambda t: t[0].row == _path_row(t.n),
)
