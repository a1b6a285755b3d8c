"""Axes for the pictures that values make of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyfam._checks import optional_import, quoted
from polyfam.errors import ArgumentTypeError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["axes"]


def axes(ax: Axes | None) -> Axes:
    """Return these axes, or those of a new figure of pyplot.

    Raises
    ------
    MissingExtraError
        Without matplotlib.
    """
    if ax is None:
        made: Axes = optional_import("matplotlib.pyplot", "plot").subplots()[1]
        return made
    if not hasattr(ax, "set_yscale"):
        raise ArgumentTypeError(f"Argument 'ax' must be axes of matplotlib, not {quoted(ax)}.")
    return ax
