r"""The past of a point as Taylor polynomials in the step size: one loop, whatever the optimizer.

The curve c_k(h), k steps ago, starts at theta for every label k, and theta itself has label 0.
Coefficients are pushed into a gradient jet at each label and pulled out again, order by order: the
coefficient of h^m in the gradients gives that of the directions F_k, and

    c_k = theta + h (F_1 + ... + F_k)

gives the points up to h^(m+1).  How directions follow from gradients is what a memory knows: by a
matrix (`linear`), by running the optimizer from its start (`startup`), or by solving for the state
that all of the past leads to (`stationary`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from polyfam.errors import ResourceError
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.losses.derivatives.jets import gradient_jet
from polyfam.optimizers._protocol import finite_gradient
from polyfam.typing import Array

__all__ = ["Past", "apply", "expand"]

#: Memory that the points and gradients of the past may take, in bytes.
_MEMORY = 1 << 32
#: Directions shorter than this, relative to the longest, are rounding errors.
_ROUNDING = 1e-14

Push = Callable[[Array], Array]


class Past(Protocol):
    """How the directions at all labels follow from the gradients there."""

    count: int
    #: Whether it tells the direction, or only where the points go.
    tells: bool

    def advance(self, gradients: Array, points: Array, /) -> tuple[Array | None, Array]:
        """Return the newest coefficients of the directions, and the next ones of the points.

        Both arguments have the shape (m + 1, labels, ..., d); the direction is that of label 0.
        """


def expand(
    past: Past, losses: Sequence[Any], theta: Array, terms: int, through_basis: bool = False
) -> tuple[Array, Array]:
    """Return the coefficients of the gradients along the past and of the direction now.

    Parameters
    ----------
    past : Past
    losses : sequence
        One loss for the whole past, or one for each label, the newest first.
    theta : ndarray, shape (..., d)
        Where the past ends.
    terms : int
        R.
    through_basis : bool
        For R <= 2 and many labels: apply the Hessian to a basis of the points.

    Returns
    -------
    gradients : ndarray, shape (R, labels, ..., d)
    directions : ndarray, shape (R, ..., d)
        Zero where the past does not tell.

    Raises
    ------
    ResourceError
        When they would take more than 4 GiB.
    """
    count = past.count
    size = terms * count * theta.nbytes
    if size > _MEMORY:
        raise ResourceError(
            f"The gradients at {count:,} points of the past with {terms} terms each would take "
            f"{size >> 30} GiB, and {_MEMORY >> 30} is the limit: use fewer points at once, fewer "
            "steps, or a lower order."
        )
    gradients = np.zeros((terms, count, *theta.shape), theta.dtype)
    points = np.zeros_like(gradients)
    directions = np.zeros((terms, *theta.shape), theta.dtype)
    points[0] = theta
    push = _pushes(losses, theta, count, terms, through_basis)
    for m in range(terms):
        gradients[m] = push(points[m])
        if m + 1 == terms and not past.tells:
            break
        direction, following = past.advance(gradients[: m + 1], points[: m + 1])
        if direction is not None:
            directions[m] = direction
        if m + 1 < terms:
            points[m + 1] = following
    return gradients, directions


def _pushes(
    losses: Sequence[Any], theta: Array, count: int, terms: int, through_basis: bool
) -> Push:
    """Return the push of all labels; at label 0 the curve stands still, and needs no jet."""
    # unless the losses themselves move with h (`polyfam.flows._modified_equation`)
    moving = any(getattr(loss, "moving", False) for loss in losses)
    groups: dict[int, list[int]] = {}
    for label in range(0 if moving else 1, count):
        groups.setdefault(id(losses[label if len(losses) > 1 else 0]), []).append(label)
    make = _through_basis if through_basis and terms <= 2 else _through_jet
    parts: list[tuple[Any, Push]] = []
    for labels in groups.values():
        loss = losses[labels[0] if len(losses) > 1 else 0]
        rows = slice(labels[0], None) if len(groups) == 1 else np.array(labels)
        parts.append((rows, make(loss, theta, len(labels), terms)))
    shared = groups.get(id(losses[0]))
    first = [] if moving else [True]

    def push(points: Array) -> Array:
        out = np.zeros_like(points)
        for rows, part in parts:
            out[rows] = part(points[rows])
        if first:
            first.clear()
            out[0] = out[shared[0]] if shared else finite_gradient(losses[0], theta)
        return out

    return push


def _through_jet(loss: Any, theta: Array, count: int, terms: int) -> Push:
    """Return the push of a jet at so many points."""
    return gradient_jet(loss, (count, *theta.shape), terms).push


def _through_basis(loss: Any, theta: Array, count: int, terms: int) -> Push:  # noqa: ARG001
    """Return the same for two terms: the gradient, and the Hessian applied to a basis.

    To second order the past is theta + h x_k, and the x_k of all k span few dimensions: one for
    Adam, whose directions at constant gradient are all equal.
    """
    jet = gradient_jet(loss, (1, *theta.shape), terms)

    def gradient(points: Array) -> Array:
        return np.broadcast_to(jet.push(theta[None]), points.shape)

    def hessian(vectors: Array) -> Array:
        coordinates, basis = _basis(vectors.reshape(len(vectors), theta.size))
        basis = basis.reshape(len(basis), *theta.shape)
        products = [jet.push(basis[:1])]  # it shares its work with the gradient
        if len(basis) > 1:
            products.append(hessian_vector(loss, theta[None], basis[1:]))
        return np.tensordot(coordinates, np.concatenate(products), 1)

    pushes = iter((gradient, hessian))
    return lambda points: next(pushes)(points)


def _basis(rows: Array) -> tuple[Array, Array]:
    """Return C and an orthonormal Y with rows = C Y to rounding error, by pivoted Gram-Schmidt."""
    rest = rows.copy()
    coordinates: list[Array] = []
    basis: list[Array] = []
    longest = np.inf
    while len(basis) < len(rows):
        lengths = np.sqrt(np.einsum("ij,ij->i", rest, rest))
        pivot = int(lengths.argmax())
        if not basis:
            longest = lengths[pivot]
        if lengths[pivot] <= _ROUNDING * longest:
            break
        basis.append(rest[pivot] / lengths[pivot])
        coordinates.append(rest @ basis[-1])
        rest -= np.outer(coordinates[-1], basis[-1])
    if not basis:  # nothing moved
        return np.zeros((len(rows), 1)), rows[:1]
    return np.stack(coordinates, axis=1), np.stack(basis)


def apply(matrix: Array, values: Array) -> Array:
    """Return a matrix (or row) times an array of values at the labels, the leading axis."""
    product = matrix.astype(values.dtype, copy=False) @ values.reshape(len(values), -1)
    found: Array = product.reshape(matrix.shape[:-1] + values.shape[1:])
    return found
