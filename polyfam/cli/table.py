"""``polyfam table``: all polynomials of one order, or a published table, in any format."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from polyfam.cli._shared import FOLDED, TREE_SETTINGS, emit, output_option, progress
from polyfam.cli._trees import examples
from polyfam.tables.formats import FORMATS, format_of

if TYPE_CHECKING:
    from polyfam.tables.column import Row
    from polyfam.tables.table import Table
    from polyfam.typing import Progress

__all__ = ["command"]

#: Tables with more rows than this take long enough for a progress bar.
_LONG = 5_000

Entry = tuple[str, tuple[int, ...], str]  # identifier, coefficients, tree


@click.command(
    context_settings=TREE_SETTINGS,
    short_help="Print the polynomials of an order.",
    epilog=examples(
        "polyfam table 6",
        "polyfam table 12 -o twelve.csv",
        "polyfam table 8 --columns sigma,graph6 --format csv",
        "polyfam table eulerian --format oeis",
    ),
)
@click.argument("what", metavar="N|NAME")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", *FORMATS)),
    help="The form of the output.  [default: by the suffix of -o, else text]",
)
@click.option(
    "--columns", metavar="NAME,...", help="Only these columns; the identifier always comes first."
)
@output_option()
def command(what: str, format_: str | None, columns: str | None, output: Path | None) -> None:
    """Print the polynomials of all free trees on N vertices, or the published table NAME.

    Rows stand in the canonical order, the path first and the star last; 'polyfam data list' has
    the names, and 'polyfam data show NAME' the columns. As text a table of any order that fits
    into memory begins at once; the other formats have all columns, and go up to 20 vertices. On a
    narrow terminal only the first half of each row is shown, since the second mirrors it.
    """
    format_ = format_ or (output and format_of(output.suffix)) or "text"
    if format_ == "parquet" and not output and sys.stdout.isatty():
        raise click.UsageError("Parquet is not for a terminal: name a file with -o.")
    n = int(what) if re.fullmatch("-?[0-9]{1,18}", what) else None
    fit = not output and sys.stdout.isatty()
    click.get_current_context().meta[FOLDED] = format_ == "text"
    names = [name.strip() for name in columns.split(",")] if columns else []
    if format_ == "text" and n is not None and not names:
        _write(_order_lines(n, fit), output)
        return
    from polyfam.tables.formats import dumps
    from polyfam.tables.package import load_table

    table = load_table(what) if n is None else _family(n)
    if names:
        table = table.select(names)
    if format_ == "text":
        _write(_table_lines(table, fit), output)
    else:
        _write(dumps(table, format_), output)


def _write(content: Iterable[str] | bytes, output: Path | None) -> None:
    """Write bytes, a text or lines to a file or to standard output."""
    from polyfam._atomic import write_file

    if output and isinstance(content, str | bytes):
        write_file(output, content)
    elif output:
        write_file(output, "".join(f"{line}\n" for line in content))
    elif isinstance(content, bytes):
        sys.stdout.buffer.write(content)
    else:
        for line in [content.removesuffix("\n")] if isinstance(content, str) else content:
            emit(line)


def _family(n: int) -> Table:
    """Make the table of an order, with a progress bar if it is long."""
    from polyfam.tables.family import family_recipe

    recipe = family_recipe(n)
    if recipe.size <= _LONG:
        return recipe.table()
    with progress(f"{n} vertices") as tell:
        return recipe.header.with_rows(_told(recipe.rows(), recipe.size, f"{n} vertices", tell))


def _told(rows: Iterable[Row], total: int, what: str, tell: Progress) -> Iterator[Row]:
    """Yield the rows and tell how many there were."""
    for done, row in enumerate(rows):
        if done % 100 == 0:
            tell(what, done, total)
        yield row


def _order_lines(n: int, fit: bool) -> Iterator[str]:
    """Yield the lines of the table of an order, the first before all are made."""
    from polyfam.family.table import beta_table
    from polyfam.tables.ids import format_id

    table = beta_table(n)
    trees = f"{len(table):,} free trees" if len(table) > 1 else "only free tree"
    yield f"The {trees} on {n} {'vertices' if n > 1 else 'vertex'}: id, coefficients, tree"
    entries = ((format_id(n, k), p.row, str(p.tree)) for k, p in enumerate(table, start=1))
    last = (format_id(n, len(table)), table[-1].row, str(table[0].tree))
    yield from _aligned(entries, last, fit)


def _table_lines(table: Table, fit: bool) -> Iterator[str]:
    """Yield the lines of a table."""
    yield table.title
    width = shutil.get_terminal_size().columns if fit else sys.maxsize
    if {"level_sequence", "coefficients"} <= set(table.names) and table.name.startswith("family"):
        rows = table.column("coefficients")
        trees = [" ".join(map(str, levels)) for levels in table.column("level_sequence")]
        entries = list(zip(table.column("id"), rows, trees, strict=True))
        yield from _aligned(entries, (entries[-1][0], rows[-1], trees[0]), fit)
    elif table.names[0::2] == ("n", "coefficients"):
        yield ""
        for row in table.rows:
            line = " ".join(map(str, row[-1]))
            yield fill(line, width, initial_indent=f"{row[0]:>3}  ", subsequent_indent=" " * 5)
    else:
        yield ""
        yield from _columns(table, width)


def _columns(table: Table, width: int) -> Iterator[str]:
    """Yield names and cells below one another, lines folded to a width."""
    from polyfam.tables.views import shown

    lines = [table.names, *(tuple(map(shown, row)) for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = [column.kind == "integer" for column in table.columns]
    for line in lines:
        cells = (
            f"{c:>{w}}" if r else f"{c:<{w}}" for c, w, r in zip(line, widths, right, strict=True)
        )
        text = "  ".join(cells).rstrip()
        yield text if len(text) <= width else fill(text, width, subsequent_indent="    ")


def _aligned(entries: Iterable[Entry], widest: Entry, fit: bool) -> Iterator[str]:
    """Yield the rows of trees on equally many vertices, number below number.

    No coefficient is longer than that of the star, the last one.  If the lines must fit the
    terminal and do not, the second half of each row is left out.
    """
    widths = [len(str(c)) for c in widest[1]]
    label = len(widest[0])
    length = label + 2 + sum(widths) + len(widths) + 2 + len(widest[2])
    if fit and length > shutil.get_terminal_size().columns and len(widths) > 2:
        yield "Rows are palindromes; here are their first halves (with -o FILE, all of them)."
        widths = widths[: (len(widths) + 1) // 2]
    yield ""
    for name, row, tree in entries:
        cells = zip(row, widths, strict=False)
        yield f"{name:<{label}}  {' '.join([f'{c:>{width}}' for c, width in cells])}   {tree}"
