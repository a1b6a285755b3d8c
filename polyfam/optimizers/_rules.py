"""What the optimizers share: hyperparameters, averages, roots, and a smooth sign.

    average      m <- beta m + (1 - beta) x
    weight       1 - beta^n, the total weight of an average that started at zero, after n steps
    root         sqrt(v + epsilon) inside, sqrt(v) + epsilon outside
    smooth sign  x / sqrt(x^2 + epsilon), the gradient of the perturbed one-norm

All of them take numbers, arrays and Taylor arrays alike.  A hyperparameter is annotated with what
it may be, `Rate`, `Nonnegative` or bool, and looked at once, when an optimizer is made.
"""

from __future__ import annotations

from abc import ABC
from contextlib import suppress
from dataclasses import fields, is_dataclass
from inspect import getattr_static
from math import inf
from numbers import Real
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np

from polyfam._checks import quoted, shown
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.arithmetic.taylor import Taylor, TaylorError
from polyfam.typing import Array

__all__ = [
    "MomentumState",
    "Nonnegative",
    "Rate",
    "Rule",
    "average",
    "check_nonnegative",
    "check_rate",
    "root",
    "smooth_sign",
    "weight",
]


#: A memory parameter in [0, 1), and a finite number from 0 on.
Rate: TypeAlias = float
Nonnegative: TypeAlias = float


class MomentumState(NamedTuple):
    """The momentum and the number of steps: the state of every optimizer with one momentum."""

    momentum: Array
    count: int  # type: ignore[assignment]  # hides tuple.count


def check_rate(value: Any, name: str) -> None:
    """Raise unless a memory parameter is in [0, 1)."""
    _check_number(value, name, "a number in [0, 1)", 1.0)


def check_nonnegative(value: Any, name: str) -> None:
    """Raise unless a hyperparameter is a finite number >= 0."""
    _check_number(value, name, "a finite number and at least 0", inf)


def _check_number(value: Any, name: str, wanted: str, end: float) -> None:
    """Raise unless a value is a real number from 0 on, that a double holds, below the end."""
    message = f"Hyperparameter '{name}' must be {wanted}, not"
    if isinstance(value, bool) or not issubclass(type(value), Real):
        raise ArgumentTypeError(f"{message} {quoted(value)}.")
    with suppress(OverflowError):
        float(value)
        if 0 <= value < end:
            return
    raise DomainError(f"{message} {shown(value)}.")


def _check_flag(value: object, name: str) -> None:
    """Raise unless a hyperparameter is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise ArgumentTypeError(
            f"Hyperparameter '{name}' must be True or False, not {quoted(value)}."
        )


_CHECKS = {"Rate": check_rate, "Nonnegative": check_nonnegative, "bool": _check_flag}
#: What says the same as an update without running it.
_SUMMARIES = ("elementwise", "first_order", "means", "memory_of", "turned")


class Rule(ABC):
    """What every optimizer of the package is; abstract."""

    elementwise: ClassVar[bool] = True
    names: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls) -> None:
        """Refuse a subclass with another update that says of it what is true of the old one.

        A subclass of Adam that clips gradients would inherit Adam's closed form, and one of
        HeavyBall its weights: every answer would be that of the optimizer without clipping.
        """

        def own(name: str) -> bool:
            return getattr_static(cls, name, None) is not getattr_static(base, name, None)

        base = next(filter(is_dataclass, cls.__mro__[1:]), None)
        if base is None or any(map(own, _SUMMARIES)) or not (own("init") or own("update")):
            return
        raise ArgumentTypeError(
            f"Class '{cls.__name__}' has another update than {base.__name__}, whose closed form "
            "would not be true of it: write a class of its own, whose init and update call those "
            f"of {base.__name__}."
        )

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            if check := _CHECKS.get(str(field.type).partition(" | ")[0]):
                check(getattr(self, field.name), field.name)


def average(beta: float, mean: Any, value: Any) -> Any:
    """Return the exponential average with one more value in it."""
    return beta * mean + (1 - beta) * value


def weight(beta: float, steps: float) -> float:
    """Return 1 - beta^steps; after infinitely many steps it is 1."""
    return float(1 - beta**steps)


def root(square: Any, epsilon: float, inside: bool) -> Any:
    """Return the root of a mean square with epsilon inside or outside."""
    return np.sqrt(square + epsilon) if inside else np.sqrt(square) + epsilon


def smooth_sign(x: Any, epsilon: float) -> Any:
    """Return x / sqrt(x^2 + epsilon), and the sign of x when epsilon is 0."""
    if epsilon:
        return x / np.sqrt(x * x + epsilon)
    if isinstance(x, Taylor):
        raise TaylorError(
            "A hard sign has no memory to expand, since its derivative is zero or does not exist: "
            "give epsilon > 0 for the smooth sign x/sqrt(x^2 + epsilon)."
        )
    return np.sign(x)
