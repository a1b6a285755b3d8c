r"""Linear memories: kernels of weights w_0, w_1, ... in place of heavy ball's 1, beta, beta^2, ...

The generating function W(z) = sum of w_l z^l is rational, without a pole in the closed unit disc.
The iteration

    theta_{n+1} = theta_n - h * sum over l >= 0 of w_l grad L(theta_{n-l})

is theta - h g(theta) without memory, g = sum over rooted trees tau of h^j a(tau) F(tau)/sigma(tau),
j the number of edges.  Unrolling the past gives

    b_k(tau) = product of c_k over the branches of tau,
    c_k(tau) = sum over i = 1..k of (W(1 + Delta) b(tau))(i),
    a(tau) = (W(1 + Delta) b(tau))(0),

as b_k is a polynomial in the label k, for which the sum of w_l b_{k+l} is W(1 + Delta) b, Delta
the forward difference.  In the basis binom(k, m), which Delta lowers, only the *moments*
W_r = sum over l of binom(l, r) w_l enter: the Taylor coefficients of W at z = 1.

Numbers are fractions, or with parameters elements of the field of rational functions in them.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import comb
from typing import Any, TypeVar

import sympy

from polyfam._checked import checked
from polyfam._checks import integer, quoted, shown
from polyfam._checks import text as checked_text
from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.series.coproduct import trees_up_to
from polyfam.series.parsing import as_expression, rational_number
from polyfam.trees import FreeTree, RootedTree
from polyfam.typing import Progress

__all__ = [
    "Kernel",
    "equation_coefficients",
    "kernel_coefficient",
    "kernel_coefficients",
    "told",
]

#: A Fraction, or an element of a field of rational functions.
Exact = Any
Tree = TypeVar("Tree", bound=FreeTree | RootedTree)

_Z = sympy.Symbol("z")
_MOST_WEIGHTS = 2000


@dataclass(frozen=True)
class Kernel:
    """The weights of past gradients, given by their generating function.

    Parameters
    ----------
    generating_function : str or sympy expression
        W(z) = w_0 + w_1 z + w_2 z^2 + ..., rational in the symbol ``z`` and in any other symbols,
        the parameters.  A text is parsed and never evaluated.
    name : str
        For sentences; it does not matter for equality.

    Raises
    ------
    DomainError
        When W is not rational and exact, or when the weights do not sum: a pole at 0 or 1, or,
        without parameters, anywhere in the closed unit disc.

    Examples
    --------
    >>> from polyfam.series.rational import text
    >>> memory = Kernel("1/(1 - beta*z)")
    >>> memory.weights(3)
    (1, beta, beta**2)
    >>> print(*map(text, memory.moments(3)))
    1/(1 - beta) beta/(1 - beta)^2 beta^2/(1 - beta)^3
    >>> memory.at(beta=Fraction(9, 10)).moments(2)
    (Fraction(10, 1), Fraction(90, 1))
    """

    generating_function: Any
    name: str = field(default="the kernel", compare=False)

    def __post_init__(self) -> None:
        checked_text(self.name, "name")
        expression = as_expression(self.generating_function, "generating_function")
        object.__setattr__(self, "generating_function", expression)
        if expression.has(sympy.Float):
            raise DomainError(
                f"Argument 'generating_function' must be exact, not {quoted(expression)}; "
                "write Fraction(9, 10) for 0.9."
            )
        if not expression.is_rational_function():
            raise DomainError(
                "Argument 'generating_function' must be a rational function of z and the "
                f"parameters, not {quoted(expression)}."
            )
        if "z" in map(str, self.parameters):
            raise DomainError(
                "Argument 'generating_function' must have sympy.Symbol('z') without assumptions, "
                "not another symbol called z."
            )
        if not _sums(self):
            raise DomainError(
                f"The weights with generating function {quoted(expression)} do not sum; "
                "its poles must lie outside the unit disc."
            )

    @property
    def parameters(self) -> tuple[sympy.Symbol, ...]:
        """The symbols besides z, sorted by name."""
        return tuple(sorted(self.generating_function.free_symbols - {_Z}, key=str))

    def at(self, **parameters: int | Fraction | str) -> Kernel:
        """Return the kernel with rational numbers in place of some parameters.

        Parameters
        ----------
        **parameters : int, Fraction or str
            Exact values by name; "9/10" and "0.9" are 9/10.

        Examples
        --------
        >>> from polyfam.series.named_kernels import kernel
        >>> kernel("nesterov").at(beta="1/2").weights(4)
        (Fraction(3, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 16))
        """
        known = {str(parameter): parameter for parameter in self.parameters}
        exchange = {}
        for name, value in parameters.items():
            if name not in known:
                raise DomainError(
                    f"The memory of {self.name} has no parameter {quoted(name)}; it has "
                    f"{', '.join(known) or 'none'}."
                )
            exchange[known[name]] = sympy.Rational(rational_number(value, name))
        return Kernel(self.generating_function.subs(exchange), self.name)

    def weights(self, count: int) -> tuple[Exact, ...]:
        """Return w_0, ..., w_(count-1), the Taylor coefficients of W at z = 0."""
        return _quotients(*_taylor(self, 0, _count(count)))

    def moments(self, count: int) -> tuple[Exact, ...]:
        """Return W_0, ..., W_(count-1), the Taylor coefficients of W at z = 1.

        W_r is the sum over l of binom(l, r) w_l; h W_0 is the effective step.
        """
        return _quotients(*_taylor(self, 1, _count(count)))


@checked
def kernel_coefficient(kernel: Kernel, tree: RootedTree) -> Exact:
    """Return a(tau), the coefficient of h^j F(tau)/sigma(tau) in the field without memory.

    Parameters
    ----------
    kernel : Kernel
    tree : RootedTree

    Returns
    -------
    Fraction, or element of the field of rational functions when the kernel has parameters

    Examples
    --------
    >>> from polyfam.series.named_kernels import kernel
    >>> from polyfam.series.rational import text
    >>> for levels in ([0, 1, 1], [0, 1, 2]):
    ...     print(text(kernel_coefficient(kernel("nesterov"), RootedTree(levels))))
    (beta^2 + beta^3)/(1 - beta)^5
    (beta^2 + beta^4)/(1 - beta)^5
    """
    return _total(tree, *_taylor(kernel, 1, tree.order), {})


@checked
def kernel_coefficients(
    kernel: Kernel, order: int, progress: Progress | None = None
) -> dict[RootedTree, Exact]:
    """Return a(tau) for all rooted trees with at most `order` vertices.

    Parameters
    ----------
    kernel : Kernel
    order : int
        The number of terms, h^0 to h^(order-1).
    progress : callable, optional
        Called as ``progress("trees", done, total)``.

    Returns
    -------
    dict
        From the single vertex on, in the graded order.

    Examples
    --------
    >>> from polyfam.series.named_kernels import kernel
    >>> from polyfam.series.rational import text
    >>> for tree, value in kernel_coefficients(kernel("heavy-ball"), 2).items():
    ...     print(tree, ":", text(value))
    0 : 1/(1 - beta)
    0 1 : beta/(1 - beta)^3
    """
    moments, unit = _taylor(kernel, 1, order)
    hung: dict[RootedTree, list[Any]] = {}
    trees = told(trees_up_to(order), progress)
    return {tree: _total(tree, moments, unit, hung) for tree in trees}


def equation_coefficients(
    kernel: Kernel, order: int, progress: Progress | None = None
) -> dict[RootedTree, Exact]:
    """Return the coefficients of the modified equation of all trees: those of dc_k/dk at k = 0.

    The point k steps ago is theta + h sum of h^j c_k(tau) F(tau)/sigma(tau), and k is a polynomial
    variable there: at k = -t/h it is the solution that passes through all points.  The derivative
    of binom(k, m) at 0 is (-1)^(m-1)/m.

    Parameters
    ----------
    kernel : Kernel
    order : int
        The number of terms, h^0 to h^(order-1).
    progress : callable, optional
        Called as ``progress("trees", done, total)``.

    Returns
    -------
    dict
        From the single vertex on, in the graded order.
    """
    moments, unit = _taylor(kernel, 1, order)
    hung: dict[RootedTree, list[Any]] = {}
    found = {}
    for tree in told(trees_up_to(order), progress):
        _total(tree, moments, unit, hung)
        scaled = 0 * unit
        for m, value in enumerate(hung[tree][1:], start=1):
            scaled += value * unit ** (m - 1) * sympy.QQ((-1) ** (m - 1), m)
        found[tree] = _quotient(scaled, unit ** (2 * tree.order - 1))
    return found


# With d the value at z = 1 of the denominator of W, the moment W_r is N_r/d^(r+1), where N_r is a
# polynomial in the parameters; and the coefficient of binom(k, m) in b or c is a polynomial over
# d^(2p - m), p the number of vertices besides the one labelled k.  So nothing is divided and no gcd
# computed before the end: that takes a twentieth of the time.


def _total(
    tree: RootedTree, moments: Sequence[Any], unit: Any, hung: dict[RootedTree, list[Any]]
) -> Exact:
    """Return a(tau), and keep c(tau) for the trees of which tau is a branch."""
    label = [unit**0]
    for branch in tree.branches:
        if branch not in hung:
            _total(branch, moments, unit, hung)
        label = _multiply(label, hung[branch], unit)
    averaged = [
        sum((w * b for w, b in zip(moments, label[m:], strict=False)), 0 * unit)
        for m in range(len(label))
    ]
    hung[tree] = list(_accumulate(averaged, unit))
    return _quotient(averaged[0], unit ** (2 * tree.order - 1))


def told(trees: Sequence[Tree], progress: Progress | None) -> Iterator[Tree]:
    """Yield trees, and tell how far one has come."""
    if progress is not None and not callable(progress):
        raise ArgumentTypeError(f"Argument 'progress' must be callable, not {quoted(progress)}.")
    for done, tree in enumerate(trees):
        if progress is not None:
            progress("trees", done, len(trees))
        yield tree
    if progress is not None:
        progress("trees", len(trees), len(trees))


def _multiply(a: Sequence[Any], b: Sequence[Any], unit: Any) -> list[Any]:
    """Return the product of two polynomials in the basis binom(k, m)."""
    product = [0 * unit] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            for m in range(max(i, j), i + j + 1):
                product[m] += comb(m, i) * comb(i, m - j) * unit ** (i + j - m) * x * y
    return product


def _accumulate(values: Sequence[Any], unit: Any) -> Iterator[Any]:
    """Yield the sum over i = 1..k of a polynomial in i, in the basis binom(k, m).

    The sum of binom(i, m) is binom(k, m + 1) + binom(k, m), for m = 0 without the second term.
    """
    yield 0 * unit
    for m, value in enumerate(values, start=1):
        yield value + unit * values[m] if m < len(values) else value


def _count(count: int) -> int:
    """Return a number of weights that fits."""
    if integer(count, "count", minimum=1) > _MOST_WEIGHTS:
        raise ResourceError(
            f"Argument 'count' must be at most {_MOST_WEIGHTS}, not {shown(count)}."
        )
    return int(count)


def _parts(kernel: Kernel, point: int) -> tuple[list[Any], list[Any]]:
    """Return numerator and denominator of W in powers of z - point, the lowest first."""
    ring = sympy.QQ[kernel.parameters] if kernel.parameters else sympy.QQ
    parts = sympy.fraction(sympy.cancel(kernel.generating_function))
    try:
        polynomials = [sympy.Poly(part, _Z, domain=ring).shift(point) for part in parts]
    except (sympy.CoercionFailed, sympy.PolynomialError):
        raise DomainError(
            "Argument 'generating_function' must have rational coefficients, "
            f"not {quoted(kernel.generating_function)}."
        ) from None
    top, bottom = (polynomial.rep.to_list() for polynomial in polynomials)
    return [ring.convert(c) for c in reversed(top)], [ring.convert(c) for c in reversed(bottom)]


@lru_cache(maxsize=64)
def _taylor(kernel: Kernel, point: int, terms: int) -> tuple[list[Any], Any]:
    """Return N_0, ..., N_(terms-1) and d, so that W = sum of N_r/d^(r+1) (z - point)^r."""
    numerator, denominator = _parts(kernel, point)
    unit = denominator[0]
    series: list[Any] = []
    for r in range(terms):
        value = numerator[r] * unit**r if r < len(numerator) else 0 * unit
        for s in range(1, min(r + 1, len(denominator))):
            value -= denominator[s] * series[r - s] * unit ** (s - 1)
        series.append(value)
    return series, unit


def _quotient(numerator: Any, denominator: Any) -> Exact:
    """Return the quotient of two polynomials in the parameters, or of two numbers."""
    if hasattr(numerator, "ring"):
        return numerator.ring.to_field().new(numerator, denominator)
    value = numerator / denominator
    return Fraction(int(value.numerator), int(value.denominator))


def _quotients(numerators: Sequence[Any], unit: Any) -> tuple[Exact, ...]:
    """Return N_r/d^(r+1) for all r."""
    return tuple(_quotient(value, unit ** (r + 1)) for r, value in enumerate(numerators))


def _sums(kernel: Kernel) -> bool:
    """Say whether W has no pole at 0 and 1 and, without parameters, none in the unit disc.

    The Schur-Cohn test: p has all roots outside the closed disc if and only if |p_0| > |p_d| and
    p_0 p - p_d p*, of lower degree, has; p* is p with its coefficients reversed.
    """
    p = _parts(kernel, 0)[1]
    if kernel.parameters:
        return bool(p[0] and sum(p))
    while len(p) > 1 and abs(p[0]) > abs(p[-1]):
        p = [p[0] * a - p[-1] * b for a, b in zip(p, reversed(p), strict=True)][:-1]
    return len(p) == 1
