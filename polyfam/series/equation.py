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

They are taken from the past: k steps ago the point was theta + h sum of
h^j c_k(tau) F(tau)/sigma(tau), c_k a polynomial in k, and the coefficient of f_h is dc_k/dk at
k = 0.  The logarithm, `BSeries.log`, gives the same in a longer time.

References
----------
[HLW] Hairer, Lubich & Wanner, Geometric Numerical Integration (2006), chapter IX.
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from polyfam._checked import checked
from polyfam._checks import integer, shown
from polyfam.errors import ResourceError
from polyfam.series.expansion import Expansion
from polyfam.series.kernels import Kernel, equation_coefficients
from polyfam.typing import Progress

__all__ = ["modified_equation"]

#: Each order takes about four times as long as the one before.
_LARGEST = 11


@checked
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
    if integer(order, "order", minimum=1) > _LARGEST:
        raise ResourceError(
            f"The modified equation of order {shown(order)} would take minutes or more; "
            f"{_LARGEST} is the limit."
        )
    memory = Kernel("1/(1 - beta*z)", "heavy ball") if kernel is None else kernel
    return Expansion(equation_coefficients(memory, order, progress), order, "f_h")
