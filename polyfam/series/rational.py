"""The coefficients of expansions: rational functions of beta or of other parameters.

They are elements of the fraction fields of sympy, which are reduced, exact and comparable, or
plain fractions when all parameters are numbers.  In print they are a number, a polynomial in
ascending powers and a factored denominator, the term of lowest degree of each factor positive:
powers of 1 - beta, not of beta - 1.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from fractions import Fraction
from functools import lru_cache
from io import BytesIO
from math import gcd, lcm, prod
from numbers import Integral, Number, Rational
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sympy.polys.domains import QQ
from sympy.polys.fields import FracElement, field

from polyfam._checked import checked
from polyfam._checks import shown
from polyfam.errors import DomainError

if TYPE_CHECKING:
    import sympy

__all__ = [
    "BETA",
    "FIELD",
    "Factors",
    "Portable",
    "ascending",
    "common_denominator",
    "denominator_factors",
    "evaluate",
    "exact",
    "expression",
    "factors_text",
    "latex",
    "numerator",
    "numerator_text",
    "text",
]

#: The field of rational functions of beta over the rationals, and beta in it.
FIELD, BETA = field("beta", QQ)

#: Polynomials with their exponents.
Factors = Mapping[Any, int]


def exact(value: Any) -> Any:
    """Return an integer as a fraction, which division keeps exact, and refuse floats.

    Examples
    --------
    >>> exact(3)
    Fraction(3, 1)
    >>> exact(0.5)
    Traceback (most recent call last):
        ...
    polyfam.errors.DomainError: Coefficients must be exact, not 0.5; use Fraction('0.5').
    """
    if isinstance(value, Integral):  # those of numpy would overflow
        return Fraction(int(value))
    if isinstance(value, Number) and not isinstance(value, Rational):
        raise DomainError(
            f"Coefficients must be exact, not {shown(value)}; use Fraction('{shown(value)}')."
        )
    if not hasattr(value, "__sub__"):
        raise DomainError(f"Coefficients must be numbers or ring elements, not {shown(value)}.")
    return value


def ascending(polynomial: Any) -> list[tuple[tuple[int, ...], Fraction]]:
    """Return the terms of a polynomial, or of a number, as pairs (exponents, coefficient).

    Lowest degree first.

    Examples
    --------
    >>> ascending((BETA**2 + 3 * BETA).numer)
    [((1,), Fraction(3, 1)), ((2,), Fraction(1, 1))]
    """
    if not hasattr(polynomial, "terms"):
        return [((), Fraction(polynomial))]
    terms = sorted(polynomial.terms(), key=lambda term: (sum(term[0]), [-e for e in term[0]]))
    return [(powers, Fraction(int(c.numerator), int(c.denominator))) for powers, c in terms]


def denominator_factors(value: Any) -> Factors:
    """Return the factors of the denominator with their exponents; none for a number.

    Examples
    --------
    >>> denominator_factors(3 * BETA / (2 - 2 * BETA) ** 5)
    {-beta + 1: 5}
    """
    return dict(_factors(value.denom)) if hasattr(value, "denom") else {}


@lru_cache(maxsize=1 << 10)
def _factors(denominator: Any) -> Factors:
    """Return the factors of a polynomial, which many coefficients share."""
    factors = denominator.factor_list()[1]
    return _in_order({f if ascending(f)[0][1] > 0 else -f: exponent for f, exponent in factors})


def common_denominator(values: Iterable[Any]) -> Factors:
    """Return the factors of the least common multiple of some denominators.

    Examples
    --------
    >>> common_denominator([BETA / (1 - BETA), 1 / (2 - 2 * BETA) ** 3])
    {-beta + 1: 3}
    """
    common: dict[Any, int] = {}
    for value in values:
        for factor, exponent in denominator_factors(value).items():
            common[factor] = max(exponent, common.get(factor, 0))
    return _in_order(common)


def numerator(value: Any, factors: Factors | None = None, divisor: int = 1) -> Any:
    """Return the value times its denominator, or times these factors: a polynomial.

    Parameters
    ----------
    value : Fraction or rational function
    factors : mapping of polynomials to exponents, optional
        A multiple of the denominator; by default the denominator.
    divisor : int, default 1
        Divide by this number, too.

    Examples
    --------
    >>> numerator(3 * BETA / (2 - 2 * BETA) ** 5)
    3/32*beta
    """
    if not hasattr(value, "denom"):
        return value / divisor
    items = None if factors is None else tuple(factors.items())
    return (value.numer * _cofactor(value.denom, items)).quo_ground(value.field.domain(divisor))


@lru_cache(maxsize=1 << 10)
def _cofactor(denominator: Any, factors: tuple[tuple[Any, int], ...] | None) -> Any:
    """Return the product of the factors over the denominator, a polynomial."""
    items = _factors(denominator).items() if factors is None else factors
    product = prod((factor**exponent for factor, exponent in items), start=denominator.ring.one)
    return product.exquo(denominator)


@checked
def evaluate(value: FracElement | Rational, parameters: Mapping[str, Fraction]) -> Fraction:
    """Return the value at rational parameters, given by name.

    Parameters
    ----------
    value : Fraction or rational function
        A coefficient.
    parameters : mapping of str to Fraction
        A value for every parameter in it.

    Returns
    -------
    Fraction

    Raises
    ------
    DomainError
        When a parameter has no value, or there is a pole.

    Examples
    --------
    >>> evaluate(BETA / (1 - BETA) ** 3, {"beta": Fraction(9, 10)})
    Fraction(900, 1)
    """
    if isinstance(value, Rational):
        return Fraction(exact(value))
    names = [str(symbol) for symbol in value.field.symbols]
    if missing := [name for name in names if name not in parameters]:
        raise DomainError(f"Parameter '{missing[0]}' must be given a value too.")
    place = [Fraction(parameters[name]) for name in names]
    above, below = (
        sum(
            coefficient * prod(x**e for x, e in zip(place, powers, strict=True))
            for powers, coefficient in ascending(polynomial)
        )
        for polynomial in (value.numer, value.denom)
    )
    if not below:
        raise DomainError(f"A coefficient has a pole at {', '.join(map(str, place))}.")
    return Fraction(above) / below


class Portable:
    """What makes a dataclass of coefficients pickle: sympy's own fractions do not (1.14)."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        state = BytesIO()
        _Pickler(state).dump([getattr(self, item.name) for item in fields(self)])  # type: ignore[arg-type]
        return _rebuilt, (type(self), state.getvalue())


class _Pickler(pickle.Pickler):
    """Writes rational functions as their symbols and the terms of both parts."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, MappingProxyType):
            return dict, (dict(value),)
        if not isinstance(value, FracElement) or value.field.domain != QQ:
            return NotImplemented
        parts = [
            [(powers, int(c.numerator), int(c.denominator)) for powers, c in part.terms()]
            for part in (value.numer, value.denom)
        ]
        return _element, (value.field.symbols, *parts)


def _element(symbols: tuple[sympy.Symbol, ...], *parts: Iterable[tuple[Any, int, int]]) -> Any:
    """Return the rational function with these terms."""
    members = field(symbols, QQ)[0]
    return members.raw_new(
        *(members.ring.from_dict({powers: QQ(a, b) for powers, a, b in part}) for part in parts)
    )


def _rebuilt(kind: type[Any], state: bytes) -> Any:
    """Return a dataclass from its pickled fields."""
    return kind(*pickle.loads(state))


def expression(value: Any) -> sympy.Expr:
    """Return a rational function as a sympy expression with a factored denominator.

    Examples
    --------
    >>> expression((BETA + BETA**2) / (1 - BETA) ** 5)
    (beta**2 + beta)/(1 - beta)**5
    """
    import sympy

    if not hasattr(value, "denom"):
        return sympy.Rational(value.numerator, value.denominator)
    if not value:
        return sympy.Integer(0)
    above, content = numerator(value), _content(numerator(value))
    below = (f.as_expr() ** -exponent for f, exponent in denominator_factors(value).items())
    # In one product, as sympy would multiply a number out with a sum.
    return sympy.Mul(
        sympy.Rational(*content.as_integer_ratio()), (above / content).as_expr(), *below
    )


@checked
def text(value: FracElement | Fraction | int) -> str:
    """Return a rational function as text.

    Parameters
    ----------
    value : Fraction or rational function
        A coefficient.

    Returns
    -------
    str

    Examples
    --------
    >>> text((1 + 10 * BETA + BETA**2) / (12 * (1 - BETA) ** 5))
    '1/12*(1 + 10*beta + beta^2)/(1 - beta)^5'
    """
    below = factors_text(denominator_factors(value))
    if not below:
        return numerator_text(numerator(value))
    content, body = _split(numerator(value), _TEXT)
    return f"{_scaled(str(content), _bracketed(body), '*')}/{below}"


def numerator_text(polynomial: Any) -> str:
    """Return a polynomial over the rationals, or a number, as text.

    Examples
    --------
    >>> numerator_text(((BETA + 4 * BETA**2 + BETA**3) / 6).numer)
    'beta + 4*beta^2 + beta^3'
    """
    content, body = _split(polynomial, _TEXT)
    return _scaled(str(content), body, "*")


def latex(value: Any) -> str:
    r"""Return a rational function in LaTeX.

    Examples
    --------
    >>> print(latex((1 + 10 * BETA + BETA**2) / (12 * (1 - BETA) ** 5)))
    \frac{1 + 10 \beta + \beta^{2}}{12 (1 - \beta)^{5}}
    """
    content, body = _split(numerator(value), _LATEX)
    factors = denominator_factors(value)
    if not factors and content.denominator == 1:
        return _scaled(str(content), body, " ")
    above = _scaled(str(abs(content.numerator)), body, " ")
    below = _product(factors, _LATEX)
    if content.denominator != 1:
        below = f"{content.denominator} {below}".rstrip()
    elif list(factors.values()) == [1]:
        below = below.removeprefix("(").removesuffix(")")
    return ("-" if content < 0 else "") + rf"\frac{{{above}}}{{{below}}}"


def factors_text(factors: Factors) -> str:
    """Return a product of powers as text, bracketed so that one can divide by it.

    Examples
    --------
    >>> factors_text({(1 - BETA).numer: 5})
    '(1 - beta)^5'
    """
    return _product(factors, _TEXT)


class _Style(NamedTuple):
    """How to write a parameter, a power and a product."""

    name: Callable[[str], str]
    power: str
    times: str


def _latex_name(name: str) -> str:
    r"""Return a parameter in LaTeX: beta1 becomes \beta_{1}."""
    letters = name.rstrip("0123456789")
    index = name[len(letters) :]
    return f"\\{letters}" + (f"_{{{index}}}" if index else "")


_TEXT = _Style(str, "{}^{}", "*")
_LATEX = _Style(_latex_name, "{}^{{{}}}", " ")


def _in_order(factors: Factors) -> Factors:
    """Sort factors by their terms, so that the first parameter comes first."""

    def key(factor: Any) -> list[tuple[list[int], Fraction]]:
        return [([-e for e in powers], c) for powers, c in ascending(factor)]

    return {factor: factors[factor] for factor in sorted(factors, key=key)}


def _content(polynomial: Any) -> Fraction:
    """Return the greatest number that leaves integers, with the sign of the lowest term."""
    coefficients = [c for _, c in ascending(polynomial)]
    content = Fraction(
        gcd(*(c.numerator for c in coefficients)), lcm(*(c.denominator for c in coefficients))
    )
    return -content if coefficients and coefficients[0] < 0 else content


def _split(polynomial: Any, style: _Style) -> tuple[Fraction, str]:
    """Return the content of a polynomial and the rest, written out."""
    content = _content(polynomial)
    if not content:
        return content, "1"
    names = [*map(str, polynomial.ring.symbols)] if hasattr(polynomial, "ring") else []
    terms = [(powers, c / content) for powers, c in ascending(polynomial)]
    return content, _polynomial(terms, names, style)


def _polynomial(terms: Iterable[tuple[Any, Any]], names: list[str], style: _Style) -> str:
    """Return a polynomial with integer coefficients.

    By hand, as sympy's printers take 18 times as long: 36 s against 2 for a field of order 11.
    """
    shown = ""
    for exponents, coefficient in terms:
        powers = style.times.join(
            _power(style.name(name), exponent, style)
            for name, exponent in zip(names, exponents, strict=False)
            if exponent
        )
        sign = " - " if coefficient < 0 else " + "
        term = _scaled(str(abs(coefficient)), powers or "1", style.times)
        shown += f"{sign}{term}" if shown else f"{'-' if coefficient < 0 else ''}{term}"
    return shown


def _scaled(number: str, body: str, times: str) -> str:
    """Return a number times a polynomial, without factors 1."""
    if body == "1" or not body:
        return number
    if number in ("1", "-1"):
        return body if number == "1" else f"-{_bracketed(body)}"
    return f"{number}{times}{_bracketed(body)}"


def _product(factors: Factors, style: _Style) -> str:
    """Return a product of powers of polynomials."""
    powers = []
    for factor, exponent in factors.items():
        names = [*map(str, factor.ring.symbols)]
        body = _bracketed(_polynomial(ascending(factor), names, style))
        powers.append(_power(body, exponent, style))
    joined = style.times.join(powers)
    return f"({joined})" if len(powers) > 1 and style is _TEXT else joined


def _power(base: str, exponent: int, style: _Style) -> str:
    """Return a power, without exponent 1."""
    return base if exponent == 1 else style.power.format(base, exponent)


def _bracketed(body: str) -> str:
    """Put a sum in brackets, once."""
    is_sum = " + " in body or " - " in body
    return f"({body})" if is_sum and not body.startswith("(") else body
