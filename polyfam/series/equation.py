r"""The modified equation of heavy ball: the differential equation that its steps sample.

Phi(theta) = theta - h g_h(theta) is the flow at time h of theta' = -f_h(theta), where -h f_h is the
logarithm of the B-series of Phi.  Its coefficients are again polynomials in beta over powers of
1 - beta, now with rational coefficients that depend on the root:

    f_h = 1/(1-beta) [ g + h (1+beta)/(2 (1-beta)^2) H g + h^2/(1-beta)^4 ( ... ) + ... ].

Chains with n vertices have the type-B Narayana polynomial, sum of C(n-1, k)^2 beta^k, over n: for
L = lambda theta^2/2 and x = h lambda the step multiplies by r, r^2 - (1+beta-x) r + beta = 0, and
-(log r)' = 1/sqrt((1+beta-x)^2 - 4 beta) generates these polynomials over (1-beta)^(2n-1).

From h^2 on f_h is *not* a gradient, not even without momentum: there is a modified loss for the
iteration, and none for the equation beyond L/(1-beta) + h (1+beta)/(4 (1-beta)^3) |grad L|^2.

`modified_equation` takes them from the past: k steps ago the point was theta + h sum of
h^j c_k(tau) F(tau)/sigma(tau), c_k a polynomial in k, and the coefficient of f_h is dc_k/dk at
k = 0.
`equation_of_iteration` takes the logarithm of any field.  Multiplying h by a suitable polynomial q,
for heavy ball (1-beta)^2, turns the coefficients of Phi into polynomials, so that the logarithm
needs no greatest common divisors.

References
----------
[HLW] Hairer, Lubich & Wanner, Geometric Numerical Integration (2006), chapter IX.
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Any

from polyfam._checked import checked
from polyfam._checks import integer, shown
from polyfam.errors import DomainError, ResourceError
from polyfam.series.bseries import BSeries
from polyfam.series.expansion import Expansion
from polyfam.series.kernels import Kernel, equation_coefficients
from polyfam.series.rational import denominator_factors, numerator
from polyfam.trees import FreeTree
from polyfam.typing import Progress

__all__ = ["equation_of_iteration", "modified_equation"]

#: Each order takes about four times as long as the one before: the past, and the logarithm.
_LARGEST_ORDER, _LARGEST_LOGARITHM = 11, 10


def modified_equation(
    kernel: Kernel | None = None, *, order: int, progress: Progress | None = None
) -> Expansion:
    """Return the field f_h of the modified equation theta' = -f_h(theta) of a linear memory.

    Parameters
    ----------
    kernel : Kernel, optional
        By default heavy ball, whose momentum is the symbol beta.
    order : int
        The number of terms, h^0 to h^(order-1), at most 11; 10 takes ten seconds.
    progress : callable, optional
        Called as ``progress("trees", done, total)``.

    Returns
    -------
    Expansion
        Its `is_gradient_up_to` says how far it is a gradient, `potential` finds the loss.

    Examples
    --------
    >>> equation = modified_equation(order=3)
    >>> print(equation)
    f_h = sum of
      1/(1 - beta) times
        g          1
      h/(1 - beta)^3 times
        H g        1/2*(1 + beta)
      h^2/(1 - beta)^5 times
        D3(g, g)   1/12*(1 + 10*beta + beta^2)
        H H g      1/3*(1 + 4*beta + beta^2)
    >>> equation.is_gradient_up_to().order
    2
    >>> print(equation.truncate(2).potential())
    L_h = sum of
      1/(1 - beta) times
        L       1
      h/(1 - beta)^3 times
        g . g   1/4*(1 + beta)
    """
    _check_cost(integer(order, "order", minimum=1), _LARGEST_ORDER)
    memory = Kernel("1/(1 - beta*z)", "heavy ball") if kernel is None else kernel
    return Expansion(equation_coefficients(memory, order, progress), order, "f_h")


@checked
def equation_of_iteration(field: Expansion) -> Expansion:
    """Return f_h, where theta' = -f_h(theta) has the flow theta - h g_h(theta) at time h.

    Parameters
    ----------
    field : Expansion
        g_h over rooted trees, of heavy ball, of another kernel, or at a numeric momentum.

    Returns
    -------
    Expansion

    Examples
    --------
    Gradient descent without momentum:

    >>> from polyfam.series import field
    >>> print(equation_of_iteration(field(order=3).at(beta=0)))
    f_h = sum of
      1 times
        g          1
      h times
        H g        1/2
      h^2 times
        D3(g, g)   1/12
        H H g      1/3
    """
    if any(isinstance(tree, FreeTree) for tree in field.coefficients):
        raise DomainError(
            "Argument 'field' must be over rooted trees; take the gradient() of a loss."
        )
    _check_cost(field.order, _LARGEST_LOGARITHM)
    q = _clearing(field)
    cleared = {tree: -numerator(c * q**tree.order) for tree, c in field.coefficients.items()}
    logarithm = BSeries(cleared, field.order).log()
    return Expansion({tree: -c / q**tree.order for tree, c in logarithm}, field.order, "f_h")


def _check_cost(order: int, largest: int) -> None:
    """Raise when it would take too long."""
    if order > largest:
        raise ResourceError(
            f"The modified equation of order {shown(order)} would take minutes or more; "
            f"{largest} is the limit."
        )


def _clearing(field: Expansion) -> Any:
    """Return q such that q^n clears the denominators of all trees on n vertices."""
    exponents: dict[Any, int] = {}
    unit: Any = Fraction(1)
    for tree, coefficient in field.coefficients.items():
        unit = coefficient / coefficient
        for factor, exponent in denominator_factors(coefficient).items():
            exponents[factor] = max(exponents.get(factor, 0), -(-exponent // tree.order))
    return prod((factor**exponent for factor, exponent in exponents.items()), start=unit)
