"""numpy's functions of whole arrays on truncated power series.

Three rules cover almost all of them.

- A *linear* function (sum, concatenate, take, ...) acts on one coefficient after another.
- A *multilinear* one (matmul, einsum, dot, ...) obeys the product rule: the k-th coefficient is the
  sum of f(a_i, b_j, ...) over i + j + ... = k.
- A *change of shape* (reshape, transpose, ...) acts on all coefficients at once and, as in numpy,
  gives a view.

`RULES` maps numpy's functions to functions that take the class of the series first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polyfam.errors import DomainError, TaylorError

__all__ = ["RULES", "common_terms", "multilinear"]

Rule = Callable[..., Any]


def common_terms(cls: Any, values: Any) -> int:
    """Return the number of terms of all series among the values, 1 without any, or raise."""
    terms = sorted({v.terms for v in values if isinstance(v, cls)})
    if len(terms) > 1:
        raise DomainError(f"Series of {terms[0]} and of {terms[-1]} terms do not combine.")
    return terms[0] if terms else 1


def _coefficient(cls: Any, value: Any, k: int) -> Any:
    """Return the k-th coefficient of a series, of a constant or of a list of them."""
    if isinstance(value, cls):
        return value.coefficients[k]
    if isinstance(value, list | tuple):
        return [_coefficient(cls, v, k) for v in value]
    return value if k == 0 else np.zeros_like(value)


def _flat(value: Any) -> Iterator[Any]:
    """Yield the entries of nested lists."""
    if isinstance(value, list | tuple):
        for entry in value:
            yield from _flat(entry)
    else:
        yield value


def _linear(function: Callable[..., Any]) -> Rule:
    """Return the rule of a function that is linear in its first argument, or a list of them."""

    def rule(cls: Any, first: Any, *args: Any, **kwargs: Any) -> Any:
        _no_series(cls, function, args, kwargs)
        if len(args) > 2 or {"initial", "append", "prepend"} & kwargs.keys():
            raise TaylorError(
                f"numpy.{function.__name__} has no rule for Taylor series with these arguments: "
                "give those after the third by name, and leave out initial, append, prepend."
            )
        terms = common_terms(cls, _flat(first))
        results = [function(_coefficient(cls, first, k), *args, **kwargs) for k in range(terms)]
        if isinstance(results[0], list | tuple):
            return [cls(np.stack(parts)) for parts in zip(*results, strict=True)]
        return cls(np.stack(results))

    return rule


def multilinear(cls: Any, function: Callable[..., Any], *operands: Any, **kwargs: Any) -> Any:
    """Return a function that is linear in every operand, by the product rule.

    Operands are series of the class, or constants, which take part with their only coefficient.
    """
    series = [o for o in operands if isinstance(o, cls)]
    terms = common_terms(cls, series)
    operands = tuple(o if isinstance(o, cls) else _in_floats(o, series) for o in operands)
    totals: list[Any] = [0] * terms
    for orders in _orders(len(series), terms):
        chosen = iter(orders)
        factors = [o.coefficients[next(chosen)] if isinstance(o, cls) else o for o in operands]
        totals[sum(orders)] = totals[sum(orders)] + function(*factors, **kwargs)
    return cls(np.stack(totals))


def _in_floats(constant: Any, series: list[Any]) -> Any:
    """Return a constant as floats: whole numbers would wrap in products among themselves."""
    array = np.asarray(constant)
    if array.dtype.kind in "biu":
        return array.astype(np.result_type(array, np.float16, *(each.dtype for each in series)))
    return constant


def _orders(count: int, terms: int) -> Iterator[tuple[int, ...]]:
    """Yield the tuples of `count` orders with a sum below `terms`."""
    if count == 0:
        yield ()
    for first in range(terms if count else 0):
        for rest in _orders(count - 1, terms - first):
            yield (first, *rest)


def _bilinear(function: Callable[..., Any]) -> Rule:
    """Return the rule of a function that is linear in its first two arguments."""

    def rule(cls: Any, a: Any, b: Any, *rest: Any, **kwargs: Any) -> Any:
        _no_series(cls, function, rest, kwargs)
        return multilinear(cls, lambda a, b: function(a, b, *rest, **kwargs), a, b)

    return rule


def _einsum(cls: Any, subscripts: Any, *operands: Any, **kwargs: Any) -> Any:
    """Apply numpy.einsum, with the subscripts as text."""
    if not isinstance(subscripts, str):
        raise TaylorError("numpy.einsum takes Taylor series with the subscripts as text only.")
    return multilinear(cls, lambda *ab: np.einsum(subscripts, *ab, **kwargs), *operands)


def _no_series(cls: Any, function: Any, args: Any, kwargs: Any) -> None:
    """Raise when a series stands where a rule has no place for one."""
    if any(isinstance(v, cls) for v in _flat([*args, *kwargs.values()])):
        raise TaylorError(f"numpy.{function.__name__} takes a Taylor series as its data only.")


# Changes of shape: views of all coefficients


def _axis(axis: int) -> int:
    """Return an axis behind the order."""
    return axis + 1 if axis >= 0 else axis


def _axes(axes: Any) -> Any:
    """Return one or several axes behind the order."""
    return tuple(map(_axis, axes)) if isinstance(axes, list | tuple) else _axis(axes)


def _reshape(cls: Any, x: Any, shape: Any) -> Any:
    """Apply numpy.reshape."""
    return cls(x.coefficients.reshape(x.terms, *(shape if np.iterable(shape) else (shape,))))


def _transpose(cls: Any, x: Any, axes: Any = None) -> Any:
    """Apply numpy.transpose."""
    axes = range(x.ndim)[::-1] if axes is None else axes
    return cls(x.coefficients.transpose(0, *(a % x.ndim + 1 for a in axes)))


def _moved(function: Callable[..., Any]) -> Rule:
    """Return the rule of moveaxis and swapaxes."""
    return lambda cls, x, source, target: cls(
        function(x.coefficients, _axes(source), _axes(target))
    )


def _squeeze(cls: Any, x: Any, axis: Any = None) -> Any:
    """Apply numpy.squeeze."""
    if axis is None:
        axis = tuple(i for i, length in enumerate(x.shape) if length == 1)
    return cls(np.squeeze(x.coefficients, _axes(axis)))


def _broadcast_to(cls: Any, x: Any, shape: Any) -> Any:
    """Apply numpy.broadcast_to."""
    shape = tuple(shape) if np.iterable(shape) else (shape,)
    padded = x.coefficients.reshape(x.terms, *(1,) * (len(shape) - x.ndim), *x.shape)
    return cls(np.broadcast_to(padded, (x.terms, *shape)))


# Choices


def _where(cls: Any, condition: Any, *sides: Any) -> Any:
    """Apply numpy.where with a condition that holds booleans."""
    if isinstance(condition, cls) or len(sides) != 2:
        raise TaylorError("numpy.where needs a comparison and two sides for Taylor series.")
    return _linear(lambda pair: np.where(condition, *pair))(cls, list(sides))


def _argmax(_: Any, x: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """Apply numpy.argmax for small h > 0: ties in one coefficient go to the next."""
    if np.iscomplexobj(x.coefficients) or isinstance(axis, tuple):
        raise TaylorError("numpy.max and argmax take real Taylor series, along one axis or all.")
    coefficients = x.coefficients.reshape(x.terms, -1) if axis is None else x.coefficients
    along = -1 if axis is None else axis
    unknown = np.isnan(coefficients[0])
    decided = unknown.any(along, keepdims=True)  # as numpy has it: the first NaN
    leading = unknown | ~decided
    for c in coefficients:
        leading &= decided | (c == np.where(leading, c, -np.inf).max(along, keepdims=True))
    place = np.argmax(leading, along, keepdims=keepdims)
    return place.reshape((1,) * x.ndim) if keepdims and axis is None else place


def _maximum(cls: Any, x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Apply numpy.max: the entry that is largest for small h > 0."""
    if axis is None:
        best = _maximum(cls, _reshape(cls, x, -1), axis=0)
        return _reshape(cls, best, (1,) * x.ndim) if keepdims else best
    place = _argmax(cls, x, axis, keepdims=True)
    best = _linear(lambda c: np.take_along_axis(c, place, axis))(cls, x)
    return best if keepdims else _squeeze(cls, best, axis)


# Functions made of others


def _variance(_: Any, x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """Apply numpy.var."""
    if np.iscomplexobj(x.coefficients):
        raise TaylorError("numpy.var takes real Taylor series: |z|^2 is not analytic.")
    centred = x - np.mean(x, axis=axis, keepdims=True)
    squares = np.sum(centred * centred, axis=axis, keepdims=keepdims)
    count = x.size / max(squares.size, 1)
    return squares / (count - ddof)


def _norm(
    _: Any,
    x: Any,
    ord: Any = None,  # noqa: A002
    axis: Any = None,
    keepdims: bool = False,
) -> Any:
    """Apply numpy.linalg.norm: the root of the sum of squares."""
    plain = ord is None or ord == "fro" or (ord == 2 and (x.ndim == 1 or isinstance(axis, int)))
    if not plain:
        raise TaylorError(f"numpy.linalg.norm has a Taylor series for ord=2 only, not {ord!r}.")
    largest = np.abs(x.coefficients[0]).max(axis=axis, keepdims=True, initial=0)
    _, order = np.frexp(np.where(np.isfinite(largest) & (largest > 0), largest, 1))
    unit = np.ldexp(np.ones_like(largest), np.maximum(order, -1000))  # squares are in range
    scaled = x / unit
    unit = unit if keepdims else np.squeeze(unit, axis)
    return unit * np.sqrt(np.sum(np.conjugate(scaled) * scaled, axis=axis, keepdims=keepdims))


def _solve(cls: Any, a: Any, b: Any) -> Any:
    """Apply numpy.linalg.solve: A_0 x_k = b_k - A_1 x_{k-1} - ... - A_k x_0."""
    terms = common_terms(cls, (a, b))
    found: list[np.ndarray] = []
    constant = _coefficient(cls, a, 0)
    for k in range(terms):
        right = _coefficient(cls, b, k)
        for i in range(1, k + 1):
            right = right - _coefficient(cls, a, i) @ found[k - i]
        found.append(np.linalg.solve(constant, right))
    return cls(np.stack(found))


def _inverse(cls: Any, a: Any) -> Any:
    """Apply numpy.linalg.inv."""
    return _solve(cls, a, np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape))


def _filled(function: Callable[..., np.ndarray]) -> Rule:
    """Return the rule of zeros_like and its siblings: a constant series."""

    def rule(cls: Any, x: Any, *args: Any, dtype: Any = None, shape: Any = None) -> Any:
        _no_series(cls, function, args, {})
        value = function(x.coefficients[0], *args, dtype=dtype, shape=shape)
        return cls.constant(value, x.terms)

    return rule


_LINEAR = (
    np.sum, np.mean, np.cumsum, np.trace, np.diagonal, np.diag, np.tril, np.triu,
    np.concatenate, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack, np.block,
    np.split, np.array_split, np.hsplit, np.vsplit, np.take, np.take_along_axis, np.compress,
    np.delete, np.repeat, np.tile, np.flip, np.fliplr, np.flipud, np.roll, np.rot90,
    np.atleast_1d, np.atleast_2d, np.real, np.imag, np.copy,
)  # fmt: skip
_BILINEAR = (
    np.dot, np.inner, np.outer, np.tensordot, np.vdot, np.kron, np.cross, np.convolve,
)  # fmt: skip

#: numpy function -> function of the class of the series and numpy's arguments.
RULES: dict[Callable[..., Any], Rule] = {
    **{function: _linear(function) for function in _LINEAR},
    **{function: _bilinear(function) for function in _BILINEAR},
    np.einsum: _einsum,
    np.diff: lambda cls, x, n=1, axis=-1: _linear(np.diff)(cls, x, n, axis),
    np.reshape: _reshape,
    np.ravel: lambda cls, x: _reshape(cls, x, -1),
    np.transpose: _transpose,
    np.moveaxis: _moved(np.moveaxis),
    np.swapaxes: _moved(np.swapaxes),
    np.squeeze: _squeeze,
    np.expand_dims: lambda cls, x, axis: cls(np.expand_dims(x.coefficients, _axes(axis))),
    np.broadcast_to: _broadcast_to,
    np.where: _where,
    np.max: _maximum,
    np.min: lambda cls, x, *args, **kwargs: -_maximum(cls, -x, *args, **kwargs),
    np.argmax: _argmax,
    np.argmin: lambda cls, x, *args, **kwargs: _argmax(cls, -x, *args, **kwargs),
    np.clip: lambda _, x, a_min, a_max: np.minimum(np.maximum(x, a_min), a_max),
    np.var: _variance,
    np.std: lambda cls, x, *args, **kwargs: np.sqrt(_variance(cls, x, *args, **kwargs)),
    np.linalg.norm: _norm,
    np.linalg.solve: _solve,
    np.linalg.inv: _inverse,
    np.zeros_like: _filled(np.zeros_like),
    np.ones_like: _filled(np.ones_like),
    np.empty_like: _filled(np.zeros_like),
    np.full_like: _filled(np.full_like),
    np.shape: lambda _, x: x.shape,
    np.ndim: lambda _, x: x.ndim,
    np.size: lambda _, x: x.size,
    np.iscomplexobj: lambda _, x: x.dtype.kind == "c",
    np.isrealobj: lambda _, x: x.dtype.kind != "c",
}
