"""Losses written in PyTorch.

The gradient is one reverse sweep, and a product with the Hessian another one through the first,
whose graph a jet of two terms keeps in between.  Longer series come from
`polyfam.losses.derivatives.torch_taylor`; where there is no rule for an operation, or the loss
cannot be traced, from the holomorphic gradient on a complex circle
(`polyfam.losses.derivatives.circle`), with `polyfam.losses.derivatives.torch_rules` for the
functions that reject complex numbers.  Which of them is right is found out once, at the first
series of three terms or more, by plain gradients (`polyfam.losses.derivatives.self_check`).
Nothing is checked that is not asked for.  Everything runs on the CPU, in the precision of the
module.
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
from polyfam.losses.derivatives.torch_taylor import Tower, trace
from polyfam.typing import Array

__all__ = ["TorchLoss", "from_torch"]


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
        self._known: dict[str, Any] = {"traces": {}}
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
        if theta.size:
            self.check_product(theta.reshape(-1, theta.shape[-1])[0])
        return products

    def series(self, coefficients: Array) -> Array:
        """Return the coefficients (R, ..., d) of the gradient along those of a curve."""
        point = coefficients[0].reshape(-1, coefficients.shape[-1])[0]
        longer = len(coefficients) > 2
        if np.iscomplexobj(coefficients) or (longer and self.choose(point) == "circle"):
            return self.on_circle(coefficients)
        jet = self.jet(coefficients.shape[1:], len(coefficients))
        return np.stack([jet.push(coefficient) for coefficient in coefficients])

    def on_circle(self, coefficients: Array) -> Array:
        """Return the series by gradients at complex parameters."""
        return self._circle.series(coefficients)

    def jet(self, shape: tuple[int, ...], terms: int) -> _Jet:
        """Return the jet: a gradient, a product, and then what is new at every order."""
        return _Jet(self, shape, terms)

    def choose(self, point: Array) -> str:
        """Return "rules" or "circle", whichever agrees with plain gradients, asked once."""
        if "method" not in self._known:
            self._known["method"] = self._choose(point)
        return str(self._known["method"])

    def _choose(self, point: Array) -> str:
        """Check the ways to longer series at a point, the cheaper one first."""
        if self._dtype() != self._torch.float64:
            raise TaylorError(
                "Derivatives of this torch loss beyond products with the Hessian need double "
                "precision: make the module and its data double, module.double()."
            )

        def by_rules(curve: Array) -> Array:
            tower = self.tower(point)
            return np.stack([self.pushed(tower, coefficient) for coefficient in curve])

        try:
            check_series(self._point_gradient, by_rules, point)
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
            check_series(self._point_gradient, self._circle.series, point)
            return "circle"
        return "rules"

    def tower(self, point: Array) -> Tower:
        """Return an empty series of the gradient by rules; its operations are traced once."""
        if "called" not in self._known:
            self._point_gradient(point)  # says what is wrong with the function
        rest = () if self._indices is None else (self._indices,)
        key = (len(point), *map(len, rest))
        if key not in self._known["traces"]:
            theta = self._torch.tensor(point, dtype=self._torch.float64)
            with self._differentiating():
                self._known["traces"][key] = trace(
                    lambda *given: self._function(*given).reshape(()), theta, *rest
                )
        return Tower(self._known["traces"][key], *rest)

    def pushed(self, tower: Tower, coefficient: Array) -> Array:
        """Return the next coefficient of a series by rules."""
        with self._torch.no_grad():
            return _numpy(tower.push(self._torch.tensor(coefficient)))

    def check_product(self, point: Array) -> None:
        """Compare a product with a difference of gradients, the first time."""
        if "product" in self._known:
            return
        suspects = {"_weight_norm", "detach", "detach_", "item", "numpy", "no_grad", "tolist"}
        named = sorted(suspects & self._known["called"])
        hint = f"it calls torch's {', '.join(named)}" if named else "one of its functions is wrong"
        precision = self._torch.finfo(self._dtype()).eps
        check_product(
            "this torch loss", self._point_gradient, self._products, point, hint, precision
        )
        self._known["product"] = True

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
                if "in-place operation" in str(error):
                    raise TaylorError(
                        "The torch function changes its argument theta in place, which torch does "
                        "not differentiate: let it begin with theta = theta.clone()."
                    ) from error
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

    def swept(self, point: Array) -> tuple[Any, Any]:
        """Return a point as a tensor, and the gradient there with its graph."""
        variable, loss = self._loss(point)
        with self._differentiating():
            return variable, self._grad(loss, variable, graph=True)

    def through(self, swept: tuple[Any, Any], vector: Array, keep: bool = True) -> Array:
        """Return the Hessian times a vector, by a sweep through a gradient."""
        variable, gradient = swept
        with self._differentiating():
            weights = self._torch.tensor(vector, dtype=gradient.dtype)
            return _numpy(self._grad((gradient * weights).sum(), variable, keep=keep))

    def _products(self, theta: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors; one gradient serves equal points."""
        points, vectors = (a.reshape(-1, a.shape[-1]) for a in (theta, v))
        found: list[Array] = []
        for i, (point, vector) in enumerate(zip(points, vectors, strict=True)):
            if i == 0 or (point != points[i - 1]).any():
                swept = self.swept(point)
            last = i + 1 == len(points) or (points[i + 1] != point).any()
            found.append(self.through(swept, vector, keep=not last))
        return np.stack(found).reshape(theta.shape)

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


class _Jet:
    """The growing series of the gradient of a torch loss."""

    def __init__(self, loss: TorchLoss, shape: tuple[int, ...], terms: int) -> None:
        self._loss, self._shape, self._terms = loss, shape, terms
        self._curve: list[Array] = []
        self._swept: tuple[Any, Any] | None = None
        self._towers: list[Tower] = []

    def push(self, coefficient: Array) -> Array:
        """Take the next coefficient, return that of the gradient."""
        curve, loss = self._curve, self._loss
        curve.append(np.array(coefficient).reshape(-1, self._shape[-1]))
        if any(map(np.iscomplexobj, curve)):
            method = "circle"
        else:
            method = loss.choose(curve[0][0]) if self._terms > 2 else "sweeps"
        if method == "circle":
            return np.asarray(loss.on_circle(np.stack(curve))[-1]).reshape(self._shape)
        found = self._by_sweeps() if method == "sweeps" else self._by_rules()
        return found.reshape(self._shape)

    def _by_sweeps(self) -> Array:
        """Return a gradient, whose graph is kept, or a product."""
        curve, loss = self._curve, self._loss
        if len(curve) == 1:
            if self._terms == 1 or (curve[0] != curve[0][:1]).any():
                return loss.gradient(curve[0])
            self._swept = loss.swept(curve[0][0])
            return np.broadcast_to(_numpy(self._swept[1]), curve[0].shape)
        if self._swept is None:
            return loss.hessian_vector(*curve)
        swept = self._swept
        found = _each(lambda vector: loss.through(swept, vector), curve[1])
        loss.check_product(curve[0][0])
        return found

    def _by_rules(self) -> Array:
        """Return the next coefficients by rules; equal points share their gradient."""
        curve, loss = self._curve, self._loss
        if len(curve) > 1:
            pairs = zip(self._towers, curve[-1], strict=True)
            return np.stack([loss.pushed(tower, row) for tower, row in pairs])
        found: list[Array] = []
        for i, point in enumerate(curve[0]):
            if i and (point == curve[0][i - 1]).all():
                self._towers.append(self._towers[-1].copy())
                found.append(found[-1])
            else:
                self._towers.append(loss.tower(point))
                found.append(loss.pushed(self._towers[-1], point))
        return np.stack(found)


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
        A loss with ``value``, ``gradient``, ``hessian_vector``, ``series`` and ``jet``.

    Raises
    ------
    MissingExtraError
        Without torch.
    ArgumentTypeError
        For what cannot be called.
    TaylorError
        At the first evaluation of a loss that is random or changes its module, at the first
        product when it is not the derivative of the gradient, at the first longer series when
        neither Taylor rules nor complex parameters give a right one.

    Notes
    -----
    Order 3 and beyond: linear and convolutional layers, attention, embeddings, LSTM, batch, layer
    and group normalisation, pooling, interpolation, norms, cosine similarity, sorting and maxima,
    FFTs, tanh, sigmoid, GELU, SiLU, Mish, softplus, the usual losses, and what torch decomposes
    into these, go by Taylor rules, some R^2 gradients for R terms at a point. Linear solves and
    what else has no rule go by complex parameters, 2 R + 1 gradients and more for every order. A
    kink that the check meets, such as that of ReLU on much data, is refused there; two terms are
    right for it.

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
