"""Gradients of a torch model and products with the Hessian, and nothing of the model is changed.

One reverse sweep and a second one through it: tensors stay where they are.  The first look at a
loss refuses what is random, keeps statistics or changes its module; a product is compared with a
difference of gradients, as some functions of torch have a wrong second derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from math import hypot
from typing import Any

from polyfam._checks import optional_import, quoted
from polyfam.errors import ArgumentTypeError, DomainError, TaylorError
from polyfam.losses.derivatives.torch_guard import guard, refuse_changes

__all__ = ["TorchLoss", "size"]

#: Displacements for differences of gradients, in units of the root of the rounding error and of
#: the largest parameter, and the relative difference of vectors that count as equal.
_STEPS = (10.0, 1e3, 0.3)
_AGREEMENT = 0.02
#: In single precision kinks (relu) leave more; what they leave has no part along the product.
_NOISE, _BIAS = 0.3, 0.02


class TorchLoss:
    """The mean of a model's loss over batches, as a function of some of its parameters.

    Parameters
    ----------
    model : torch.nn.Module
    function : callable
        ``function(model, batch)``, a tensor with one number.
    batches : sequence
    parameters : sequence of (str, tensor)
    """

    def __init__(
        self,
        model: Any,
        function: Callable[[Any, Any], Any],
        batches: Sequence[Any],
        parameters: Sequence[tuple[str, Any]],
    ) -> None:
        self._torch = optional_import("torch", "torch")
        self._model, self._function, self._batches = model, function, batches
        self.names = [name for name, _ in parameters]
        self.tensors = [tensor for _, tensor in parameters]
        self._graph: list[Any] | None = None
        self.gradients = self.products = self.checks = 0

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Differentiate, whatever the mode outside, and leave the random numbers alone."""
        torch = self._torch
        attention = optional_import("torch.nn.attention", "torch")
        devices = sorted({t.device.index or 0 for t in self.tensors if t.device.type == "cuda"})
        recurrent = devices and any(isinstance(m, torch.nn.RNNBase) for m in self._model.modules())
        with ExitStack() as stack:
            stack.enter_context(torch.inference_mode(False))
            stack.enter_context(torch.enable_grad())
            stack.enter_context(torch.random.fork_rng(devices))
            # the fast kernels of attention and recurrence have no second derivative
            stack.enter_context(attention.sdpa_kernel(attention.SDPBackend.MATH))
            if recurrent:
                stack.enter_context(torch.backends.cudnn.flags(enabled=False))
            yield

    def look(self) -> None:
        """Evaluate the loss twice on a batch, or say why it is none that can be differentiated."""
        buffers = [(b, b.detach().clone(), b._version) for b in self._model.buffers()]
        batch = self._batches[0]
        with self._torch.no_grad(), guard() as seen:
            value = self._value(batch)
        changed = [(b, copy) for b, copy, version in buffers if b._version != version]
        if refuse_changes([*changed, *seen.changed]):
            raise TaylorError(
                "The loss changes a tensor that it did not make, such as a running statistic: put "
                "the module into evaluation mode, model.eval()."
            )
        with self._torch.no_grad():
            self._compare(float(value), float(self._value(batch)))

    def gradient(self) -> tuple[float, list[Any]]:
        """Return the loss and its gradient."""
        value, total = 0.0, None
        for batch in self._batches:
            keep = len(self._batches) == 1
            loss, found = self._one_gradient(batch, graph=keep)
            value += loss / len(self._batches)
            if keep:
                self._graph = found
            found = [g.detach() if keep else g.detach() / len(self._batches) for g in found]
            total = found if total is None else [a + b for a, b in zip(total, found, strict=True)]
        assert total is not None
        return value, total

    def product(self, vector: Sequence[Any], keep: bool = True) -> list[Any]:
        """Return the Hessian times a vector, and keep what the next product needs."""
        if self._graph is not None:
            graph, self._graph = self._graph, self._graph if keep else None
            return self._sweep(graph, vector, keep)
        total = None
        for batch in self._batches:
            _, gradient = self._one_gradient(batch, graph=True)
            found = [p / len(self._batches) for p in self._sweep(gradient, vector, keep=False)]
            total = found if total is None else [a + b for a, b in zip(total, found, strict=True)]
        assert total is not None
        return total

    def check(self, vector: Sequence[Any], product: Sequence[Any]) -> None:
        """Raise unless a product agrees with a difference of gradients.

        The difference is taken at copies of the parameters: the model keeps its own.
        """
        torch = self._torch
        longest = max(float(v.abs().max()) for v in vector)
        if not longest:
            return
        largest = max(1e-3, *(float(t.detach().abs().max()) for t in self.tensors if t.numel()))
        precision = max(torch.finfo(t.dtype).eps for t in self.tensors)
        differences = []
        for step in _STEPS:
            move = step * precision**0.5 * largest / longest
            above, below = (self._displaced(vector, sign * move) for sign in (1, -1))
            quotient = [(a - b) / (2 * move) for a, b in zip(above, below, strict=True)]
            off = size([q - p for q, p in zip(quotient, product, strict=True)])
            scale = max(size(quotient), 50 * precision * size(above) / move)
            differences.append(off / scale if scale else 0.0)
            noisy = precision > 1e-10 and differences[-1] <= _NOISE
            if differences[-1] <= _AGREEMENT or (noisy and _bias(quotient, product) <= _BIAS):
                return
        raise TaylorError(
            "The Hessian-vector product of this model differs from differences of its gradient by "
            f"{100 * min(differences):.0f} %: look for weight_norm, detach, no_grad and custom "
            "functions (or for kinks everywhere), or take check=False."
        )

    def _displaced(self, vector: Sequence[Any], move: float) -> list[Any]:
        """Return the gradient of the first batch(es) at theta + move v."""
        torch, whole = self._torch, _whole(self._model, self._function)
        moved = [
            (t.detach() + move * v).requires_grad_()
            for t, v in zip(self.tensors, vector, strict=True)
        ]
        named = {f"model.{n}": t for n, t in zip(self.names, moved, strict=True)}
        total: list[Any] = [0.0] * len(moved)
        for batch in self._batches:
            self.checks += 1
            loss = torch.func.functional_call(whole, named, (batch,))
            found = torch.autograd.grad(loss.sum(), moved, materialize_grads=True)
            total = [a + b / len(self._batches) for a, b in zip(total, found, strict=True)]
        return total

    def _one_gradient(self, batch: Any, graph: bool) -> tuple[float, list[Any]]:
        """Return the loss of a batch and its gradient, by one reverse sweep."""
        loss = self._value(batch)
        if not loss.requires_grad:
            raise DomainError(
                "The loss does not depend on the parameters: return the tensor itself, not "
                "loss.detach() or loss.item()."
            )
        self.gradients += 1
        found = self._torch.autograd.grad(
            loss, self.tensors, create_graph=graph, materialize_grads=True
        )
        return float(loss.detach()), list(found)

    def _sweep(self, gradient: Sequence[Any], vector: Sequence[Any], keep: bool) -> list[Any]:
        """Return a product by a sweep through a gradient."""
        self.products += 1
        pairs = [(g, v) for g, v in zip(gradient, vector, strict=True) if g.requires_grad]
        if not pairs:  # a linear loss
            return [self._torch.zeros_like(t) for t in self.tensors]
        outputs, weights = zip(*pairs, strict=True)
        try:
            found = self._torch.autograd.grad(
                outputs, self.tensors, weights, retain_graph=keep, materialize_grads=True
            )
        except (RuntimeError, NotImplementedError) as error:
            reason = str(error).split("\n")[0]
            raise TaylorError(f"torch has no second derivative of this loss: {reason}") from error
        return [f.detach() for f in found]

    def _value(self, batch: Any) -> Any:
        """Return the loss of a batch as a tensor without axes."""
        loss = self._function(self._model, batch)
        if not isinstance(loss, self._torch.Tensor) or loss.numel() != 1:
            got = tuple(loss.shape) if hasattr(loss, "shape") else type(loss).__name__
            raise ArgumentTypeError(
                f"loss_fn(model, batch) must return a tensor with one number, not {quoted(got)}."
            )
        return loss.reshape(())

    def _compare(self, first: float, second: float) -> None:
        """Raise when two evaluations differ."""
        precision = max(self._torch.finfo(t.dtype).eps for t in self.tensors)
        if abs(first - second) > 1e3 * precision * max(abs(first), abs(second)):
            raise TaylorError(
                f"The loss is random: for one batch it is {first:.6g} and then {second:.6g}; put "
                "the module into evaluation mode, model.eval(), or draw its random numbers before."
            )


def size(tensors: Iterable[Any]) -> float:
    """Return the Euclidean norm of a list of tensors."""
    norm = optional_import("torch", "torch").linalg.vector_norm
    return hypot(*(float(norm(t.double() if t.numel() < 1024 else t)) for t in tensors))


def _bias(quotient: Sequence[Any], product: Sequence[Any]) -> float:
    """Return how far a quotient is from a product along it, relatively."""
    pairs = [(q.double(), p.double()) for q, p in zip(quotient, product, strict=True)]
    along = sum(float((q * p).sum()) for q, p in pairs)
    square = sum(float((p * p).sum()) for _, p in pairs)
    return abs(along / square - 1) if square else float("inf")


def _whole(model: Any, function: Callable[[Any, Any], Any]) -> Any:
    """Return a module around a model whose output is the loss."""
    torch = optional_import("torch", "torch")

    class Whole(torch.nn.Module):  # type: ignore[misc, name-defined]
        """The model, and its loss as output."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, batch: Any) -> Any:
            """Return the loss."""
            return function(self.model, batch)

    return Whole()
