"""The kernels that have names: momentum in its usual forms.

References
----------
[LSZG19] Lucas, Sun, Zemel & Grosse, Aggregated momentum: stability through passive damping,
ICLR 2019.
[MY19] Ma & Yarats, Quasi-hyperbolic momentum and Adam for deep learning, ICLR 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

import sympy

from polyfam._checks import quoted
from polyfam.errors import DomainError, UnknownNameError
from polyfam.series.kernels import Kernel, as_expression

__all__ = [
    "KERNELS",
    "aggregated_kernel",
    "dampened_kernel",
    "finite_kernel",
    "gradient_descent_kernel",
    "heavy_ball_kernel",
    "kernel",
    "nesterov_kernel",
    "quasi_hyperbolic_kernel",
]

_Z, _BETA = sympy.symbols("z beta")


def gradient_descent_kernel() -> Kernel:
    """Return plain gradient descent, w = (1), which has no memory at all."""
    return Kernel(sympy.Integer(1), "gradient descent")


def heavy_ball_kernel() -> Kernel:
    """Return heavy ball, w_l = beta^l.

    Examples
    --------
    >>> heavy_ball_kernel().weights(4)
    (1, beta, beta**2, beta**3)
    """
    return Kernel(1 / (1 - _BETA * _Z), "heavy ball")


def nesterov_kernel() -> Kernel:
    """Return Nesterov's momentum as PyTorch has it, w_0 = 1 + beta and w_l = beta^(l+1).

    Examples
    --------
    >>> nesterov_kernel().weights(3)
    (beta + 1, beta**2, beta**3)
    """
    return Kernel(1 + _BETA / (1 - _BETA * _Z), "Nesterov's momentum")


def dampened_kernel() -> Kernel:
    """Return heavy ball with dampening, w_l = (1 - tau) beta^l.

    PyTorch exempts the very first gradient from dampening, which the stationary regime forgets.

    Examples
    --------
    >>> dampened_kernel().weights(2)
    (-tau + 1, -beta*tau + beta)
    """
    return Kernel((1 - sympy.Symbol("tau")) / (1 - _BETA * _Z), "dampened heavy ball")


def quasi_hyperbolic_kernel() -> Kernel:
    """Return quasi-hyperbolic momentum [MY19]: nu averaged heavy balls, 1 - nu gradients.

    Examples
    --------
    >>> quasi_hyperbolic_kernel().at({"nu": "7/10", "beta": "1/2"}).weights(3)
    (Fraction(13, 20), Fraction(7, 40), Fraction(7, 80))
    """
    nu = sympy.Symbol("nu")
    return Kernel(1 - nu + nu * (1 - _BETA) / (1 - _BETA * _Z), "quasi-hyperbolic momentum")


def aggregated_kernel(
    betas: Iterable[sympy.Expr | Fraction | int] = sympy.symbols("beta1 beta2"),
) -> Kernel:
    """Return aggregated momentum [LSZG19]: the mean of heavy balls on several time scales.

    Parameters
    ----------
    betas : iterable of symbols or rational numbers
        By default two symbols, beta1 and beta2.

    Examples
    --------
    >>> aggregated_kernel([0, Fraction(9, 10)]).weights(3)
    (Fraction(1, 1), Fraction(9, 20), Fraction(81, 200))
    """
    scales = [1 / (1 - beta * _Z) for beta in _expressions(betas, "betas")]
    if not scales:
        raise DomainError("Argument 'betas' must not be empty.")
    return Kernel(sympy.Add(*scales) / len(scales), "aggregated momentum")


def finite_kernel(weights: Iterable[sympy.Expr | Fraction | int]) -> Kernel:
    """Return the kernel with finitely many weights w_0, w_1, ..., and zeros after them.

    Examples
    --------
    >>> finite_kernel([1, 1, 1]).moments(4)
    (Fraction(3, 1), Fraction(3, 1), Fraction(1, 1), Fraction(0, 1))
    """
    terms = (w * _Z**power for power, w in enumerate(_expressions(weights, "weights")))
    return Kernel(sympy.Add(*terms), "the finite kernel")


def _expressions(values: Iterable[object], name: str) -> list[sympy.Expr]:
    """Return numbers and symbols as expressions of sympy."""
    if not isinstance(values, Iterable):
        raise DomainError(f"Argument '{name}' must be a list of numbers, not {quoted(values)}.")
    return [as_expression(value, name) for value in values]


#: The named kernels, as the command line spells them.
KERNELS: dict[str, Callable[[], Kernel]] = {
    "gradient-descent": gradient_descent_kernel,
    "heavy-ball": heavy_ball_kernel,
    "nesterov": nesterov_kernel,
    "dampened": dampened_kernel,
    "quasi-hyperbolic": quasi_hyperbolic_kernel,
    "aggregated": aggregated_kernel,
}


def kernel(name: str) -> Kernel:
    """Return a named kernel.

    Parameters
    ----------
    name : str
        gradient-descent, heavy-ball, nesterov, dampened, quasi-hyperbolic or aggregated.

    Examples
    --------
    >>> kernel("dampened").parameters
    (beta, tau)
    >>> kernel("adam")
    Traceback (most recent call last):
        ...
    polyfam.errors.UnknownNameError: No kernel is called 'adam'; there are gradient-descent, ...
    """
    if not isinstance(name, str) or name not in KERNELS:
        raise UnknownNameError(
            f"No kernel is called {quoted(name)}; there are {', '.join(KERNELS)}."
        )
    return KERNELS[name]()
