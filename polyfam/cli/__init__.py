"""The command line: one file a verb, loaded when the verb is used.

A verb is a module of this package that holds a click command named ``command``; to add one, write
the module and its line in `VERBS`.  Verbs print data with `polyfam.cli._shared.emit` and raise
what the library raises: this module alone turns failures into exit codes.

==== =========================================
code meaning
==== =========================================
0    good
1    a check failed
2    usage, bad input, unreadable or unwritable file
130  interrupted (128 + SIGINT)
141  the reader of the output left (128 + SIGPIPE)
==== =========================================

Only click is imported here, so that ``polyfam --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, NoReturn

import click

from polyfam._checks import meant, quoted
from polyfam._interrupts import stop_in_order
from polyfam._version import __version__
from polyfam.errors import PolyfamError

__all__ = ["VERBS", "main"]

VERBS = {
    "poly": "Show the polynomial of a tree.",
    "table": "Print the polynomials of all trees on N vertices.",
    "identify": "Name the polynomial with these coefficients.",
    "trees": "List the trees on N vertices.",
    "cite": "Print BibTeX for the data, a table or a tree.",
    "data": "Build, verify, list or show the published tables.",
    "words": "List the edge words of a tree, which its polynomial counts.",
    "verify": "Check every identity on all trees up to a size.",
    "census": "Survey all trees on N vertices.",
    "draw": "Draw a tree to a file.",
    "expand": "Expand what momentum makes of a loss.",
    "experiment": "Run an experiment and draw it.",
    "explain": "Say what an optimizer's memory penalises.",
}


class _Commands(Mapping[str, click.Command]):
    """The commands by name, each imported when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in VERBS:
            raise KeyError(name)
        command: click.Command = import_module(f"polyfam.cli.{name}").command
        _prepare(command)
        stop_in_order()  # from here on there may be something to be saved
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(VERBS)

    def __len__(self) -> int:
        return len(VERBS)


def _prepare(command: click.Command) -> None:
    """Give a verb, and each of its own verbs, the option --quiet and a sign of life, once."""
    from polyfam.cli._shared import quiet_option, sign_of_life

    if isinstance(command, click.Group):
        for each in command.commands.values():
            _prepare(each)
    elif not any("--quiet" in parameter.opts for parameter in command.params):
        command.params.append(quiet_option())
        work = command.callback

        def run(*args: Any, **options: Any) -> Any:
            with sign_of_life(click.get_current_context().command_path.rpartition(" ")[2]):
                return work(*args, **options) if work else None

        command.callback = run


class _Group(click.Group):
    """A group that lists its verbs without importing them and fails in one sentence."""

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            raise click.UsageError(
                f"No such command {quoted(name)}; {meant(name, VERBS)}.", context
            )
        return super().resolve_command(context, args)

    # Click does its work in these two steps: options and --help, then the verb.
    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _failures_to_exit_codes():
            return super().make_context(*args, **extra)

    def invoke(self, context: click.Context) -> Any:
        with _failures_to_exit_codes():
            return super().invoke(context)


@contextmanager
def _failures_to_exit_codes() -> Iterator[None]:
    """Say an expected failure in one sentence on stderr and leave with its exit code."""
    try:
        try:
            yield
        finally:
            # A full disk or a closed pipe must show here, not while the interpreter shuts down.
            print(end="", flush=True)
    except KeyboardInterrupt:
        raise click.exceptions.Exit(130) from None
    except BrokenPipeError:
        _discard_stdout()
        raise click.exceptions.Exit(141) from None
    except PolyfamError as error:
        _fail(str(error))
    except MemoryError:
        _fail("The memory of this machine is not enough for this request.")
    except UnicodeEncodeError as error:
        _fail(f"The output does not fit the encoding {error.encoding!r}; set PYTHONUTF8=1.")
    except OSError as error:
        _discard_stdout()
        place = f" at {error.filename!r}" if error.filename else ""
        _fail(f"Input or output failed{place}: {error.strerror or error}.")


def _fail(sentence: str) -> NoReturn:
    """Print an error and leave with exit code 2."""
    click.echo(f"Error: {sentence}", err=True)
    raise click.exceptions.Exit(2) from None


def _discard_stdout() -> None:
    """Send what is still buffered to nowhere, lest the interpreter complain when it leaves."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=_Group,
    commands=_Commands(),
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Run 'polyfam VERB --help' for the options of a verb. "
    'Completion: eval "$(_POLYFAM_COMPLETE=bash_source polyfam)", or zsh_source, or '
    "fish_source, in the shell's start file.",
)
@click.version_option(__version__, message="polyfam %(version)s")
def main() -> None:
    """Compute, name and publish the polynomials of trees.

    The family begins with the Narayana polynomials (paths) and ends with the Eulerian ones
    (stars). A TREE is a name such as star:7, path:9 or F6.3, or any notation: a level
    sequence, brackets, a Dyck word, parents, a Pruefer code, edges, graph6. Where a verb takes
    trees, '-' reads them from standard input, one a line.

    The polynomials are the coefficients of what gradient descent with momentum makes of a loss;
    expand, experiment and explain apply them, and treat other optimizers.
    """
