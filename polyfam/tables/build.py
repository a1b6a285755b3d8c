"""Build the data package: every table, the page for people, the manifest.

All contents are made in memory first and reach the disk together, by `write_files`: a run that is
interrupted leaves the old package, and files that would not change are not touched.  The same
version of polyfam makes the same bytes everywhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from polyfam._atomic import write_files
from polyfam.errors import OutputError
from polyfam.tables.catalogue import Recipe, recipes
from polyfam.tables.formats import csv
from polyfam.tables.manifest import MANIFEST, fingerprint, manifest_text
from polyfam.tables.readme import README, readme_text
from polyfam.tables.table import Row, Table

__all__ = ["BuiltFile", "build_tables"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """Report one file of a finished build.

    Parameters
    ----------
    path : Path
        Where it is.
    written : bool
        False when the file already had this content.
    bytes : int
        Its size.
    hash : str
        ``sha256:`` and 64 hexadecimal digits.
    table : Table or None
        Its table, None for the manifest and the page for people.

    Examples
    --------
    >>> from polyfam.tables.table import Column
    >>> table = Table("t", "T", (Column("coefficients", "integers", "C."),), ("coefficients",))
    >>> built = BuiltFile(Path("t.csv"), True, 9, "", table.with_rows([((1, 3, 1),), ((1, 4, 1),)]))
    >>> built.distinct, built.smallest, built.largest
    (2, 1, 4)
    """

    path: Path
    written: bool
    bytes: int
    hash: str
    table: Table | None

    @property
    def distinct(self) -> int:
        """Number of distinct rows of coefficients."""
        return len(set(self._coefficients()))

    @property
    def smallest(self) -> int:
        """Smallest coefficient, 0 when there is none."""
        return min(map(min, self._coefficients()), default=0)

    @property
    def largest(self) -> int:
        """Largest coefficient, 0 when there is none."""
        return max(map(max, self._coefficients()), default=0)

    def _coefficients(self) -> tuple[tuple[int, ...], ...]:
        """Return the rows of coefficients."""
        return self.table.column("coefficients") if self.table else ()  # type: ignore[return-value]


def build_tables(
    directory: str | os.PathLike[str], progress: Progress | None = None
) -> list[BuiltFile]:
    """Regenerate the data package, byte for byte.

    Parameters
    ----------
    directory : path-like
        Where the files go; made if it does not exist, inside one that does.
    progress : callable, optional
        Called as ``progress(name, done, total)`` with the name of the table at work and numbers
        of rows: before each table, after each row, and at the end.

    Returns
    -------
    list of BuiltFile
        The tables in the order of the manifest, then the page for people and the manifest.

    Raises
    ------
    OutputError
        If `directory` cannot be written; what is there is then untouched.

    Notes
    -----
    The tables hold 5,708 rows and take a few seconds; most of them go into the sums over trees
    and the exact tests for real zeros.

    Examples
    --------
    >>> build_tables("no/such/place")
    Traceback (most recent call last):
        ...
    polyfam.errors.OutputError: Cannot write to directory 'no/such/place': ...
    """
    directory = _prepare(Path(directory))
    tables = list(_tables(progress or _silent))
    contents = {directory / f"{table.name}.csv": csv.dumps(table).encode() for table in tables}
    manifest = manifest_text(zip(tables, contents.values(), strict=True)).encode()
    contents[directory / README] = readme_text(json.loads(manifest)).encode()
    contents[directory / MANIFEST] = manifest
    written = write_files(contents)
    by_path = {directory / f"{table.name}.csv": table for table in tables}
    return [
        BuiltFile(path, written[path], len(content), fingerprint(content), by_path.get(path))
        for path, content in contents.items()
    ]


def _prepare(directory: Path) -> Path:
    """Make the directory, or say why it cannot be one, before any work is done."""
    try:
        directory.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"Cannot write to directory '{directory}': {error.strerror}; choose another one."
        ) from error
    if not os.access(directory, os.W_OK | os.X_OK):
        raise OutputError(
            f"Cannot write to directory '{directory}': permission denied; choose another one."
        )
    return directory


def _silent(*_: object) -> None:
    """Report nothing."""


def _tables(progress: Progress) -> Iterator[Table]:
    """Make all tables and report every row."""
    everything = recipes()
    total = sum(recipe.size for recipe in everything)
    done = 0
    for recipe in everything:
        progress(recipe.header.name, done, total)
        yield recipe.header.with_rows(_counted(recipe, done, total, progress))
        done += recipe.size
    progress("done", done, total)


def _counted(recipe: Recipe, done: int, total: int, progress: Progress) -> Iterator[Row]:
    """Yield the rows of a recipe and report each."""
    for count, row in enumerate(recipe.rows(), start=done + 1):
        yield row
        progress(recipe.header.name, count, total)
