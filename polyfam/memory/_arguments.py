"""What the verbs share: they take the same arguments and refuse the same ones, in one sentence."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from polyfam._checks import check_step_size, integer, quoted, warn
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.derivatives.points import as_points
from polyfam.memory.linear import Linear, linear
from polyfam.memory.trajectory import losses_of_steps
from polyfam.optimizers._protocol import check_optimizer, is_elementwise
from polyfam.series.terms import ValidityWarning
from polyfam.typing import Array

__all__ = ["Batches", "Order", "Question", "question", "quiet"]

Order: TypeAlias = int | Literal["auto"]
Batches: TypeAlias = Sequence[Any] | None

#: The number of terms among which order="auto" finds the smallest: of linear memories, of others.
_AUTO = (12, 8)


@dataclass(frozen=True)
class Question:
    """What a verb is asked: checked arguments.

    Parameters
    ----------
    optimizer : object
    memory : Linear or None
        The same as a linear memory, if it is one.
    loss : object
        The loss of the newest step.
    losses : list
        One loss for the whole past, or those of the steps n, n - 1, ..., 0.
    theta : ndarray, shape (..., d)
    order : int or "auto"
    step : int or None
    step_size : float or None
    """

    optimizer: Any
    memory: Linear | None
    losses: list[Any]
    theta: Array
    order: Order
    step: int | None
    step_size: float | None

    @property
    def loss(self) -> Any:
        """The loss of the newest step."""
        return self.losses[0]

    @property
    def terms(self) -> int:
        """The number of terms to compute."""
        if isinstance(self.order, int):
            return self.order
        return _AUTO[0] if self.memory else _AUTO[1]


def question(
    optimizer: Any,
    loss: Any,
    theta: Any,
    order: Order,
    step: int | None = None,
    step_size: float | None = None,
    batches: Batches = None,
) -> Question:
    """Return the arguments of a verb, or say in one sentence what is wrong with them.

    Raises
    ------
    ArgumentTypeError, DomainError
    """
    memory = linear(optimizer)
    if memory is None:
        check_optimizer(optimizer)
    if isinstance(order, str):
        if order != "auto":
            raise DomainError(
                f"Argument 'order' must be an integer or 'auto', not {quoted(order)}."
            )
        if step_size is None:
            raise DomainError(
                "Argument 'order' can be 'auto' only with a 'step_size', at which terms have sizes."
            )
    else:
        order = integer(order, "order", minimum=1)
    step = None if step is None else integer(step, "step", minimum=0)
    if batches is not None and step is None:
        raise DomainError(
            "Argument 'batches' needs a finite step=n, with n + 1 batches: the stationary limit "
            "has one loss."
        )
    if theta is None:
        raise ArgumentTypeError(
            "Argument 'theta' is missing: the point where the loss is looked at."
        )
    step_size = None if step_size is None else check_step_size(step_size)
    losses = [loss] if batches is None else losses_of_steps(batches, (step or 0) + 1)[::-1]
    theta = as_points(losses[0], theta)
    asked = Question(optimizer, memory, losses, theta, order, step, step_size)
    if asked.terms > 4 and theta.dtype.itemsize <= 4:
        warn(
            f"Order {asked.terms} in {theta.dtype} loses most digits of its last terms: convert "
            "'theta' to float64.",
            RuntimeWarning,
        )
    return asked


def point_by_point(optimizer: Any, theta: Array, terms: Callable[[Array], Array]) -> Array:
    """Return the terms (R, ...) at all points: one by one unless the optimizer is elementwise.

    An optimizer that may mix coordinates sees one point of shape (d,) at a time.
    """
    if theta.ndim == 1 or is_elementwise(optimizer):
        return terms(theta)
    if 0 in theta.shape:
        raise DomainError("Argument 'theta' must hold at least one point, not none.")
    found = np.stack([terms(point) for point in theta.reshape(-1, theta.shape[-1])], axis=1)
    return found.reshape(len(found), *theta.shape[:-1], *found.shape[2:])


class quiet(warnings.catch_warnings):  # noqa: N801
    """A block without ValidityWarning, for those who look at `Terms.valid` themselves."""

    def __enter__(self) -> Any:
        found = super().__enter__()
        warnings.simplefilter("ignore", ValidityWarning)
        return found
