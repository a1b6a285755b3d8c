r"""The rules of `polyfam.losses.derivatives.torch_taylor`: one coefficient of one operation.

A rule takes the operation, the order k, its arguments (those that move as lists of coefficients),
the coefficients of the result so far, and a dict for series beside it, such as the slope s of
y' = s x'; it returns the k-th coefficient of the result.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from math import pi, sqrt
from typing import Any, TypeAlias

from polyfam._checks import optional_import
from polyfam.losses.derivatives.jax_taylor import chain

__all__ = ["RULES", "Moving", "Rule", "linear"]


class Moving(list[Any]):
    """The coefficients of a value that moves on the curve."""


Rule: TypeAlias = Callable[[Any, int, list[Any], Moving, dict[str, Moving]], Any]


def linear(operation: Any, k: int, given: list[Any], _: Moving, __: Any) -> Any:
    """Return the operation on the newest coefficients; constants count at order 0."""
    if k == 0:
        return operation(*(_at(a, 0) for a in given))
    places = _LINEAR.get(operation.name, (0,))
    return operation(*(_at(a, k) if i in places else _at(a, 0) for i, a in enumerate(given)))


def _at(value: Any, k: int) -> Any:
    """Return the k-th coefficient of a value that a linear operation takes."""
    if isinstance(value, Moving):
        return value[k]
    if isinstance(value, list):
        return [_at(v, k) for v in value]
    if k and isinstance(value, bool | int | float):
        return 0
    return optional_import("torch", "torch").zeros_like(value) if k else value


#: Linear operations, and the places of the arguments in which they are.
_LINEAR: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(
        (
            "_adaptive_avg_pool2d", "_adaptive_avg_pool2d_backward", "_conj", "_fft_c2c",
            "_fft_c2r", "_fft_r2c", "_to_copy", "alias", "as_strided", "avg_pool1d", "avg_pool2d",
            "avg_pool2d_backward", "broadcast_in_dim", "cat", "clone", "constant_pad_nd",
            "convert_element_type", "cumsum", "detach", "diagonal", "embedding",
            "embedding_dense_backward", "expand", "flip", "gather", "index", "index_select",
            "max_pool2d_with_indices_backward", "mean", "neg", "permute", "repeat", "roll",
            "select", "slice", "split", "split_with_sizes", "squeeze", "stack", "sum", "transpose",
            "unbind", "unfold", "unsqueeze", "upsample_bicubic2d", "upsample_bicubic2d_backward",
            "upsample_bilinear2d", "upsample_bilinear2d_backward", "upsample_linear1d",
            "upsample_linear1d_backward", "upsample_nearest1d", "upsample_nearest1d_backward",
            "upsample_nearest2d", "upsample_nearest2d_backward", "view", "view_as_complex",
            "view_as_real",
        ),
        (0,),
    ),
    **dict.fromkeys(("add", "sub", "slice_scatter", "select_scatter"), (0, 1)),
    **dict.fromkeys(("index_add", "scatter", "scatter_add"), (0, 3)),
    "index_put": (0, 2),
    "where": (1, 2),
}  # fmt: skip


def _product(operation: Any, k: int, given: list[Any], _: Moving, __: Any) -> Any:
    """Return a coefficient of a product, or of a convolution, whose bias is added."""
    a, b, *rest = given
    total = None
    for i, j in _pairs(a, b, k):
        if operation.name == "convolution":
            bias = None if total is not None or rest[0] is None else _bias(rest[0], k)
            term = operation(_term(a, i), _term(b, j), bias, *rest[1:])
        elif total is not None and operation.name == "mul":
            total.addcmul_(_term(a, i), _term(b, j))
            continue
        else:
            term = operation(_term(a, i), _term(b, j))
        total = term if total is None else total.add_(term)
    return total


def _bias(bias: Any, k: int) -> Any:
    """Return a coefficient of a bias, None for that of a constant."""
    return bias[k] if isinstance(bias, Moving) else (bias if k == 0 else None)


def _pairs(a: Any, b: Any, k: int) -> list[tuple[int, int]]:
    """Return the orders that add up to k, of two factors of which at least one moves."""
    if not isinstance(a, Moving):
        return [(0, k)]
    if not isinstance(b, Moving):
        return [(k, 0)]
    return [(i, k - i) for i in range(k + 1)]


def _term(value: Any, k: int) -> Any:
    """Return the k-th coefficient of a factor."""
    return value[k] if isinstance(value, Moving) else value


def _convolution_backward(operation: Any, k: int, given: list[Any], _: Moving, __: Any) -> Any:
    """Return the three products of a convolution's reverse sweep."""
    out, inputs, weight, *middle, mask = given
    found: list[Any] = []
    for place, other in ((0, weight), (1, inputs)):
        total = None
        chosen = [place == 0, place == 1, False]
        for i, j in _pairs(out, other, k) if mask[place] else ():
            pair = (_term(inputs, 0), _term(other, j))
            if place:
                pair = (_term(other, j), _term(weight, 0))
            term = operation(_term(out, i), *pair, *middle, chosen)[place]
            total = term if total is None else total.add_(term)
        found.append(total)
    newest = out[k] if isinstance(out, Moving) else (out if k == 0 else 0 * out)
    return (*found, newest.sum([0, *range(2, newest.ndim)]) if mask[2] else None)


def _max_pool(operation: Any, k: int, given: list[Any], known: Moving, _: Any) -> Any:
    if k == 0:
        return operation(given[0][0], *given[1:])
    places = known[0][1]
    values = given[0][k].flatten(-2).gather(-1, places.flatten(-2)).reshape(places.shape)
    return values, places


def _quotient(operation: Any, k: int, given: list[Any], known: Moving, _: Any) -> Any:
    a, b = given
    if not isinstance(b, Moving):
        return operation(a[k], b)
    if k == 0:
        return operation(_term(a, 0), b[0])
    rest = sum(b[i] * known[k - i] for i in range(1, k + 1))
    return ((a[k] - rest) if isinstance(a, Moving) else -rest) / b[0]


def _elementary(slope: Callable[[Any, Any], Any], later: Callable[..., Any]) -> Rule:
    """Return the rule of a function y with y' = s x', from s_0 and its later coefficients.

    `slope` gets x_0 and y_0; `later` the order, x, y and s so far.
    """

    def rule(operation: Any, k: int, given: list[Any], known: Moving, notes: Any) -> Any:
        x = given[0]
        if k == 0:
            value = operation(x[0], *given[1:])
            notes["slope"] = Moving([slope(x[0], value)])
            return value
        value = chain(x, notes["slope"], k)
        notes["slope"].append(later(k, x, [*known, value], notes["slope"], notes))
        return value

    return rule


def _squared(y: list[Any], k: int) -> Any:
    """Return the k-th coefficient of y^2."""
    return sum(y[i] * y[k - i] for i in range(k + 1))


def _sech2(x: Any, _: Any) -> Any:
    decay = (-2 * abs(x)).exp()
    return 4 * decay / (1 + decay) ** 2


def _bell(k: int, x: Any, _: Any, slope: Any, notes: Any) -> Any:
    """Return a coefficient of exp(-x^2), whose slope is that times -2 x x'."""
    square = notes.setdefault("square", Moving([x[0] * x[0]]))
    square.append(_squared(x, k))
    return -chain(square, slope, k)


def _waves(name: str) -> Rule:
    """Return the rule of the sine or the cosine."""

    def rule(operation: Any, k: int, given: list[Any], known: Moving, notes: Any) -> Any:
        x, sign = given[0], 1 if name == "sin" else -1
        if k == 0:
            notes["other"] = Moving([x[0].cos() if name == "sin" else x[0].sin()])
            return operation(x[0])
        value = sign * chain(x, notes["other"], k)
        notes["other"].append(-sign * chain(x, [*known, value], k))
        return value

    return rule


def _logarithm(shift: float) -> Rule:
    def rule(operation: Any, k: int, given: list[Any], y: Moving, _: Any) -> Any:
        x = given[0]
        if k == 0:
            return operation(x[0])
        rest = sum(i * y[i] * x[k - i] for i in range(1, k))
        return (x[k] - rest / k) / (x[0] + shift)

    return rule


def _power(exponent: float | None) -> Rule:
    """Return the rule of x^p from x y' = p y x', and by products for small p, right at x_0 = 0."""

    def rule(operation: Any, k: int, given: list[Any], y: Moving, notes: Any) -> Any:
        x, p = given[0], given[1] if exponent is None else exponent
        if p in (2, 3, 4):
            power: list[Any] = x
            for n in range(2, int(p) + 1):
                below, power = power, notes.setdefault(str(n), Moving())
                power.append(sum(below[i] * x[k - i] for i in range(k + 1)))
            return power[k]
        if k == 0:
            return operation(x[0], *given[1:])
        return sum((p * i - (k - i)) * x[i] * y[k - i] for i in range(1, k + 1)) / (k * x[0])

    return rule


@cache
def _jvp() -> Callable[..., Any]:
    """Return torch's forward derivative, whose own rules are compiled by a deprecated function."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        optional_import("torch._decomp.decompositions_for_jvp", "torch")
    found: Callable[..., Any] = optional_import("torch.func", "torch").jvp
    return found


def _along(operation: Any, k: int, given: list[Any], known: Moving, _: Any) -> Any:
    """Return the derivative of a piecewise linear operation along x_k; whole numbers stay."""
    if k == 0:
        return operation(*(_term(a, 0) for a in given))
    places = [i for i, a in enumerate(given) if isinstance(a, Moving)]

    def moved(*chosen: Any) -> Any:
        arguments = dict(zip(places, chosen, strict=True))
        found = operation(*(arguments.get(i, a) for i, a in enumerate(given)))
        return found[0] if isinstance(found, tuple) else found

    heads, tails = (tuple(given[i][n] for i in places) for n in (0, k))
    _, new = _jvp()(moved, heads, tails)
    return (new, *known[0][1:]) if isinstance(known[0], tuple) else new


def _variance(operation: Any, k: int, given: list[Any], _: Moving, notes: Any) -> Any:
    """Return a coefficient of the mean square of what is left of the mean."""
    x, *options = given
    dims, *rest = options or [None]
    dims = dims or list(range(x[0].ndim))
    centred = notes.setdefault("centred", Moving())
    centred.append(x[k] - x[k].mean(dims, keepdim=True))
    if k == 0:
        return operation(x[0], dims, *rest)
    count = x[0].numel() / operation(x[0], dims, *rest).numel()
    correction = rest[0] if rest else operation.options.get("correction", 1)
    return _squared(centred, k).sum(dims) / (count - correction)


def _exp(operation: Any, k: int, given: list[Any], known: Moving, _: Any) -> Any:
    return operation(given[0][0]) if k == 0 else chain(given[0], known, k)


#: The rules, and the places of the arguments that may move.
RULES: dict[str, tuple[Rule, tuple[int, ...]]] = {
    **{name: (linear, places) for name, places in _LINEAR.items()},
    # these look at the shape of their second argument, or at its decisions
    **dict.fromkeys(("avg_pool2d_backward", "_adaptive_avg_pool2d_backward"), (linear, (0, 1))),
    "max_pool2d_with_indices_backward": (linear, (0, 1, 7)),
    **dict.fromkeys(("mul", "mm", "bmm", "mv", "dot"), (_product, (0, 1))),
    "convolution": (_product, (0, 1, 2)),
    "convolution_backward": (_convolution_backward, (0, 1, 2)),
    "max_pool2d_with_indices": (_max_pool, (0,)),
    "div": (_quotient, (0, 1)),
    "exp": (_exp, (0,)),
    "expm1": (_elementary(lambda x, _: x.exp(), lambda k, x, _, s, __: chain(x, s, k)), (0,)),
    "log": (_logarithm(0.0), (0,)),
    "log1p": (_logarithm(1.0), (0,)),
    "tanh": (_elementary(_sech2, lambda k, _, y, __, ___: -_squared(y, k)), (0,)),
    "sigmoid": (
        _elementary(
            lambda x, y: y * (-x).sigmoid(), lambda k, _, y, __, ___: y[k] - _squared(y, k)
        ),
        (0,),
    ),
    "erf": (_elementary(lambda x, _: (-x * x).exp() * (2 / sqrt(pi)), _bell), (0,)),
    "sin": (_waves("sin"), (0,)),
    "cos": (_waves("cos"), (0,)),
    "sqrt": (_power(0.5), (0,)),
    "rsqrt": (_power(-0.5), (0,)),
    "reciprocal": (_power(-1.0), (0,)),
    "pow": (_power(None), (0,)),
    **dict.fromkeys(
        (
            "abs", "amax", "amin", "clamp", "cummax", "cummin", "kthvalue", "max", "median", "min",
            "sort", "topk",
        ),
        (_along, (0,)),
    ),
    **dict.fromkeys(("maximum", "minimum"), (_along, (0, 1))),
    "var": (_variance, (0,)),
}  # fmt: skip
