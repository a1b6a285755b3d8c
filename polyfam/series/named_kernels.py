"""The kernels that have names: momentum in its usual forms, and finite memories.

References
----------
[LSZG19] Lucas, Sun, Zemel & Grosse, Aggregated momentum: stability through passive damping,
ICLR 2019.
[MY19] Ma & Yarats, Quasi-hyperbolic momentum and Adam for deep learning, ICLR 2019.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import sympy

from polyfam._checked import checked
from polyfam._checks import meant, members, quoted
from polyfam.errors import DomainError, UnknownNameError
from polyfam.series.kernels import Kernel
from polyfam.series.parsing import as_expression

__all__ = ["KERNELS", "aggregated_kernel", "finite_kernel", "kernel"]

_Z = sympy.Symbol("z")

#: By the name that the command line spells: W(z), and the name for sentences.
KERNELS = {
    "gradient-descent": ("1", "gradient descent"),
    "heavy-ball": ("1/(1 - beta*z)", "heavy ball"),
    # As PyTorch has it, w_0 = 1 + beta and w_l = beta^(l+1).
    "nesterov": ("1 + beta/(1 - beta*z)", "Nesterov's momentum"),
    # PyTorch exempts the very first gradient from dampening, which the stationary regime forgets.
    "dampened": ("(1 - tau)/(1 - beta*z)", "dampened heavy ball"),
    # nu averaged heavy balls and 1 - nu gradients [MY19].
    "quasi-hyperbolic": ("1 - nu + nu*(1 - beta)/(1 - beta*z)", "quasi-hyperbolic momentum"),
    "aggregated": ("(1/(1 - beta1*z) + 1/(1 - beta2*z))/2", "aggregated momentum"),
}


def kernel(name: str) -> Kernel:
    """Return a named kernel.

    Parameters
    ----------
    name : str
        gradient-descent, heavy-ball, nesterov, dampened, quasi-hyperbolic or aggregated.

    Returns
    -------
    Kernel

    Raises
    ------
    UnknownNameError
        For another name.

    Examples
    --------
    >>> kernel("nesterov").weights(3)
    (beta + 1, beta**2, beta**3)
    >>> kernel("quasi-hyperbolic").at(nu="7/10", beta="1/2").weights(3)
    (Fraction(13, 20), Fraction(7, 40), Fraction(7, 80))
    >>> kernel("adam")
    Traceback (most recent call last):
        ...
    polyfam.errors.UnknownNameError: No kernel is called 'adam'; there are gradient-descent, ...
    """
    if not isinstance(name, str) or name not in KERNELS:
        raise UnknownNameError(f"No kernel is called {quoted(name)}; {meant(name, KERNELS)}.")
    return Kernel(*KERNELS[name])


@checked
def aggregated_kernel(betas: Iterable[sympy.Expr | Fraction | int | str]) -> Kernel:
    """Return aggregated momentum [LSZG19]: the mean of heavy balls on several time scales.

    Parameters
    ----------
    betas : iterable of symbols, formulas or rational numbers

    Returns
    -------
    Kernel

    Examples
    --------
    >>> aggregated_kernel([0, "9/10"]).weights(3)
    (Fraction(1, 1), Fraction(9, 20), Fraction(81, 200))
    """
    scales = [1 / (1 - beta * _Z) for beta in _expressions(betas, "betas")]
    if not scales:
        raise DomainError("Argument 'betas' must not be empty.")
    return Kernel(sympy.Add(*scales) / len(scales), KERNELS["aggregated"][1])


@checked
def finite_kernel(weights: Iterable[sympy.Expr | Fraction | int | str]) -> Kernel:
    """Return the kernel with finitely many weights w_0, w_1, ..., and zeros after them.

    Parameters
    ----------
    weights : iterable of symbols, formulas or rational numbers

    Returns
    -------
    Kernel

    Examples
    --------
    >>> finite_kernel([1, 1, 1]).moments(4)
    (Fraction(3, 1), Fraction(3, 1), Fraction(1, 1), Fraction(0, 1))
    """
    terms = (w * _Z**power for power, w in enumerate(_expressions(weights, "weights")))
    return Kernel(sympy.Add(*terms), "the finite kernel")


def _expressions(values: Iterable[object], name: str) -> list[sympy.Expr]:
    """Return numbers, formulas and symbols as expressions of sympy."""
    return [as_expression(value, name) for value in members(values, name, "a list of numbers")]
