r"""Both ends of a spectrum by Lanczos, on lists of arrays of any library and device.

Nothing is flattened here.  The search stops at a relative tolerance, and the sum of the two Ritz
vectors starts the next one, at a nearby point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Ends", "ends_of_spectrum", "warm_start"]

#: After so many products the basis shrinks to the two Ritz vectors.
_BASIS = 24
_RESTARTS = 8
#: Fewer products would take the first invariant subspace for the whole space.
_LEAST = 6
#: What is left of a vector whose directions need not be taken away again [Kahan, in Parlett 6.9].
_ALMOST_ALL = 0.7
#: The share of random directions in a warm start, which may have missed some.
_RANDOM = 0.1


class Ends(NamedTuple):
    """The smallest and the largest eigenvalue, where to start next, and the number of products."""

    smallest: float
    largest: float
    vector: list[Any]
    products: int


def ends_of_spectrum(
    product: Callable[[list[Any]], list[Any]],
    start: Sequence[Any],
    tolerance: float = 1e-3,
) -> Ends:
    """Return the ends of the spectrum of a symmetric operator.

    Parameters
    ----------
    product : callable
        From a list of arrays to another.
    start : sequence of arrays
        Not zero.
    tolerance : float
        Of the residuals, relative to the larger of the two eigenvalues in size; their errors are
        about its square.

    Examples
    --------
    >>> scales = [np.arange(-3.0, 1.0), np.arange(1.0, 10.0)]
    >>> ends = ends_of_spectrum(
    ...     lambda v: [a * b for a, b in zip(scales, v, strict=True)],
    ...     [np.ones(4), np.ones(9)],
    ... )
    >>> round(ends.smallest, 4), round(ends.largest, 4), ends.products < 14
    (-3.0, 9.0, True)
    """
    vector, used = list(start), 0
    for _ in range(_RESTARTS):
        values, vector, steps, done = _round(product, vector, tolerance)
        used += steps
        if done:
            break
    return Ends(values[0], values[1], vector, used)


def warm_start(random: list[Any], vector: Sequence[Any] | None) -> list[Any]:
    """Return where a search starts: at random, or near the vector of an earlier search."""
    if vector is None:
        return random
    share = _RANDOM * (_dot(vector, vector) / _dot(random, random)) ** 0.5
    return [v + share * r for v, r in zip(vector, random, strict=True)]


def _round(
    product: Callable[[list[Any]], list[Any]], start: list[Any], tolerance: float
) -> tuple[tuple[float, float], list[Any], int, bool]:
    """Return the Ritz values, the next start, the products, and whether they are good enough."""
    size = _dot(start, start) ** 0.5
    basis = [[x / size for x in start]]
    projected = np.zeros((_BASIS, _BASIS))
    for k in range(_BASIS):
        image = product(basis[k])
        rest = _dot(image, image) ** 0.5
        for _ in range(2):  # twice is enough, and once where little was taken away
            before = rest
            for i, old in enumerate(basis):
                share = _dot(old, image)
                projected[i, k] += share
                image = [x - share * y for x, y in zip(image, old, strict=True)]
            rest = _dot(image, image) ** 0.5
            if rest > _ALMOST_ALL * before:
                break
        matrix = projected[: k + 1, : k + 1]
        values, vectors = np.linalg.eigh(matrix, UPLO="U")
        largest = max(abs(values[0]), abs(values[-1]))
        residuals = rest * np.abs(vectors[-1, [0, -1]])
        good = k + 1 >= _LEAST and bool((residuals <= tolerance * largest).all())
        done = good or bool(rest <= 1e-7 * largest)
        if done or k + 1 == _BASIS:
            break
        basis.append([x / rest for x in image])
    weights = vectors[:, 0] + vectors[:, -1] if k else vectors[:, 0]
    following = [sum(float(w) * v for w, v in zip(weights, column, strict=True)) for column in
                 zip(*basis, strict=True)]  # fmt: skip
    return (float(values[0]), float(values[-1])), following, k + 1, done


def _dot(first: Sequence[Any], second: Sequence[Any]) -> float:
    """Return the inner product."""
    pairs = zip(first, second, strict=True)
    return float(sum(float(x.reshape(-1) @ y.reshape(-1)) for x, y in pairs))
