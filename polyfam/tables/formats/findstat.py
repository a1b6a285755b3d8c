"""FindStat: one line ``([(0,1),(1,2)],3) => 2`` a tree, a statistic on graphs.

The form in which FindStat (https://www.findstat.org) takes and prints the values of a statistic on
its collection of graphs: the edges between the vertices 0, 1, ..., their number, and the value.
The trees of one table are a part of that collection; submitting is for a person to do.

References
----------
C. Berg and C. Stump et al., FindStat, the combinatorial statistics database.
"""

from __future__ import annotations

from polyfam.errors import DataError
from polyfam.tables.table import Table
from polyfam.trees import FreeTree

__all__ = ["dumps"]

_DEFAULT = "value_at_one"


def dumps(table: Table) -> str:
    """Write a statistic on trees for FindStat.

    Parameters
    ----------
    table : Table
        With the column ``level_sequence``; the statistic is the column ``value_at_one``, or the
        only one of kind ``integer`` where `Table.select` has left one.

    Returns
    -------
    str
        One line a tree.

    Raises
    ------
    DataError
        If the table has no trees or not one statistic.

    Examples
    --------
    >>> from polyfam import load_table
    >>> print(dumps(load_table("family-04").select(["level_sequence", "subtrees"])), end="")
    ([(0,1),(1,2),(0,3)],4) => 10
    ([(0,1),(0,2),(0,3)],4) => 11
    """
    numbers = [column.name for column in table.columns if column.kind == "integer"]
    statistic = _DEFAULT if _DEFAULT in numbers else numbers[0] if len(numbers) == 1 else None
    if "level_sequence" not in table.names or statistic is None:
        raise DataError(
            f"Table '{table.name}' is no statistic on trees: FindStat needs the columns "
            "level_sequence and one of integers."
        )
    cells = zip(table.column("level_sequence"), table.column(statistic), strict=True)
    return "".join(f"{_graph(levels)} => {value}\n" for levels, value in cells)


def _graph(levels: tuple[int, ...]) -> str:
    """Return a tree as FindStat writes graphs."""
    return f"({FreeTree._trusted(levels).edges()},{len(levels)})".replace(" ", "")
