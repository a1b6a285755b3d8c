r"""What an optimizer does without its memory: the equivalent update, to any order in h.

An optimizer turns the gradients it has seen into a direction F^(n)(g_n, ..., g_0).  Close to its
trajectory it moves as an update without memory does,

    theta_{n+1} = theta_n - h (F_0 + h F_1 + h^2 F_2 + ...)(theta_n),

where F_0 is the direction after a constant gradient and F_1 the correction of [MEM],

    M^(n) = sum_{k=1..n} dF/dtheta_{n-k} sum_{s=n-k..n-1} F^(s);

the terms of all orders follow when the past points are written as series in h that end in theta_n
and the optimizer runs on the gradients along them.  With R terms the error at a fixed time is
O(h^R), as long as derivatives stay bounded along the way, uniformly in n, and those with respect to
distant arguments are summable with the power R of the distance: a theorem of the documentation
("Orders of accuracy"), to first order of [MEM], and for heavy ball of [MLM].

Beyond first order no formula of any optimizer is used: only its own ``update``, in Taylor
arithmetic, or for a linear memory its weights.  To first order the closed form that an optimizer
may carry is taken, one gradient and one or two products with the Hessian.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.losses.derivatives.jets import gradient_jet
from polyfam.memory._arguments import Question, point_by_point
from polyfam.memory._verb import verb
from polyfam.memory.certificates import certify
from polyfam.memory.exact import exact_field
from polyfam.memory.linear import field_terms
from polyfam.memory.nodes import MOST_WEIGHTS, check_steps, checked_terms
from polyfam.memory.recursion import recursion
from polyfam.memory.startup import startup_terms
from polyfam.memory.stationary import stationary_terms
from polyfam.optimizers._protocol import check_direction
from polyfam.optimizers.heavy_ball import HeavyBall
from polyfam.typing import Array

__all__ = ["by_recursion", "memoryless", "memoryless_coefficients"]


def _certifier(asked: Question) -> Callable[..., Any] | None:
    """Return what certifies the stationary update of heavy ball."""
    if asked.step is None and isinstance(asked.optimizer, HeavyBall):
        return partial(certify, asked.optimizer, asked.loss, asked.theta)
    return None


@verb("memoryless update", exact_field, certifier=_certifier)
def memoryless(asked: Question) -> Array:
    """Return the terms F_0, ..., F_{R-1} of the equivalent update without memory.

    Returns
    -------
    Terms
        Of vectors, coefficients of shape (R, ..., d): the direction at step size h is ``at(h)``.
        Without a loss an `Expansion`, exact.

    Raises
    ------
    DomainError
        For an optimizer without a stationary regime, one that changes its arguments in place, or
        one that is not smooth at theta; without a loss for one that is no linear memory.
    TaylorError
        When the update contains an operation without a Taylor series.

    Warns
    -----
    ValidityWarning
        When a term is larger than the first: the sum means nothing there.

    Notes
    -----
    The optimizers of the package cost one gradient at order 1, and one or two products with the
    Hessian more at order 2; any other one a few products, and so does every batch loss that
    differs.  Beyond, the stationary limit costs R - 1 gradients with R derivatives, and a finite
    step n + 1 of them, of a linear memory at most one for each rooted tree, and only until the
    start is forgotten to rounding.

    References
    ----------
    M. D. Cattaneo, B. Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
    arXiv:2502.02132.

    Examples
    --------
    Averaged momentum on a parabola: F_0 = theta and M = beta/(1 - beta) theta.

    >>> from polyfam.optimizers import AveragedMomentum, HeavyBall
    >>> class Parabola:
    ...     def gradient(self, theta):
    ...         return theta
    >>> print(memoryless(AveragedMomentum(0.75), Parabola(), [2.0], order=3, step_size=0.01))
    memoryless update at h = 0.01, sum of 3 of 3
      term       size      share
      1             2       100%  kept
      h          0.06         3%  kept
      h^2      0.0042      0.21%  kept
    >>> memoryless(AveragedMomentum(0.75), Parabola(), [2.0], order=2, step=1)[1].round(12)
    array([0.09375])

    Without a loss, exactly:

    >>> print(memoryless(HeavyBall, order=2))
    g_h = sum of
      1/(1 - beta) times
        g     1
      h/(1 - beta)^3 times
        H g   beta
    """
    return memoryless_coefficients(asked)


def memoryless_coefficients(asked: Question) -> Array:
    """Return F_0, ..., F_{R-1}, shape (R, ..., d), the cheapest way."""
    optimizer, one_loss = asked.optimizer, len(asked.losses) == 1
    # the first term at step n: the loop over the past would take n + 1 equal gradients
    first = asked.terms == 1 and asked.memory is not None and asked.step is not None
    closed = asked.terms == 2 or first
    if closed and one_loss and hasattr(optimizer, "first_order"):
        return point_by_point(optimizer, asked.theta, lambda theta: _closed(asked, theta))
    if asked.memory is not None and not getattr(optimizer, "bias_correction", False):
        return field_terms(asked.memory, asked.losses, asked.theta, asked.terms, asked.step)
    return by_recursion(asked)


def _closed(asked: Question, theta: Array) -> Array:
    """Return F and M in the closed form that the optimizer carries."""
    check_steps(asked.step, MOST_WEIGHTS)
    optimizer, jet = asked.optimizer, gradient_jet(asked.loss, theta.shape, asked.terms)
    gradient = jet.push(theta).copy()

    def product(vector: Array) -> Array:
        check_direction(vector, gradient, optimizer)
        if asked.terms == 1:  # only M needs the product
            return np.zeros_like(vector)
        if jet.order == 1:  # the product that shares its work with the gradient
            return jet.push(vector).copy()
        return hessian_vector(asked.loss, theta, vector)

    with np.errstate(invalid="ignore", divide="ignore"):  # 0/0 is named by its coordinate
        found = optimizer.first_order(gradient, theta, product, asked.step)
    return np.stack(found[: asked.terms]).astype(theta.dtype, copy=False)


def by_recursion(asked: Question) -> Array:
    """Return the terms by the optimizer's own update alone, whatever it is."""
    terms, losses, step = asked.terms, asked.losses, asked.step
    check_steps(step, MOST_WEIGHTS)

    def coefficients(theta: Array) -> Array:
        rule = recursion(asked.optimizer, theta)
        if step is None:
            return stationary_terms(rule, asked.loss, theta, checked_terms(terms))
        past = losses if len(losses) > 1 else losses * (step + 1)
        return startup_terms(rule, past, theta, terms)

    return point_by_point(asked.optimizer, asked.theta, coefficients)
