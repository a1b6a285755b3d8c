"""The value type of the family: a beta-polynomial with exact integer coefficients.

For a free tree t with n vertices and j = n - 1 edges,

    P_t(beta) = c_1 beta + c_2 beta^2 + ... + c_j beta^j        (n >= 2),
    P_t(beta) = 1                                               (n = 1),

with c_i = c_(j+1-i) > 0 and c_1 = c_j = 1.  For n >= 2, P_t(beta) = beta h(beta) with h the
h-polynomial of the graph associahedron of the line graph of t; its gamma vector is nonnegative
[PRW].  Published tables print the *row* c_1, ..., c_j, without the zero at beta^0, and 1 for the
one vertex; the constant 1 and the polynomial beta of the single edge share that row, which is why
a `BetaPolynomial` is built from all its coefficients.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
[PRW] Postnikov, Reiner & Williams, Faces of generalized permutohedra, Doc. Math. 13 (2008).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import comb
from typing import TYPE_CHECKING, Any

from polyfam._checks import integers, members, shown
from polyfam.errors import DomainError, UnknownNameError
from polyfam.family.evaluation import evaluate
from polyfam.family.roots import in_gamma_basis, is_real_rooted

if TYPE_CHECKING:
    from sympy import Expr

    from polyfam.trees import FreeTree

__all__ = ["CERTIFIED", "BetaPolynomial"]

#: All trees with at most so many vertices have been looked through: no two share a polynomial, and
#: all roots are real.  `polyfam.load_certificate` has the certificates.
CERTIFIED = 32

#: What would be longer is cut by `repr`, and then no longer a way to write the value.
_LONGEST_REPR = 1000


@dataclass(frozen=True, slots=True, order=True, repr=False)
class BetaPolynomial:
    """A polynomial of the family: immutable, hashable, ordered by its coefficients.

    Parameters
    ----------
    coefficients : iterable of int
        All coefficients in ascending powers from beta^0: ``(0, c_1, ..., c_j)``, or ``(1,)`` for
        the one vertex.  `from_row` takes the row c_1, ..., c_j that tables print.
    of_tree : FreeTree, optional
        The tree it belongs to.  Equality, order and hash do not look at it.

    Attributes
    ----------
    tree : FreeTree
        The tree it belongs to; an UnknownNameError where none was given.

    Raises
    ------
    ArgumentTypeError
        When the coefficients are no sequence of integers.
    DomainError
        When the row is not a palindrome of positive integers that starts with 1.  (This is
        necessary, not sufficient, for a tree to have the polynomial.)

    Examples
    --------
    >>> p = BetaPolynomial([0, 1, 8, 8, 1])
    >>> print(p)
    beta + 8*beta^2 + 8*beta^3 + beta^4
    >>> p.degree, p.total, p(2)
    (4, 18, 114)
    >>> p > BetaPolynomial([0, 1, 6, 6, 1])
    True
    """

    coefficients: tuple[int, ...]
    of_tree: FreeTree | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        what = "a sequence of integers (beta_polynomial takes a tree)"
        checked = integers(self.coefficients, "coefficients", what=what)
        if checked != (1,):
            _check(checked)
        object.__setattr__(self, "coefficients", checked)

    @classmethod
    def from_row(cls, row: Iterable[int], tree: FreeTree | None = None) -> BetaPolynomial:
        """Return the polynomial of at least two vertices with this row c_1, ..., c_j.

        Parameters
        ----------
        row : iterable of int
            Coefficients of beta^1, ..., beta^j.
        tree : FreeTree, optional
            The tree it belongs to.

        Examples
        --------
        >>> BetaPolynomial.from_row([1, 4, 1])
        BetaPolynomial((0, 1, 4, 1))
        """
        return cls((0, *members(row, "row", "a sequence of integers")), tree)

    @classmethod
    def _trusted(
        cls, coefficients: tuple[int, ...], tree: FreeTree | None = None
    ) -> BetaPolynomial:
        """Wrap a tuple of Python integers, from beta^0, that is known to be right."""
        polynomial = object.__new__(cls)
        object.__setattr__(polynomial, "coefficients", coefficients)
        object.__setattr__(polynomial, "of_tree", tree)
        return polynomial

    @property
    def tree(self) -> FreeTree:
        """The tree that this polynomial was computed from.

        Raises
        ------
        UnknownNameError
            When it was built from coefficients alone; `of_tree` is None then.
        """
        if self.of_tree is None:
            raise UnknownNameError(
                "This polynomial was built from coefficients; identify(p).tree finds its tree."
            )
        return self.of_tree

    @property
    def row(self) -> tuple[int, ...]:
        """The row of the published tables: c_1, ..., c_j, and (1,) for one vertex.

        For at least two vertices it is the h-vector of the graph associahedron.
        """
        return self.coefficients[1:] or self.coefficients

    @property
    def degree(self) -> int:
        """The degree j, which is the number of edges of the tree."""
        return len(self.coefficients) - 1

    @property
    def total(self) -> int:
        """The value P(1): the number of full edge dismantlings of the tree.

        Full dismantlings f count the ways to take a tree apart: f(vertex) = 1 and f(t) is the sum
        over the edges e of f(t') f(t''), where t - e = t' + t''.
        """
        return sum(self.coefficients)

    @property
    def gamma_vector(self) -> tuple[int, ...]:
        """The coefficients in  h(beta) = sum_i gamma_i beta^i (1 + beta)^(j - 1 - 2i).

        Examples
        --------
        >>> BetaPolynomial.from_row([1, 26, 66, 26, 1]).gamma_vector
        (1, 22, 16)
        """
        return tuple(in_gamma_basis(self.row))

    @property
    def face_numbers(self) -> tuple[int, ...]:
        """The numbers of nested sets with 0, 1, ..., j tubes that contain the whole edge set.

        They are the coefficients of P(beta)/(1 - beta)^j in powers of x = beta/(1 - beta), and
        the m-th counts the faces of codimension m - 1 of the graph associahedron.

        Examples
        --------
        >>> BetaPolynomial.from_row([1, 3, 1]).face_numbers
        (0, 1, 5, 5)
        """
        j = self.degree
        return tuple(
            sum(c * comb(j - i, m - i) for i, c in enumerate(self.coefficients[: m + 1]))
            for m in range(j + 1)
        )

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of faces of dimension 0, 1, ..., j - 1 of the graph associahedron.

        Vertices first, the polytope itself last; empty for one vertex, which has no polytope.

        Examples
        --------
        >>> BetaPolynomial.from_row([1, 3, 1]).f_vector  # the pentagon
        (5, 5, 1)
        """
        return self.face_numbers[:0:-1]

    def is_real_rooted(self) -> bool:
        """Say whether all roots are real, exactly.

        That they are for every tree is a conjecture; `load_certificate` says how far it is checked.

        Examples
        --------
        >>> BetaPolynomial.from_row([1, 8, 8, 1]).is_real_rooted()
        True
        >>> BetaPolynomial.from_row([1, 1, 1]).is_real_rooted()
        False
        """
        return is_real_rooted(self.row)

    def is_log_concave(self) -> bool:
        """Say whether c_i^2 >= c_(i-1) c_(i+1) for all i; real-rootedness implies it.

        Examples
        --------
        >>> BetaPolynomial.from_row([1, 8, 8, 1]).is_log_concave()
        True
        """
        row = self.row
        return all(b * b >= a * c for a, b, c in zip(row, row[1:], row[2:], strict=False))

    def __call__(self, beta: Any) -> Any:
        """Return P(beta).

        Parameters
        ----------
        beta : int, Fraction, float, complex, numpy array or sympy expression
            Integers, fractions, integer arrays (which become arrays of Python integers) and
            sympy expressions give exact values.  Floats and arrays of floats give values of their
            own type with a relative error below (2j + 1) units of rounding in double precision,
            also for negative and complex numbers and where a coefficient exceeds the range of the
            doubles.

        Returns
        -------
        int, Fraction, float, complex, numpy array or sympy expression
            Of the kind of `beta`.

        Raises
        ------
        OverflowError
            When a value exceeds the range of its floating-point type.

        Examples
        --------
        >>> from fractions import Fraction
        >>> p = BetaPolynomial.from_row([1, 4, 1])
        >>> p(3), p(Fraction(1, 2)), p(0.5), p(1j)
        (66, Fraction(13, 8), 1.625, (-4+0j))
        """
        if hasattr(beta, "free_symbols"):
            return self.sympy(beta)
        return evaluate(self.coefficients, beta)

    def __repr__(self) -> str:
        text = f"BetaPolynomial({self.coefficients})"
        if len(text) <= _LONGEST_REPR:
            return text
        return f"<BetaPolynomial of degree {self.degree}: {str(self)[:60]}...>"

    def __str__(self) -> str:
        powers = ("1", "beta", *(f"beta^{i}" for i in range(2, self.degree + 1)))
        return " + ".join(_terms(self.coefficients, powers, "*"))

    def latex(self) -> str:
        r"""Return the polynomial in LaTeX.

        Examples
        --------
        >>> print(BetaPolynomial.from_row([1, 4, 1]).latex())
        \beta + 4 \beta^{2} + \beta^{3}
        """
        powers = ("1", r"\beta", *(rf"\beta^{{{i}}}" for i in range(2, self.degree + 1)))
        return " + ".join(_terms(self.coefficients, powers, " "))

    def sympy(self, symbol: Expr | None = None) -> Expr:
        """Return the polynomial as an expanded sympy expression.

        Parameters
        ----------
        symbol : sympy expression, optional
            What stands for beta; by default ``sympy.Symbol("beta")``.

        Examples
        --------
        >>> BetaPolynomial.from_row([1, 4, 1]).sympy()
        beta**3 + 4*beta**2 + beta
        """
        import sympy

        x = sympy.Symbol("beta") if symbol is None else symbol
        return sympy.Add(*(c * x**i for i, c in enumerate(self.coefficients)))

    def factored(self) -> Expr:
        """Return the factorisation over the integers as a sympy expression.

        Examples
        --------
        >>> BetaPolynomial.from_row([1, 6, 6, 1]).factored()
        beta*(beta + 1)*(beta**2 + 5*beta + 1)
        """
        import sympy

        return sympy.factor(self.sympy())

    def _repr_latex_(self) -> str:
        """Typeset the polynomial in a notebook."""
        return f"${self.latex()}$"


def _check(coefficients: tuple[int, ...]) -> None:
    """Raise unless the coefficients are 0 and then a positive palindrome that starts with 1."""
    if not coefficients:
        raise DomainError("Argument 'coefficients' must not be empty.")
    constant, row = coefficients[0], coefficients[1:]
    if constant != 0:
        raise DomainError(
            f"Argument 'coefficients' must start with 0, the coefficient of beta^0, not "
            f"{shown(constant)}: use BetaPolynomial.from_row for a row that starts at beta^1."
        )
    if row[:1] != (1,) or row != row[::-1]:
        raise DomainError(f"The row must be a palindrome that starts with 1, not {shown(row)}.")
    if min(row) < 1:
        raise DomainError(f"The row must hold positive integers, not {shown(min(row))}.")


def _terms(coefficients: tuple[int, ...], powers: tuple[str, ...], times: str) -> Iterator[str]:
    """Yield the nonzero terms as text, without factors 1."""
    for c, power in zip(coefficients, powers, strict=False):
        if c == 1:
            yield power
        elif c:
            yield f"{c}{times}{power}"
