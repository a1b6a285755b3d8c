"""Losses written in PyTorch.

Nested automatic differentiation in torch costs a factor for every order and is silently wrong for
some layers from the second or third derivative on.  Here one reverse sweep is evaluated at complex
parameters, on a circle (`polyfam.losses.derivatives.circle`): torch's complex gradients of a
holomorphic function are the conjugate of its derivative, and
`polyfam.losses.derivatives.torch_rules` gives complex arguments to the functions that reject
them.  The first jet compares its coefficients with plain gradients
(`polyfam.losses.derivatives.self_check`).  Everything runs on the CPU in double precision.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polyfam._checks import optional_import
from polyfam.errors import TaylorError
from polyfam.losses.derivatives.black_box import BlackBox
from polyfam.losses.derivatives.self_check import check_series
from polyfam.losses.derivatives.torch_rules import complex_rules

__all__ = ["TorchLoss", "from_torch"]

Array = np.ndarray[Any, Any]


class TorchLoss:
    """A loss that torch differentiates; `from_torch` makes it."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._torch = optional_import("torch", "torch")
        self._function = function
        self._circle = BlackBox(lambda theta: _each(self._complex_gradient, theta))
        self._checked = False

    def value(self, theta: Array) -> Array:
        """Return the loss (...) at points (..., d)."""
        return _each(lambda point: self._loss(point)[1].detach().numpy(), theta)

    def gradient(self, theta: Array) -> Array:
        """Return the gradient (..., d) at points (..., d)."""
        return _each(self._point_gradient, theta)

    def hessian_vector(self, theta: Array, v: Array) -> Array:
        """Return the Hessian at theta times v, by two reverse sweeps."""
        theta, v = np.broadcast_arrays(theta, v)
        return _each(self._point_product, theta, v)

    def series(self, coefficients: Array) -> Array:
        """Return the coefficients (R, ..., d) of the gradient along those of a curve."""
        if len(coefficients) > 1 and not self._checked:
            point = coefficients[0].reshape(-1, coefficients.shape[-1])[0]
            check_series(self._point_gradient, self._circle.series, point)
            self._checked = True
        return self._circle.series(coefficients)

    def _loss(self, point: Array) -> tuple[Any, Any]:
        """Return a point as a tensor, and the loss there."""
        theta = self._torch.tensor(np.asarray(point), requires_grad=True)
        loss = self._function(theta)
        if loss.numel() != 1:
            raise TaylorError(f"The torch function must return one number, not {loss.numel()}.")
        return theta, loss.reshape(())

    def _point_gradient(self, point: Array) -> Array:
        """Return the gradient at a point, by one reverse sweep."""
        theta, loss = self._loss(point)
        return self._torch.autograd.grad(loss, theta)[0].numpy()

    def _point_product(self, point: Array, v: Array) -> Array:
        """Return the Hessian at a point times v."""
        theta, loss = self._loss(point)
        (gradient,) = self._torch.autograd.grad(loss, theta, create_graph=True)
        along = (gradient * self._torch.tensor(v)).sum()
        return self._torch.autograd.grad(along, theta)[0].numpy()

    def _complex_gradient(self, point: Array) -> Array:
        """Return the holomorphic gradient at a complex or real point."""
        if np.isrealobj(point):
            return self._point_gradient(point)
        try:
            with complex_rules():
                theta, loss = self._loss(point)
                one = self._torch.ones((), dtype=loss.dtype)
                (gradient,) = self._torch.autograd.grad(loss, theta, one)
        except RuntimeError as error:  # among them NotImplementedError: names the kernel
            reason = str(error).split("\n")[0]
            raise TaylorError(f"The loss does not accept complex parameters: {reason}") from error
        return gradient.conj().resolve_conj().numpy()


def from_torch(function: Callable[[Any], Any]) -> TorchLoss:
    """Return the loss that a torch function computes.

    Parameters
    ----------
    function : callable
        Maps one flat tensor (d,) of parameters, double precision, to a number.  Modules take part
        through `torch.func.functional_call`; data and buffers must be in double precision.

    Returns
    -------
    TorchLoss
        A loss with ``value``, ``gradient``, ``hessian_vector`` and ``series``.

    Raises
    ------
    MissingExtraError
        Without torch.
    TaylorError
        At the first jet: the name of a function that has no complex form or is in training mode
        (batch normalisation, dropout), or the derivative that disagrees with plain gradients.

    Notes
    -----
    Layer normalisation is evaluated by its formula, which is right at every order.
    """
    return TorchLoss(function)


def _each(function: Callable[..., Array], *arrays: Array) -> Array:
    """Apply a function of points (d,) to arrays (..., d)."""
    shape = np.shape(arrays[0])
    flat = [np.reshape(a, (-1, shape[-1])) for a in arrays]
    found = np.stack([function(*points) for points in zip(*flat, strict=True)])
    return found.reshape(shape[:-1] + found.shape[1:])
