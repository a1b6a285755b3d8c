"""The exact side of the verbs: without a loss, linear memories have series with exact coefficients.

The work is done in `polyfam.series`; this says which series belongs to which optimizer.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from polyfam._checks import quoted, shown
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.optimizers._linear import LinearMemory
from polyfam.optimizers.heavy_ball import HeavyBall

if TYPE_CHECKING:
    from polyfam.series.expansion import Expansion
    from polyfam.series.kernels import Kernel

__all__ = ["exact_equation", "exact_field", "exact_kernel", "exact_loss"]


def exact_kernel(optimizer: Any) -> Kernel:
    """Return the exact memory of a linear optimizer, or say in a sentence why there is none.

    Parameters
    ----------
    optimizer : class, instance or Kernel
        Of a class the parameters stay symbols.

    Examples
    --------
    >>> from polyfam.optimizers import HeavyBall
    >>> exact_kernel(HeavyBall).weights(3)
    (1, beta, beta**2)
    """
    from polyfam.series.kernels import Kernel

    if isinstance(optimizer, Kernel):
        return optimizer
    if isinstance(optimizer, type) and issubclass(optimizer, LinearMemory):
        return optimizer.symbolic_kernel()
    if isinstance(optimizer, LinearMemory):
        return optimizer.kernel()
    name = optimizer.__name__ if isinstance(optimizer, type) else type(optimizer).__name__
    if not hasattr(optimizer, "update"):
        raise ArgumentTypeError(
            "Argument 'optimizer' must be a linear memory such as HeavyBall, or a Kernel, when no "
            f"loss is given, not {quoted(optimizer)}."
        )
    raise DomainError(
        f"{name} is not a weighted sum of past gradients, so that its terms are no sums over trees "
        "with coefficients of their own: give a loss and a point."
    )


def exact_field(optimizer: Any, order: int, step: int | None) -> Expansion:
    """Return the field without memory, stationary or at step n from rest."""
    from polyfam.series.linear_memory import field

    return _of(field, optimizer, order, step)


def exact_loss(optimizer: Any, order: int, step: int | None) -> Expansion:
    """Return the modified loss, stationary or at step n from rest."""
    from polyfam.series.linear_memory import modified_loss

    return _of(modified_loss, optimizer, order, step)


def exact_equation(optimizer: Any, order: int, step: int | None) -> Expansion:
    """Return the modified equation."""
    from polyfam.series.equation import modified_equation

    if step is not None:
        remedy = "give a loss, or " if hasattr(optimizer, "update") else ""
        raise DomainError(
            f"There is no exact modified equation at step {shown(step)}: {remedy}leave out "
            "'step', for the stationary one."
        )
    return modified_equation(exact_kernel(optimizer), order=order)


def _of(
    series: Callable[..., Expansion], optimizer: Any, order: int, step: int | None
) -> Expansion:
    """Return a series of an optimizer: the heavy ball's in beta, at the value of an instance."""
    if optimizer is HeavyBall:
        return series(order=order, step=step)
    if type(optimizer) is HeavyBall:
        return series(order=order, step=step).at(beta=Fraction(optimizer.exact_memory().fading))
    return series(exact_kernel(optimizer), order=order, step=step)
