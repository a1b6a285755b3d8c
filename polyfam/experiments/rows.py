"""What experiments share: their parameters, tables that grow, and the way to the progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np

__all__ = ["Parameters", "Report", "Rows", "tracked"]

Parameters: TypeAlias = Mapping[str, Any]
Report: TypeAlias = Callable[[int, int], None]

_Item = TypeVar("_Item")


class Rows(dict[str, list[Any]]):
    """Columns of equal length by name, empty at first.

    Examples
    --------
    >>> table = Rows("beta", "n")
    >>> table.add(0.9, range(2))
    >>> table
    {'beta': [0.9, 0.9], 'n': [0, 1]}
    """

    def __init__(self, *names: str) -> None:
        super().__init__((name, []) for name in names)

    def add(self, *values: Any) -> None:
        """Add a row or several: of arrays, lists and ranges every entry, and all else repeated."""
        columns = [isinstance(value, np.ndarray | list | range) for value in values]
        rows = max((len(v) for v, column in zip(values, columns, strict=True) if column), default=1)
        for entries, value, column in zip(self.values(), values, columns, strict=True):
            entries += np.asarray(value).tolist() if column else [value] * rows


def tracked(items: Sequence[_Item], report: Report) -> Iterator[_Item]:
    """Yield items, and report before each how many are done, and at the end that all are.

    Examples
    --------
    >>> list(tracked("ab", print))
    0 2
    1 2
    2 2
    ['a', 'b']
    """
    for done, item in enumerate(items):
        report(done, len(items))
        yield item
    report(len(items), len(items))
