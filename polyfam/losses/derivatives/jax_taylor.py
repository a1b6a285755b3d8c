r"""Taylor series of a JAX function along a curve, one coefficient after another.

A function traced to JAX's primitives is gone through once for every order.  The k-th coefficient of
each intermediate value follows from those before it:

    piecewise linear       f(x)_k = f'(x_0) x_k,
    products               f(a, b)_k = sum f(a_i, b_{k-i}),
    elementary functions   k y_k = sum_{i=1..k} i x_i s_{k-i},    s = f'(x),

and decisions (comparisons, the places of maxima) are those of the constant terms.
`jax.experimental.jet` starts afresh for every length, and has no rule for softplus, relu and others
that are made of these.

References
----------
[GW] Griewank & Walther, Evaluating Derivatives, chapter 13.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log, pi, sqrt
from typing import Any

from polyfam._checks import optional_import
from polyfam.errors import TaylorError
from polyfam.losses.derivatives.jax_loops import scanned

__all__ = ["Tower"]

#: Linear in what moves, with decisions by the constant terms: f(x)_k is the derivative along x_k.
_PIECEWISE_LINEAR = frozenset(
    (
        "neg", "reshape", "transpose", "broadcast_in_dim", "reduce_sum", "squeeze", "rev", "tile",
        "convert_element_type", "slice", "expand_dims", "copy", "stop_gradient", "real", "imag",
        "complex", "conj", "fft", "cumsum", "gather", "dynamic_slice", "reduce_precision", "name",
        "device_put", "add", "sub", "add_any", "pad", "dynamic_update_slice", "concatenate",
        "split", "stack", "unstack", "select_n", "scatter", "scatter-add", "scatter-sub",
        "reduce_window_sum", "optimization_barrier",
        "abs", "max", "min", "clamp", "reduce_max", "reduce_min", "cummax", "cummin", "sort",
        "top_k", "reduce_window_max", "reduce_window_min", "select_and_scatter_add",
        "select_and_gather_add",
    )
)  # fmt: skip
_BILINEAR = ("mul", "dot_general", "conv_general_dilated")
#: Constant between their jumps.
_DECISIONS = (
    "gt", "lt", "ge", "le", "eq", "ne", "sign", "floor", "ceil", "round", "argmax", "argmin",
    "is_finite",
)  # fmt: skip


class Tower:
    """A traced function with the coefficients of all its intermediate values.

    Parameters
    ----------
    jaxpr : jax.core.ClosedJaxpr
        Its first argument moves on the curve.
    rest : sequence of arrays
        The other arguments.
    memory : list of lists of arrays
        For every operation in turn, the coefficients known so far.
    """

    def __init__(self, jaxpr: Any, rest: Any, memory: list[list[Any]]) -> None:
        self._jaxpr, self._rest, self.memory = jaxpr, rest, memory
        #: For every operation in turn, what was new at the last order; None where nothing was.
        self.fresh: list[Any] = []
        self.order = 0

    def push(self, curve: list[Any]) -> Any:
        """Return the newest coefficient of the function, given those of the curve."""
        self.order, self.fresh = len(curve) - 1, []
        constants = [(c, False) for c in self._jaxpr.consts]
        arguments = [(curve, True), *((r, False) for r in self._rest)]
        ((found, moving),) = self._run(self._jaxpr.jaxpr, constants, arguments)
        if moving:
            return found[self.order]
        return found if self.order == 0 else 0 * found

    def grow(self, coefficient: Callable[[list[Any]], Any], decision: bool = False) -> list[Any]:
        """Return a series with its next coefficient, a function of those before."""
        place = len(self.fresh)
        if place == len(self.memory):
            self.memory.append([])
        known = self.memory[place]
        new = None if decision and known else coefficient(known)
        self.fresh.append(new)
        self.memory[place] = known if new is None else [*known, new]
        return self.memory[place]

    def inside(
        self, jaxpr: Any, given: list[tuple[Any, bool]], memory: list[list[Any]]
    ) -> tuple[list[tuple[Any, bool]], list[Any]]:
        """Return the results of a function that is called at this order, and what is new in it.

        `memory` holds what was new at the orders before, one list an order.
        """
        columns = zip(*memory, strict=True)
        tower = Tower(jaxpr, (), [[v for v in column if v is not None] for column in columns])
        tower.order = self.order
        found = tower._run(jaxpr.jaxpr, [(c, False) for c in jaxpr.consts], given)
        return found, tower.fresh

    def _run(self, jaxpr: Any, constants: Any, arguments: Any) -> list[tuple[Any, bool]]:
        """Go through the operations: values are constants, or lists of coefficients that move."""
        values: dict[Any, tuple[Any, bool]] = {}
        values.update(zip(jaxpr.constvars, constants, strict=True))
        values.update(zip(jaxpr.invars, arguments, strict=True))

        def read(variable: Any) -> tuple[Any, bool]:
            return (variable.val, False) if hasattr(variable, "val") else values[variable]

        for equation in jaxpr.eqns:
            given = [read(v) for v in equation.invars]
            values.update(zip(equation.outvars, self._apply(equation, given), strict=True))
        return [read(v) for v in jaxpr.outvars]

    def _apply(self, equation: Any, given: list[tuple[Any, bool]]) -> list[tuple[Any, bool]]:
        """Return the results of one operation."""
        name, primitive, parameters = equation.primitive.name, equation.primitive, equation.params
        if not any(moving for _, moving in given):
            found = primitive.bind(*(v for v, _ in given), **parameters)
            return [(f, False) for f in (found if primitive.multiple_results else [found])]
        if name == "scan":
            return scanned(self, parameters, given)
        inner = next((parameters[k] for k in _INNER if k in parameters), None)
        if inner is not None and name not in ("while", "cond", "custom_linear_solve"):
            closed = hasattr(inner, "consts")
            constants = [(c, False) for c in inner.consts] if closed else []
            return self._run(inner.jaxpr if closed else inner, constants, given)

        def bind(*arguments: Any) -> Any:
            return primitive.bind(*arguments, **parameters)

        series = [value if moves else [value] for value, moves in given]
        moving = [moves for _, moves in given]
        if name in ("abs", "sign") and "complex" in str(series[0][0].dtype):
            name += " of complex numbers"
        if name in _DECISIONS:
            kept = self.grow(lambda _: bind(*(s[0] for s in series)), decision=True)
            return [(kept[0], False)]
        if name in _PIECEWISE_LINEAR:
            return self._along(bind, series, moving, primitive.multiple_results)
        if name in _BILINEAR:
            return [(self.grow(lambda _: convolved(bind, series[0], series[1], self.order)), True)]
        if name == "pow" and moving[1]:
            name = "pow with a moving exponent"
        if name not in _RULES:
            raise TaylorError(f"JAX's operation '{name}' has no Taylor rule")
        return [(_RULES[name](self, bind, parameters, *series), True)]

    def _along(
        self, bind: Any, series: list[list[Any]], moving: list[bool], several: bool
    ) -> list[tuple[Any, bool]]:
        """Return the results of a piecewise linear operation; those of whole numbers stay."""
        jax, numpy = optional_import("jax", "jax"), optional_import("jax.numpy", "jax")
        first = [values[0] for values in series]
        places = [i for i, moves in enumerate(moving) if moves]

        def of_moving(*chosen: Any) -> list[Any]:
            given = dict(zip(places, chosen, strict=True))
            found = bind(*(given.get(i, value) for i, value in enumerate(first)))
            return list(found) if several else [found]

        def newest(known: list[Any]) -> list[Any]:
            heads = [first[i] for i in places]
            if not known:
                return of_moving(*heads)
            _, found = jax.jvp(of_moving, heads, [series[i][self.order] for i in places])
            return [None if f.dtype == jax.dtypes.float0 else f for f in found]

        terms = self.grow(newest)
        return [
            ([term[i] for term in terms], True)
            if numpy.issubdtype(head.dtype, numpy.inexact)
            else (head, False)
            for i, head in enumerate(terms[0])
        ]


#: Where operations keep the functions that they call.
_INNER = ("jaxpr", "call_jaxpr", "fun_jaxpr")


def convolved(product: Callable[..., Any], a: list[Any], b: list[Any], k: int) -> Any:
    """Return the k-th coefficient of a product; constants have one term."""
    terms = [product(a[i], b[k - i]) for i in range(min(k + 1, len(a))) if k - i < len(b)]
    return sum(terms[1:], terms[0])


def _times(a: Any, b: Any) -> Any:
    """Return a product of entries."""
    return a * b


def chain(x: list[Any], slope: list[Any], k: int) -> Any:
    """Return the k-th coefficient, k >= 1, of y with y' = slope x'."""
    return sum(i * x[i] * slope[k - i] for i in range(1, k + 1)) / k


def _exp(tower: Tower, bind: Any, _: Any, x: list[Any]) -> list[Any]:
    k = tower.order
    return tower.grow(lambda y: bind(x[0]) if k == 0 else chain(x, y, k))


def _expm1(tower: Tower, bind: Any, _: Any, x: list[Any]) -> list[Any]:
    numpy, k = optional_import("jax.numpy", "jax"), tower.order
    slope = tower.grow(lambda y: numpy.exp(x[0]) if k == 0 else chain(x, y, k))
    return tower.grow(lambda _: bind(x[0]) if k == 0 else slope[k])


def _logarithm(shift: float) -> Callable[..., list[Any]]:
    def rule(tower: Tower, bind: Any, _: Any, x: list[Any]) -> list[Any]:
        k = tower.order

        def later(y: list[Any]) -> Any:
            rest = sum(i * y[i] * x[k - i] for i in range(1, k))
            return (x[k] - rest / k) / (x[0] + shift)

        return tower.grow(lambda y: bind(x[0]) if k == 0 else later(y))

    return rule


def _through_square(first: Callable[[Any, Any], Any], sign: int) -> Callable[..., list[Any]]:
    """Return the rule of tanh (-1) or tan (1): the slope is first(x) and then sign (y^2)_k."""

    def rule(tower: Tower, bind: Any, _: Any, x: list[Any]) -> list[Any]:
        numpy, k = optional_import("jax.numpy", "jax"), tower.order
        place = len(tower.fresh)
        slope = tower.memory[place] if place < len(tower.memory) else []
        value = bind(x[0]) if k == 0 else chain(x, slope, k)
        known = tower.memory[place + 1] if k else []
        square = convolved(_times, [*known, value], [*known, value], k)
        tower.grow(lambda _: first(numpy, x[0]) if k == 0 else sign * square)
        return tower.grow(lambda _: value)

    return rule


def _sech2(numpy: Any, x: Any) -> Any:
    decay = numpy.exp(-2 * abs(x))
    return 4 * decay / (1 + decay) ** 2


def _inverse(
    constant: int, square: int, exponent: float, sign: int = 1
) -> Callable[..., list[Any]]:
    """Return the rule of a function with the slope sign (constant + square x^2)^exponent."""

    def rule(tower: Tower, bind: Any, _: Any, x: list[Any]) -> list[Any]:
        k = tower.order
        base = tower.grow(lambda _: square * convolved(_times, x, x, k) + constant * (k == 0))
        slope = _power(tower, lambda b: b**exponent, exponent, base)
        return tower.grow(lambda _: bind(x[0]) if k == 0 else sign * chain(x, slope, k))

    return rule


def _logistic(tower: Tower, bind: Any, _: Any, x: list[Any]) -> list[Any]:
    """1/(1 + exp(-x)) by tanh(x/2): see `polyfam.losses.arithmetic.recurrences`."""
    numpy, k = optional_import("jax.numpy", "jax"), tower.order
    half = [c / 2 for c in x]
    tangent = _through_square(_sech2, -1)(tower, numpy.tanh, None, half)
    return tower.grow(lambda _: bind(x[0]) if k == 0 else tangent[k] / 2)


def _error_function(sign: int) -> Callable[..., list[Any]]:
    """Return the rule of erf (1) or of erfc (-1)."""

    def rule(tower: Tower, bind: Any, _: Any, x: list[Any]) -> list[Any]:
        numpy, k = optional_import("jax.numpy", "jax"), tower.order
        square = tower.grow(lambda _: convolved(_times, x, x, k))

        def bell(s: list[Any]) -> Any:
            return numpy.exp(-square[0]) * 2 / sqrt(pi) if k == 0 else -chain(square, s, k)

        slope = tower.grow(bell)
        return tower.grow(lambda _: bind(x[0]) if k == 0 else sign * chain(x, slope, k))

    return rule


def _waves(sine: str, cosine: str, sign: int) -> Callable[[int], Callable[..., list[Any]]]:
    """Return the rules of a sine and a cosine whose slope is sign times the sine."""

    def rules(chosen: int) -> Callable[..., list[Any]]:
        def rule(tower: Tower, _: Any, __: Any, x: list[Any]) -> list[Any]:
            numpy, k, place = optional_import("jax.numpy", "jax"), tower.order, len(tower.fresh)
            co = tower.memory[place + 1] if k else []
            first = getattr(numpy, sine)
            si = tower.grow(lambda _: first(x[0]) if k == 0 else chain(x, co, k))
            other = getattr(numpy, cosine)
            co = tower.grow(lambda _: other(x[0]) if k == 0 else sign * chain(x, si, k))
            return (si, co)[chosen]

        return rule

    return rules


def _exp2(tower: Tower, bind: Any, _: Any, x: list[Any]) -> list[Any]:
    k = tower.order
    return tower.grow(lambda y: bind(x[0]) if k == 0 else log(2) * chain(x, y, k))


def _moving_power(tower: Tower, bind: Any, _: Any, x: list[Any], exponent: list[Any]) -> list[Any]:
    """x^p = exp(p log x), for x_0 > 0."""
    numpy, k = optional_import("jax.numpy", "jax"), tower.order
    moves = len(x) > 1 or k == 0  # the logarithm of a constant has terms that vanish
    logarithm = _logarithm(0.0)(tower, numpy.log, None, x if moves else [*x, *[0 * x[0]] * k])
    product = tower.grow(lambda _: convolved(_times, exponent, logarithm, k))
    return tower.grow(lambda y: bind(x[0], exponent[0]) if k == 0 else chain(product, y, k))


def _power(tower: Tower, bind: Any, exponent: float, x: list[Any]) -> list[Any]:
    """x^p from x y' = p y x', where x_0 != 0."""
    k = tower.order

    def later(y: list[Any]) -> Any:
        total = sum((exponent * i - (k - i)) * x[i] * y[k - i] for i in range(1, k + 1))
        return total / (k * x[0])

    return tower.grow(lambda y: bind(x[0]) if k == 0 else later(y))


def _integer_power(tower: Tower, bind: Any, parameters: Any, x: list[Any]) -> list[Any]:
    """x^n by products for n > 0, which is right at x_0 = 0 as well."""
    n, k = parameters["y"], tower.order
    if n <= 0:
        return _power(tower, bind, n, x)
    power = x
    for _ in range(n - 1):
        factor = power
        power = tower.grow(lambda _, f=factor: convolved(_times, f, x, k))  # type: ignore[misc]
    return power


def _quotient(tower: Tower, _: Any, __: Any, a: list[Any], b: list[Any]) -> list[Any]:
    k = tower.order

    def next_(y: list[Any]) -> Any:
        rest = sum(b[i] * y[k - i] for i in range(1, k + 1) if i < len(b))
        top = a[k] if k < len(a) else 0
        return (top - rest) / b[0]

    return tower.grow(next_)


_RULES: dict[str, Callable[..., list[Any]]] = {
    "exp": _exp,
    "exp2": _exp2,
    "expm1": _expm1,
    "log": _logarithm(0.0),
    "log1p": _logarithm(1.0),
    "tanh": _through_square(_sech2, -1),
    "tan": _through_square(lambda numpy, x: numpy.cos(x) ** -2, 1),
    "logistic": _logistic,
    "erf": _error_function(1),
    "erfc": _error_function(-1),
    "sin": _waves("sin", "cos", -1)(0),
    "cos": _waves("sin", "cos", -1)(1),
    "sinh": _waves("sinh", "cosh", 1)(0),
    "cosh": _waves("sinh", "cosh", 1)(1),
    "asin": _inverse(1, -1, -0.5),
    "acos": _inverse(1, -1, -0.5, -1),
    "atan": _inverse(1, 1, -1),
    "asinh": _inverse(1, 1, -0.5),
    "acosh": _inverse(-1, 1, -0.5),
    "atanh": _inverse(1, -1, -1),
    "sqrt": lambda tower, bind, _, x: _power(tower, bind, 0.5, x),
    "rsqrt": lambda tower, bind, _, x: _power(tower, bind, -0.5, x),
    "cbrt": lambda tower, bind, _, x: _power(tower, bind, 1 / 3, x),
    "pow": lambda tower, bind, _, x, p: _power(tower, lambda v: bind(v, p[0]), p[0], x),
    "pow with a moving exponent": _moving_power,
    "integer_pow": _integer_power,
    "square": lambda tower, _, __, x: tower.grow(lambda _: convolved(_times, x, x, tower.order)),
    "div": _quotient,
}
