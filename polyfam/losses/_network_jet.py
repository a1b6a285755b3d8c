"""The gradient of a net's loss along a curve theta(h), one Taylor coefficient after another.

With the inputs  A_l = [a_{l-1}; 1]  of a layer and the errors  D_l = dL/dz_l  as series in h,
order k is

    forward    z_l[k] = sum_{i<=k} W_l[k-i] A_l[i],             a_l = f(z_l) by recurrence,
    backward   b_l[k] = sum_{i<=k} W_{l+1}[k-i]^T D_{l+1}[i],   D_l = b_l f'(z_l),
    gradient   G_l[k] = sum_{i<=k} D_l[i] A_l[k-i]^T.

The first two sums are one matrix product each: the matrices lie side by side, the last order
first, and the units of all orders below one another.  For the third, all products of D_l[k] or
A_l[k] with earlier factors are made at order k, whatever order they belong to, as two matrix
products, and added up where they belong: every product is made once, in large pieces.  The first
layer has constant inputs and needs the newest coefficients only.

The workspace of a jet that is gone goes back to its loss, for the next jet of that size: fresh
memory would nearly double the time.
"""

from __future__ import annotations

from math import prod
from typing import Any
from weakref import finalize

import numpy as np

from polyfam.errors import DomainError, ResourceError
from polyfam.losses.arithmetic import recurrences
from polyfam.typing import Array

__all__ = ["NetworkJet"]


#: The largest workspace, in bytes.
_MEMORY = 1 << 32


class NetworkJet:
    """The growing series of the gradient of a net's loss, of so many terms at points (..., d)."""

    def __init__(self, loss: Any, shape: tuple[int, ...], terms: int) -> None:
        self._loss, self._shape, self._terms = loss, tuple(shape), terms
        self._order = 0
        self._workspace: Any = None

    def push(self, coefficient: Array) -> Array:
        """Take the next coefficient of theta(h) and return the next one of the gradient, fresh."""
        loss, k = self._loss, self._order
        if coefficient.shape != self._shape or k == self._terms:
            raise DomainError(
                f"This jet takes {self._terms} coefficients of shape {self._shape}, "
                f"not a {k + 1}-th one of shape {coefficient.shape}."
            )
        if k == 0:  # only now the precision is known
            self._workspace = self._take_workspace(coefficient.dtype)
        if not np.can_cast(coefficient.dtype, self._workspace.dtype, "same_kind"):
            raise DomainError(
                "The first coefficient of a complex curve must be complex: write theta + 0j."
            )
        matrices = loss.matrices(coefficient.reshape(-1, loss.dimension))
        gradient: Array = self._workspace.push(k, matrices).reshape(self._shape)
        gradient /= loss.size
        if loss.ridge:
            gradient += loss.ridge * coefficient
        self._order += 1
        return gradient

    def _take_workspace(self, dtype: Any) -> _Workspace:
        """Return the workspace that an earlier jet left, or a new one."""
        spare, key = self._loss.spare, (self._shape, self._terms, dtype)
        workspace: _Workspace | None = spare.pop(key, None)
        if workspace is None:
            workspace = _Workspace(self._loss, prod(self._shape[:-1]), self._terms, dtype)
        finalize(self, _give_back, spare, key, workspace).atexit = False
        return workspace


def _give_back(spare: dict[Any, Any], key: Any, workspace: _Workspace) -> None:
    """Keep a workspace and the one that came back before it."""
    for other in list(spare)[:-1]:
        spare.pop(other, None)
    spare[key] = workspace


class _Workspace:
    """Everything a jet writes to: the layers' matrices and gradients, and the chunks of samples."""

    def __init__(self, loss: Any, count: int, terms: int, dtype: Any) -> None:
        units = (loss.hidden_activation.workspaces + 5) * sum(loss.widths[1:]) * loss.size
        size = np.dtype(dtype).itemsize * terms * count * (units + 3 * loss.dimension)
        if size > _MEMORY:
            raise ResourceError(
                f"The Taylor series of this gradient with {terms} terms at {count:,} points would "
                f"take {size >> 30} GiB, and {_MEMORY >> 30} is the limit: use batches, fewer "
                "points at once, or a lower order."
            )
        self.dtype = dtype
        self.layers = [
            _Layer(rows, columns, width, count, terms, dtype)
            for (rows, columns), width in zip(loss.shapes, loss.widths[:-1], strict=True)
        ]
        self.chunks = [
            _Chunk(loss, inputs, targets, count, terms, dtype)
            for inputs, targets in loss.chunks(np.empty((count, 0), dtype))
        ]

    def push(self, k: int, matrices: list[Array]) -> Array:
        """Return the k-th coefficient of the gradient of the summed loss, shape (points, d)."""
        for layer, matrix in zip(self.layers, matrices, strict=True):
            layer.push(k, matrix)
        for chunk in self.chunks:
            chunk.push(k, matrices[0], self.layers)
        parts = [layer.gradient[k].reshape(len(matrices[0]), -1) for layer in self.layers]
        return np.concatenate(parts, axis=-1)


class _Layer:
    """The matrices W of a layer, and W^T without the biases, of all orders; and its gradient."""

    def __init__(
        self, rows: int, columns: int, width: int, count: int, terms: int, dtype: Any
    ) -> None:
        self.matrices = np.empty((count, rows, terms, columns), dtype)
        self.transposes = np.empty((count, width, terms, rows), dtype)
        self.gradient = np.empty((terms, count, rows, columns), dtype)

    def push(self, k: int, matrix: Array) -> None:
        """Take the matrix of order k, to the left of those before."""
        self.matrices[:, :, -1 - k] = matrix
        self.transposes[:, :, -1 - k] = matrix[..., : self.transposes.shape[1]].swapaxes(1, 2)
        if k == 0:
            self.gradient[...] = 0

    def forward(self, k: int) -> Array:
        """Return W[k], ..., W[0] side by side."""
        return _joined(self.matrices[:, :, -1 - k :])

    def backward(self, k: int) -> Array:
        """Return W[k]^T, ..., W[0]^T side by side, without the biases."""
        return _joined(self.transposes[:, :, -1 - k :])

    def collect(self, k: int, errors: Array, inputs: Array) -> None:
        """Add the products of errors and inputs whose newer factor is of order k."""
        terms, count, rows, columns = self.gradient.shape
        older = min(k, terms - 1 - k) + 1
        product = errors[:, k] @ _stacked(inputs, older).swapaxes(1, 2)
        product = product.reshape(count, rows, older, columns)
        self.gradient[k : k + older] += product.transpose(2, 0, 1, 3)
        older = min(k, terms - k)
        if older > 0:
            product = _stacked(errors, older) @ inputs[:, k].swapaxes(1, 2)
            product = product.reshape(count, older, rows, columns)
            self.gradient[k : k + older] += product.swapaxes(0, 1)


class _Chunk:
    """The series of all units at a few samples.

    Series have the shape (terms, points, units, samples).  Those of which several orders enter
    one matrix product are stored as stacks (points, terms, units, samples).
    """

    def __init__(
        self, loss: Any, inputs: Array, targets: Array, count: int, terms: int, dtype: Any
    ) -> None:
        self.inputs = np.ascontiguousarray(inputs, dtype)  # BLAS multiplies within one type
        self.targets = np.ascontiguousarray(targets)
        self.activation, self.output = loss.hidden_activation, loss.output
        samples = inputs.shape[1]

        def series(units: int) -> Array:
            return np.empty((terms, count, units, samples), dtype)

        def stack(units: int) -> Array:
            return np.empty((count, terms, units, samples), dtype)

        *hidden, last = loss.widths[1:]
        self.sums = [series(units) for units in (*hidden, last)]
        self.work = [[series(units) for _ in range(self.activation.workspaces)] for units in hidden]
        self.activations = [stack(units + loss.bias) for units in hidden]
        for units, activations in zip(hidden, self.activations, strict=True):
            activations[:, :, units:] = 0
            activations[:, 0, units:] = 1
        self.slopes = [series(units) for units in hidden]
        self.pulls = [series(units) for units in hidden]
        self.errors = [stack(units) for units in (*hidden, last)]
        self.output_work = [series(last) for _ in range(self.output.workspaces + 1)]

    def push(self, k: int, first: Array, layers: list[_Layer]) -> None:
        """Go forward and back at order k, and add to the gradients of the layers."""
        samples, hidden = self.inputs.shape[1], len(self.slopes)
        first = first.reshape(-1, len(self.inputs))
        np.matmul(first, self.inputs, out=self.sums[0][k].reshape(-1, samples))
        for i in range(hidden):
            units = _by_order(self.activations[i])[:, :, : self.sums[i].shape[2]]
            self.activation.step(k, self.sums[i], *self.work[i], units, self.slopes[i])
            stacked = _stacked(self.activations[i], k + 1)
            np.matmul(layers[i + 1].forward(k), stacked, out=self.sums[i + 1][k])
        self.output.step(k, self.sums[-1], *self.output_work)
        newest = self.errors[-1][:, k]
        newest[...] = self.output_work[-1][k]
        if k == 0:
            newest[...] = self.output.residual(self.sums[-1][0], self.targets, newest)
        for i in range(hidden, 0, -1):
            layers[i].collect(k, self.errors[i], self.activations[i - 1])
            stacked = _stacked(self.errors[i], k + 1)
            np.matmul(layers[i].backward(k), stacked, out=self.pulls[i - 1][k])
            errors = _by_order(self.errors[i - 1])
            recurrences.multiply(k, self.pulls[i - 1], self.slopes[i - 1], errors)
        newest, gradient = self.errors[0][:, k], layers[0].gradient[k]
        gradient += (newest.reshape(-1, samples) @ self.inputs.T).reshape(gradient.shape)


def _by_order(stack: Array) -> Array:
    """Return a stack as a series."""
    return stack.swapaxes(0, 1)


def _stacked(stack: Array, terms: int) -> Array:
    """Return the first orders of a stack below one another: (points, terms * units, samples)."""
    return stack[:, :terms].reshape(len(stack), -1, stack.shape[-1])


def _joined(matrices: Array) -> Array:
    """Return matrices (points, rows, orders, columns) side by side, as a view."""
    return matrices.reshape(*matrices.shape[:2], -1)
