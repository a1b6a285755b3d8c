"""Columns: a name, a kind, a meaning; and the cells that may stand in them.

========  =======================  =======================================
kind      Python value             lexical form in CSV
========  =======================  =======================================
integer   int                      decimal digits
integers  tuple of int             a JSON array without blanks: ``[1,4,1]``
text      str, printable           as is
boolean   bool                     ``1`` or ``0``
========  =======================  =======================================

Text keys compare in natural order: ``F6.2`` before ``F6.10``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from polyfam._checked import checked
from polyfam._checks import quoted
from polyfam.errors import DataError

__all__ = ["KINDS", "NARROW", "Cell", "Column", "Row", "sort_key"]

KINDS = ("integer", "integers", "text", "boolean")
NARROW = 2**53
# Python refuses to print or read integers beyond 4,300 digits; 14,000 bits stay below that.
_MAX_BITS = 14_000

Cell: TypeAlias = int | tuple[int, ...] | str | bool
Row: TypeAlias = tuple[Any, ...]  # one cell a column; its kinds are those of the header


@checked
@dataclass(frozen=True, slots=True)
class Column:
    """Describe one column.

    Parameters
    ----------
    name : str
        Lower-case letters, digits and underscores.
    kind : {'integer', 'integers', 'text', 'boolean'}
        What a cell holds.
    meaning : str
        One sentence for people.
    wide : bool, default False
        Whether integers may reach 2**53.  Readers that use floats would round them, so formats
        read by such readers carry the integers of a wide column as decimal strings.

    Raises
    ------
    DataError
        If the name or the kind is not one of the above.

    Examples
    --------
    >>> Column("sigma", "integer", "Number of automorphisms.", wide=True).kind
    'integer'
    """

    name: str
    kind: str
    meaning: str
    wide: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch("[a-z][a-z0-9_]*", self.name):
            raise DataError(
                f"Column name {quoted(self.name)} must be lower-case letters, digits and "
                "underscores."
            )
        if self.kind not in KINDS:
            raise DataError(
                f"Column '{self.name}' must have a kind among {', '.join(KINDS)}, "
                f"not {quoted(self.kind)}."
            )

    def holds(self, cell: object) -> bool:
        """Tell whether a value may stand in this column.

        Parameters
        ----------
        cell : object
            Anything.

        Returns
        -------
        bool
            Whether it is of the column's kind, and small enough.

        Examples
        --------
        >>> Column("row", "integers", "Entries.").holds((1, 4, 1))
        True
        """
        match self.kind:
            case "integer":
                return self._is_integer(cell)
            case "integers":
                return type(cell) is tuple and all(map(self._is_integer, cell))
            case "text":
                return type(cell) is str and cell.isprintable()
            case _:
                return type(cell) is bool

    def _is_integer(self, value: object) -> bool:
        """Tell whether `value` is a Python integer of the allowed size."""
        return type(value) is int and (
            value.bit_length() <= _MAX_BITS if self.wide else -NARROW < value < NARROW
        )


def sort_key(cell: Cell) -> Any:
    """Return the value by which a cell is sorted: runs of digits in a text count as numbers.

    Examples
    --------
    >>> sort_key("F6.2") < sort_key("F6.10")
    True
    """
    if not isinstance(cell, str):
        return cell
    parts = re.split("0*([0-9]+)", cell)
    # A number is its length, then its digits; the cell itself breaks the tie of "1" and "01".
    return [(len(part), part) if i % 2 else part for i, part in enumerate(parts)], cell
