r"""Linear memories: weighted sums of past gradients, which all take the fast way.

With weights w_0, w_1, ... and the matrix S of `polyfam.memory.nodes`, the points of the past are

    c_k[j+1] = sum_l S_kl G_l[j],      G_k[j] = the coefficient of h^j in grad L(c_k(h)),

R (R-1) coefficients of jets, where the number of trees grows like 2.96^R.  (Only where the past is
a long one from rest, of one loss, are there fewer trees than labels: then the field is the sum over
trees of `polyfam.series.kernels`, in numbers.)  Then

    field               g_j  = sum_k w_k G_k[j],
    modified equation   f_j  = the derivative of c_k[j+1] with respect to k at k = 0,
    modified loss       j L_j = 1/2 sum_{k>=1} beta^k sum_{a+b=j-1} <v_k[a], v_k[b]>,

the last for w_k = beta^k, where v_k = sum_l beta^l G_(k+l) is the momentum k steps ago.

The second line: the iterates are theta(-kh) on a solution of theta' = -f, a polynomial in k at each
order, and log(1 + Delta), which finds h d/dt from the iterates, is d/dk on polynomials.

The third: L_h(theta) = L(theta) + beta sup_u {L_h(u) - |u - theta|^2/(2h)}, where u = c_1 and
c_1 - theta = h v_1.  At a maximum the derivative with respect to h needs no derivative of u, so
dL_h/dh (theta) = beta [dL_h/dh (c_1) + |v_1|^2/2], and, repeated,
dL_h/dh (theta) = 1/2 sum_{k>=1} beta^k |v_k|^2.  In trees: an edge joins two rooted trees, two
field terms, and a free tree with j edges is found once at each, which is the factor j.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from polyfam._checks import quoted
from polyfam.errors import DomainError
from polyfam.memory.nodes import (
    PastNodes,
    check_steps,
    checked_terms,
    is_stationary,
    moments,
    startup_nodes,
    stationary_nodes,
)
from polyfam.memory.past import apply, expand
from polyfam.optimizers._linear import LinearMemory
from polyfam.optimizers._protocol import finite_gradient
from polyfam.optimizers.heavy_ball import HeavyBall
from polyfam.series.coproduct import trees_up_to
from polyfam.series.elementary_differentials import ElementaryDifferentials
from polyfam.trees import RootedTree
from polyfam.typing import Array

__all__ = ["Linear", "equation_terms", "field_terms", "linear", "loss_terms"]

#: The most terms that are summed over trees, and what a tree costs beside its numbers, in numbers.
_BY_TREES, _OVERHEAD = 8, 100


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear memory as numbers.

    Parameters
    ----------
    name : str
        For sentences.
    moments : callable
        From R to the moments W_0, ..., W_(R-1), as fractions.
    weights : callable
        From n to w_0, ..., w_n.
    fading : Fraction
        beta, of the slowest memory.
    scale : float or None
        p, where w_k = p beta^k; None where the weights are others.
    """

    name: str
    moments: Callable[[int], Sequence[Fraction]]
    weights: Callable[[int], Sequence[float]]
    fading: Fraction
    scale: float | None

    def unscaled(self) -> Linear:
        """Return the heavy ball of the same fading: w_k = beta^k."""
        return self if self.scale == 1 else _with_one_scale(HeavyBall, self.fading)

    def nodes(self, terms: int, step: int | None, one_loss: bool) -> PastNodes:
        """Return the nodes for so many terms; a start that is long forgotten needs fewer."""
        checked_terms(terms)
        over = step is None or is_stationary(float(self.fading), step, terms)
        if over and one_loss and (step is None or step + 1 > terms):
            return _stationary(self, terms)
        assert step is not None  # batches have a step
        check_steps(step)
        return startup_nodes(self.weights(step))


def _fraction(value: Any) -> Fraction:
    """Return the exact value of a number, one of numpy's included."""
    return Fraction(float(value) if isinstance(value, np.floating) else value)


def linear(optimizer: Any) -> Linear | None:
    """Return an optimizer or kernel as a linear memory, None when it is not one.

    Examples
    --------
    >>> from polyfam.optimizers import Adam, HeavyBall
    >>> linear(HeavyBall(0.5)).weights(2), linear(Adam())
    ([1.0, 0.5, 0.25], None)
    """
    if isinstance(optimizer, LinearMemory):
        return _with_one_scale(type(optimizer), *optimizer.values)
    kernels = sys.modules.get("polyfam.series.kernels")  # imports sympy: not to be imported here
    if kernels is None or not isinstance(optimizer, kernels.Kernel):
        return None
    if optimizer.parameters:
        raise DomainError(
            f"Argument 'optimizer' must be a kernel of numbers, and {quoted(optimizer.name)} has "
            f"the parameters {', '.join(map(str, optimizer.parameters))}: give them values by at()."
        )
    age, total = optimizer.moments(2)[1], optimizer.moments(1)[0]
    mean = Fraction(age, total) if total else Fraction(1)
    return Linear(
        optimizer.name,
        optimizer.moments,
        lambda n: [float(w) for w in optimizer.weights(n + 1)],
        max(mean, Fraction(0)) / (1 + max(mean, Fraction(0))),
        None,
    )


@lru_cache(maxsize=64)  # fractions take as long as a small loss
def _with_one_scale(kind: type[LinearMemory], *values: Any) -> Linear:
    """Return a class of optimizers with these hyperparameters as numbers."""
    p, q, beta = map(Fraction, kind.memory_of(*map(_fraction, values)))
    a, b, c = float(p), float(q), float(beta)
    return Linear(
        kind.__name__,
        lambda count: moments(p, q, beta, count),
        lambda n: [a, *(b * c**k for k in range(n))],
        beta,
        a if np.isclose(b, a * c, rtol=1e-14, atol=0) else None,
    )


@lru_cache(maxsize=64)
def _stationary(memory: Linear, terms: int) -> PastNodes:
    """Return the nodes for an infinite past."""
    return stationary_nodes(tuple(memory.moments(terms)), 1 / (1 - memory.fading))


class _LinearPast:
    """The past of a linear memory: its points are sums of gradients, whatever the optimizer."""

    tells = False

    def __init__(self, nodes: PastNodes) -> None:
        self.count = len(nodes.labels)
        self._past = nodes.past

    def advance(self, gradients: Array, points: Array) -> tuple[None, Array]:  # noqa: ARG002
        """Return the next coefficient of the points."""
        return None, apply(self._past, gradients[-1])


def _gradients(losses: Sequence[Any], theta: Array, nodes: PastNodes, terms: int) -> Array:
    """Return the coefficients G_k[j] of the gradients along the past, shape (R, m, ..., d)."""
    return expand(_LinearPast(nodes), losses, theta, terms)[0]


def field_terms(
    memory: Linear, losses: Sequence[Any], theta: Array, terms: int, step: int | None
) -> Array:
    """Return the terms g_0, ..., g_(R-1) of the field, shape (R, ..., d)."""
    nodes = memory.nodes(terms, step, len(losses) == 1)
    if len(losses) == 1 and terms <= _BY_TREES:
        trees = trees_up_to(terms)
        if len(trees) * (theta.size + _OVERHEAD) < len(nodes.labels) * theta.size:
            return _sum_over_trees(nodes, losses[0], theta, trees)
    gradients = _gradients(losses, theta, nodes, terms)
    return np.stack([apply(nodes.weights, values) for values in gradients])


def _sum_over_trees(
    nodes: PastNodes, loss: Any, theta: Array, trees: Sequence[RootedTree]
) -> Array:
    """Return the terms of the field from elementary differentials, however long the past is."""
    differentials = ElementaryDifferentials(loss, theta)
    hung: dict[RootedTree, Array] = {}
    terms = np.zeros((trees[-1].order, *theta.shape), theta.dtype)
    for tree in trees:
        labelled = prod((hung[branch] for branch in tree.branches), start=nodes.labels * 0 + 1)
        hung[tree] = nodes.past @ labelled
        share = float(nodes.weights @ labelled) / tree.automorphisms()
        terms[tree.order - 1] += share * differentials.vector(tree)
    if not np.isfinite(terms[0]).all():
        finite_gradient(loss, theta)  # says where it is not
    return terms


def equation_terms(memory: Linear, loss: Any, theta: Array, terms: int) -> Array:
    """Return the terms f_0, ..., f_(R-1) of the modified equation, shape (R, ..., d)."""
    nodes = memory.nodes(terms, None, True)
    gradients = _gradients([loss], theta, nodes, terms)
    return np.stack([apply(np.asarray(nodes.slope), values) for values in gradients])


def loss_terms(
    memory: Linear, losses: Sequence[Any], theta: Array, terms: int, step: int | None
) -> Array:
    """Return the terms L_0, ..., L_(R-1) of the modified loss for w_k = beta^k, shape (R, ...).

    Parameters
    ----------
    losses : sequence
        One loss for the whole past, or one for each label, the newest first, each with a `value`.
    terms : int
        R; one fewer is needed of the gradients.
    """
    nodes = memory.nodes(max(terms - 1, 1), step, len(losses) == 1)
    values = values_at(losses, theta)
    out = np.zeros((terms, *theta.shape[:-1]), theta.dtype)
    out[0] = nodes.weights.sum() * values[0] if len(losses) == 1 else apply(nodes.weights, values)
    if terms == 1:
        return out
    gradients = _gradients(losses, theta, nodes, terms - 1)
    momenta = [apply(nodes.averages, values) for values in gradients]
    weights = nodes.weights.copy()
    weights[0] -= 1  # the sum begins one step ago
    for j in range(1, terms):
        # a + b = j - 1: each pair a < b counts twice
        products = sum(
            np.einsum("...i,...i->...", momenta[a], momenta[j - 1 - a]) for a in range(j // 2)
        )
        if j % 2:
            middle = momenta[j // 2]
            products = products + np.einsum("...i,...i->...", middle, middle) / 2
        out[j] = apply(weights, np.asarray(products)) / j
    return out


def values_at(losses: Sequence[Any], theta: Array) -> Array:
    """Return the values of losses at the points, shape (m, ...)."""
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
    return np.stack(values)
