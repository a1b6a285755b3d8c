"""Gradient descent: the optimizer without memory, direction = grad L."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from polyfam.optimizers._linear import LinearMemory, Memory

__all__ = ["GradientDescent", "GradientDescentState"]


class GradientDescentState(NamedTuple):
    """Gradient descent remembers nothing but the number of steps."""

    count: int  # type: ignore[assignment]  # hides tuple.count


@dataclass(frozen=True)
class GradientDescent(LinearMemory):
    """Plain gradient descent, theta <- theta - h grad L(theta).

    Examples
    --------
    >>> import numpy as np
    >>> optimizer = GradientDescent()
    >>> theta = np.array([1.0, 2.0])
    >>> optimizer.update(optimizer.init(theta), 3 * theta, theta)
    (GradientDescentState(count=1), array([3., 6.]))
    """

    names = ("gd", "sgd", "gradient-descent")
    words = ("direction g", "1", "0")

    @classmethod
    def memory_of(cls) -> Memory:
        """Return the weights 1, 0, 0, ..."""
        return Memory(1, 0, 0)

    def init(self, theta: Any) -> GradientDescentState:
        """Return the state before the first step."""
        return GradientDescentState(0)

    def update(
        self, state: GradientDescentState, gradient: Any, theta: Any
    ) -> tuple[GradientDescentState, Any]:
        """Return the next state and the direction."""
        return GradientDescentState(state.count + 1), gradient
