"""What several verbs share: reading trees, printing data, the progress bar, common options.

Data goes to standard output and everything else to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import wraps
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polyfam._checks import quoted
from polyfam.errors import OutputError, ResourceError

if TYPE_CHECKING:
    from polyfam.typing import Progress

__all__ = [
    "TREE_SETTINGS",
    "csv_line",
    "emit",
    "format_option",
    "numbered_lines",
    "output_option",
    "printing_options",
    "progress",
    "quiet_option",
]

# For `context_settings` of a verb that takes trees: "-1 0 0", the parents of a tree, is no option.
TREE_SETTINGS = {"ignore_unknown_options": True}

#: Where --quiet is kept in the context of a verb.
QUIET = "polyfam.quiet"

#: A line of standard input has at most so many characters: 16 a vertex of the largest tree.
_LONGEST_LINE = 16 * 10**6


def numbered_lines() -> Iterator[tuple[int, str]]:
    """Yield the lines of standard input without blanks around them, and their numbers from 1.

    Lines are read one at a time as the caller asks for them.  Bytes that are no text come through
    as escapes, so that the parser can name them; a line that is too long is refused before it is
    read whole.
    """
    if sys.stdin is None:
        raise click.UsageError("'-' reads from standard input, which is closed.")
    with click.open_file("-", errors="backslashreplace") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE + 2):
            number += 1
            if len(line) > _LONGEST_LINE + 1:
                raise ResourceError(
                    f"Line {number} has more than {_LONGEST_LINE:,} characters, the most there "
                    "may be."
                )
            yield number, line.strip()


def emit(text: object) -> None:
    """Print a line, or lines, of data."""
    print(text)  # not click.echo, which flushes at each line: slow for a million trees


def csv_line(cells: Iterable[object]) -> str:
    """Return a line of a CSV file."""
    import csv

    text = StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


@contextmanager
def progress(what: str = "", force: bool = False) -> Iterator[Progress]:
    """Show at once, on standard error, that something is done, and then how far it has come.

    Parameters
    ----------
    what : str
        What is shown until the first report.
    force : bool
        Draw the bar even if standard error is not a terminal or --quiet was given; otherwise
        reports are ignored.

    Yields
    ------
    polyfam.typing.Progress
        A function of what is being done, how many parts of it are, and of how many, if known.
    """
    context = click.get_current_context(silent=True)
    quiet = context is not None and context.meta.get(QUIET, False)
    if not force and (quiet or sys.stderr is None or not sys.stderr.isatty()):
        yield _ignore  # without rich, which takes 0.1 s to import
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, force_terminal=force or None),
        redirect_stdout=False,  # data must not turn up on standard error
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None)

        def show(what: str, done: int, total: int | None, /) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield show


def _ignore(_: str, __: int, ___: int | None, /) -> None:
    """Show nothing of what was done."""


def quiet_option() -> click.Option:
    """Return the option ``-q``, ``--quiet``, which the group gives to every verb."""

    def store(context: click.Context, _: click.Parameter, value: bool) -> None:
        context.meta[QUIET] = context.meta.get(QUIET, False) or value

    return click.Option(
        ["-q", "--quiet"],
        is_flag=True,
        expose_value=False,
        callback=store,
        help="Show no progress.",
    )


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


def printing_options(**formats: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return ``--format`` and ``-o`` for a verb that prints, as a decorator.

    Parameters
    ----------
    **formats : str
        The formats, the first of which is the default, and the suffixes of their files.

    Notes
    -----
    The verb gets the name of the format as `format_`, and prints; what it prints goes to the file,
    which is whole or not there.
    """
    default = next(iter(formats))

    def decorate(verb: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(verb)
        def run(*args: Any, format_: str | None, output: Path | None, **options: Any) -> Any:
            format_ = format_ or _format_of(output, formats)
            if output is None:
                return verb(*args, format_=format_, **options)
            with _printed_to(output):
                return verb(*args, format_=format_, **options)

        choice: Callable[[Any], Callable[..., Any]] = click.option(
            "--format",
            "format_",
            type=click.Choice([*formats]),
            help=f"The form of the output.  [default: by the suffix of -o, else {default}]",
        )
        return choice(output_option()(run))

    return decorate


def _format_of(output: Path | None, formats: Mapping[str, str]) -> str:
    """Return the format that the suffix of a file stands for."""
    default = next(iter(formats))
    suffix = "" if output is None else output.suffix.lower()
    if suffix in ("", ".txt"):
        return default
    for name, each in formats.items():
        if each == suffix:
            return name
    known = ", ".join(filter(None, [".txt", *formats.values()]))
    raise click.BadParameter(
        f"{suffix!r} is the suffix of no format here; take one of {known}, or name the --format.",
        param_hint="'-o'",
    )


@contextmanager
def _printed_to(output: Path) -> Iterator[None]:
    """Write to a file what is printed while the block runs, if it ends well or by an exit code."""
    from polyfam._atomic import write_file

    if not output.parent.is_dir():  # said before the work, not after it
        raise OutputError(f"There is no folder {quoted(str(output.parent))} to write to.")
    text = StringIO()
    try:
        with redirect_stdout(text):
            yield
    except click.exceptions.Exit:
        write_file(output, text.getvalue())
        raise
    write_file(output, text.getvalue())
