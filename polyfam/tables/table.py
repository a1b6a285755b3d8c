"""Tables: named, typed columns and rows in strictly ascending order of the primary key.

A `Table` is what every format writes.  Its columns are of four kinds,

========  =======================  =======================================
kind      Python value             lexical form in CSV
========  =======================  =======================================
integer   int                      decimal digits
integers  tuple of int             decimal numbers separated by one space
text      str, printable           as is
boolean   bool                     ``1`` or ``0``
========  =======================  =======================================

and a table that is a number triangle says so in its `Oeis` description, which names the column
that holds the triangle's rows.  Text keys compare in natural order: ``F6.2`` before ``F6.10``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from polyfam.errors import DataError, UnknownNameError

__all__ = ["KINDS", "NARROW", "Column", "Notes", "Oeis", "Table", "sort_key"]

KINDS = ("integer", "integers", "text", "boolean")
NARROW = 2**53
# Python refuses to print or read integers beyond 4,300 digits; 14,000 bits stay below that.
_MAX_BITS = 14_000

Cell = int | tuple[int, ...] | str | bool
Row = tuple[Cell, ...]


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
                f"Column name {self.name!r} must be lower-case letters, digits and underscores."
            )
        if self.kind not in KINDS:
            raise DataError(
                f"Column '{self.name}' must have a kind among {', '.join(KINDS)}, "
                f"not {self.kind!r}."
            )


@dataclass(frozen=True, slots=True)
class Oeis:
    """Describe a table as an entry of the On-Line Encyclopedia of Integer Sequences.

    Parameters
    ----------
    column : str
        The column of kind ``integers`` that holds the triangle's rows.
    name : str
        The definition, one line that ends in a full stop.
    offset : int
        Index of the triangle's first row.
    keywords : tuple of str
        OEIS keywords: ``tabl`` for the row lengths 1, 2, 3, ..., ``tabf`` for any others.
    number : str or None
        The A-number of a known triangle, None for one that has none.
    related : tuple of str
        A-numbers for cross-references.
    comments, references, links, formulas : tuple of str
        Lines of these sections; a link reads ``Authors, <a href="address">Title</a>``.

    Examples
    --------
    >>> Oeis("coefficients", "Triangle of Eulerian numbers.", 1, ("nonn", "tabl")).offset
    1
    """

    column: str
    name: str
    offset: int
    keywords: tuple[str, ...]
    number: str | None = None
    related: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notes:
    """Say, in Markdown, where a table comes from, what it holds and why it can be trusted.

    Examples
    --------
    >>> Notes("Defined by ...", "All trees on 6 vertices.", "Two algorithms agree.").completeness
    'All trees on 6 vertices.'
    """

    source: str
    completeness: str
    reliability: str


@dataclass(frozen=True)
class Table:
    """Hold a table: immutable, typed, sorted.

    Parameters
    ----------
    name : str
        Lower-case letters, digits and hyphens; also the name of its file.
    title : str
        One line for people.
    columns : tuple of Column
        At least one.
    primary_key : tuple of str
        Names of the columns by which the rows are sorted and told apart.
    rows : iterable of tuple, default empty
        One cell a column, strictly ascending in the primary key.
    oeis : Oeis or None
        Set when the table is a number triangle.
    notes : Notes or None
        Set when the table is published.

    Raises
    ------
    DataError
        If the header is inconsistent, a cell is not of its column's kind, or two rows are out
        of order or have the same key.

    Examples
    --------
    >>> columns = (Column("n", "integer", "Row."), Column("row", "integers", "Entries."))
    >>> table = Table("pascal", "Binomials", columns, ("n",), [(0, (1,)), (1, (1, 1))])
    >>> len(table), table.column("row")
    (2, ((1,), (1, 1)))
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    oeis: Oeis | None = field(default=None, kw_only=True)
    notes: Notes | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(map(tuple, self.rows)))
        self._check_header()
        for number, row in enumerate(self.rows, start=1):
            self._check_row(number, row)
        self._check_order()
        if self.oeis and self.rows:
            regular = [len(row) for row in self.triangle()] == [*range(1, len(self.rows) + 1)]
            if "tabl" in self.oeis.keywords and not regular:
                raise DataError(f"Table '{self.name}' is not a regular triangle: use 'tabf'.")

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns.

        Examples
        --------
        >>> Table("t", "T", (Column("n", "integer", "Index."),), ("n",)).names
        ('n',)
        """
        return tuple(column.name for column in self.columns)

    def index(self, name: str) -> int:
        """Return the position of a column.

        Raises
        ------
        UnknownNameError
            If there is no such column.

        Examples
        --------
        >>> Table("t", "T", (Column("n", "integer", "Index."),), ("n",)).index("n")
        0
        """
        if name not in self.names:
            raise UnknownNameError(
                f"Table '{self.name}' has no column {name!r}: its columns are "
                f"{', '.join(self.names)}."
            )
        return self.names.index(name)

    def column(self, name: str) -> tuple[Cell, ...]:
        """Return all cells of a column.

        Raises
        ------
        UnknownNameError
            If there is no such column.

        Examples
        --------
        >>> Table("t", "T", (Column("n", "integer", "Index."),), ("n",), [(1,), (2,)]).column("n")
        (1, 2)
        """
        index = self.index(name)
        return tuple(row[index] for row in self.rows)

    def triangle(self) -> tuple[tuple[int, ...], ...]:
        """Return the rows of the number triangle that the table is.

        Raises
        ------
        DataError
            If the table is not a number triangle.

        Examples
        --------
        >>> row = Column("row", "integers", "Entries.")
        >>> oeis = Oeis("row", "Triangle.", 1, ("nonn", "tabl"))
        >>> Table("t", "T", (row,), ("row",), [((1,),), ((1, 1),)], oeis=oeis).triangle()
        ((1,), (1, 1))
        """
        if self.oeis is None:
            raise DataError(f"Table '{self.name}' is not a number triangle: use csv or json.")
        return self.column(self.oeis.column)  # type: ignore[return-value]

    def with_rows(self, rows: Iterable[Iterable[Cell]]) -> Table:
        """Return a table with the same header and other rows.

        Examples
        --------
        >>> len(Table("t", "T", (Column("n", "integer", "Index."),), ("n",)).with_rows([(5,)]))
        1
        """
        return replace(self, rows=tuple(map(tuple, rows)))

    def _check_header(self) -> None:
        """Check names, key and triangle column against the columns."""
        if not re.fullmatch("[a-z][a-z0-9-]*", self.name):
            raise DataError(
                f"Table name {self.name!r} must be lower-case letters, digits and hyphens."
            )
        if not self.columns or len(set(self.names)) < len(self.columns):
            raise DataError(f"Table '{self.name}' needs columns with distinct names.")
        if not self.primary_key or not set(self.primary_key) <= set(self.names):
            raise DataError(f"Table '{self.name}' needs a primary key made of its columns.")
        if self.oeis and self.columns[self.index(self.oeis.column)].kind != "integers":
            raise DataError(f"Column '{self.oeis.column}' must be of kind 'integers'.")
        texts = [self.title, *(column.meaning for column in self.columns)]
        if not all(text.isprintable() for text in texts):
            raise DataError(f"Table '{self.name}' needs a title and meanings of one line each.")

    def _check_row(self, number: int, row: Row) -> None:
        """Check one row's length and the kinds of its cells."""
        if len(row) != len(self.columns):
            raise DataError(
                f"Row {number} of table '{self.name}' has {len(row)} cells, "
                f"not {len(self.columns)}."
            )
        for column, cell in zip(self.columns, row, strict=True):
            if not _is_of_kind(cell, column):
                raise DataError(
                    f"Row {number} of table '{self.name}' holds {_shorten(cell)} in column "
                    f"'{column.name}', which is not of kind '{column.kind}'."
                )

    def _check_order(self) -> None:
        """Check that the primary keys ascend strictly."""
        indices = [self.index(name) for name in self.primary_key]
        keys = [[sort_key(row[index]) for index in indices] for row in self.rows]
        for number, (first, second) in enumerate(pairwise(keys), start=2):
            if not first < second:
                raise DataError(
                    f"Row {number} of table '{self.name}' is not after row {number - 1} in the "
                    f"order of its primary key {', '.join(self.primary_key)}."
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


def _is_of_kind(cell: object, column: Column) -> bool:
    """Tell whether `cell` may stand in `column`."""
    match column.kind:
        case "integer":
            return _is_integer(cell, column.wide)
        case "integers":
            return type(cell) is tuple and all(_is_integer(item, column.wide) for item in cell)
        case "text":
            return type(cell) is str and cell.isprintable()
        case _:
            return type(cell) is bool


def _is_integer(value: object, wide: bool) -> bool:
    """Tell whether `value` is a Python integer of the allowed size."""
    return type(value) is int and (
        value.bit_length() <= _MAX_BITS if wide else -NARROW < value < NARROW
    )


def _shorten(value: object) -> str:
    """Return a representation that fits into one sentence."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        return "a value too large to print"
    return text if len(text) <= 40 else f"{text[:37]}..."
