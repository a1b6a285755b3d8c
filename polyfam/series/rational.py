"""The coefficients of expansions: rational functions of beta or of other parameters.

They are elements of the fraction fields of sympy, which are reduced, exact and comparable, or
plain fractions when all parameters are numbers.  In print they are a number, a polynomial in
ascending powers and a factored denominator, the term of lowest degree of each factor positive:
powers of 1 - beta, not of beta - 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from fractions import Fraction
from math import gcd, lcm, prod
from numbers import Integral, Number, Rational
from typing import TYPE_CHECKING, Any, NamedTuple

from sympy.polys.domains import QQ
from sympy.polys.fields import field

from polyfam._checks import quoted
from polyfam.errors import DomainError

if TYPE_CHECKING:
    import sympy

__all__ = [
    "BETA",
    "FIELD",
    "Factors",
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
    "rational_number",
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
        raise DomainError(f"Coefficients must be exact, not {value}; use Fraction('{value}').")
    if not hasattr(value, "__sub__"):
        raise DomainError(f"Coefficients must be numbers or ring elements, not {value!r}.")
    return value


def rational_number(value: Any, name: str) -> Fraction:
    """Return an exact rational number, or say how to write one.

    Examples
    --------
    >>> rational_number("9/10", "beta")
    Fraction(9, 10)
    >>> rational_number(0.9, "beta")
    Traceback (most recent call last):
        ...
    polyfam.errors.DomainError: Argument 'beta' must be a rational number, not '0.9'; write
    Fraction(9, 10) for 0.9.
    """
    if isinstance(value, int | Fraction | str):
        with suppress(ValueError, ZeroDivisionError):
            return Fraction(value)
    raise DomainError(
        f"Argument {name!r} must be a rational number, not {quoted(value)}; "
        "write Fraction(9, 10) for 0.9."
    )


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
    if not hasattr(value, "denom"):
        return {}
    factors = value.denom.factor_list()[1]
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


def numerator(value: Any, factors: Factors | None = None) -> Any:
    """Return the value times its denominator, or times these factors: a polynomial.

    Examples
    --------
    >>> numerator(3 * BETA / (2 - 2 * BETA) ** 5)
    3/32*beta
    """
    if not hasattr(value, "denom"):
        return value
    for factor, exponent in (denominator_factors(value) if factors is None else factors).items():
        value = value * factor**exponent
    return value.numer.quo_ground(value.denom.LC)


def evaluate(value: Any, parameters: Mapping[str, Fraction]) -> Fraction:
    """Return the value at rational parameters, given by name.

    Examples
    --------
    >>> evaluate(BETA / (1 - BETA) ** 3, {"beta": Fraction(9, 10)})
    Fraction(900, 1)
    """
    if not hasattr(value, "denom"):
        return exact(value)
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


def text(value: Any) -> str:
    """Return a rational function as text.

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
    """Return a polynomial with integer coefficients."""
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
