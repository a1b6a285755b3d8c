r"""The past of a point as Taylor polynomials in the step size, and what can be read off it.

One loop, whatever the loss and the order.  The curve c_k(h), k steps ago, starts at theta for every
node k; with the matrix S of `polyfam.memory.nodes`,

    G_k[j] = the coefficient of h^j in grad L(c_k(h)),      c_k[j+1] = sum_l S_kl G_l[j],

so coefficients are pushed into a gradient jet at each node and pulled out again, order by order:
R (R-1) coefficients of jets, where the number of trees grows like 2.96^R.  Then

    field               g_j  = sum_k beta^k G_k[j],
    modified equation   f_j  = the derivative of c_k[j+1] with respect to k at k = 0,
    modified loss       j L_j = 1/2 sum_{k>=1} beta^k sum_{a+b=j-1} <v_k[a], v_k[b]>,

where v_k = sum_l beta^l G_(k+l) is the momentum k steps ago.

The second line: the iterates are theta(-kh) on a solution of theta' = -f, a polynomial in k at each
order, and log(1 + Delta), which finds h d/dt from the iterates, is d/dk on polynomials.

The third: L_h(theta) = L(theta) + beta sup_u {L_h(u) - |u - theta|^2/(2h)}, where u = c_1 and
c_1 - theta = h v_1.  At a maximum the derivative with respect to h needs no derivative of u, so
dL_h/dh (theta) = beta [dL_h/dh (c_1) + |v_1|^2/2], and, repeated,
dL_h/dh (theta) = 1/2 sum_{k>=1} beta^k |v_k|^2.  In trees: an edge joins two rooted trees, two
field terms, and a free tree with j edges is found once at each, which is the factor j.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polyfam.errors import DomainError, ResourceError
from polyfam.losses.derivatives.jets import gradient_jet
from polyfam.memory.nodes import PastNodes

__all__ = ["equation_terms", "field_terms", "loss_terms", "past_gradients"]

Array = np.ndarray[Any, Any]

#: Memory that the gradients along the past may take, in bytes.
_MEMORY = 1 << 32


def past_gradients(losses: Sequence[Any], theta: Array, nodes: PastNodes, terms: int) -> Array:
    """Return the coefficients G_k[j] of the gradients along the past.

    Parameters
    ----------
    losses : sequence
        One loss for the whole past, or one for each label, the newest first.
    theta : ndarray, shape (..., d)
        Where the past ends.
    nodes : PastNodes
    terms : int
        R; the gradients come up to h^(R-1).

    Returns
    -------
    ndarray, shape (R, m, ..., d)

    Raises
    ------
    ResourceError
        When they would take more than 4 GiB.
    """
    count = len(nodes.labels)
    size = terms * count * theta.nbytes
    if size > _MEMORY:
        raise ResourceError(
            f"The gradients at {count:,} points of the past with {terms} terms each would take "
            f"{size >> 30} GiB, and {_MEMORY >> 30} is the limit: use fewer points at once, or a "
            "lower order."
        )
    gradients = np.zeros((terms, count, *theta.shape), theta.dtype)
    push = _pushes(losses, (count - 1, *theta.shape), terms) if count > 1 else None
    curve = np.broadcast_to(theta, (count - 1, *theta.shape)).copy()
    for j in range(terms):
        if push:
            gradients[j, 1:] = push(curve)
        if j == 0:  # c_0 = theta, so the present has no later coefficients
            shared = push and len(losses) == 1
            gradients[0, 0] = (
                gradients[0, 1] if shared else gradient_jet(losses[0], theta.shape, 1).push(theta)
            )
        if push and j + 1 < terms:
            curve = _apply(nodes.past[1:], gradients[j])
    return gradients


def _pushes(losses: Sequence[Any], shape: tuple[int, ...], terms: int) -> Callable[[Array], Array]:
    """Return the push of all jets but the present's: one jet, or one for each loss."""
    if len(losses) == 1:
        return gradient_jet(losses[0], shape, terms).push
    jets = [gradient_jet(loss, shape[1:], terms) for loss in losses[1:]]
    return lambda curve: np.stack([jet.push(c) for jet, c in zip(jets, curve, strict=True)])


def _apply(matrix: Array, values: Array) -> Array:
    """Return the matrix (or row) times an array of values at the nodes, the leading axis."""
    product = matrix.astype(values.dtype, copy=False) @ values.reshape(len(values), -1)
    return product.reshape(matrix.shape[:-1] + values.shape[1:])


def field_terms(nodes: PastNodes, gradients: Array) -> Array:
    """Return the terms g_0, ..., g_(R-1) of the field, shape (R, ..., d)."""
    return np.stack([_apply(nodes.weights, values) for values in gradients])


def equation_terms(nodes: PastNodes, gradients: Array) -> Array:
    """Return the terms f_0, ..., f_(R-1) of the modified equation, shape (R, ..., d)."""
    return np.stack([_apply(nodes.slope, values) for values in gradients])


def loss_terms(losses: Sequence[Any], theta: Array, nodes: PastNodes, terms: int) -> Array:
    """Return the terms L_0, ..., L_(R-1) of the modified loss, shape (R, ...).

    Parameters
    ----------
    losses, theta, nodes
        As in `past_gradients`; every loss must have a `value`.
    terms : int
        R; one fewer is needed of the gradients.
    """
    try:
        values = [np.asarray(loss.value(theta)) for loss in losses]
    except AttributeError:
        raise DomainError(
            "The modified loss needs the value of the loss: give it a method value(theta)."
        ) from None
    for value in values:
        if value.shape != theta.shape[:-1]:
            raise DomainError(
                f"The value of the loss must have the shape {theta.shape[:-1]} at points of shape "
                f"{theta.shape}, not {value.shape}."
            )
    values = np.stack(values)
    out = np.zeros((terms, *theta.shape[:-1]), theta.dtype)
    out[0] = nodes.weights.sum() * values[0] if len(losses) == 1 else _apply(nodes.weights, values)
    if terms == 1:
        return out
    momenta = [
        _apply(nodes.averages, gradients)
        for gradients in past_gradients(losses, theta, nodes, terms - 1)
    ]
    weights = nodes.weights.copy()
    weights[0] -= 1  # the sum begins one step ago
    for j in range(1, terms):
        products = sum(
            np.einsum("...i,...i->...", momenta[a], momenta[j - 1 - a]) for a in range(j)
        )
        out[j] = _apply(weights, products) / (2 * j)
    return out
