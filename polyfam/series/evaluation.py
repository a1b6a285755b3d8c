"""An exact expansion, evaluated on a loss at points: coefficients meet elementary differentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyfam.errors import DomainError
from polyfam.series.elementary_differentials import ElementaryDifferentials
from polyfam.series.terms import Terms
from polyfam.trees import FreeTree
from polyfam.typing import Array, Loss

if TYPE_CHECKING:
    from polyfam.series.expansion import Expansion

__all__ = ["evaluate_on"]


def evaluate_on(expansion: Expansion, loss: Loss, theta: Any, step_size: float | None) -> Terms:
    """Return the terms of an expansion on a loss: see `Expansion.on`."""
    check_numeric(expansion.coefficients.values())
    differentials = ElementaryDifferentials(loss, theta)
    free = any(isinstance(tree, FreeTree) for tree in expansion.coefficients)
    shape = differentials.theta.shape
    terms = np.zeros((expansion.order, *(shape[:-1] if free else shape)), differentials.theta.dtype)
    for term in expansion:
        tree = term.tree
        found: Array = (
            differentials.scalar(tree) if isinstance(tree, FreeTree) else differentials.vector(tree)
        )
        terms[term.power] += _rounded(term.coefficient / term.sigma) * found
    coefficients = Terms(terms, is_vector=not free)
    return coefficients if step_size is None else coefficients.at(step_size)


def _rounded(coefficient: Any) -> float:
    """Return a coefficient as a double."""
    try:
        return float(coefficient)
    except OverflowError:
        raise DomainError(
            "A coefficient of this expansion exceeds the range of the doubles: take parameters "
            "farther from 1, or a lower order."
        ) from None


def check_numeric(coefficients: Any) -> None:
    """Raise when a coefficient contains parameters."""
    for value in coefficients:
        if hasattr(value, "field"):
            names = ", ".join(f"{symbol}=..." for symbol in value.field.symbols)
            raise DomainError(
                "The coefficients of this expansion contain parameters: give them values first, "
                f".at({names})."
            )
