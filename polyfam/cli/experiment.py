"""``polyfam experiment``: run an experiment and write its picture and its numbers."""

from __future__ import annotations

from pathlib import Path

import click

from polyfam.cli._shared import emit, progress
from polyfam.cli._trees import examples

__all__ = ["command"]


@click.command(
    short_help="Run an experiment and draw it.",
    epilog=examples(
        "polyfam experiment --list",
        "polyfam experiment principal-flow -o pictures",
        "polyfam experiment order-of-error -o pictures --full --format svg",
    ),
)
@click.argument("name", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder for the files.  [default: the current one]",
)
@click.option("--full", is_flag=True, help="Take minutes instead of seconds.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Of what is random."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["png", "svg"]),
    default="png",
    show_default=True,
    help="The form of the picture.",
)
@click.option("--list", "list_", is_flag=True, help="List the experiments and exit.")
def command(
    name: str | None, output: Path, full: bool, seed: int, format_: str, list_: bool
) -> None:
    """Run the experiment NAME and write its picture, what it shows as CSV, and its parameters.

    Prints what was measured, and the files.
    """
    from polyfam.experiments import EXPERIMENTS
    from polyfam.experiments.experiment import run_experiment, title, write

    if list_:
        for each in EXPERIMENTS:
            emit(f"{each:22}{title(each)}")
        return
    if name is None:
        raise click.UsageError("Name an experiment; 'polyfam experiment --list' shows them.")
    with progress() as bar:
        task = bar.add_task(name, total=None)
        result = run_experiment(
            name,
            full=full,
            seed=seed,
            report=lambda done, total: bar.update(task, completed=done, total=total),
        )
    for note in result.notes:
        emit(note)
    for path in write(result, output, format_):
        emit(path)
