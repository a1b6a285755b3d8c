"""The door of `memoryless`, `modified_loss` and `modified_equation`, which take the same arguments.

With a loss a verb returns `Terms`; without one, of a linear memory, an exact `Expansion`.  What is
written for each verb is how the coefficients follow from checked arguments, and its docstring, into
which the parameters are put here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import cleandoc, signature
from typing import TYPE_CHECKING, Any, Protocol, cast, overload

from polyfam._checked import checked
from polyfam._checks import integer
from polyfam.errors import DomainError
from polyfam.memory._arguments import Batches, Order, Question, question
from polyfam.series.terms import Terms
from polyfam.typing import Array

if TYPE_CHECKING:
    from polyfam.series.expansion import Expansion

__all__ = ["Verb", "verb"]

_PARAMETERS = """Parameters
    ----------
    optimizer : object
        With ``init(theta)`` and ``update(state, gradient, theta) -> (state, direction)``, or a
        `Kernel`; without a loss a linear memory, and then also its class, whose parameters stay
        symbols.
    loss : object, optional
        With ``gradient(theta)``, and for a modified loss ``value(theta)``.
    theta : array_like, shape (..., d), optional
        Where the terms are wanted: every point by itself.
    order : int or "auto"
        The number R of terms, at least 1; "auto" cuts before the smallest of 12 terms (8 of an
        optimizer that is no linear memory), at each point by itself.
    step : int, optional
        The step n, from theta_n at time nh on, whose direction has seen n + 1 gradients, exactly;
        by default the stationary limit n -> infinity, where the state must not mix coordinates.
    step_size : float, optional
        h > 0, for sizes, the sum and the warning.
    batches : sequence of losses, optional
        The losses of the steps 0, ..., n (of the first ones, when there are more); for a finite
        step only, and `loss` is not looked at.

    Returns
"""


class Verb(Protocol):
    """What a type checker sees of a verb."""

    @overload
    def __call__(
        self,
        optimizer: Any,
        loss: None = None,
        theta: None = None,
        *,
        order: int,
        step: int | None = None,
    ) -> Expansion: ...
    @overload
    def __call__(
        self,
        optimizer: Any,
        loss: Any,
        theta: Any,
        *,
        order: Order,
        step: int | None = None,
        step_size: float | None = None,
        batches: Batches = None,
    ) -> Terms: ...


def verb(
    name: str,
    exact: Callable[[Any, int, int | None], Expansion],
    *,
    is_vector: bool = True,
    certifier: Callable[[Question], Callable[..., Any] | None] = lambda _: None,
) -> Callable[[Callable[[Question], Array]], Verb]:
    """Return the decorator that makes a verb of a function from a question to coefficients.

    Parameters
    ----------
    name : str
        What the terms are, for print.
    exact : callable
        From the optimizer, the order and the step to the expansion without a loss.
    is_vector : bool
        Whether the terms are vectors.
    certifier : callable, optional
        From the question to what `Terms.certify` asks.
    """

    def decorated(coefficients: Callable[[Question], Array]) -> Verb:
        @wraps(coefficients, assigned=("__module__", "__name__", "__qualname__"))
        def call(
            optimizer: Any,
            loss: Any = None,
            theta: Any = None,
            *,
            order: Order,
            step: int | None = None,
            step_size: float | None = None,
            batches: Batches = None,
        ) -> Terms | Expansion:
            if loss is None and batches is None:
                return exact(optimizer, _alone(theta, order, step_size), step)
            asked = question(optimizer, loss, theta, order, step, step_size, batches)
            found = coefficients(asked)
            terms = Terms(found, asked.step_size, is_vector, None, name, certifier(asked))
            if order == "auto":
                terms = terms.optimal()
            if step_size is not None:
                terms.warn_if_growing()
            return terms

        # Python 3.13 takes the indentation out of docstrings, earlier versions do not
        words = cleandoc(coefficients.__doc__ or "")
        call.__doc__ = words.replace("Returns\n", f"{cleandoc(_PARAMETERS)}\n", 1)
        call.__signature__ = signature(call, follow_wrapped=False)  # type: ignore[attr-defined]
        return cast(Verb, checked(call))

    return decorated


def _alone(theta: Any, order: Any, step_size: Any) -> int:
    """Return the order of an exact series, or refuse what only a loss gives sense to."""
    for name, value in (("theta", theta), ("step_size", step_size)):
        if value is not None:
            raise DomainError(
                f"Argument '{name}' needs a loss: without one the series is exact, in powers of h."
            )
    if order == "auto":
        raise DomainError("Argument 'order' can be 'auto' only with a loss and a 'step_size'.")
    return integer(order, "order", minimum=1)
