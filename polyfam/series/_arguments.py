"""What several public functions of the series ask of their arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polyfam._checks import quoted
from polyfam.errors import ArgumentTypeError, DomainError

__all__ = ["instance", "rows_of"]


def instance(value: Any, kind: Any, name: str, what: str) -> Any:
    """Return a value of a kind, or say what the argument must be."""
    if not isinstance(value, kind):
        raise ArgumentTypeError(f"Argument '{name}' must be {what}, not {quoted(value)}.")
    return value


def rows_of(derivatives: Any, of: str) -> Sequence[Sequence[Any]]:
    """Return rows of derivatives, one for each loss, at least one."""
    if not isinstance(derivatives, Sequence) or not all(
        isinstance(row, Sequence) and not isinstance(row, str) for row in derivatives
    ):
        raise ArgumentTypeError(
            f"Argument 'derivatives' must be a list of rows of numbers, not {quoted(derivatives)}."
        )
    if not derivatives:
        raise DomainError(f"Argument 'derivatives' must have a row for {of}, at least one.")
    return derivatives
