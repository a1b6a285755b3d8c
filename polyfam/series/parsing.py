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
    with (
        suppress(
            SyntaxError, ValueError, MemoryError, RecursionError, ZeroDivisionError, DomainError
        ),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", SyntaxWarning)
        if len(source) <= _LONGEST and source.isascii():
            node = ast.parse(source, mode="eval").body
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            return _read(node, source, len(names))[0]
    raise DomainError(
        f"Argument '{name}' must be a formula of moderate size, made of numbers, names and "
        f"+ - * / **, not {quoted(text)}."
    )


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
    except (sympy.SympifyError, TypeError):  # the latter for what cannot be hashed
        expression = None
    if not isinstance(expression, sympy.Expr) or getattr(expression, "is_Matrix", False):
        raise ArgumentTypeError(f"Argument '{name}' must be an expression, not {quoted(value)}.")
    return expression


class _Size(NamedTuple):
    """Bounds on what a formula is multiplied out: the degree of both parts, the bits of numbers."""

    degree: int
    bits: int


def _read(node: ast.expr, source: str, names: int) -> tuple[sympy.Expr, _Size]:
    """Return a formula in so many names with its size; ValueError for what is not let through."""
    match node:
        case ast.Constant():
            number = _constant(node, source)
            bits = sum(n.bit_length() for n in number.as_integer_ratio())
            return sympy.Rational(number), _Size(0, bits)
        case ast.Name(id=name) if not name.startswith("_"):
            return sympy.Symbol(name), _Size(1, 1)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            value, size = _read(operand, source, names)
            return -value if isinstance(node.op, ast.USub) else value, size
        case ast.BinOp(left=base, op=ast.Pow(), right=right):
            exponent, (value, size) = _exponent(right, source), _read(base, source, names)
            found = _moderate(names, *(abs(exponent) * bound for bound in size))
            if exponent < 0 and sympy.cancel(value) == 0:
                raise ZeroDivisionError
            return value**exponent, found
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            (one, size), (other, more) = (_read(part, source, names) for part in (left, right))
            found = _moderate(names, size.degree + more.degree + 1, size.bits + more.bits + 1)
            if isinstance(operation, ast.Div) and sympy.cancel(other) == 0:
                raise ZeroDivisionError
            return _OPERATIONS[type(operation)](one, other), found
    raise ValueError


def _moderate(names: int, degree: int, bits: int) -> _Size:
    """Return a size in so many names, or raise when it is too large to be multiplied out."""
    if bits > _MOST_BITS or comb(min(degree, _MOST_TERMS) + names, names) > _MOST_TERMS:
        raise ValueError
    return _Size(degree, bits)


def _constant(node: ast.Constant, source: str) -> Fraction:
    """Return a number as it is written, decimals as fractions."""
    if type(node.value) not in (int, float):
        raise ValueError
    return rational_number(ast.get_source_segment(source, node) or "", "number")


def _exponent(node: ast.expr, source: str) -> int:
    """Return an integer exponent of moderate size."""
    sign = 1
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        sign *= -1 if isinstance(node.op, ast.USub) else 1
        node = node.operand
    value = _constant(node, source) if isinstance(node, ast.Constant) else Fraction(1, 2)
    if value.denominator != 1 or value > _MOST_TERMS:
        raise ValueError
    return sign * int(value)
