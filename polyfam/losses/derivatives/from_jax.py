"""Losses written in JAX.

A product with the Hessian is forward over reverse.  The gradient's longer Taylor series come from
`polyfam.losses.derivatives.jax_taylor` applied to ``jax.grad``; where there is no rule for an
operation (linear solves, ...), from the holomorphic gradient on a complex circle
(`polyfam.losses.derivatives.circle`).  Which of them is right is found out once, at the first
series of three terms or more, by `polyfam.losses.derivatives.self_check`; if neither is,
`TaylorError` says why.  All is done in double precision, whatever the setting outside.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

import numpy as np

from polyfam._checks import integer, optional_import
from polyfam.errors import DomainError, TaylorError
from polyfam.losses._samples import chosen_samples
from polyfam.losses.derivatives.black_box import BlackBox
from polyfam.losses.derivatives.jax_taylor import Tower
from polyfam.losses.derivatives.points import refuse_uncallable
from polyfam.losses.derivatives.products import check_product
from polyfam.losses.derivatives.self_check import check_series
from polyfam.typing import Array

__all__ = ["JaxLoss", "from_jax"]

_WORDS = {
    "value": "value",
    "gradient": "gradient",
    "product": "product with the Hessian",
    "products at one point": "product with the Hessian",
    "complex": "gradient at complex points",
}


class JaxLoss:
    """A loss that JAX differentiates; `from_jax` makes it."""

    products_are_checked = True

    def __init__(self, function: Callable[..., Any], size: int | None = None) -> None:
        jax = optional_import("jax", "jax")
        self._function, self._jax = function, jax
        self._arguments: tuple[Any, ...] = ()
        if size is not None:
            self.size = integer(size, "size", minimum=1, maximum=1 << 31)
            self._arguments = (np.arange(self.size),)
        rest = (None,) * len(self._arguments)
        gradient = jax.grad(function)

        def product(x: Any, v: Any, *rest: Any) -> Any:
            try:
                return jax.jvp(lambda y: gradient(y, *rest), (x,), (v,))[1]
            except TypeError as error:  # a rule for vector-Jacobian products alone
                if "custom_vjp" not in str(error):
                    raise
                return jax.vjp(lambda y: gradient(y, *rest), x)[1](v)[0]

        self._points_gradient = jax.vmap(gradient, (0, *rest))
        self._compiled = {
            "value": jax.jit(jax.vmap(function, (0, *rest))),
            "gradient": jax.jit(self._points_gradient),
            "product": jax.jit(jax.vmap(product, (0, 0, *rest))),
            "products at one point": jax.jit(jax.vmap(product, (None, 0, *rest))),
            "series": jax.jit(self._all_terms),
            "push": jax.jit(self._next_term),
            "complex": jax.jit(jax.vmap(jax.grad(function, holomorphic=True), (0, *rest))),
        }
        #: What was found out once, shared by all batches of the loss.
        self._known: dict[str, Any] = {}

    def batch(self, indices: Any) -> JaxLoss:
        """Return the loss on the samples with these indices; it shares compilations and checks."""
        if not self._arguments:
            raise DomainError("Only from_jax(function, size=n) makes a loss with batches.")
        loss = copy(self)
        chosen = chosen_samples(indices, self.size)
        loss._arguments, loss.size = (self._arguments[0][chosen],), len(chosen)
        return loss

    def value(self, theta: Array) -> Array:
        """Return the loss (...) at points (..., d)."""
        return self._run("value", theta).reshape(np.shape(theta)[:-1])

    def gradient(self, theta: Array) -> Array:
        """Return the gradient (..., d) at points (..., d)."""
        theta = np.asarray(theta)
        if _one_point(theta):
            found = self._run("gradient", theta.reshape(-1, theta.shape[-1])[:1])[0]
            return np.array(np.broadcast_to(found, theta.shape))
        return self._run("gradient", theta).reshape(theta.shape)

    def hessian_vector(self, theta: Array, v: Array) -> Array:
        """Return the Hessian at theta times v, forward over reverse."""
        theta, v = np.broadcast_arrays(theta, v)
        if np.iscomplexobj(v):
            parts = [self.hessian_vector(theta, part) for part in (v.real, v.imag)]
            return parts[0] + 1j * parts[1]
        found = self._product(theta, v)
        if "product" not in self._known:
            point = theta.reshape(-1, theta.shape[-1])[0]
            hint = "look for stop_gradient and custom derivatives"
            check_product("this JAX loss", self.gradient, self._product, point, hint)
            self._known["product"] = True
        return found

    def series(self, coefficients: Array) -> Array:
        """Return the coefficients (R, ..., d) of the gradient along those of a curve."""
        if len(coefficients) < 3 and np.isrealobj(coefficients):
            return np.stack(
                [self.gradient(coefficients[0])]
                + [self.hessian_vector(*coefficients) for _ in coefficients[1:]]
            )
        point = coefficients[0].reshape(-1, coefficients.shape[-1])[0]
        if self.choose(coefficients.shape, np.real(point)) == "rules":
            return self._rule_series(coefficients)
        return BlackBox(self._complex_gradient).series(coefficients)

    def jet(self, shape: tuple[int, ...], terms: int) -> _Jet:
        """Return the jet: a gradient, a product, and then what is new at every order."""
        return _Jet(self, shape, terms)

    def _traced(self, points: Any, rest: tuple[Any, ...]) -> Any:
        """Return the primitives of the gradient at points (n, d)."""
        return self._jax.make_jaxpr(self._points_gradient)(points, *rest)

    def _all_terms(self, coefficients: Any, *rest: Any) -> Any:
        """Return the series of the gradient along curves (R, n, d), traced at once."""
        tower = Tower(self._traced(coefficients[0], rest), rest, [])
        curve = list(coefficients)
        terms = [tower.push(curve[: k + 1]) for k in range(len(curve))]
        return self._jax.numpy.stack(terms)

    def _next_term(self, curve: list[Any], memory: list[list[Any]], *rest: Any) -> Any:
        """Return the newest coefficient of the gradient, and what is new inside."""
        tower = Tower(self._traced(curve[0], rest), rest, memory)
        return tower.push(curve), tower.fresh

    def _run(self, name: str, *arrays: Any) -> Array:
        """Run a compiled function of points (n, d)."""
        common = np.result_type(*arrays)
        flat = [np.reshape(a, (-1, np.shape(a)[-1])).astype(common, copy=False) for a in arrays]
        return self._checked_run(name, *flat)

    def _checked_run(self, name: str, *arrays: Array) -> Array:
        """Run a compiled function; the first time, see whether it is one function."""
        with self._jax.enable_x64(True):
            try:
                if "traces" not in self._known:
                    self._refuse_chance(arrays[0].reshape(-1, arrays[0].shape[-1])[0].real)
                    self._known["traces"] = True
                return np.asarray(self._compiled[name](*arrays, *self._arguments))
            except TaylorError:
                raise
            except (TypeError, ValueError, NotImplementedError) as error:
                reason = str(error).split("\n")[0].split(". ")[0].rstrip(".")
                raise TaylorError(
                    f"JAX cannot compute the {_WORDS[name]} of this loss ({reason}); the function "
                    "must map a vector to one real number by operations that JAX differentiates."
                ) from error

    def _refuse_chance(self, point: Array) -> None:
        """Raise when the function is another one each time that JAX reads it."""
        first, second = (
            self._jax.make_jaxpr(lambda *given: self._function(*given))(point, *self._arguments)
            for _ in range(2)
        )
        same = len(first.consts) == len(second.consts) and all(
            np.array_equal(one, other, equal_nan=True)
            for one, other in zip(first.consts, second.consts, strict=True)
        )
        if str(first) != str(second) or not same:
            raise TaylorError(
                "The JAX function is another one each time that it is read: it draws random "
                "numbers or keeps a state outside of JAX; pass a fixed key, or its numbers."
            )

    def _product(self, theta: Array, v: Array) -> Array:
        """Return products, with one linearisation for equal points."""
        if theta.ndim > 1 and _one_point(theta):
            point, vectors = theta.reshape(-1, theta.shape[-1])[0], v.reshape(-1, v.shape[-1])
            common = np.result_type(point, vectors)
            given = point.astype(common), vectors.astype(common)
            return self._checked_run("products at one point", *given).reshape(theta.shape)
        return self._run("product", theta, v).reshape(theta.shape)

    def push(self, curve: list[Array], memory: list[list[Any]]) -> tuple[Array, list[Any]]:
        """Return the newest coefficient of the gradient by rules, and what is new inside."""
        with self._jax.enable_x64(True):
            found, fresh = self._compiled["push"](curve, memory, *self._arguments)
        return np.asarray(found), fresh

    def _complex_gradient(self, theta: Array) -> Array:
        """Return the holomorphic gradient."""
        return self._run("complex", theta).reshape(theta.shape)

    def _rule_series(self, coefficients: Array) -> Array:
        """Return the series by rules."""
        flat = coefficients.reshape(len(coefficients), -1, coefficients.shape[-1])
        with self._jax.enable_x64(True):
            found = self._compiled["series"](flat, *self._arguments)
        return np.asarray(found).reshape(coefficients.shape)

    def choose(self, shape: tuple[int, ...], theta: Array) -> str:
        """Return the first method that passes the check at a point, asked once.

        Series of five terms or more are checked in the very shape asked for: one compilation.
        """
        if "method" not in self._known:
            self._known["method"] = self._choose(shape, theta)
        return str(self._known["method"])

    def _choose(self, shape: tuple[int, ...], theta: Array) -> str:
        def tiled(curve: Array) -> Array:
            if shape[0] < len(curve):
                return self._rule_series(curve)
            padded = np.zeros((shape[0], *(1,) * (len(shape) - 2), shape[-1]))
            padded[: len(curve)] = curve.reshape(len(curve), *padded.shape[1:])
            found = self._rule_series(np.array(np.broadcast_to(padded, shape)))
            return np.array(found.reshape(shape[0], -1, shape[-1])[: len(curve), 0])

        reasons = []
        circle = BlackBox(self._complex_gradient).series
        for name, method in {"rules": tiled, "the complex circle": circle}.items():
            try:
                check_series(self.gradient, method, theta)
            except Exception as error:  # complex gradients fail in many ways
                reason = str(error).split("\n")[0].split(". ")[0]
                reasons.append(f"{name}: {reason}")
            else:
                return name
        raise TaylorError(f"JAX gives no Taylor series of this loss: {'; '.join(reasons)}")


class _Jet:
    """The growing series of the gradient of a JAX loss."""

    def __init__(self, loss: JaxLoss, shape: tuple[int, ...], terms: int) -> None:
        self._loss, self._shape, self._terms = loss, shape, terms
        self._curve: list[Array] = []
        self._memory: list[list[Any]] = []

    def push(self, coefficient: Array) -> Array:
        """Take the next coefficient, return that of the gradient."""
        curve, loss = self._curve, self._loss
        curve.append(np.array(coefficient).reshape(-1, self._shape[-1]))
        if len(curve) < 3 and self._terms < 3 and not any(map(np.iscomplexobj, curve)):
            found = loss.gradient(curve[0]) if len(curve) == 1 else loss.hessian_vector(*curve)
            return found.reshape(self._shape)
        method = loss.choose((self._terms, *self._shape), np.real(curve[0][0]))
        if method != "rules":
            return np.asarray(loss.series(np.stack(curve))[-1]).reshape(self._shape)
        found, fresh = loss.push(curve, self._memory)
        self._memory = self._memory or [[] for _ in fresh]
        for known, new in zip(self._memory, fresh, strict=True):
            if new is not None:
                known.append(new)
        return found.reshape(self._shape)


def from_jax(function: Callable[..., Any], *, size: int | None = None) -> JaxLoss:
    """Return the loss that a JAX function computes.

    Parameters
    ----------
    function : callable
        Maps one flat vector (d,) of parameters to a number; `jax.flatten_util.ravel_pytree` turns
        trees of parameters into such vectors.  It must not be wrapped in `jax.vmap`: many points
        are handled here.
    size : int, optional
        The number of samples.  Then `function` takes a second argument, an array of indices of
        samples, and the loss has ``size`` and ``batch(indices)``; all batches share their checks,
        and those of one length their compilations.

    Returns
    -------
    JaxLoss
        A loss with ``value``, ``gradient``, ``hessian_vector``, ``series`` and ``jet``.

    Raises
    ------
    MissingExtraError
        Without JAX.
    ArgumentTypeError
        For what cannot be called.
    TaylorError
        At the first product, when it is not the derivative of the gradient; at the first longer
        series, when JAX gives no right one.

    Notes
    -----
    Three terms and more go by Taylor rules for JAX's own operations: products and convolutions,
    what is piecewise linear (pooling, sorting, clipping, splitting), powers, exponentials,
    logarithms, error functions, circular and hyperbolic functions and their inverses, and
    through ``scan``, so recurrent and stacked layers too.  Linear solves and what else has no rule
    go by complex parameters, 2 R + 1 gradients and more; there, what is not holomorphic is refused
    by its name.

    Examples
    --------
    >>> from polyfam.losses.derivatives.jets import gradient_series
    >>> loss = from_jax(lambda theta: (theta**4).sum() / 4)
    >>> gradient_series(loss, [[2.0], [1.0], [0.0], [0.0]]).ravel()
    array([ 8., 12.,  6.,  1.])
    """
    refuse_uncallable(function, "function")
    return JaxLoss(function, size)


def _one_point(theta: Array) -> bool:
    """Say whether all points of an array (..., d) are one."""
    flat = theta.reshape(-1, theta.shape[-1])
    return bool((flat == flat[:1]).all())
