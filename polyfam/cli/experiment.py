"""``polyfam experiment``: run an experiment and write its picture and its numbers."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from polyfam._checks import optional_import, quoted
from polyfam.cli._shared import emit, progress
from polyfam.cli._trees import examples

__all__ = ["command"]


@click.command(
    short_help="Run an experiment and draw it.",
    epilog=examples(
        "polyfam experiment --list",
        "polyfam experiment principal-flow -o pictures",
        "polyfam experiment order-of-error -o pictures --full --format png",
        "polyfam experiment attraction --set betas=[0.5,0.99] --set digits=6",
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
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Seed of everything random.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["svg", "png", "json"]),
    default="svg",
    show_default=True,
    help="The form of the picture; json prints the numbers instead and writes nothing.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Another value for a parameter, such as steps=100 or betas=[0.5,0.9]; may be repeated.",
)
@click.option("--list", "list_", is_flag=True, help="List the experiments and exit.")
def command(
    name: str | None,
    output: Path,
    full: bool,
    seed: int,
    format_: str,
    settings: tuple[str, ...],
    list_: bool,
) -> None:
    """Run the experiment NAME and write its picture, what it shows as CSV, and its parameters.

    Prints what was measured, and the names of the files. Needs the extras plot, numerics and data.
    """
    from polyfam.experiments import EXPERIMENTS
    from polyfam.experiments.experiment import run_experiment, title, write

    if list_:
        titles = {each: title(each) for each in EXPERIMENTS}
        lines = (f"{each:22}{text}" for each, text in titles.items())
        emit(json.dumps(titles) if format_ == "json" else "\n".join(lines))
        return
    if name is None:
        raise click.UsageError("Name an experiment; 'polyfam experiment --list' shows them.")
    changes = dict(map(_setting, settings))
    if format_ != "json":  # known before the work, not after it
        optional_import("matplotlib", "plot")
        _check_folder(output)
    with progress(name) as tell:
        result = run_experiment(name, full=full, seed=seed, progress=tell, **changes)
    if format_ == "json":
        emit(json.dumps(asdict(result), default=_plain))
        return
    for note in result.notes:
        emit(note)
    for path in write(result, output, format_):
        emit(path)


def _check_folder(folder: Path) -> None:
    """Refuse a folder that can be neither written to nor made."""
    from polyfam.errors import OutputError

    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        raise OutputError(
            f"Folder {quoted(str(folder))} cannot be written to or made; choose another one."
        )


def _setting(text: str) -> tuple[str, Any]:
    """Return the name and the value in NAME=VALUE: JSON, or else a word."""
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{quoted(text)} is not NAME=VALUE.", param_hint="'--set'")
    if name.strip() in ("name", "full", "seed", "progress"):
        raise click.BadParameter(
            f"{quoted(name.strip())} is no parameter of an experiment; see --full and --seed.",
            param_hint="'--set'",
        )
    try:
        return name.strip(), json.loads(value)
    except (ValueError, RecursionError):  # no JSON, or nested beyond reason
        return name.strip(), value


def _plain(value: Any) -> Any:
    """Return an array, or a number of numpy, as JSON carries it."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
