"""The modified loss and the memoryless field of heavy ball, as expansions in h.

Heavy ball, theta_{n+1} = theta_n - h (sum over k of beta^k grad L(theta_{n-k})), is on its
attractive invariant manifold plain gradient descent theta - h g_h(theta), and g_h = grad L_h with

    L_h = sum over free trees t    of h^j P_t(beta) / ((1-beta)^(2j+1) sigma(t))   H(t),
    g_h = sum over rooted trees tau of h^j P_t(beta) / ((1-beta)^(2j+1) sigma(tau)) F(tau),

t being tau without its root and j the number of edges (Theorem A; asymptotic as h -> 0).  At
step n from rest the factors P_t / (1-beta)^(2j+1) are replaced by the polynomials of `startup`.
`field_by_fixed_point` finds g_h without trees' polynomials, from the functional equation

    g(Phi(theta)) = grad L(Phi(theta)) + beta g(theta),    Phi(theta) = theta - h g(theta).

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from typing import Any

from polyfam._checks import integer
from polyfam.errors import ResourceError
from polyfam.family.single import beta_polynomial
from polyfam.series.bseries import BSeries
from polyfam.series.coproduct import MAX_ORDER, trees_up_to
from polyfam.series.expansion import Expansion
from polyfam.series.rational import BETA, FIELD
from polyfam.series.startup import startup_coefficient, startup_coefficients
from polyfam.trees import FreeTree, RootedTree, free_trees

__all__ = ["field", "field_by_fixed_point", "modified_loss"]


def modified_loss(order: int, step: int | None = None) -> Expansion:
    """Return the modified loss of heavy ball, a sum over free trees.

    Parameters
    ----------
    order : int
        The number of terms, h^0 to h^(order-1), between 1 and 12.
    step : int, optional
        The step n >= 0 from rest; by default the stationary limit.

    Examples
    --------
    >>> print(modified_loss(4))
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
    trees = _free_trees_up_to(order)
    if step is None:
        return Expansion({tree: _stationary(tree) for tree in trees}, order, "L_h")
    values = {tree: FIELD(startup_coefficient(tree, step)) for tree in trees}
    return Expansion(values, order, f"L_(h,{step})")


def field(order: int, step: int | None = None) -> Expansion:
    """Return the memoryless field g_h of heavy ball, a sum over rooted trees.

    Parameters
    ----------
    order : int
        The number of terms, h^0 to h^(order-1), between 1 and 12.
    step : int, optional
        The step n >= 0 from rest; by default the stationary limit.

    Examples
    --------
    >>> print(field(3))
    g_h = sum of
      1/(1 - beta) times
        g          1
      h/(1 - beta)^3 times
        H g        beta
      h^2/(1 - beta)^5 times
        D3(g, g)   1/2*(beta + beta^2)
        H H g      beta + beta^2
    """
    trees = trees_up_to(order)
    if step is None:
        stationary = {tree: _stationary(tree) for tree in _free_trees_up_to(order)}
        return Expansion({tree: stationary[tree.free()] for tree in trees}, order, "g_h")
    values = {tree: FIELD(c) for tree, c in startup_coefficients(order, step).items()}
    return Expansion(values, order, f"g_(h,{step})")


def field_by_fixed_point(order: int) -> Expansion:
    """Return the memoryless field g_h from its functional equation, by composing B-series.

    With G = h g and Phi = id - G the equation reads (1 - beta) G = h grad L(Phi) - (G(Phi) - G).
    On trees with n vertices the right-hand side sees G on fewer vertices only, so that G is found
    order by order.

    Parameters
    ----------
    order : int
        The number of terms; 6 takes a second.

    Examples
    --------
    >>> field_by_fixed_point(4) == field(4)
    True
    """
    coefficients: dict[RootedTree, Any] = {}
    for n in range(1, integer(order, "order", minimum=1) + 1):
        known = BSeries(coefficients, n, 0)
        phi = BSeries.identity(n) - known
        right = BSeries.vector_field(n).compose(phi) - known.compose(phi) + known
        coefficients |= {tree: c / (1 - BETA) for tree, c in right if tree.order == n}
    return Expansion(coefficients, order, "g_h")


def _stationary(tree: FreeTree) -> Any:
    """Return P_t(beta)/(1 - beta)^(2j+1)."""
    polynomial = beta_polynomial(tree)
    terms = {(power,): c for power, c in enumerate(polynomial.coefficients) if c}
    return FIELD(FIELD.ring(terms)) / (1 - BETA) ** (2 * polynomial.degree + 1)


def _free_trees_up_to(order: int) -> list[FreeTree]:
    """Return all free trees with at most `order` vertices, in order."""
    order = integer(order, "order", minimum=1)
    if order > MAX_ORDER:
        raise ResourceError(
            f"Argument 'order' must be at most {MAX_ORDER}, not {order}: beyond, the trees are "
            "counted by thousands; polyfam.free_trees and polyfam.beta_polynomial go further."
        )
    return [tree for n in range(1, order + 1) for tree in free_trees(n)]
