"""``polyfam table``: all polynomials of one order, or a published table, in any format."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from polyfam.cli._shared import TREE_SETTINGS, emit, format_option, output_option, progress
from polyfam.cli._trees import examples
from polyfam.tables.formats import FORMATS

if TYPE_CHECKING:
    from polyfam.tables.table import Table

__all__ = ["command"]

#: Tables with more rows than this take long enough for a progress bar.
_LONG = 5_000

Entry = tuple[str, tuple[int, ...], str]  # identifier, coefficients, tree


@click.command(
    context_settings=TREE_SETTINGS,
    short_help="Print the polynomials of an order.",
    epilog=examples(
        "polyfam table 6",
        "polyfam table 12 --format csv -o twelve.csv",
        "polyfam table eulerian --format oeis",
    ),
)
@click.argument("what", metavar="N|NAME")
@format_option("text", *FORMATS)
@output_option()
def command(what: str, format_: str, output: Path | None) -> None:
    """Print the polynomials of all free trees on N vertices, or the published table NAME.

    Rows stand in the canonical order, the path first and the star last; 'polyfam data list' has
    the names. As text a table of any order that fits into memory begins at once; the other
    formats add symmetries, gamma vectors and roots, and go up to 20 vertices. On a narrow
    terminal only the first half of each row is shown, since the second mirrors it.
    """
    from polyfam._atomic import write_file

    n = int(what) if re.fullmatch("-?[0-9]{1,18}", what) else None
    if format_ == "text":
        fit = not output and sys.stdout.isatty()
        lines = _named_lines(what, fit) if n is None else _order_lines(n, fit)
        if output:
            write_file(output, "".join(f"{line}\n" for line in lines))
        else:
            for line in lines:
                emit(line)
        return
    if format_ == "parquet" and not output and sys.stdout.isatty():
        raise click.UsageError("Parquet is not for a terminal: name a file with -o.")

    from polyfam.tables.formats import dumps
    from polyfam.tables.package import load_table

    content = dumps(load_table(what) if n is None else _family(n), format_)
    if output:
        write_file(output, content)
    elif isinstance(content, bytes):
        sys.stdout.buffer.write(content)
    else:
        emit(content.removesuffix("\n"))


def _family(n: int) -> Table:
    """Make the table of an order, with a progress bar if it is long."""
    from polyfam.tables.family import family_recipe

    recipe = family_recipe(n)
    if recipe.size <= _LONG:
        return recipe.table()
    with progress() as bar:
        rows = bar.track(recipe.rows(), recipe.size, description=f"{n} vertices")
        return recipe.header.with_rows(rows)


def _order_lines(n: int, fit: bool) -> Iterator[str]:
    """Yield the lines of the table of an order, the first before all are made."""
    from polyfam.family.table import beta_table

    table = beta_table(n)
    trees = f"{len(table):,} free trees" if len(table) > 1 else "only free tree"
    yield f"The {trees} on {n} {'vertices' if n > 1 else 'vertex'}: id, coefficients, tree"
    entries = ((f"F{n}.{k}", p.row, str(p.tree)) for k, p in enumerate(table, start=1))
    last = (f"F{n}.{len(table)}", table[-1].row, str(table[0].tree))
    yield from _aligned(entries, last, fit)


def _named_lines(name: str, fit: bool) -> Iterator[str]:
    """Yield the lines of a published table."""
    from polyfam.tables.package import load_table

    table = load_table(name)
    yield table.title
    labels, rows = table.column(table.primary_key[0]), table.column("coefficients")
    if "level_sequence" in table.names:
        trees = [" ".join(map(str, levels)) for levels in table.column("level_sequence")]
        entries = list(zip(labels, rows, trees, strict=True))
        yield from _aligned(entries, (labels[-1], rows[-1], trees[0]), fit)
    else:
        yield ""
        for label, row in zip(labels, rows, strict=True):
            yield f"{label:>3}  {' '.join(map(str, row))}"


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
