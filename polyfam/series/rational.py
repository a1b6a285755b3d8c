"""The coefficients of expansions: rational functions of beta or of other parameters.

They are elements of the fraction fields of sympy, which are reduced, exact and comparable, or
plain fractions when all parameters are numbers.  In print they are a number, a polynomial in
ascending powers and a factored denominator, the term of lowest degree of each factor positive:
powers of 1 - beta, not of beta - 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm, prod
from numbers import Integral, Number, Rational
from typing import TYPE_CHECKING, Any, NamedTuple

from sympy.polys.domains import QQ
from sympy.polys.fields import FracElement, field
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from polyfam._checked import checked
from polyfam._checks import shown
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
    "text",
    "unpacked",
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


def unpacked(packed: int, width: int) -> Any:
    """Return the polynomial in beta whose value at 2^width is this number.

    Its coefficients, of any sign, have less than ``width`` bits.

    Examples
    --------
    >>> unpacked(3 * 2**16 - 2**8 + 5, 8)
    3*beta**2 - beta + 5
    """
    digits = []
    while packed:
        digit = packed & ((1 << width) - 1)
        digit -= (digit >> (width - 1)) << width
        digits.append(digit)
        packed = (packed - digit) >> width
    return FIELD.ring.from_list(digits[::-1])


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
    content, body = _split(numerator(value), _TEXT)
    if below:
        return f"{_scaled(str(content), _bracketed(body), '*')}/{below}"
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
    """How to write a polynomial: the printer of symbols, a power and a product."""

    printer: Any
    power: str
    times: str


class _Latex(LatexPrinter):  # type: ignore[misc]  # sympy has no types
    """Writes symbols; numbers, gmpy2's among them, are printed as they are."""

    emptyPrinter = str  # noqa: N815


_TEXT = _Style(StrPrinter(), "%s^%s", "*")
_LATEX = _Style(_Latex(), "%s^{%s}", " ")


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
    if not content or not hasattr(polynomial, "ring"):
        return content, "1"
    return content, _polynomial(polynomial.quo_ground(polynomial.ring.domain(content)), style)


def _polynomial(polynomial: Any, style: _Style) -> str:
    """Return a polynomial, the terms of lowest degree first."""
    turned = polynomial.set_ring(polynomial.ring.clone(order=_lowest_first))
    return str(turned.str(style.printer, PRECEDENCE, style.power, style.times))


def _lowest_first(powers: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """Return the rank of a term: that of the lowest degree is the largest."""
    return -sum(powers), powers


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
        body = _bracketed(_polynomial(factor, style))
        powers.append(body if exponent == 1 else style.power % (body, exponent))
    joined = style.times.join(powers)
    return f"({joined})" if len(powers) > 1 and style is _TEXT else joined


def _bracketed(body: str) -> str:
    """Put a sum in brackets, once."""
    is_sum = " + " in body or " - " in body
    return f"({body})" if is_sum and not body.startswith("(") else body
