"""Tables: named, typed columns and rows in strictly ascending order of the primary key.

A `Table` is what every format writes; its rows are named tuples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

from polyfam._checked import checked
from polyfam._checks import meant, members, quoted, shown
from polyfam._frames import frame
from polyfam.errors import ArgumentTypeError, DataError, UnknownNameError
from polyfam.tables.column import Cell, Column, Row, sort_key
from polyfam.tables.rows import row_type

if TYPE_CHECKING:
    import pandas

__all__ = ["Notes", "Table"]


@dataclass(frozen=True, slots=True)
class Notes:
    """Say, in Markdown, where a table comes from, what it holds and why it can be trusted.

    Parameters
    ----------
    source, completeness, reliability : str
        A few sentences each; empty for a table that is not published.

    Examples
    --------
    >>> Notes("Defined by ...", "All trees on 6 vertices.", "Two algorithms agree.").completeness
    'All trees on 6 vertices.'
    """

    source: str = ""
    completeness: str = ""
    reliability: str = ""


@checked
@dataclass(frozen=True, repr=False)
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
        One cell a column, strictly ascending in the primary key.  They become named tuples.
    notes : Notes, optional
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
    >>> len(table), table.column("row"), table[1].row
    (2, ((1,), (1, 1)), (1, 1))
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    notes: Notes = field(default=Notes(), kw_only=True)

    def __post_init__(self) -> None:
        self._check_header()
        rows: list[Row] = [tuple(members(row, "rows")) for row in members(self.rows, "rows")]
        for number, row in enumerate(rows, start=1):
            self._check_row(number, row)
        self._keep(rows)
        self._check_order()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, key: object) -> Row:
        """Return the row with a primary key, such as ``table["F6.3"]``."""
        keys = self._keys()
        if len(self.primary_key) == 1 and not isinstance(key, tuple):
            key = (key,)
        try:
            return self.rows[keys[key]]
        except (KeyError, TypeError):
            key_shown = quoted(key[0] if isinstance(key, tuple) and len(key) == 1 else key)
            some = f"; they go from {self._label(0)} to {self._label(-1)}" if self.rows else ""
            raise UnknownNameError(f"Table '{self.name}' has no row {key_shown}{some}.") from None

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

        Parameters
        ----------
        name : str
            Of the column.

        Returns
        -------
        int
            From 0.

        Raises
        ------
        UnknownNameError
            If there is no such column.

        Examples
        --------
        >>> Table("t", "T", (Column("n", "integer", "Index."),), ("n",)).index("n")
        0
        """
        if not isinstance(name, str) or name not in self.names:
            raise UnknownNameError(
                f"Table '{self.name}' has no column {quoted(name)}; {meant(name, self.names)}."
            )
        return self.names.index(name)

    def column(self, name: str) -> tuple[Any, ...]:
        """Return all cells of a column.

        Parameters
        ----------
        name : str
            Of the column.

        Returns
        -------
        tuple
            One cell a row.

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

    def where(self, condition: Callable[[Any], bool] | None = None, /, **cells: Cell) -> Self:
        """Return the rows for which a condition holds and the named cells have these values.

        Parameters
        ----------
        condition : callable, optional
            Given a row, whose cells are attributes, it returns a truth value.
        **cells : int, tuple, str or bool
            Column names and the values to have.

        Returns
        -------
        Table
            With the same header.

        Raises
        ------
        ArgumentTypeError
            If the condition cannot be called.
        UnknownNameError
            If there is no such column.

        Examples
        --------
        >>> from polyfam import load_table
        >>> load_table("family-06").where(lambda row: row.sigma > 4, diameter=3).column("id")
        ('F6.4', 'F6.5')
        """
        if condition is not None and not callable(condition):
            raise ArgumentTypeError(f"A condition must be callable, not {shown(condition)}.")
        wanted = [(self.index(name), value) for name, value in cells.items()]
        return self._trusted(
            row
            for row in self.rows
            if all(row[k] == value for k, value in wanted) and (condition is None or condition(row))
        )

    def select(self, names: Iterable[str]) -> Table:
        """Return a table with some of the columns, in this order, and with the primary key.

        Parameters
        ----------
        names : iterable of str
            Of the columns to keep; the primary key is kept and comes first.

        Returns
        -------
        Table
            With all rows.

        Raises
        ------
        UnknownNameError
            If there is no such column.

        Examples
        --------
        >>> from polyfam import load_table
        >>> load_table("family-04").select(["sigma", "diameter"]).rows
        (Row(id='F4.1', sigma=2, diameter=3), Row(id='F4.2', sigma=6, diameter=2))
        """
        kept = (*self.primary_key, *members(names, "names"))
        indices = list(dict.fromkeys(map(self.index, kept)))
        columns = tuple(self.columns[k] for k in indices)
        header = Table(self.name, self.title, columns, self.primary_key, notes=self.notes)
        return header._trusted(tuple(row[k] for k in indices) for row in self.rows)

    def triangle(self) -> tuple[tuple[int, ...], ...]:
        """Return the rows of the number triangle that the table is.

        Returns
        -------
        tuple of tuple of int
            One a row; of length 1 for a sequence.

        Raises
        ------
        DataError
            If it is none; see `Triangle`.

        Examples
        --------
        >>> from polyfam import load_table
        >>> load_table("eulerian").triangle()[:3]
        ((1,), (1, 1), (1, 4, 1))
        """
        raise DataError(f"Table '{self.name}' is not a number triangle: use csv or json.")

    def with_rows(self, rows: Iterable[Iterable[Cell]]) -> Self:
        """Return a table with the same header and other rows, which are checked.

        Parameters
        ----------
        rows : iterable of tuple
            One cell a column, strictly ascending in the primary key.

        Returns
        -------
        Table
            Of the same class.

        Examples
        --------
        >>> len(Table("t", "T", (Column("n", "integer", "Index."),), ("n",)).with_rows([(5,)]))
        1
        """
        return replace(self, rows=rows)  # type: ignore[arg-type]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas frame with the named columns; integers beyond 64 bits stay exact.

        Returns
        -------
        pandas.DataFrame
            One row a row; lists are tuples.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.

        Examples
        --------
        >>> from polyfam import load_table
        >>> load_table("family-06").to_pandas()["coefficients"][2]
        (1, 14, 30, 14, 1)
        """
        return frame(self.rows, self.names)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Export the table to Arrow, for polars, DuckDB, pyarrow: see `formats.parquet`."""
        from polyfam.tables.formats.parquet import to_arrow

        return to_arrow(self).__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        from polyfam.tables.views import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        """Show the first rows in a notebook."""
        from polyfam.tables.views import as_html

        return as_html(self)

    def _trusted(self, rows: Iterable[Iterable[Cell]]) -> Self:
        """Return a table with the same header and rows that are known to be right."""
        table = object.__new__(type(self))
        for item in fields(self):
            object.__setattr__(table, item.name, getattr(self, item.name))
        table._keep(rows)
        return table

    def _keep(self, rows: Iterable[Iterable[Cell]]) -> None:
        """Keep the rows as named tuples."""
        object.__setattr__(self, "rows", tuple(map(row_type(self.names)._make, rows)))

    def _keys(self) -> dict[object, int]:
        """Return the positions of the rows by their keys, kept for the next question."""
        keys: dict[object, int] | None = self.__dict__.get("_positions")
        if keys is None:
            columns = [self.column(name) for name in self.primary_key]
            keys = {key: k for k, key in enumerate(zip(*columns, strict=True))}
            object.__setattr__(self, "_positions", keys)
        return keys

    def _label(self, position: int) -> str:
        """Return the key of a row as people say it."""
        row = self.rows[position]
        return " ".join(str(row[self.index(name)]) for name in self.primary_key)

    def _check_header(self) -> None:
        """Check names and key against the columns."""
        if not re.fullmatch("[a-z][a-z0-9-]*", self.name):
            raise DataError(
                f"Table name {quoted(self.name)} must be lower-case letters, digits and hyphens."
            )
        if not self.columns or len(set(self.names)) < len(self.columns):
            raise DataError(f"Table '{self.name}' needs columns with distinct names.")
        if not self.primary_key or not set(self.primary_key) <= set(self.names):
            raise DataError(f"Table '{self.name}' needs a primary key made of its columns.")
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
            if not column.holds(cell):
                raise DataError(
                    f"Row {number} of table '{self.name}' holds {quoted(cell)} in column "
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
