"""Checks of samples and targets: what losses made of data take, and how they say no."""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam._checks import integer, shown
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses._analytic import numbers
from polyfam.typing import Array

__all__ = ["chosen_samples", "hidden_widths", "one_hot", "real_targets", "samples"]


#: Each class takes a column of targets and a row of parameters.
_MOST_CLASSES = 10_000


def chosen_samples(indices: Any, size: int) -> Array:
    """Return indices of samples as an array, or say what is wrong with them."""
    try:
        chosen = np.asarray(indices)
    except ValueError:  # lists of several lengths
        chosen = np.empty(0)
    if chosen.ndim != 1 or chosen.dtype.kind not in "iu" or len(chosen) == 0:
        raise ArgumentTypeError("Argument 'indices' must be a list of integers that is not empty.")
    if chosen.min() < 0 or chosen.max() >= size:
        wrong = chosen[(chosen < 0) | (chosen >= size)][0]
        raise DomainError(f"Argument 'indices' must be from 0 to {size - 1}, not {wrong}.")
    return chosen


def hidden_widths(widths: Any) -> list[int]:
    """Return the widths of hidden layers as integers, or say what is wrong with them."""
    if isinstance(widths, str) or not np.iterable(widths):
        raise ArgumentTypeError(
            f"Argument 'widths' must be a list of widths, one for each hidden layer, "
            f"not {shown(widths)}."
        )
    return [integer(width, "widths", minimum=1) for width in widths]


def one_hot(labels: Any) -> Array:
    """Return class labels 0, 1, ... as rows of unit vectors, shape (samples, classes)."""
    labels = numbers(labels, "y", 1)
    if (labels != np.floor(labels)).any():
        raise DomainError("Argument 'y' must be a list of class labels 0, 1, 2, ...")
    if labels.min() < 0:
        raise DomainError(f"Argument 'y' must hold labels of at least 0, not {labels.min():g}.")
    if labels.max() >= _MOST_CLASSES:
        raise DomainError(
            f"Argument 'y' must hold labels below {_MOST_CLASSES}, not {labels.max():.0f}: "
            "number the classes 0, 1, 2, ..."
        )
    classes = max(int(labels.max()) + 1, 2)
    return np.asarray(labels[:, None] == np.arange(classes), float)


def real_targets(y: Any) -> Array:
    """Return numbers of shape (samples,) or (samples, outputs) as (samples, outputs)."""
    targets = numbers(y, "y", 1, 2)
    return targets.reshape(len(targets), -1)


def samples(X: Any, targets: Array) -> Array:  # noqa: N803
    """Return the features of samples as an array, as many as there are targets."""
    inputs = numbers(X, "X", 2)
    if len(inputs) != len(targets):
        raise DomainError(
            f"Argument 'y' must have one target for each of the {len(inputs)} samples, "
            f"not {len(targets)}."
        )
    return inputs
