"""``polyfam census``: survey all trees on N vertices and certify what was found."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from polyfam.cli._shared import emit, output_option, progress
from polyfam.cli._trees import examples

if TYPE_CHECKING:
    from polyfam.census.census import Progress

__all__ = ["command"]

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


class _Size(click.ParamType):
    """A number of bytes, with a unit if you like: 500M, 2G, 1.5GiB."""

    name = "size"

    def convert(self, value: object, param: object, context: object) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"([0-9]+(?:[.][0-9]+)?)\s*([KMGT]?)(?:i?B)?", str(value), re.I)
        if not match:
            self.fail(f"{value!r} is not a size such as 500M or 2G.", param, context)
        return int(float(match[1]) * _UNITS[match[2].upper()])


@click.command(
    short_help="Survey all trees on N vertices.",
    epilog=examples(
        "polyfam census 20",
        "polyfam census 24 -o 24.json",
        "polyfam census 24 -o 24.json --resume",
        "polyfam census 26 --scheduler tcp://10.0.0.1:8786 -o 26.json",
    ),
)
@click.argument("n", type=int)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Processes on this machine.  [default: one for each core]",
)
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler; its workers do the work.")
@click.option(
    "--memory",
    type=_Size(),
    help="Memory for workers and sorting, such as 2G.  [default: half of the machine's]",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where finished shards are kept.  [default: census-N]",
)
@click.option("--resume", is_flag=True, help="Go on with the finished shards in the folder.")
@click.option("--keep", is_flag=True, help="Leave the shards in the folder at the end.")
@click.option("--save", is_flag=True, help="Leave all polynomials there as Parquet files.")
@click.option("--shard-size", type=click.IntRange(1), help="Trees a shard.")
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
    save: bool,
    shard_size: int | None,
    output: Path | None,
) -> None:
    """Survey all trees on N vertices and certify what was found.

    How many trees there are, whether their polynomials are distinct, real-rooted and log-concave,
    the extremes of each coefficient, the sizes of P(1), and a digest of all polynomials that any
    other program can reproduce: a small JSON certificate. Exits with 1 when something that should
    hold does not, and when workers are lost.

    The work is done in shards, which are kept as soon as they are finished. When it was
    interrupted, in whatever way, the same command with --resume goes on.
    """
    from polyfam._atomic import write_file
    from polyfam.census.census import take_census
    from polyfam.census.folder import clear
    from polyfam.census.runners import cores
    from polyfam.errors import LostWorkersError

    folder = folder or Path(f"census-{n}")
    try:
        with progress() as bar:
            task = bar.add_task("census", total=None)

            def show(state: Progress) -> None:
                bar.update(
                    task, description=_describe(state), completed=state.done, total=state.total
                )

            certificate = take_census(
                n,
                folder=folder,
                resume=resume,
                workers=workers or cores(),
                scheduler=scheduler,
                memory=memory,
                shard_size=shard_size,
                save=save,
                report=show,
            )
    except (LostWorkersError, KeyboardInterrupt) as error:
        reason = f"Error: {error}" if isinstance(error, LostWorkersError) else "Interrupted."
        click.echo(f"{reason} Finished shards are kept; to go on:", err=True)
        click.echo(f"  {_resuming(context)}", err=True)
        if isinstance(error, KeyboardInterrupt):
            raise
        context.exit(1)

    if output:
        write_file(output, certificate.dumps())
    else:
        emit(certificate.dumps().rstrip())
    if not keep:
        clear(folder)
    failures = certificate.failures()
    trees = certificate.findings.trees
    praise = f"{trees:,} trees, as many polynomials, all real-rooted and log-concave."
    click.echo("\n".join(failures or [praise]), err=True)
    if failures:
        context.exit(1)


def _describe(state: Progress) -> str:
    """Say in a few words what is being done, and how long that will take."""
    if state.seconds_left is None or state.done == state.total:
        return state.stage
    minutes, seconds = divmod(round(state.seconds_left), 60)
    hours, minutes = divmod(minutes, 60)
    left = f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{seconds} s"
    return f"{state.stage}, about {left} left"


def _resuming(context: click.Context) -> str:
    """Return the command that goes on with this one."""
    words = ["polyfam", "census"]
    for parameter in context.command.params:
        value = True if parameter.name == "resume" else context.params[parameter.name]
        if isinstance(parameter, click.Argument):
            words.append(str(value))
        elif value not in (None, False):
            words += [parameter.opts[-1], *([] if value is True else [str(value)])]
    return shlex.join(words)
