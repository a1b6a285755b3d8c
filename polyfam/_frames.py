"""Frames of pandas, which values with rows make of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from polyfam._checks import optional_import

if TYPE_CHECKING:
    import pandas

__all__ = ["frame"]


def frame(rows: Iterable[Sequence[object]], names: Iterable[str]) -> pandas.DataFrame:
    """Return a frame with these rows and named columns; integers beyond 64 bits stay exact.

    Raises
    ------
    MissingExtraError
        Without pandas.

    Examples
    --------
    >>> frame([(1, 2**70)], ["n", "count"])["count"][0] == 2**70
    True
    """
    made: pandas.DataFrame = optional_import("pandas", "pandas").DataFrame(
        list(rows), columns=list(names)
    )
    return made
