r"""The memoryless field and the modified loss of a linear memory, as expansions in h.

Heavy ball, theta_{n+1} = theta_n - h (sum over k of beta^k grad L(theta_{n-k})), is on its
attractive invariant manifold plain gradient descent theta - h g_h(theta), and g_h = grad L_h with

    L_h = sum over free trees t    of h^j P_t(beta) / ((1-beta)^(2j+1) sigma(t))   H(t),
    g_h = sum over rooted trees tau of h^j P_t(beta) / ((1-beta)^(2j+1) sigma(tau)) F(tau),

t being tau without its root and j the number of edges (Theorem A; asymptotic as h -> 0).  At
step n from rest the factors P_t / (1-beta)^(2j+1) are replaced by the polynomials of `startup`.
Any other linear memory has the coefficients of `kernels`, which may depend on the root: then there
is a field, but no modified loss.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from typing import Any

from polyfam.family.single import beta_polynomial
from polyfam.series.coproduct import check_order, trees_up_to
from polyfam.series.expansion import Expansion
from polyfam.series.kernels import Kernel, kernel_coefficients, told
from polyfam.series.rational import BETA, FIELD
from polyfam.series.startup import startup_coefficients
from polyfam.trees import FreeTree, free_trees
from polyfam.typing import Progress

__all__ = ["field", "modified_loss"]


def modified_loss(
    kernel: Kernel | None = None,
    *,
    order: int,
    step: int | None = None,
    progress: Progress | None = None,
) -> Expansion:
    """Return the modified loss of a linear memory, a sum over free trees.

    Parameters
    ----------
    kernel : Kernel, optional
        By default heavy ball, whose momentum is the symbol beta.
    order : int
        The number of terms, h^0 to h^(order-1), between 1 and 12.
    step : int, optional
        The step n >= 0 from rest; by default the stationary limit.
    progress : callable, optional
        Called as ``progress("trees", done, total)``.

    Returns
    -------
    Expansion

    Raises
    ------
    DomainError
        When the field is not a gradient to that order: see `gradient_order`, `field`.
    ResourceError
        Beyond order 12.

    Examples
    --------
    >>> print(modified_loss(order=4))
    L_h = sum of
      1/(1 - beta) times
        L             1
      h/(1 - beta)^3 times
        g . g         1/2*beta
      h^2/(1 - beta)^5 times
        g . H g       1/2*(beta + beta^2)
      h^3/(1 - beta)^7 times
        D3(g, g, g)   1/6*(beta + 4*beta^2 + beta^3)
        H g . H g     1/2*(beta + 3*beta^2 + beta^3)
    """
    if kernel is not None:
        return field(kernel, order=order, step=step, progress=progress).potential()
    trees = _free_trees_up_to(order)
    if step is None:
        values = {tree: _stationary(tree) for tree in told(trees, progress)}
        return Expansion(values, order, "L_h")
    rooted = startup_coefficients([tree.rooted() for tree in trees], step)
    values = {tree: FIELD(rooted[tree.rooted()]) for tree in trees}
    return Expansion(values, order, f"L_(h,{step})")


def field(
    kernel: Kernel | None = None,
    *,
    order: int,
    step: int | None = None,
    progress: Progress | None = None,
) -> Expansion:
    """Return the memoryless field g_h of a linear memory, a sum over rooted trees.

    Parameters
    ----------
    kernel : Kernel, optional
        By default heavy ball, whose momentum is the symbol beta.
    order : int
        The number of terms, h^0 to h^(order-1), between 1 and 12.
    step : int, optional
        The step n >= 0 from rest; by default the stationary limit.
    progress : callable, optional
        Called as ``progress("trees", done, total)``.

    Returns
    -------
    Expansion

    Raises
    ------
    ResourceError
        Beyond order 12.

    Examples
    --------
    >>> print(field(order=3))
    g_h = sum of
      1/(1 - beta) times
        g          1
      h/(1 - beta)^3 times
        H g        beta
      h^2/(1 - beta)^5 times
        D3(g, g)   1/2*(beta + beta^2)
        H H g      beta + beta^2
    >>> print(field(Kernel("1 + beta/(1 - beta*z)"), order=2, step=1))  # Nesterov
    g_(h,1) = sum of
      1 times
        g     1 + beta + beta^2
      h times
        H g   beta^2 + beta^3
    """
    trees = trees_up_to(order)
    if step is not None:
        found = startup_coefficients(trees, step, kernel)
        values = {tree: FIELD(c) if kernel is None else c for tree, c in found.items()}
        return Expansion(values, order, f"g_(h,{step})")
    if kernel is not None:
        return Expansion(kernel_coefficients(kernel, order, progress), order, "g_h")
    stationary = {tree: _stationary(tree) for tree in told(_free_trees_up_to(order), progress)}
    return Expansion({tree: stationary[tree.free()] for tree in trees}, order, "g_h")


def _stationary(tree: FreeTree) -> Any:
    """Return P_t(beta)/(1 - beta)^(2j+1), which is reduced, as P_t(1) is not 0."""
    polynomial = beta_polynomial(tree)
    above = FIELD.ring.from_dict(
        {(power,): FIELD.domain(c) for power, c in enumerate(polynomial.coefficients) if c}
    )
    below = 1 / (1 - BETA) ** (2 * polynomial.degree + 1)
    return FIELD.raw_new(above * below.numer, below.denom)


def _free_trees_up_to(order: int) -> list[FreeTree]:
    """Return all free trees with at most `order` vertices, in order."""
    return [tree for n in range(1, check_order(order) + 1) for tree in free_trees(n)]
