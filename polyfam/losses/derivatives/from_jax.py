"""Losses written in JAX.

The gradient's Taylor coefficients come from ``jax.experimental.jet`` applied to ``jax.grad``; where
jet has no rule for an operation (relu, softplus, linear solves, ...), from the holomorphic gradient
on a complex circle (`polyfam.losses.derivatives.circle`).  Which of them is right is found out
once, at the first jet, by `polyfam.losses.derivatives.self_check`; if neither is, `TaylorError`
says why.  All is done in double precision, whatever the setting outside.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Any

import numpy as np

from polyfam._checks import optional_import
from polyfam.errors import TaylorError
from polyfam.losses.derivatives.black_box import BlackBox
from polyfam.losses.derivatives.self_check import check_series

__all__ = ["JaxLoss", "from_jax"]

Array = np.ndarray[Any, Any]


class JaxLoss:
    """A loss that JAX differentiates; `from_jax` makes it."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        jax = optional_import("jax", "jax")
        self._function = function
        self._x64 = lambda: jax.enable_x64(True)
        gradient = jax.grad(function)
        self._value = _points(jax.jit(jax.vmap(function)))
        self._gradient = _points(jax.jit(jax.vmap(gradient)))
        self._hessian_vector = _points(
            jax.jit(jax.vmap(lambda x, v: jax.jvp(gradient, (x,), (v,))[1]))
        )
        self._by_jet = jax.jit(jax.vmap(_jet_of(gradient), in_axes=1, out_axes=1))
        self._by_circle = BlackBox(_points(jax.jit(jax.vmap(jax.grad(function, holomorphic=True)))))
        self._method: Callable[[Array], Array] | None = None

    def value(self, theta: Array) -> Array:
        """Return the loss (...) at points (..., d)."""
        with self._x64():
            return self._value(theta)

    def gradient(self, theta: Array) -> Array:
        """Return the gradient (..., d) at points (..., d)."""
        with self._x64():
            return self._gradient(theta)

    def hessian_vector(self, theta: Array, v: Array) -> Array:
        """Return the Hessian at theta times v, forward over reverse."""
        with self._x64():
            return self._hessian_vector(*np.broadcast_arrays(theta, v))

    def series(self, coefficients: Array) -> Array:
        """Return the coefficients (R, ..., d) of the gradient along those of a curve."""
        with self._x64():
            if len(coefficients) == 1:
                return self._gradient(coefficients[0])[None]
            if self._method is None:
                self._method = self._choose(coefficients[0].reshape(-1, coefficients.shape[-1])[0])
            return self._method(coefficients)

    def jet(self, shape: tuple[int, ...], terms: int) -> _PaddedJet:
        """Return the jet whose every push runs one compiled function of all terms."""
        return _PaddedJet(self.series, shape, terms)

    def _jet_series(self, coefficients: Array) -> Array:
        """Return the series by jet."""
        flat = coefficients.reshape(len(coefficients), -1, coefficients.shape[-1])
        return np.asarray(self._by_jet(flat)).reshape(coefficients.shape)

    def _choose(self, theta: Array) -> Callable[[Array], Array]:
        """Return the first method that passes the check at a point."""
        reasons = []
        methods = {"jet": self._jet_series, "the complex circle": self._by_circle.series}
        for name, method in methods.items():
            try:
                check_series(self._gradient, method, theta)
            except Exception as error:  # jet fails in many ways
                reason = str(error).split("\n")[0].split(". ")[0]
                reasons.append(f"{name}: {type(error).__name__}: {reason}")
            else:
                return method
        missing = _without_rules(self._function, theta)
        culprits = f" (jet has no rule for {', '.join(missing)})" if missing else ""
        raise TaylorError(
            f"JAX gives no Taylor series of this loss{culprits}: {'; '.join(reasons)}"
        )


class _PaddedJet:
    """A jet that evaluates a series of full length at every push: one shape, one compilation."""

    def __init__(
        self, series: Callable[[Array], Array], shape: tuple[int, ...], terms: int
    ) -> None:
        self._series = series
        self._coefficients = np.zeros((terms, *shape))
        self._order = 0

    def push(self, coefficient: Array) -> Array:
        """Take the next coefficient, return that of the gradient."""
        self._coefficients[self._order] = coefficient
        self._order += 1
        return self._series(self._coefficients)[self._order - 1]


def from_jax(function: Callable[[Any], Any]) -> JaxLoss:
    """Return the loss that a JAX function computes.

    Parameters
    ----------
    function : callable
        Maps one flat vector (d,) of parameters to a number; `jax.flatten_util.ravel_pytree` turns
        trees of parameters into such vectors.  It must not be wrapped in `jax.vmap`: many points
        are handled here.

    Returns
    -------
    JaxLoss
        A loss with ``value``, ``gradient``, ``hessian_vector``, ``series`` and ``jet``.

    Raises
    ------
    MissingExtraError
        Without JAX.
    TaylorError
        At the first jet, when JAX gives no right Taylor series of the gradient.

    Examples
    --------
    >>> from polyfam.losses.derivatives.jets import gradient_series
    >>> loss = from_jax(lambda theta: (theta**4).sum() / 4)
    >>> gradient_series(loss, [[2.0], [1.0], [0.0], [0.0]]).ravel()
    array([ 8., 12.,  6.,  1.])
    """
    return JaxLoss(function)


def _points(function: Callable[..., Any]) -> Callable[..., Array]:
    """Return a function of arrays (..., d) from one of arrays (points, d)."""

    def many(*arrays: Any) -> Array:
        arrays = tuple(np.asarray(a) for a in arrays)
        shape = arrays[0].shape
        found = np.asarray(function(*(a.reshape(-1, shape[-1]) for a in arrays)))
        return found.reshape(shape[:-1] + found.shape[1:])

    return many


def _jet_of(gradient: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the map from Taylor coefficients (R, d) to those of the gradient, by jet."""
    jet = optional_import("jax.experimental.jet", "jax").jet
    numpy = optional_import("jax.numpy", "jax")

    def series(coefficients: Any) -> Any:
        factorials = [float(factorial(k)) for k in range(len(coefficients))]  # jet: derivatives
        higher = [c * f for c, f in zip(coefficients, factorials, strict=True)][1:]
        constant, found = jet(gradient, (coefficients[0],), (higher,))
        return numpy.stack([constant, *(c / f for c, f in zip(found, factorials[1:], strict=True))])

    return series


def _without_rules(function: Callable[[Any], Any], theta: Array) -> list[str]:
    """Return the names of the operations in a function for which jet has no rule."""
    jax = optional_import("jax", "jax")
    rules = optional_import("jax.experimental.jet", "jax").jet_rules
    names: set[str] = set()

    def visit(jaxpr: Any) -> None:
        for equation in jaxpr.eqns:
            inner = [p for p in equation.params.values() if hasattr(p, "eqns")]
            inner += [p.jaxpr for p in equation.params.values() if hasattr(p, "jaxpr")]
            for child in inner:
                visit(child)
            name = equation.primitive.name
            opaque = (equation.invars and not inner) or name.startswith("custom_")
            if opaque and equation.primitive not in rules:
                names.add(name)

    visit(jax.make_jaxpr(function)(theta).jaxpr)
    return sorted(names)
