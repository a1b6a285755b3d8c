r"""B-series: formal maps and fields, as exact coefficients on rooted trees.

For a vector field f and coefficients a on the empty tree and on all rooted trees,

    B(a)(y) = a(empty) y + sum over tau of h^|tau| a(tau) / sigma(tau) F(tau)(y),

F(tau) = f^(m)(F(tau_1), ..., F(tau_m)).  A *map* has a(empty) = 1: one step of a Runge-Kutta
method, the flow of an equation, gradient descent.  A *field* has a(empty) = 0 and stands for h
times a vector field.  With cuts and partitions of trees (`coproduct`, `substitution`):

- composition  B(b) o B(a) has the coefficients  sum over cuts of b(kept) prod a(pruned);
- substitution of the field c for h f in B(b):  sum over partitions of b(skeleton) prod c(pieces);
- the logarithm of a map, its modified equation, is  sum over m >= 1 of (-1)^(m-1)/m Delta^m id
  with Delta b = b o a - b;  Delta raises the order, so that the sum is finite;
- the exponential of a field, its flow, is  sum over m of D^m id / m!  with D b = b' c, the sum
  over cuts of a single edge: B-series form of the Lie series.

References
----------
[HLW] Hairer, Lubich & Wanner, Geometric Numerical Integration (2006), chapters III and IX.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from types import MappingProxyType
from typing import Any

from polyfam._checks import instance, integer, quoted
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.series.coproduct import cuts, trees_up_to
from polyfam.series.gradient import GradientCheck, gradient_check
from polyfam.series.portable import Portable
from polyfam.series.rational import exact
from polyfam.series.substitution import partitions
from polyfam.trees import FreeTree, RootedTree

__all__ = ["BSeries"]


@dataclass(frozen=True, repr=False)
class BSeries(Portable):
    """A B-series up to an order, immutable, over any exact field.

    Parameters
    ----------
    coefficients : mapping of RootedTree to ring elements
        Integers and fractions, or elements of a field of sympy (``sympy.polys.fields.field``), or
        of a polynomial ring over the rationals: whatever has + - * and can be divided by
        integers.  Trees left out have coefficient 0, trees beyond the order are refused.
    order : int
        The largest number of vertices, between 1 and 12.
    empty : ring element, default 1
        The coefficient of the empty tree: 1 for maps, 0 for fields.

    Raises
    ------
    DomainError
        For floats, which are not exact, and for what is no tree or too large.

    Examples
    --------
    The explicit Euler method and its modified equation:

    >>> euler = BSeries({RootedTree(): 1}, 3)
    >>> for tree, value in euler.log():
    ...     print(tree, ":", value)
    0 : 1
    0 1 : -1/2
    0 1 1 : 1/6
    0 1 2 : 1/3
    >>> euler.log().exp() == euler
    True
    """

    coefficients: Mapping[RootedTree, Any]
    order: int
    empty: Any = 1

    def __post_init__(self) -> None:
        trees = trees_up_to(self.order)
        instance(self.coefficients, Mapping, "coefficients", "a dictionary from trees to numbers")
        values = {tree: exact(self.coefficients.get(tree, 0)) for tree in trees}
        if unknown := [tree for tree in self.coefficients if tree not in values]:
            raise DomainError(
                f"Argument 'coefficients' must have rooted trees of at most {self.order} vertices "
                f"as its keys, not '{unknown[0]}'."
            )
        object.__setattr__(self, "coefficients", MappingProxyType(values))
        object.__setattr__(self, "empty", exact(self.empty))

    @classmethod
    def from_function(
        cls, function: Callable[[RootedTree], Any], order: int, empty: Any = 1
    ) -> BSeries:
        """Return the series with coefficient ``function(tree)`` for every tree.

        Examples
        --------
        The exact flow has 1 over the tree factorial:

        >>> from fractions import Fraction
        >>> flow = BSeries.from_function(lambda tree: Fraction(1, tree.factorial()), 3)
        >>> [str(value) for _, value in flow]
        ['1', '1/2', '1/3', '1/6']
        """
        instance(function, Callable, "function", "callable")
        return cls({tree: function(tree) for tree in trees_up_to(order)}, order, empty)

    @classmethod
    def identity(cls, order: int) -> BSeries:
        """Return the identity map."""
        return cls({}, order)

    @classmethod
    def vector_field(cls, order: int) -> BSeries:
        """Return the field h f itself."""
        return cls({RootedTree(): 1}, order, 0)

    def __getitem__(self, tree: RootedTree) -> Any:
        if not isinstance(tree, RootedTree) or tree not in self.coefficients:
            raise DomainError(
                f"Argument 'tree' must be a RootedTree of at most {self.order} vertices, "
                f"not {quoted(tree)}."
            )
        return self.coefficients[tree]

    def __iter__(self) -> Iterator[tuple[RootedTree, Any]]:
        """Iterate over the trees, in the graded order, with their coefficients."""
        return iter(self.coefficients.items())

    def __hash__(self) -> int:
        return hash((self.order, self.empty, *self.coefficients.values()))

    def __repr__(self) -> str:
        shown = ", ".join(f"[{tree}]: {value}" for tree, value in self)
        return f"BSeries(order={self.order}, empty: {self.empty}, {shown})"

    def __add__(self, other: BSeries) -> BSeries:
        _check_orders(self, other)
        return _series(lambda tree: self[tree] + other[tree], self, self.empty + other.empty)

    def __sub__(self, other: BSeries) -> BSeries:
        _check_orders(self, other)
        return self + other * -1

    def __mul__(self, scalar: Any) -> BSeries:
        _check_scalar(scalar)
        return _series(lambda tree: self[tree] * scalar, self, self.empty * scalar)

    __rmul__ = __mul__

    def truncate(self, order: int) -> BSeries:
        """Return the terms with at most `order` vertices."""
        order = integer(order, "order", minimum=1, maximum=self.order)
        return BSeries.from_function(self.__getitem__, order, self.empty)

    def scale(self, factor: Any) -> BSeries:
        """Return the series with `factor` times h (or times f) in place of h.

        Examples
        --------
        >>> BSeries.vector_field(2).exp().scale(-1) == BSeries.vector_field(2).exp().inverse()
        True
        """
        _check_scalar(factor)
        return _series(lambda tree: self[tree] * factor**tree.order, self, self.empty)

    def compose(self, inner: BSeries) -> BSeries:
        """Return this series after the map `inner`: the coefficients of self(inner(y)).

        Parameters
        ----------
        inner : BSeries
            A map of the same order.

        Examples
        --------
        Two steps of the explicit Euler method:

        >>> euler = BSeries({RootedTree(): 1}, 2)
        >>> print(euler.compose(euler))
        BSeries(order=2, empty: 1, [0]: 2, [0 1]: 1)
        """
        _check_orders(self, inner)
        _check_empty(inner, 1, "inner")
        return _series(
            lambda tree: self.empty * inner[tree] + _over_cuts(self, inner, tree), self, self.empty
        )

    def inverse(self) -> BSeries:
        """Return the inverse map: its composition with this one, on either side, is the identity.

        Examples
        --------
        The inverse of the explicit Euler method is the implicit one, backwards:

        >>> print(BSeries({RootedTree(): 1}, 3).inverse())
        BSeries(order=3, empty: 1, [0]: -1, [0 1]: 1, [0 1 1]: -1, [0 1 2]: -1)
        """
        _check_empty(self, 1, "self")
        values: dict[RootedTree, Any] = {}
        for tree in trees_up_to(self.order):
            values[tree] = -self[tree] - sum(
                count * values[kept] * prod(self[part] for part in pruned)
                for kept, pruned, count in cuts(tree)
                if pruned and kept is not None
            )
        return BSeries(values, self.order)

    def substitute(self, field: BSeries) -> BSeries:
        """Return this series with the field `field` in place of h f.

        Parameters
        ----------
        field : BSeries
            A field of the same order.

        Examples
        --------
        >>> flow = BSeries.vector_field(3).exp()
        >>> euler = BSeries({RootedTree(): 1}, 3)
        >>> flow.substitute(euler.log()) == euler
        True
        """
        _check_orders(self, field)
        _check_empty(field, 0, "field")

        def value(tree: RootedTree) -> Any:
            return sum(
                count * self[skeleton] * field[root] * prod(field[piece] for piece in pieces)
                for skeleton, root, pieces, count in partitions(tree)
            )

        return _series(value, self, self.empty)

    def derivative(self, field: BSeries) -> BSeries:
        """Return the Lie derivative of this series along a field.

        Parameters
        ----------
        field : BSeries
            A field of the same order.
        """
        _check_orders(self, field)
        _check_empty(field, 0, "field")

        def value(tree: RootedTree) -> Any:
            return self.empty * field[tree] + sum(
                count * self[kept] * field[pruned[0]]
                for kept, pruned, count in cuts(tree)
                if kept is not None and len(pruned) == 1
            )

        return _series(value, self, 0)

    def log(self) -> BSeries:
        """Return the field whose flow at time 1 is this map: h times the modified equation.

        Examples
        --------
        >>> print(BSeries({RootedTree(): -1}, 3).log())  # gradient descent, f = grad L
        BSeries(order=3, empty: 0, [0]: -1, [0 1]: -1/2, [0 1 1]: -1/6, [0 1 2]: -1/3)
        """
        _check_empty(self, 1, "self")
        power = self - BSeries.identity(self.order)
        total = power
        for m in range(2, self.order + 1):
            power = power.compose(self) - power
            total = total + _divided(power, m if m % 2 else -m)
        return total

    def order_of_accuracy(self) -> int:
        """Return the largest p up to which this map is the flow: a(tau) = 1/tau! on p vertices.

        Returns
        -------
        int
            At most the order of the series; 0 when not even the single vertex has coefficient 1.

        Examples
        --------
        >>> BSeries({RootedTree(): 1}, 3).order_of_accuracy()
        1
        >>> BSeries.vector_field(3).exp().order_of_accuracy()
        3
        """
        _check_empty(self, 1, "self")
        wrong = (tree.order for tree, a in self if a * tree.factorial() != 1)
        return next(wrong, self.order + 1) - 1

    def modifying_integrator(self) -> BSeries:
        """Return the field for which this map is the exact flow of f: one solves f by solving it.

        The field c with  sum over partitions of a(skeleton) prod c(pieces) = 1/tau!  on all trees,
        which is found tree by tree, [HLW, IX.9.1]: c(tau) enters with the factor a(vertex).

        Returns
        -------
        BSeries
            A field, h times the modified one.

        Raises
        ------
        DomainError
            When the coefficient of the single vertex is zero.

        Examples
        --------
        Euler's method is exact for the field f + h/2 f'f + ...:

        >>> euler = BSeries({RootedTree(): 1}, 3)
        >>> print(euler.modifying_integrator())
        BSeries(order=3, empty: 0, [0]: 1, [0 1]: 1/2, [0 1 1]: 1/3, [0 1 2]: 1/6)
        >>> euler.substitute(euler.modifying_integrator()) == BSeries.vector_field(3).exp()
        True
        """
        _check_empty(self, 1, "self")
        vertex = self[RootedTree()]
        if not vertex:
            raise DomainError("A map whose single vertex has coefficient 0 ignores its field.")
        found: dict[RootedTree, Any] = {}
        for tree in trees_up_to(self.order):
            known = sum(
                times * self[skeleton] * found[root] * prod(found[piece] for piece in pieces)
                for skeleton, root, pieces, times in partitions(tree)
                if skeleton.order > 1
            )
            found[tree] = (Fraction(1, tree.factorial()) - known) / vertex
        return BSeries(found, self.order, 0)

    def exp(self) -> BSeries:
        """Return the flow of this field at time 1, a map.

        Examples
        --------
        >>> print(BSeries.vector_field(3).exp())
        BSeries(order=3, empty: 1, [0]: 1, [0 1]: 1/2, [0 1 1]: 1/3, [0 1 2]: 1/6)
        """
        _check_empty(self, 0, "self")
        total = power = BSeries.identity(self.order)
        for m in range(1, self.order + 1):
            power = _divided(power.derivative(self), m)
            total = total + power
        return total

    def is_gradient_up_to(self, order: int) -> GradientCheck:
        """Say whether the terms with at most `order` vertices are a gradient when f is one.

        Parameters
        ----------
        order : int
            At most the order of the series.

        Returns
        -------
        GradientCheck
            With the first obstruction when they are not.

        Examples
        --------
        >>> found = BSeries({RootedTree(): -1}, 4).log().is_gradient_up_to(4)
        >>> bool(found), found.order, found.obstruction.tree
        (False, 2, FreeTree((0, 1, 1)))
        """
        order = integer(order, "order", minimum=1, maximum=self.order)
        return gradient_check(self.coefficients, order)


def _series(function: Callable[[RootedTree], Any], like: BSeries, empty: Any) -> BSeries:
    """Return a series of the same order with these coefficients."""
    return BSeries.from_function(function, like.order, empty)


def _over_cuts(outer: BSeries, inner: BSeries, tree: RootedTree) -> Any:
    """Sum outer(kept) times the product of inner(pruned) over the cuts that keep the root."""
    total = 0
    for kept, pruned, count in cuts(tree):
        if kept is not None and (value := outer[kept]):
            total += count * value * prod(inner[part] for part in pruned)
    return total


def _divided(series: BSeries, m: int) -> BSeries:
    """Divide by an integer, which a polynomial ring over the integers would do wrongly."""

    def value(tree: RootedTree) -> Any:
        quotient = series[tree] / m
        if quotient * m != series[tree]:
            raise DomainError(
                f"Coefficient {series[tree]} cannot be divided by {m} where it lives; "
                "use polynomials over the rationals (QQ)."
            )
        return quotient

    return _series(value, series, series.empty / m)


def _check_orders(one: BSeries, other: BSeries) -> None:
    """Raise unless both series go to the same order."""
    if not isinstance(other, BSeries):
        raise ArgumentTypeError(
            f"A B-series combines with a BSeries only, not with {quoted(other)}."
        )
    if one.order != other.order:
        raise DomainError(
            f"Two B-series must have the same order, not {one.order} and {other.order}; truncate."
        )


def _check_scalar(value: Any) -> None:
    """Raise unless one can multiply by a value exactly."""
    if isinstance(value, BSeries | RootedTree | FreeTree):
        raise ArgumentTypeError(
            f"A B-series is multiplied by numbers, not by {quoted(value)}; see compose."
        )
    exact(value)


def _check_empty(series: BSeries, empty: int, name: str) -> None:
    """Raise unless the series is a map (1) or a field (0)."""
    if series.empty != empty:
        kind = "map, with coefficient 1" if empty else "field, with coefficient 0"
        raise DomainError(
            f"Argument '{name}' must be a {kind} on the empty tree, not {series.empty}."
        )
