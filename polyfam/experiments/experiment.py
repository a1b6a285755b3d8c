"""An experiment from its name to its files: find it, run it, write the picture and its numbers.

What is drawn is what the tables hold; every file of a figure names its parameters and its seed, and
the same parameters give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from polyfam._atomic import write_files
from polyfam._checks import integer, meant, quoted
from polyfam._version import __version__
from polyfam.errors import DomainError, OutputError, UnknownNameError
from polyfam.experiments import EXPERIMENTS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from polyfam.typing import Array, Progress

__all__ = ["FORMATS", "Findings", "Result", "draw", "run_experiment", "title", "write"]

#: Numbers among the parameters are no larger: no step count, seed or range needs it.
_LARGEST = 10**9

FORMATS = ("svg", "png")

#: A table: columns of equal length by name.
Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class Findings:
    """What an experiment computed.

    Parameters
    ----------
    tables : mapping of str to mapping of str to sequence
        Tables by name, each with columns of equal length by name.
    notes : sequence of str
        What is seen, in sentences with numbers: measured slopes, thresholds, exceptions.

    Examples
    --------
    >>> Findings({"squares": {"n": [1, 2], "square": [1, 4]}}, ["They grow."]).notes
    ['They grow.']
    """

    tables: Mapping[str, Columns]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Result:
    """The findings of an experiment, with everything that led to them.

    `run_experiment` finds them.

    Parameters
    ----------
    name : str
        As in `polyfam.experiments.EXPERIMENTS`.
    parameters : mapping
        All of them, with the seed.
    tables : mapping of str to mapping of str to sequence
        Tables by name, each with columns of equal length by name.
    notes : sequence of str
        What is seen, in sentences with numbers.

    Examples
    --------
    >>> result = run_experiment("penalty-integral", points=3, epsilons=[1.0])
    >>> result.name, list(result.tables), result.parameters["seed"]
    ('penalty-integral', ['penalty'], 0)
    """

    name: str
    parameters: Mapping[str, Any]
    tables: Mapping[str, Columns]
    notes: Sequence[str]

    def arrays(self, table: str) -> dict[str, Array]:
        """Return the columns of a table as arrays, by name.

        Parameters
        ----------
        table : str
            A key of `tables`.

        Returns
        -------
        dict of str to ndarray
        """
        import numpy as np

        return {name: np.asarray(column) for name, column in self.tables[table].items()}


def title(name: str) -> str:
    """Return what an experiment is about, in one line.

    Parameters
    ----------
    name : str
        As in `polyfam.experiments.EXPERIMENTS`.

    Returns
    -------
    str

    Examples
    --------
    >>> title("penalty-integral")
    "What Adam's memory penalises, in one dimension"
    """
    return str(_module(name).TITLE)


def run_experiment(
    name: str,
    *,
    full: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
    **changes: Any,
) -> Result:
    """Run an experiment.

    Parameters
    ----------
    name : str
        As in `polyfam.experiments.EXPERIMENTS`.
    full : bool, default False
        Take the parameters that need minutes instead of those that need seconds.
    seed : int, default 0
        Of whatever is random, at least 0.
    progress : callable, optional
        Told the name of the experiment, how many steps are done, and of how many.
    **changes
        Other values for some of the parameters, of the same kind: numbers, words, lists of them.

    Returns
    -------
    Result
        Its tables, notes and all parameters.

    Raises
    ------
    UnknownNameError
        When there is no such experiment, or no such parameter.
    DomainError
        When a value is of another kind.

    Examples
    --------
    >>> run_experiment("penalty-integral", points=3, pairs=[[0.9, 0.999]]).notes[0]
    'beta1 = 0.9, beta2 = 0.999, epsilon small: |grad E|_1 anti-penalised.'
    """
    module = _module(name)
    parameters = dict(module.FULL if full else module.QUICK)
    if unknown := sorted(changes.keys() - parameters.keys()):
        raise UnknownNameError(
            f"Experiment {name!r} has no parameter {unknown[0]!r}; it has {', '.join(parameters)}."
        )
    for key, value in changes.items():
        if not _alike(parameters[key], value):
            raise DomainError(
                f"Parameter {key!r} of experiment {name!r} must be like "
                f"{_shown(parameters[key])}, not {quoted(value)}."
            )
    parameters |= changes
    parameters["seed"] = integer(seed, "seed", minimum=0)

    def report(done: int, total: int) -> None:
        if progress is not None:
            progress(name, done, total)

    findings = module.run(parameters, report)
    return Result(name, parameters, findings.tables, tuple(findings.notes))


def draw(result: Result) -> Figure:
    """Return the figure of a result.

    Parameters
    ----------
    result : Result

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> figure = draw(run_experiment("penalty-integral", points=5))
    >>> len(figure.axes)
    3
    """
    from polyfam.experiments.style import plain_powers, styled

    with styled():
        figure: Figure = _module(result.name).draw(result)
        plain_powers(figure)
    return figure


def write(result: Result, folder: Path, format_: str = "svg") -> list[Path]:
    """Write the picture, a CSV file for each table, and the parameters as JSON.

    Parameters
    ----------
    result : Result
    folder : Path
        Made if it does not exist.
    format_ : str
        One of `FORMATS`.

    Returns
    -------
    list of Path
        The files; none is written unless all can be.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> result = run_experiment("penalty-integral", points=5)
    >>> with TemporaryDirectory() as folder:
    ...     for path in write(result, Path(folder), "svg"):
    ...         print(path.name)
    penalty-integral.svg
    penalty-integral-penalty.csv
    penalty-integral.json
    """
    figure = draw(result)
    stem = result.name
    files: dict[Path, str | bytes] = {
        folder / f"{stem}.{format_}": _picture(figure, result, format_)
    }
    for table, columns in result.tables.items():
        files[folder / f"{stem}-{table}.csv"] = _csv(columns)
    about = {
        "experiment": stem,
        "title": title(stem),
        "polyfam": __version__,
        "parameters": dict(result.parameters),
        "notes": list(result.notes),
        # Written last: a run that is killed between two files shows by these.
        "sha256": {path.name: _digest(content) for path, content in files.items()},
    }
    files[folder / f"{stem}.json"] = json.dumps(about, indent=2, default=str) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"Folder '{folder}' cannot be made: {error.strerror}; choose another one."
        ) from None
    write_files(files)
    return list(files)


def _digest(content: str | bytes) -> str:
    """Return the SHA-256 of a file."""
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def _module(name: str) -> ModuleType:
    """Return the module of an experiment."""
    if name not in EXPERIMENTS:
        raise UnknownNameError(
            f"There is no experiment {quoted(name)}; {meant(name, EXPERIMENTS)}."
        )
    return import_module(f"polyfam.experiments.{EXPERIMENTS[name]}")


def _alike(default: Any, value: Any) -> bool:
    """Say whether a value is of the kind of the default: a number, a word, a list of them."""
    if isinstance(default, list | tuple):
        return (
            isinstance(value, list | tuple)
            and len(value) > 0
            and all(_alike(default[0], each) for each in value)
        )
    if isinstance(value, int | float) and not abs(value) <= _LARGEST:  # NaN is not, either
        return False
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(default)


def _caption(parameters: Mapping[str, Any]) -> str:
    """Return the parameters in words."""
    words = (f"{key.replace('_', ' ')} {_shown(value)}" for key, value in parameters.items())
    return ", ".join(words)


def _shown(value: Any) -> str:
    """Return a value as it is read in a caption."""
    if isinstance(value, list | tuple):
        parts = (f"({_shown(v)})" if isinstance(v, list | tuple) else _shown(v) for v in value)
        return " ".join(parts)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _picture(figure: Figure, result: Result, format_: str) -> bytes:
    """Return the bytes of a picture, the same for the same figure, that say what it shows."""
    from polyfam.experiments.style import styled

    file = io.BytesIO()
    metadata = {
        "Title": title(result.name),
        "Description": _caption(result.parameters),
        ("Date" if format_ == "svg" else "Software"): None,
    }
    with styled():
        figure.savefig(file, format=format_, metadata=metadata, transparent=format_ == "svg")
    return file.getvalue()


def _csv(columns: Columns) -> str:
    """Return a table as CSV, floats with all their digits."""
    import numpy as np

    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    values = (np.asarray(column).tolist() for column in columns.values())
    writer.writerows(zip(*values, strict=True))
    return file.getvalue()
