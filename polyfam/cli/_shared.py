"""What several verbs share: reading trees, printing data, the progress bar, common options.

Data goes to standard output and everything else to standard error.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import wraps
from io import StringIO
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from polyfam.errors import ResourceError

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from polyfam.typing import Progress

__all__ = [
    "FOLDED",
    "TREE_SETTINGS",
    "csv_line",
    "emit",
    "format_option",
    "numbered_lines",
    "output_option",
    "printing_options",
    "progress",
    "quiet_option",
    "sign_of_life",
    "terminal_width",
]

# For `context_settings` of a verb that takes trees: "-1 0 0", the parents of a tree, is no option.
TREE_SETTINGS = {"ignore_unknown_options": True}

#: Where it is kept that lines are folded to the terminal.
FOLDED = "polyfam.folded"
#: Lines are no longer than this even where the terminal is wider: numbers are read in columns.
_WIDEST = 100

#: Where --quiet is kept in the context of a verb.
QUIET = "polyfam.quiet"

#: After so many seconds without anything to show, the bar of `sign_of_life` appears.
_PATIENCE = 0.5

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
    """Print a line, or lines, of data; what is meant for people is folded to their terminal."""
    if sys.stdout.isatty():
        if _signs:  # data on the terminal are sign enough
            _signs[-1].stop()
        context = click.get_current_context(silent=True)
        if context is not None and context.meta.get(FOLDED, False):
            text = "\n".join(map(_folded, str(text).split("\n")))
    print(text)  # not click.echo, which flushes at each line: slow for a million trees


def _folded(line: str) -> str:
    """Return a line, in several lines if the terminal is narrower."""
    width = terminal_width()
    if len(line) <= width:
        return line
    indent = len(line) - len(line.lstrip()) + 4
    return fill(line, width, subsequent_indent=" " * indent, break_on_hyphens=False)


def terminal_width() -> int:
    """Return how long lines for people may be: without end in a pipe, unless COLUMNS is set."""
    if not (sys.stdout.isatty() or os.environ.get("COLUMNS")):
        return sys.maxsize
    return max(30, min(_WIDEST, shutil.get_terminal_size().columns))


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
    if not force and not _shows_progress():
        yield _ignore  # without rich, which takes 0.1 s to import
        return
    if _signs:
        _signs[-1].stop()
    with _bar(counted=True, force=force) as bar:
        task = bar.add_task(what, total=None)

        def show(what: str, done: int, total: int | None, /) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield show


def _shows_progress() -> bool:
    """Say whether standard error is a terminal and nobody asked for quiet."""
    context = click.get_current_context(silent=True)
    quiet = context is not None and context.meta.get(QUIET, False)
    return not quiet and sys.stderr is not None and sys.stderr.isatty()


def _bar(counted: bool, force: bool = False) -> Bar:
    """Return a bar on standard error that goes away at its end."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    return Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        *([MofNCompleteColumn()] if counted else []),
        TimeElapsedColumn(),
        console=Console(stderr=True, force_terminal=force or None),
        redirect_stdout=False,  # data must not turn up on standard error
        redirect_stderr=False,
        transient=True,
    )


class _Sign:
    """A bar without an end that shows that a verb is at work, until it has something to say."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._lock = threading.Lock()
        self._bar: Bar | None = None
        self._stopped = False
        self._timer = threading.Timer(_PATIENCE, self._start)
        self._timer.daemon = True
        self._timer.start()

    def _start(self) -> None:
        """Show the bar."""
        bar = _bar(counted=False)
        with self._lock:
            if not self._stopped:
                self._bar = bar
                bar.add_task(self._what, total=None)
                bar.start()

    def stop(self) -> None:
        """Take the bar away, or never show it."""
        self._timer.cancel()
        with self._lock:
            self._stopped = True
            if self._bar is not None:
                self._bar.stop()
                self._bar = None


#: The signs of the verbs at work: one at most.
_signs: list[_Sign] = []


@contextmanager
def sign_of_life(what: str) -> Iterator[None]:
    """Show on a terminal, while the block runs, that something is done if it takes long.

    A bar of `progress` and data on the terminal take its place.
    """
    if not _shows_progress():
        yield
        return
    _signs.append(_Sign(what))
    try:
        yield
    finally:
        _signs.pop().stop()


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
    """Return the option ``-o``, ``--output`` as a decorator: a path, or None for stdout.

    A file that cannot be written is refused before there is any work.
    """

    def check(_: click.Context, __: click.Parameter, output: Path | None) -> Path | None:
        if output is not None:
            from polyfam._atomic import check_target

            check_target(output)
        return output

    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=check,
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
            click.get_current_context().meta[FOLDED] = format_ in ("text", "row")
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

    text = StringIO()
    try:
        with redirect_stdout(text):
            yield
    except click.exceptions.Exit:
        write_file(output, text.getvalue())
        raise
    write_file(output, text.getvalue())
