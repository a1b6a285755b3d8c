"""What several verbs share: reading trees, printing data, the progress bar, common options.

Data goes to standard output and everything else to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = [
    "TREE_SETTINGS",
    "emit",
    "format_option",
    "output_option",
    "progress",
    "tree_arguments",
]

# For `context_settings` of a verb that takes trees: "-1 0 0", the parents of a tree, is no option.
TREE_SETTINGS = {"ignore_unknown_options": True}


def tree_arguments(values: Iterable[str]) -> Iterator[str]:
    """Yield the texts of trees, with the lines of standard input in place of ``-``.

    Lines are read one at a time as the caller asks for them, and blank ones are left out.  Bytes
    that are no text come through as escapes, so that the parser can name them.
    """
    for value in values:
        if value == "-":
            if sys.stdin is None:
                raise click.UsageError("'-' reads trees from standard input, which is closed.")
            with click.open_file("-", errors="backslashreplace") as lines:
                yield from filter(None, map(str.strip, lines))
        else:
            yield value


def emit(text: object) -> None:
    """Print a line, or lines, of data."""
    print(text)  # not click.echo, which flushes at each line: slow for a million trees


@contextmanager
def progress(force: bool = False) -> Iterator[Progress]:
    """Show a rich progress bar on standard error while the block runs.

    Parameters
    ----------
    force : bool
        Draw the bar even if standard error is not a terminal; otherwise it then stays silent,
        and the object takes the same calls.

    Yields
    ------
    rich.progress.Progress
        Add tasks with ``add_task(description, total=...)``, then ``advance(task)``.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, force_terminal=force or None)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        redirect_stdout=False,  # data must not turn up on standard error
    ) as bar:
        yield bar


def format_option(*choices: str) -> Callable[[Any], Any]:
    """Return the option ``--format`` as a decorator; the first choice is the default.

    The chosen name reaches the verb as the argument `format_`.
    """
    return click.option(
        "--format",
        "format_",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        help="The form of the output.",
    )


def output_option() -> Callable[[Any], Any]:
    """Return the option ``-o``, ``--output`` as a decorator: a path, or None for stdout."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write to this file instead of standard output.",
    )
