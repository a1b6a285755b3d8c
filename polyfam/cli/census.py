"""``polyfam census``: survey all trees on N vertices and certify what was found."""

from __future__ import annotations

import re
import shlex
import sys
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from polyfam.cli._shared import emit, output_option, progress
from polyfam.cli._trees import examples

if TYPE_CHECKING:
    from polyfam.census.census import Census
    from polyfam.census.certificate import Certificate
    from polyfam.typing import Progress

__all__ = ["command"]

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


class _Size(click.ParamType):  # type: ignore[type-arg]
    """A number of bytes, with a unit if you like: 500M, 2G, 1.5GiB."""

    name = "size"

    def convert(
        self, value: object, param: click.Parameter | None, context: click.Context | None
    ) -> int:
        if isinstance(value, int):
            return value
        pattern = r"([0-9]{1,15}(?:[.][0-9]{1,15})?)\s*([KMGT]?)(?:i?B)?"
        match = re.fullmatch(pattern, str(value), re.I)
        if not match:
            self.fail(f"{_short(value)} is not a size such as 500M or 2G.", param, context)
        return int(Decimal(match[1]) * _UNITS[match[2].upper()])


class _Part(click.ParamType):  # type: ignore[type-arg]
    """Part K of M, counted from 0: 0/4."""

    name = "k/m"

    def convert(
        self, value: object, param: click.Parameter | None, context: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        match = re.fullmatch(r"([0-9]{1,5})/([0-9]{1,5})", str(value))
        if not match or int(match[1]) >= int(match[2]):
            self.fail(f"{_short(value)} is not a part such as 0/4, ..., 3/4.", param, context)
        return int(match[1]), int(match[2])


def _short(value: object) -> str:
    """Return a value as it was typed, cut short."""
    from polyfam._checks import quoted

    return quoted(str(value))


@click.command(
    short_help="Survey all trees on N vertices.",
    epilog=examples(
        "polyfam census 20",
        "polyfam census 24 -o 24.json",
        "polyfam census 28 -o 28.json --resume",
        "polyfam census 30 --shards 0/4 --folder here --memory 8G",
        "polyfam census 30 --scheduler tcp://10.0.0.1:8786 -o 30.json",
    ),
)
@click.argument("n", type=int)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Processes on this machine, at most: each begins for 2^27 trees.  [default: as many as "
    "cores]",
)
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler; its workers do the work.")
@click.option(
    "--memory",
    type=_Size(),
    help="Memory for all workers, such as 2G; it decides the number of shards.  "
    "[default: half of the machine's]",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where finished shards are kept.  [default: census-N]",
)
@click.option("--resume", is_flag=True, help="Go on with the finished shards in the folder.")
@click.option("--keep", is_flag=True, help="Leave the records in the folder at the end.")
@click.option("--shards", type=_Part(), help="Only every M-th shard, and leave the records.")
@output_option()
@click.pass_context
def command(
    context: click.Context,
    n: int,
    workers: int | None,
    scheduler: str | None,
    memory: int | None,
    folder: Path | None,
    resume: bool,
    keep: bool,
    shards: tuple[int, int] | None,
    output: Path | None,
) -> None:
    """Survey all trees on N vertices and certify what was found.

    How many trees there are, whether their polynomials are distinct and have only real roots, and
    a digest of all polynomials that any other program can reproduce: a small JSON certificate.
    Exits with 1 when something that should hold does not, and when workers are lost.

    The work is done in shards, whose small records are kept as soon as they are finished. When it
    was interrupted, in whatever way, the same command with --resume goes on, here or wherever the
    folder was copied.
    """
    from polyfam.census.census import open_census
    from polyfam.census.runners import cores
    from polyfam.errors import LostWorkersError

    try:
        with ExitStack() as bar:
            show = _Estimate(bar.enter_context(progress("census")))
            with open_census(
                n,
                folder=folder or Path(f"census-{n}"),
                resume=resume,
                workers=workers or cores(),
                scheduler=scheduler,
                memory=memory,
                progress=show,
            ) as census:
                _check_own(census, output)
                missing = census.run(*(shards or (0, 1)))
                bar.close()  # before anything is printed
                if missing:
                    _tell_missing(census, missing)
                    return
                _deliver(census, output, keep or shards is not None)
                certificate = census.certificate()
    except (LostWorkersError, KeyboardInterrupt) as error:
        reason = f"Error: {error}" if isinstance(error, LostWorkersError) else "Interrupted."
        click.echo(f"{reason} Finished shards are kept; to go on:", err=True)
        click.echo(f"  {_resuming(context)}", err=True)
        if isinstance(error, KeyboardInterrupt):
            raise
        context.exit(1)
    _judge(context, certificate)


def _check_own(census: Census, output: Path | None) -> None:
    """Refuse a file that the census writes to itself."""
    if output is not None and census.home.owns(output):
        raise click.UsageError(
            f"{_short(output)} is a file of the census itself; choose another name for --output."
        )


def _deliver(census: Census, output: Path | None, keep: bool) -> None:
    """Write the certificate, and only then delete the records."""
    from polyfam._atomic import write_file

    text = census.certificate().dumps()
    if output is None:
        emit(text.rstrip())
        sys.stdout.flush()  # a full disk is to be noticed before anything is deleted
    else:
        write_file(output, text)
    if not keep:
        census.home.clear()


def _judge(context: click.Context, certificate: Certificate) -> None:
    """Say in a line what was found, and exit with 1 when something is wrong."""
    failures = certificate.failures()
    praise = f"{certificate.trees:,} trees, as many polynomials, all with real roots only."
    click.echo("\n".join(failures or [praise]), err=True)
    if failures:
        context.exit(1)


def _tell_missing(census: Census, missing: int) -> None:
    """Say how much of a shared census is done."""
    click.echo(
        f"{census.home.m - missing} of {census.home.m} shards are done in folder "
        f"'{census.home.path}'; copy the others there and use --resume.",
        err=True,
    )


class _Estimate:
    """Shows how far a census has come, and how long the rest will take at the pace of this run."""

    def __init__(self, tell: Progress) -> None:
        self._tell = tell
        self._first: tuple[int, float] | None = None

    def __call__(self, what: str, done: int, total: int | None, /) -> None:
        now, left = monotonic(), ""
        if self._first is None:
            self._first = (done, now)
        elif total and done > self._first[0]:
            pace = (now - self._first[1]) / (done - self._first[0])
            left = f", about {_duration(pace * (total - done))} left"
        self._tell(what + left, done, total)


def _duration(seconds: float) -> str:
    """Return a time in hours, minutes or seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{rest} s"


def _resuming(context: click.Context) -> str:
    """Return the command that goes on with this one."""
    words = ["polyfam", "census"]
    for parameter in context.command.params:
        # --quiet is no parameter of the census
        value = True if parameter.name == "resume" else context.params.get(str(parameter.name))
        if isinstance(parameter, click.Argument):
            words.append(str(value))
        elif value not in (None, False):
            text = "/".join(map(str, value)) if isinstance(value, tuple) else str(value)
            words += [parameter.opts[-1], *([] if value is True else [text])]
    return shlex.join(words)
