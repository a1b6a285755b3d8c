"""Texts from users, read as exact numbers and rational functions; never evaluated.

A formula is parsed by Python's own parser and walked: only numbers, names and + - * / ** are let
through, and what comes out cannot be larger than a bound known beforehand.

>>> rational_function("(1 - tau)/(1 - beta*z)", "memory")
(1 - tau)/(-beta*z + 1)
>>> rational_function("__import__('os').getcwd()", "memory")
Traceback (most recent call last):
    ...
polyfam.errors.DomainError: Argument 'memory' must be a formula of moderate size, made of numbers,
names and + - * / **, not "__import__('os').getcwd()".
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from keyword import iskeyword
from math import comb
from operator import add, mul, sub, truediv
from typing import Any, NamedTuple

import sympy

from polyfam._checks import quoted
from polyfam.errors import ArgumentTypeError, DomainError

__all__ = ["as_expression", "rational_function", "rational_number"]

#: The longest formula, in characters; the most bits of its numbers; its most terms multiplied out.
_LONGEST, _MOST_BITS, _MOST_TERMS = 1000, 4000, 2000
#: Digits and decimal exponent of a number.
_MOST_DIGITS = 400
_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
}


def rational_number(value: object, name: str) -> Fraction:
    """Return an exact rational number, or say how to write one.

    Parameters
    ----------
    value : int, Fraction or str
        "9/10" and "0.9" are 9/10.
    name : str
        The argument, for the message.

    Raises
    ------
    ArgumentTypeError
        For a float, which is not exact.
    DomainError
        For a text that is no number, or a very long one.

    Examples
    --------
    >>> rational_number("9/10", "beta")
    Fraction(9, 10)
    >>> rational_number(0.9, "beta")
    Traceback (most recent call last):
        ...
    polyfam.errors.ArgumentTypeError: Argument 'beta' must be a rational number, not '0.9'; write
    Fraction(9, 10) for 0.9.
    """
    if isinstance(value, str):
        exponent = re.search(r"[eE][-+]?([\d_]+)\s*$", value)
        if len(value) <= _MOST_DIGITS and (not exponent or len(exponent[1]) <= 3):
            with suppress(ValueError, ZeroDivisionError):
                return Fraction(value)
        raise DomainError(
            f"Argument '{name}' must be a rational number of at most {_MOST_DIGITS} digits, such "
            f"as 9/10 or 0.9, not {quoted(value)}."
        )
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value)
    raise ArgumentTypeError(
        f"Argument '{name}' must be a rational number, not {quoted(value)}; "
        "write Fraction(9, 10) for 0.9."
    )


def rational_function(text: str, name: str) -> sympy.Expr:
    """Return a formula in named parameters as an expression of sympy.

    Parameters
    ----------
    text : str
        Numbers, names and + - * / **, with the usual brackets; ``0.9`` is 9/10, ``^`` is ``**``.
    name : str
        The argument, for the message.

    Raises
    ------
    DomainError
        For anything else, a division by zero, or a formula too large to be multiplied out.
    """
    source = text.strip().replace("^", "**")
    found = None
    if 0 < len(source) <= _LONGEST and source.isascii():
        with suppress(SyntaxError, ValueError, MemoryError, RecursionError, ZeroDivisionError):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                tree = ast.parse(source, mode="eval")
            found = _walk(tree.body, source)
    if found is None:
        raise DomainError(
            f"Argument '{name}' must be a formula of moderate size, made of numbers, names and "
            f"+ - * / **, not {quoted(text)}."
        )
    above, below = found.above.expression, found.below.expression
    return sympy.Mul(above, sympy.Pow(below, -1))


def as_expression(value: object, name: str) -> sympy.Expr:
    """Return a number, a formula or an expression of sympy as the latter.

    Parameters
    ----------
    value : str, number or sympy expression
    name : str
        The argument, for the message.

    Raises
    ------
    DomainError
        For a text that is no formula.
    ArgumentTypeError
        For what is no scalar expression.
    """
    if isinstance(value, str):
        return rational_function(value, name)
    try:
        expression = sympy.sympify(value, strict=True)  # never looks at the text of a value
    except sympy.SympifyError:
        expression = None
    if not isinstance(expression, sympy.Expr) or getattr(expression, "is_Matrix", False):
        raise ArgumentTypeError(f"Argument '{name}' must be an expression, not {quoted(value)}.")
    return expression


class _Polynomial(NamedTuple):
    """An expression with bounds: its names, degree, and bits of its coefficients in all."""

    expression: sympy.Expr
    names: frozenset[str]
    degree: int
    bits: int

    def __add__(self, other: _Polynomial) -> _Polynomial:  # type: ignore[override]
        return _bounded(
            self.expression + other.expression,
            self.names | other.names,
            max(self.degree, other.degree),
            max(self.bits, other.bits) + 1,
        )

    def __mul__(self, other: _Polynomial) -> _Polynomial:  # type: ignore[override]
        return _bounded(
            self.expression * other.expression,
            self.names | other.names,
            self.degree + other.degree,
            self.bits + other.bits,
        )

    def power(self, exponent: int) -> _Polynomial:
        """Return a power, after a look at its size."""
        if exponent * self.bits > _MOST_BITS:
            raise ValueError
        return _bounded(
            self.expression**exponent, self.names, self.degree * exponent, self.bits * exponent
        )


class _Quotient(NamedTuple):
    """Two polynomials, kept apart so that their sizes are known before they are multiplied out."""

    above: _Polynomial
    below: _Polynomial

    def __add__(self, other: _Quotient) -> _Quotient:  # type: ignore[override]
        return _Quotient(
            self.above * other.below + other.above * self.below, self.below * other.below
        )

    def __sub__(self, other: _Quotient) -> _Quotient:
        return self + _number(Fraction(-1)) * other

    def __mul__(self, other: _Quotient) -> _Quotient:  # type: ignore[override]
        return _Quotient(self.above * other.above, self.below * other.below)

    def __truediv__(self, other: _Quotient) -> _Quotient:
        if sympy.expand(other.above.expression) == 0:
            raise ZeroDivisionError
        return _Quotient(self.above * other.below, self.below * other.above)

    def power(self, exponent: int) -> _Quotient:
        """Return a power with an integer exponent of either sign."""
        if exponent < 0:
            return (_number(Fraction(1)) / self).power(-exponent)
        return _Quotient(self.above.power(exponent), self.below.power(exponent))


def _bounded(expression: sympy.Expr, names: frozenset[str], degree: int, bits: int) -> _Polynomial:
    """Return a polynomial, or raise when it would be large multiplied out."""
    if bits > _MOST_BITS or comb(degree + len(names), degree) > _MOST_TERMS:
        raise ValueError
    return _Polynomial(expression, names, degree, bits)


def _number(value: Fraction) -> _Quotient:
    """Return a constant."""
    above, below = (
        _bounded(sympy.Integer(n), frozenset(), 0, n.bit_length() + 1)
        for n in value.as_integer_ratio()
    )
    return _Quotient(above, below)


def _walk(node: ast.expr, source: str) -> _Quotient:
    """Return the value of a node; ValueError for any that is not let through."""
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            written = ast.get_source_segment(source, node) or ""
            return _number(rational_number(written, "number"))
        case ast.Name(id=name) if not name.startswith("_") and not iskeyword(name):
            symbol = _Polynomial(sympy.Symbol(name), frozenset([name]), 1, 1)
            return _Quotient(symbol, _number(Fraction(1)).below)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _number(Fraction(-1)) * _walk(operand, source)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _walk(operand, source)
        case ast.BinOp(left=base, op=ast.Pow(), right=right):
            exponent = _walk(right, source)
            value = exponent.above.expression / exponent.below.expression
            if not value.is_Integer or abs(value) > _MOST_TERMS:
                raise ValueError
            return _walk(base, source).power(int(value))
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            apply = _OPERATIONS[type(operation)]
            return apply(_walk(left, source), _walk(right, source))  # type: ignore[no-any-return]
    raise ValueError
