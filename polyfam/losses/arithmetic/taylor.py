r"""Truncated power series of arrays that numpy code runs on unchanged.

A `Taylor` value stands for  x(h) = x_0 + x_1 h + ... + x_{R-1} h^{R-1} + O(h^R),  every x_k an
array of one shape.  It takes part in numpy's protocols, so that a function written for arrays,

    def gradient(theta):
        return A.T @ np.tanh(A @ theta)

gives, at theta(h), the R terms of its value.  Elementwise functions are in
`polyfam.losses.arithmetic.elementary`, functions of whole arrays in
`polyfam.losses.arithmetic.array_functions`. Anything else raises `TaylorError` with the name of
the operation and what to use instead: no operation drops terms silently, and none turns a series
into a plain array, except comparisons, which the constant terms decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from polyfam._checks import integer
from polyfam.errors import DomainError, TaylorError
from polyfam.losses.arithmetic.array_functions import RULES, common_terms, multilinear
from polyfam.losses.arithmetic.elementary import COMPARISONS, UFUNCS, padded
from polyfam.typing import Array

__all__ = ["Taylor", "TaylorError"]

#: More terms than any double can use.
_MOST_TERMS = 10_000

#: What to use in place of common operations without a Taylor series.
_REMEDIES = {
    "arctan2": "use numpy.arctan of the quotient",
    "arcsin": "use numpy.arctan(x/numpy.sqrt(1 - x*x))",
    "floor": "it is constant between its jumps: apply it to data, not to parameters",
    "heaviside": "use numpy.where with a comparison",
    "copysign": "use numpy.abs and numpy.sign",
    "sort": "use indexing with an order that does not depend on the parameters",
    "linalg.det": "use numpy.linalg.solve and products",
    "allclose": "compare the arrays x.coefficients",
    "array_equal": "compare the arrays x.coefficients",
    "prod": "multiply the entries in a loop",
    "nansum": "use numpy.sum",
}
_FALLBACK = "write it with the operations of docs/losses.md, or use black_box, from_jax, from_torch"


class Taylor(NDArrayOperatorsMixin):
    """A truncated power series in one variable h, whose coefficients are arrays.

    Parameters
    ----------
    coefficients : array_like, shape (R, ...)
        The coefficients of h^0, ..., h^(R-1).  Floats (single precision too) and complex numbers
        keep their type, integers become floats.  The array is not copied.

    Raises
    ------
    DomainError
        Without any coefficient.

    Examples
    --------
    >>> x = Taylor([0.0, 1.0, 0.0, 0.0])
    >>> np.exp(x) * 6
    Taylor([6., 6., 3., 1.])
    >>> theta = Taylor.line([1.0, 2.0], [1.0, 0.0], terms=3)
    >>> (theta**3).coefficients
    array([[1., 8.],
           [3., 0.],
           [3., 0.]])
    """

    __slots__ = ("coefficients",)
    __hash__ = None  # type: ignore[assignment]  # numpy's arrays have none either

    def __init__(self, coefficients: Any) -> None:
        try:
            array = np.asarray(coefficients)
        except ValueError:  # rows of different lengths
            raise DomainError("Argument 'coefficients' must be an array of numbers.") from None
        if array.ndim == 0 or len(array) == 0:
            raise DomainError("Argument 'coefficients' must hold one array for each power of h.")
        if array.dtype.kind in "biu":
            array = array.astype(float)
        elif array.dtype.kind not in "fc":
            raise TaylorError(f"Argument 'coefficients' must hold numbers, not {array.dtype}.")
        self.coefficients = array

    @classmethod
    def constant(cls, value: Any, terms: int) -> Taylor:
        """Return the series value + 0 h + 0 h^2 + ... of so many terms.

        Examples
        --------
        >>> Taylor.constant(2.0, terms=3)
        Taylor([2., 0., 0.])
        """
        terms = integer(terms, "terms", minimum=1, maximum=_MOST_TERMS)
        return cls(padded(cls([value]).coefficients, terms))

    @classmethod
    def line(cls, point: Any, direction: Any, terms: int) -> Taylor:
        """Return the series point + direction h of so many terms.

        Examples
        --------
        >>> Taylor.line(2.0, 5.0, terms=3)
        Taylor([2., 5., 0.])
        """
        terms = integer(terms, "terms", minimum=2, maximum=_MOST_TERMS)
        try:
            line = np.stack(np.broadcast_arrays(point, direction))
        except ValueError as error:
            raise DomainError(f"Arguments 'point' and 'direction' do not fit: {error}.") from None
        coefficients = np.zeros((terms, *line.shape[1:]), dtype=np.result_type(line, np.float16))
        coefficients[:2] = line
        return cls(coefficients)

    def __call__(self, h: complex) -> Array:
        """Return the value of the polynomial at h.

        Examples
        --------
        >>> Taylor([1.0, 1.0, 2.0])(0.5)
        np.float64(2.0)
        """
        value: Array = self.coefficients[-1]
        for coefficient in self.coefficients[-2::-1]:
            value = value * h + coefficient
        return value

    # The attributes of an array

    terms = property(lambda self: len(self.coefficients), doc="The number R of terms.")
    shape = property(lambda self: self.coefficients.shape[1:], doc="The shape of a coefficient.")
    ndim = property(lambda self: self.coefficients.ndim - 1, doc="The number of trailing axes.")
    size = property(lambda self: self.coefficients[0].size, doc="The entries of a coefficient.")
    dtype = property(lambda self: self.coefficients.dtype, doc="The type of the coefficients.")
    T = property(lambda self: np.transpose(self), doc="The transposed series.")
    real = property(lambda self: type(self)(self.coefficients.real), doc="The real part.")
    imag = property(lambda self: type(self)(self.coefficients.imag), doc="The imaginary part.")

    def __repr__(self) -> str:
        return f"Taylor({np.array2string(self.coefficients, separator=', ')})"

    def __len__(self) -> int:
        if not self.shape:
            raise TaylorError(
                "A Taylor series of scalars has no length; see its attribute 'terms'."
            )
        return int(self.shape[0])

    def __iter__(self) -> Iterator[Taylor]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Taylor:
        keys = key if isinstance(key, tuple) else (key,)
        if all(isinstance(k, int | np.integer | slice | type(None) | type(...)) for k in keys):
            return type(self)(self.coefficients[(slice(None), *keys)])  # a view, as in numpy
        _refuse_series(keys, "an index")
        return type(self)(np.stack([c[key] for c in self.coefficients]))

    def __setitem__(self, key: Any, value: Any) -> None:
        _refuse_series(key if isinstance(key, tuple) else (key,), "an index")
        common_terms(Taylor, (self, value))
        source = self._series(value)
        _check_cast(source, self.coefficients)
        for k, target in enumerate(self.coefficients if self.shape else self.coefficients[:, None]):
            target[key] = source[k] if k < len(source) else 0

    # numpy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        out = options.pop("out", (None,))[0]
        if method == "reduce" and name in _REDUCTIONS and out is None:
            return _REDUCTIONS[name](*inputs, **{"axis": 0, **options})
        if method != "__call__" or options:
            extra = f".{method}" if method != "__call__" else f" with '{next(iter(options))}'"
            raise _unsupported(f"{name}{extra}")
        common_terms(type(self), inputs)
        if out is not None and (name in _TESTS or name in COMPARISONS):
            raise _unsupported(f"{name} with 'out'")
        if name in _TESTS:
            return _TESTS[name](ufunc(self.coefficients), axis=0)
        if name in COMPARISONS:
            return COMPARISONS[name](*map(self._series, inputs))
        if ufunc.signature is not None:
            result = multilinear(type(self), ufunc, *inputs)
        elif name in UFUNCS:
            same = len(inputs) == 2 and inputs[0] is inputs[1]
            arguments = [self._series(inputs[0])] * 2 if same else map(self._series, inputs)
            result = type(self)(UFUNCS[name](*arguments))
        else:
            raise _unsupported(name)
        return result if out is None else self._store(result, out, name)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = f"{function.__module__}.{function.__name__}".removeprefix("numpy.")
        if function not in RULES:
            raise _unsupported(name)
        if kwargs.pop("out", None) is not None:
            raise TaylorError(f"numpy.{name} takes no Taylor series with 'out': assign to y[...].")
        try:
            return RULES[function](type(self), *args, **kwargs)
        except TypeError as error:
            raise TaylorError(f"numpy.{name} does not take these arguments: {error}.") from error

    def _series(self, value: Any) -> Array:
        """Return coefficients: of a series its own, of a constant a single one."""
        if isinstance(value, Taylor):
            return value.coefficients
        weak = type(value) in (bool, int, float, complex)
        try:
            array = np.asarray(value, dtype=np.result_type(self.dtype, value) if weak else None)
        except (OverflowError, ValueError):  # 10**400, lists of several lengths
            array = np.asarray(None)
        if array.dtype.kind not in "biufc":
            raise TaylorError(f"Taylor series do not combine with {type(value).__name__} values.")
        # rules negate, square, subtract and take logarithms: integers would wrap, floats be short
        return array.astype(np.result_type(array, self.dtype), copy=False)[None]

    @staticmethod
    def _store(result: Taylor, out: Any, name: str) -> Taylor:
        """Write a result into the series it is meant for."""
        if not isinstance(out, Taylor):
            raise TaylorError(
                f"The result of numpy.{name} is a Taylor series and does not fit into an array: "
                "make the target with numpy.zeros_like(theta), or write y = y + x for y += x."
            )
        common_terms(Taylor, (result, out))
        _check_cast(result.coefficients, out.coefficients)
        if result.shape != out.shape:
            raise DomainError(f"A result of shape {result.shape} does not fit into {out.shape}.")
        out.coefficients[...] = result.coefficients
        return out

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        raise TaylorError(
            "numpy.array, numpy.asarray or an assignment into an array would drop the higher terms "
            "of a Taylor series: leave the conversion out, make targets with "
            "numpy.zeros_like(theta), and join series with numpy.stack or numpy.concatenate."
        )

    def _scalar(self, *_: Any) -> Any:
        """Refuse to become a number or a truth value."""
        raise TaylorError(
            "float(), int(), bool() or a function of 'math' would drop the higher terms of a "
            "Taylor series: use numpy's functions, and comparisons for decisions."
        )

    __float__ = __int__ = __complex__ = __bool__ = __index__ = __round__ = _scalar

    # The methods of an array: each is the numpy function of that name

    def sum(self, axis: Any = None, keepdims: bool = False) -> Taylor:
        """Return ``numpy.sum(x, axis, keepdims=...)``."""
        return _own(np.sum(self, axis=axis, keepdims=keepdims))

    def mean(self, axis: Any = None, keepdims: bool = False) -> Taylor:
        """Return ``numpy.mean(x, axis, keepdims=...)``."""
        return _own(np.mean(self, axis=axis, keepdims=keepdims))

    def max(self, axis: Any = None, keepdims: bool = False) -> Taylor:
        """Return ``numpy.max(x, axis, keepdims=...)``, as it is for small h > 0."""
        return _own(np.max(self, axis=axis, keepdims=keepdims))

    def min(self, axis: Any = None, keepdims: bool = False) -> Taylor:
        """Return ``numpy.min(x, axis, keepdims=...)``, as it is for small h > 0."""
        return _own(np.min(self, axis=axis, keepdims=keepdims))

    def dot(self, other: Any) -> Taylor:
        """Return ``numpy.dot(x, other)``."""
        return _own(np.dot(self, other))

    def reshape(self, *shape: Any) -> Taylor:
        """Return ``numpy.reshape(x, shape)``."""
        return _own(np.reshape(self, shape[0] if len(shape) == 1 else shape))

    def transpose(self, *axes: Any) -> Taylor:
        """Return ``numpy.transpose(x, axes)``."""
        return _own(np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None))

    def ravel(self) -> Taylor:
        """Return ``numpy.ravel(x)``."""
        return _own(np.ravel(self))

    flatten = ravel

    def copy(self) -> Taylor:
        """Return a copy, with coefficients of its own."""
        return type(self)(self.coefficients.copy())

    def astype(self, dtype: Any) -> Taylor:
        """Return the series with coefficients of another floating type."""
        _check_cast(self.coefficients, np.empty(0, dtype))
        return type(self)(self.coefficients.astype(dtype))

    def conj(self) -> Taylor:
        """Return the series with conjugate coefficients."""
        return _own(np.conjugate(self))


def _own(value: Any) -> Taylor:
    """Return what one of numpy's functions made of a series: a series, which numpy's types hide."""
    series: Taylor = value
    return series


_REDUCTIONS: dict[str, Callable[..., Any]] = {"add": np.sum, "maximum": np.max, "minimum": np.min}
_TESTS: dict[str, Callable[..., Any]] = {"isfinite": np.all, "isnan": np.any, "isinf": np.any}


def _unsupported(name: str) -> TaylorError:
    """Return the error for an operation without a rule."""
    remedy = _REMEDIES.get(name.split(" ")[0], _FALLBACK)
    module = "numpy" if hasattr(np, name.split(".")[0].split(" ")[0]) else "scipy.special"
    return TaylorError(f"{module}.{name} has no rule for Taylor series: {remedy}.")


def _refuse_series(keys: tuple[Any, ...], role: str) -> None:
    """Raise when a series serves as an index."""
    if any(isinstance(k, Taylor) for k in keys):
        raise TaylorError(f"A Taylor series cannot be {role}: compare it, or use numpy.argmax.")


def _check_cast(source: Array, target: Array) -> None:
    """Raise when complex coefficients would lose their imaginary part, or floats everything."""
    if not np.can_cast(source.dtype, target.dtype, casting="same_kind"):
        raise TaylorError(f"A series of {source.dtype} does not fit into one of {target.dtype}.")
