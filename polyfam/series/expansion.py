r"""Expansions in the step size h: sums over trees with exact coefficients.

    sum over trees t of  h^(n - 1) c(t) / sigma(t) (elementary differential of t),

n the number of vertices.  Over free trees it is a modified *loss*, over rooted trees a *field*.
The gradient of a loss is the field with the same c: grad H(t) is the sum over the vertices v of t
of F(t rooted at v), and as many vertices give one rooted tree tau as sigma(t) / sigma(tau).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from polyfam._checks import instance, integer, quoted
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.series import differentials
from polyfam.series.gradient import GradientCheck, gradient_check
from polyfam.series.parsing import as_expression, rational_number
from polyfam.series.portable import Portable
from polyfam.series.printing import Row, sum_latex, table_text
from polyfam.series.rational import (
    BETA,
    denominator_factors,
    evaluate,
    exact,
    expression,
    numerator,
    text,
)
from polyfam.trees import FreeTree, RootedTree

if TYPE_CHECKING:
    from sympy import Expr, Symbol

    from polyfam.series.terms import Terms
    from polyfam.typing import Loss

__all__ = ["Expansion", "Term"]

Tree = FreeTree | RootedTree


@dataclass(frozen=True, slots=True)
class Term(Portable):
    """One term, h^power times coefficient / sigma times the differential of the tree.

    Parameters
    ----------
    tree : FreeTree or RootedTree
    coefficient : Fraction or element of a fraction field of sympy
        c(t), which does not contain 1/sigma.
    sigma : int
        The number of automorphisms of the tree.

    Examples
    --------
    >>> print(Term(RootedTree([0, 1, 1]), Fraction(3), 2))
    h^2 3/2 D3(g, g)
    """

    tree: Tree
    coefficient: Any
    sigma: int

    @property
    def power(self) -> int:
        """The power of h, the number of edges of the tree."""
        return self.tree.order - 1

    @property
    def numerator(self) -> Any:
        """The numerator, for heavy ball P_t, as a polynomial in beta."""
        return numerator(self.coefficient)

    @property
    def exponent(self) -> int:
        """The power of 1 - beta in the denominator, for heavy ball twice the edges plus one."""
        return denominator_factors(self.coefficient).get(1 - BETA.numer, 0)

    @property
    def differential(self) -> str:
        """The elementary differential as text, such as ``D3(g, H g)``."""
        return differentials.text(self.tree)

    def __str__(self) -> str:
        return f"h^{self.power} {text(self.coefficient / self.sigma)} {self.differential}"


@dataclass(frozen=True, repr=False)
class Expansion(Portable):
    """An expansion up to an order: immutable, iterable over its terms, printable.

    Parameters
    ----------
    coefficients : mapping of trees to Fractions or elements of a fraction field of sympy
        c(t); trees with coefficient zero are left out.  All trees are free, for a loss, or all
        are rooted, for a field.
    order : int
        The number of terms h^0, ..., h^(order - 1): trees have at most so many vertices.
    name : str
        The left side in print; two expansions may be equal under different names.

    Examples
    --------
    >>> from polyfam.series.linear_memory import modified_loss
    >>> loss = modified_loss(order=3)
    >>> print(loss)
    L_h = sum of
      1/(1 - beta) times
        L         1
      h/(1 - beta)^3 times
        g . g     1/2*beta
      h^2/(1 - beta)^5 times
        g . H g   1/2*(beta + beta^2)
    >>> [(term.power, term.numerator, term.exponent, term.sigma) for term in loss]
    [(0, 1, 1, 1), (1, beta, 3, 2), (2, beta**2 + beta, 5, 2)]
    """

    coefficients: Mapping[Any, Any]
    order: int
    name: str = field(default="S_h", compare=False)

    def __post_init__(self) -> None:
        order = integer(self.order, "order", minimum=1)
        trees = self.coefficients
        if not isinstance(trees, Mapping) or not all(isinstance(t, Tree) for t in trees):
            raise ArgumentTypeError(
                "Argument 'coefficients' must be a dictionary from trees to numbers, "
                f"not {quoted(trees)}."
            )
        kept = {tree: exact(c) for tree, c in self.coefficients.items() if c}
        if len({type(tree) for tree in kept}) > 1:
            raise DomainError("The trees of an expansion must be all free or all rooted.")
        if large := [tree for tree in kept if tree.order > order]:
            raise DomainError(
                f"The trees of this expansion must have at most {order} vertices, not '{large[0]}'."
            )
        ordered = MappingProxyType({tree: kept[tree] for tree in sorted(kept)})
        object.__setattr__(self, "coefficients", ordered)

    def __iter__(self) -> Iterator[Term]:
        for tree, coefficient in self.coefficients.items():
            yield Term(tree, coefficient, tree.automorphisms())

    def __len__(self) -> int:
        return len(self.coefficients)

    def __getitem__(self, tree: Tree) -> Any:
        """Return the coefficient of a tree, zero if it does not occur."""
        return self.coefficients.get(tree, 0)

    def __hash__(self) -> int:
        return hash((self.order, tuple(self.coefficients.items())))

    def truncate(self, order: int) -> Expansion:
        """Return the terms with at most `order` vertices."""
        order = integer(order, "order", minimum=1, maximum=self.order)
        kept = {tree: c for tree, c in self.coefficients.items() if tree.order <= order}
        return Expansion(kept, order, self.name)

    def at(self, **parameters: Fraction | int | str) -> Expansion:
        """Return the expansion at rational values of its parameters.

        Parameters
        ----------
        **parameters : Fraction, int or str
            A value for every parameter by name, ``beta=Fraction(9, 10)`` or ``beta="9/10"``.

        Examples
        --------
        >>> from polyfam.series.linear_memory import field
        >>> print(field(order=3).at(beta="9/10"))
        g_h = sum of
          1 times
            g          10
          h times
            H g        900
          h^2 times
            D3(g, g)   85500
            H H g      171000
        """
        point = {name: rational_number(value, name) for name, value in parameters.items()}
        values = {tree: evaluate(c, point) for tree, c in self.coefficients.items()}
        return Expansion(values, self.order, self.name)

    def gradient(self) -> Expansion:
        """Differentiate a loss: the field whose terms are those of grad H(t), rooting by rooting.

        Examples
        --------
        >>> from polyfam.series.linear_memory import field, modified_loss
        >>> modified_loss(order=6).gradient() == field(order=6)
        True
        """
        values: dict[Tree, Any] = {}
        for term in self:
            if not isinstance(term.tree, FreeTree):
                raise DomainError("Only an expansion over free trees has a gradient.")
            for tree, vertices in term.tree.rootings().items():
                # h^j c/sigma(t) * vertices * F(tau), and a field divides by sigma(tau)
                values[tree] = term.coefficient * vertices * tree.automorphisms() / term.sigma
        return Expansion(values, self.order, "grad L_h")

    def is_gradient_up_to(self, order: int | None = None) -> GradientCheck:
        """Say whether a field is a gradient, with the first obstruction if it is not.

        Parameters
        ----------
        order : int, optional
            How many terms to look at, by default all.

        Examples
        --------
        >>> from polyfam.series.equation import modified_equation
        >>> modified_equation(order=4).is_gradient_up_to().order
        2
        """
        if any(isinstance(tree, FreeTree) for tree in self.coefficients):
            raise DomainError("Only an expansion over rooted trees can fail to be a gradient.")
        if order is not None:
            order = integer(order, "order", minimum=1, maximum=self.order)
        return gradient_check(self.coefficients, self.order if order is None else order)

    def potential(self) -> Expansion:
        """Return the loss whose gradient this field is.

        Raises
        ------
        DomainError
            When it is not a gradient; `truncate` it to the order in the message.

        Examples
        --------
        >>> from polyfam.series.linear_memory import field, modified_loss
        >>> field(order=6).potential() == modified_loss(order=6)
        True
        """
        found = self.is_gradient_up_to()
        if not found:
            raise DomainError(f"There is no modified loss of order {self.order}. {found}")
        values = {tree.free(): c for tree, c in self.coefficients.items()}
        return Expansion(values, self.order, "L_h")

    def on(self, loss: Loss, theta: Any, *, step_size: float | None = None) -> Terms:
        """Evaluate the expansion on a loss: the joint between paper and numbers.

        Parameters
        ----------
        loss : Loss
            Any object with ``gradient(theta)``, see `polyfam.losses`; for an expansion over free
            trees with ``value(theta)`` too.
        theta : array_like, shape (..., d)
            Any number of points, of any dimension.
        step_size : float, optional
            h, for the sum; without it there are the coefficients of h^0, h^1, ..., see `Terms.at`.

        Returns
        -------
        Terms
            Vectors, shape (R, ..., d), of a field, and scalars, shape (R, ...), of a loss.

        Raises
        ------
        DomainError
            When coefficients contain parameters: give them values by `at`.

        Notes
        -----
        Every elementary differential is computed once, from gradients along lines.  There are
        37 of them to order 6 and 200 to order 8.

        Examples
        --------
        >>> from polyfam.losses import Quadratic
        >>> from polyfam.series import field, modified_equation
        >>> field(order=4).at(beta="1/2").on(Quadratic([[1.0]]), [1.0]).coefficients.ravel()
        array([  2.,   4.,  24., 176.])
        >>> equation = modified_equation(order=2).at(beta="1/2")
        >>> equation.on(Quadratic([[1.0]]), [1.0], step_size=0.01).value
        array([2.06])
        """
        # Here, as numpy and the losses take longer to import than all that is exact.
        from polyfam.series.evaluation import evaluate_on

        return evaluate_on(self, loss, theta, step_size)

    def __repr__(self) -> str:
        return f"Expansion({len(self)} terms of order {self.order}: {self.name})"

    def __str__(self) -> str:
        return self.text()

    def text(self, width: int = 80, one_variable: bool = False) -> str:
        """Return the expansion in lines of at most `width` characters.

        Parameters
        ----------
        width : int, default 80
        one_variable : bool, default False
            Whether to write products of derivatives of a loss in one variable, where terms of
            different trees fall together.

        Examples
        --------
        >>> from polyfam.series.linear_memory import modified_loss
        >>> print(modified_loss(order=3).text(one_variable=True))
        L_h = sum of
          1/(1 - beta) times
            L           1
          h/(1 - beta)^3 times
            L'^2        1/2*beta
          h^2/(1 - beta)^5 times
            L'^2 L''    1/2*(beta + beta^2)
        """
        width = integer(width, "width", minimum=1)
        if one_variable:
            rows = self._monomials(differentials.monomial_text)
        else:
            rows = self._rows(differentials.text)
        return table_text(self.name, rows, width)

    def latex(self, one_variable: bool = False) -> str:
        r"""Return the expansion in LaTeX, a line for each term.

        Examples
        --------
        >>> from polyfam.series.linear_memory import modified_loss
        >>> print(modified_loss(order=2).latex())
        L_h =
        \frac{1}{1 - \beta} \, L
        + h \, \frac{\beta}{2 (1 - \beta)^{3}} \, \lvert \nabla L\rvert^2
        """
        if one_variable:
            rows = self._monomials(differentials.monomial_latex)
        else:
            rows = self._rows(differentials.latex)
        name = self.name.replace("grad", r"\nabla").replace("(", "{").replace(")", "}")
        return "\n".join(sum_latex(name, rows))

    def sympy(self) -> Expr:
        """Return the expansion in sympy, with names for derivative tensors (`differentials`).

        Examples
        --------
        >>> from polyfam.series.linear_memory import field
        >>> field(order=2).sympy()
        beta*h*H(g)/(1 - beta)**3 + g/(1 - beta)
        """
        import sympy

        h = sympy.Symbol("h")
        return sympy.Add(
            *(
                h**term.power
                * expression(term.coefficient / term.sigma)
                * differentials.expression(term.tree)
                for term in self
            )
        )

    def in_one_variable(
        self, loss: Expr | str | None = None, variable: Symbol | None = None
    ) -> Expr:
        """Return the expansion for a loss in one variable as an ordinary sympy expression.

        Parameters
        ----------
        loss : sympy expression or str, optional
            By default an undefined function L(theta).  A text is a rational function of theta and
            parameters, ``"theta**4/4"``; it is parsed and never evaluated.
        variable : sympy symbol, optional
            What the loss is differentiated by, by default ``theta``.

        Examples
        --------
        >>> import sympy
        >>> from polyfam.series.linear_memory import field, modified_loss
        >>> theta = sympy.Symbol("theta")
        >>> modified_loss(order=2).in_one_variable(theta**4 / 4)
        beta*h*theta**6/(2*(1 - beta)**3) + theta**4/(4*(1 - beta))
        >>> slope = modified_loss(order=4).in_one_variable().diff(theta)
        >>> sympy.simplify(slope - field(order=4).in_one_variable())
        0
        """
        import sympy

        theta = sympy.Symbol("theta") if variable is None else variable
        instance(theta, sympy.Symbol, "variable", "a symbol of sympy")
        function = sympy.Function("L")(theta) if loss is None else as_expression(loss, "loss")
        derivatives = [function]
        for _ in range(self.order):
            derivatives.append(derivatives[-1].diff(theta))
        h = sympy.Symbol("h")
        return sympy.Add(
            *(
                h ** (len(degrees) - 1)
                * expression(coefficient)
                * sympy.Mul(*(derivatives[d] for d in degrees))
                for degrees, coefficient in self._by_degrees().items()
            )
        )

    def _rows(self, spell: Callable[[Tree], str]) -> list[Row]:
        """Return the terms as they are printed."""
        return [Row(term.power, term.coefficient, term.sigma, spell(term.tree)) for term in self]

    def _by_degrees(self) -> dict[tuple[int, ...], Any]:
        """Add up the terms with the same derivatives of a loss in one variable."""
        sums: dict[tuple[int, ...], Any] = {}
        for term in self:
            orders = differentials.degrees(term.tree)
            sums[orders] = sums.get(orders, 0) + term.coefficient / term.sigma
        return sums

    def _monomials(self, spell: Callable[[tuple[int, ...]], str]) -> list[Row]:
        """Return what is printed for a loss in one variable."""
        return [
            Row(len(degrees) - 1, coefficient, 1, spell(degrees))
            for degrees, coefficient in self._by_degrees().items()
        ]

    def _repr_latex_(self) -> str:
        """Typeset the expansion in a notebook."""
        return rf"$\displaystyle {self.latex()}$"
