"""The protocols that polyfam asks of what users bring: losses, optimizers, progress bars.

Nothing needs to inherit from them; any object with these methods is one.

Examples
--------
>>> from polyfam.losses import Quadratic
>>> loss: Loss = Quadratic([[1.0]])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, Any]

__all__ = ["Array", "Jet", "Loss", "Optimizer", "Progress"]


def __getattr__(name: str) -> object:
    # The protocols alone do without numpy: a fifth of `polyfam expand` in a fresh process.
    if name != "Array":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import numpy as np

    return np.ndarray[Any, Any]


class Loss(Protocol):
    """What can be differentiated: only the gradient is required.

    Where there are more methods they are used: ``value(theta)``, ``hessian_vector(theta, v)``,
    ``jet(shape, terms)``.
    """

    def gradient(self, theta: Any, /) -> Any:
        """Return the gradient at each point, shape (..., d)."""


class Jet(Protocol):
    """The gradient along a curve: push the next coefficient of the curve, get that of grad L."""

    def push(self, coefficient: Array, /) -> Array:
        """Return the next coefficient of the gradient, of the shape of the argument."""


class Optimizer(Protocol):
    """A recursion on gradients: theta <- theta - h direction."""

    def init(self, theta: Any, /) -> Any:
        """Return the state before the first step."""

    def update(self, state: Any, gradient: Any, theta: Any, /) -> tuple[Any, Any]:
        """Return the next state and the direction."""


class Progress(Protocol):
    """Told how far a long computation has come."""

    def __call__(self, what: str, done: int, total: int | None, /) -> None:
        """Show that `done` of `total` parts of `what` are done."""
