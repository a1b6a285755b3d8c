"""Losses written in PyTorch.

The gradient is one reverse sweep, a product with the Hessian another one through the first, and the
next two coefficients of the gradient along a curve,

    G_k = d/d theta_0 of the coefficient of h^k in L(theta_0 + theta_1 h + ...),

are sweeps through sweeps.  Nested sweeps double their price with every order, and are silently
wrong for some layers from the second or third derivative on: longer series, and those that do not
agree with plain gradients (`polyfam.losses.derivatives.self_check`), come from one reverse sweep at
complex parameters on a circle (`polyfam.losses.derivatives.circle`), with
`polyfam.losses.derivatives.torch_rules` for the functions that reject them.  Nothing is checked
that is not asked for: gradients and products need no series.  Everything runs on the CPU, in the
precision of the module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

import numpy as np

from polyfam._checks import integer, optional_import
from polyfam.errors import ArgumentTypeError, DomainError, TaylorError
from polyfam.losses._samples import chosen_samples
from polyfam.losses.derivatives.black_box import BlackBox
from polyfam.losses.derivatives.points import refuse_uncallable
from polyfam.losses.derivatives.products import check_product
from polyfam.losses.derivatives.self_check import check_series
from polyfam.losses.derivatives.torch_guard import guard, refuse_changes
from polyfam.typing import Array

__all__ = ["TorchLoss", "from_torch"]

#: So many terms come from nested sweeps; more would cost more than the circle.
_NESTED = 4


class TorchLoss:
    """A loss that torch differentiates; `from_torch` makes it."""

    products_are_checked = True

    def __init__(self, function: Callable[..., Any], size: int | None = None) -> None:
        self._torch = optional_import("torch", "torch")
        self._function, self._indices = function, None
        if size is not None:
            self.size = integer(size, "size", minimum=1, maximum=1 << 31)
            self._indices = self._torch.arange(self.size)
        #: What was found out once, shared by all batches of the loss.
        self._known: dict[str, Any] = {"terms": {}}
        self._circle = BlackBox(lambda theta: _each(self._complex_gradient, theta))

    def batch(self, indices: Any) -> TorchLoss:
        """Return the loss on the samples with these indices; it shares all checks."""
        if self._indices is None:
            raise DomainError("Only from_torch(function, size=n) makes a loss with batches.")
        loss = copy(self)
        chosen = chosen_samples(indices, self.size)
        loss._indices, loss.size = self._indices[self._torch.tensor(chosen)], len(chosen)
        loss._circle = BlackBox(lambda theta: _each(loss._complex_gradient, theta))
        return loss

    def value(self, theta: Array) -> Array:
        """Return the loss (...) at points (..., d)."""
        return _each(lambda point: self._loss(point)[1].detach().double().numpy(), theta)

    def gradient(self, theta: Array) -> Array:
        """Return the gradient (..., d) at points (..., d)."""
        return _each(self._point_gradient, theta)

    def hessian_vector(self, theta: Array, v: Array) -> Array:
        """Return the Hessian at theta times v, by two reverse sweeps."""
        theta, v = np.broadcast_arrays(theta, v)
        if np.iscomplexobj(v):
            parts = [self.hessian_vector(theta, part) for part in (v.real, v.imag)]
            return parts[0] + 1j * parts[1]
        products = self._products(theta, v)
        if "product" not in self._known and theta.size:
            self._check_product(theta.reshape(-1, theta.shape[-1])[0])
            self._known["product"] = True
        return products

    def series(self, coefficients: Array) -> Array:
        """Return the coefficients (R, ..., d) of the gradient along those of a curve."""
        terms = len(coefficients)
        if np.iscomplexobj(coefficients):
            return self._circle.series(coefficients)
        if terms > 2:
            method = self._method(terms, coefficients[0].reshape(-1, coefficients.shape[-1])[0])
            if method == "circle":
                return self._circle.series(coefficients)
        found = [self.coefficient(coefficients[: k + 1]) for k in range(terms)]
        return np.stack(found)

    def coefficient(self, coefficients: Array) -> Array:
        """Return the last of the coefficients that `series` returns."""
        if len(coefficients) == 1:
            return self.gradient(coefficients[0])
        if len(coefficients) == 2:
            return self.hessian_vector(*coefficients)
        point = coefficients[0].reshape(-1, coefficients.shape[-1])[0]
        if np.iscomplexobj(coefficients) or self._method(len(coefficients), point) == "circle":
            return np.asarray(self._circle.series(coefficients)[-1])
        return _each(self._nested, *coefficients)

    def _method(self, terms: int, point: Array) -> str:
        """Return "nested" or "circle", whichever agrees with plain gradients to this order."""
        known: dict[int, str] = self._known["terms"]
        if terms not in known:
            longer = [n for n in known if n > _NESTED]
            if terms > _NESTED and longer:
                known[terms] = known[longer[0]]
            else:
                known[terms] = self._choose(terms, point)
        return known[terms]

    def _choose(self, terms: int, point: Array) -> str:
        """Check the ways to series of so many terms at a point, the cheaper one first."""
        if self._dtype() != self._torch.float64:
            raise TaylorError(
                "Derivatives of this torch loss beyond products with the Hessian need double "
                "precision: make the module and its data double, module.double()."
            )
        if terms <= _NESTED:

            def nested(curve: Array) -> Array:
                first = [self._point_gradient(curve[0]), self._products(curve[0], curve[1])]
                higher = [self._nested(*curve[: k + 1]) for k in range(2, terms)]
                return np.stack([*first, *higher])

            try:
                check_series(self._point_gradient, nested, point, terms)
            except (TaylorError, RuntimeError):  # wrong, or without a derivative of that order
                pass
            else:
                return "nested"
        check_series(self._point_gradient, self._circle.series, point)
        return "circle"

    def _check_product(self, point: Array) -> None:
        """Compare a product with a difference of gradients."""
        suspects = {"_weight_norm", "detach", "detach_", "item", "numpy", "no_grad", "tolist"}
        named = sorted(suspects & self._known["called"])
        hint = f"it calls torch's {', '.join(named)}" if named else "one of its functions is wrong"
        precision = self._torch.finfo(self._dtype()).eps
        check_product(
            "this torch loss", self._point_gradient, self._products, point, hint, precision
        )

    def _dtype(self) -> Any:
        """Return the precision that the function takes: double, unless it refuses that."""
        return self._known.get("dtype", self._torch.float64)

    def _call(self, theta: Any) -> Any:
        """Return the loss at a tensor; the first time, look at it twice."""
        if "called" not in self._known:
            with guard() as seen:
                first = self._call_once(theta)
            if refuse_changes(seen.changed):
                raise TaylorError(
                    "The loss changes a tensor that it did not make, such as a running statistic: "
                    "put the module into evaluation mode, module.eval()."
                )
            second = self._call_once(theta)
            close = self._torch.isclose(first, second, rtol=1e-6, atol=0, equal_nan=True)
            if not close.all():
                raise TaylorError(
                    f"The loss is random: at one point it is {float(first.detach().real):.6g} and "
                    f"then {float(second.detach().real):.6g}; draw its random numbers once, before."
                )
            self._known["called"] = seen.called
            return second
        with guard():
            return self._call_once(theta)

    def _call_once(self, theta: Any) -> Any:
        """Return the loss as a tensor without axes, or say what is wrong with it."""
        arguments = () if self._indices is None else (self._indices,)
        loss = self._function(theta, *arguments)
        if not isinstance(loss, self._torch.Tensor):
            raise ArgumentTypeError(
                f"The torch function must return a tensor, not {type(loss).__name__!r}."
            )
        if loss.numel() != 1:
            raise TaylorError(f"The torch function must return one number, not {loss.numel()}.")
        return loss.reshape(())

    def _loss(self, point: Array) -> tuple[Any, Any]:
        """Return a point as a tensor, and the loss there."""
        with self._differentiating():
            complex_ = np.iscomplexobj(point)
            dtype = self._torch.complex128 if complex_ else self._dtype()
            theta = self._torch.tensor(np.asarray(point), dtype=dtype, requires_grad=True)
            try:
                return theta, self._call(theta)
            except RuntimeError as error:
                mixed = any(word in str(error).lower() for word in ("dtype", "scalar type"))
                if complex_ or not mixed or "dtype" in self._known:
                    raise
            theta = theta.detach().float().requires_grad_()
            loss = self._call(theta)
            self._known["dtype"] = self._torch.float32
            return theta, loss

    @contextmanager
    def _differentiating(self) -> Iterator[None]:
        """Differentiate inside no_grad, too, and attention by its formula, which torch can."""
        attention = optional_import("torch.nn.attention", "torch")
        with (
            self._torch.inference_mode(False),
            self._torch.enable_grad(),
            attention.sdpa_kernel(attention.SDPBackend.MATH),
        ):
            yield

    def _grad(self, output: Any, argument: Any, graph: bool = False, keep: bool = False) -> Any:
        """Return the gradient, which is 0 where nothing depends on the argument."""
        if not output.requires_grad:
            return self._torch.zeros_like(argument)
        (found,) = self._torch.autograd.grad(
            output,
            argument,
            create_graph=graph,
            retain_graph=graph or keep,
            materialize_grads=True,
        )
        return found

    def _point_gradient(self, point: Array) -> Array:
        """Return the gradient at a point, by one reverse sweep."""
        theta, loss = self._loss(point)
        return _numpy(self._grad(loss, theta))

    def _products(self, theta: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors; one gradient serves equal points."""
        points, vectors = (a.reshape(-1, a.shape[-1]) for a in (theta, v))
        found: list[Array] = []
        for i, (point, vector) in enumerate(zip(points, vectors, strict=True)):
            if i == 0 or (point != points[i - 1]).any():
                variable, loss = self._loss(point)
                with self._differentiating():
                    gradient = self._grad(loss, variable, graph=True)
            with self._differentiating():
                weights = self._torch.tensor(vector, dtype=gradient.dtype)
                last = i + 1 == len(points) or (points[i + 1] != point).any()
                product = self._grad((gradient * weights).sum(), variable, keep=not last)
            found.append(_numpy(product))
        return np.stack(found).reshape(theta.shape)

    def _nested(self, *coefficients: Array) -> Array:
        """Return the last coefficient of the gradient along a curve, by sweeps through sweeps."""
        with self._differentiating():
            terms = [self._torch.tensor(c, dtype=self._dtype()) for c in coefficients]
            theta = terms[0].requires_grad_()
            h = self._torch.zeros((), dtype=theta.dtype, requires_grad=True)
            curve = theta
            for k, term in enumerate(terms[1:], 1):
                curve = curve + term * h**k
            found = self._call(curve)
            for k in range(1, len(terms)):
                found = self._grad(found, h, graph=True) / k
            return _numpy(self._grad(found, theta))

    def _complex_gradient(self, point: Array) -> Array:
        """Return the holomorphic gradient at a complex or real point."""
        if np.isrealobj(point):
            return self._point_gradient(point)
        from polyfam.losses.derivatives.torch_rules import complex_rules  # needs torch

        try:
            with complex_rules():
                theta, loss = self._loss(point)
                one = self._torch.ones((), dtype=loss.dtype)
                with self._differentiating():
                    (gradient,) = self._torch.autograd.grad(loss, theta, one)
        except RuntimeError as error:  # among them NotImplementedError: names the kernel
            reason = str(error).split("\n")[0]
            raise TaylorError(f"The loss does not accept complex parameters: {reason}") from error
        return np.asarray(gradient.conj().resolve_conj().numpy())


def from_torch(function: Callable[..., Any], *, size: int | None = None) -> TorchLoss:
    """Return the loss that a torch function computes.

    Parameters
    ----------
    function : callable
        Maps one flat tensor (d,) of parameters to a number.  Modules take part through
        `torch.func.functional_call`.  The parameters come in double precision; a function that
        refuses them, since its module or data are in single precision, gets those.
    size : int, optional
        The number of samples.  Then `function` takes a second argument, a tensor of indices of
        samples, and the loss has ``size`` and ``batch(indices)``; all batches share their checks.

    Returns
    -------
    TorchLoss
        A loss with ``value``, ``gradient``, ``hessian_vector`` and ``series``.

    Raises
    ------
    MissingExtraError
        Without torch.
    ArgumentTypeError
        For what cannot be called.
    TaylorError
        At the first evaluation of a loss that is random or changes its module, at the first
        product when it is not the derivative of the gradient, at the first longer series when
        neither nested sweeps nor complex parameters give a right one.

    Notes
    -----
    Layer normalisation is evaluated by its formula, which is right at every order.

    Examples
    --------
    With torch installed::

        loss = from_torch(lambda theta: (theta**4).sum() / 4)
        loss.gradient(np.array([2.0, 1.0]))    # array([8., 1.])
    """
    refuse_uncallable(function, "function")
    return TorchLoss(function, size)


def _numpy(tensor: Any) -> Array:
    """Return a tensor as an array in double precision."""
    return np.asarray(tensor.detach().double().numpy())


def _each(function: Callable[..., Array], *arrays: Array) -> Array:
    """Apply a function of points (d,) to arrays (..., d), once where points repeat."""
    shape = np.shape(arrays[0])
    flat = [np.reshape(a, (-1, shape[-1])) for a in arrays]
    found: list[Array] = []
    for i in range(len(flat[0])):
        repeated = i > 0 and all((a[i] == a[i - 1]).all() for a in flat)
        found.append(found[-1] if repeated else function(*(a[i] for a in flat)))
    stacked = np.stack(found)
    return stacked.reshape(shape[:-1] + stacked.shape[1:])
